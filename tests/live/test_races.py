"""Races of the live channel, judged against the real DynamoDB Local."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from linkgate import wiring
from tests.live.test_cobrowsing import NAME, write
from tests.support.live import LivePage, joined, ticket
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import JSON, Visitor

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

ROUNDS = 10


def opened(cloud: Cloud, roles: int = 1) -> list[Visitor]:
    """Make a form for a customer and further roles, and open all of its links."""
    names = [f"role{number}" for number in range(roles)]
    made = GENERATE.make(cloud, {**GENERATE.body, "coBrowsingRoles": names, "serializedModel": {}}).json()
    visitors = []
    for url in (made["link"], *made["coBrowsing"].values()):
        visitor = Visitor(cloud, JSON)
        visitor.see(url)
        visitors.append(visitor)
    return visitors


def test_of_eight_uses_of_a_ticket_one_opens_a_connection(real_cloud: Cloud) -> None:
    for _ in range(ROUNDS):
        visitor = opened(real_cloud)[0]
        given = ticket(visitor)

        def use(_: int, given: str = given) -> int:
            return LivePage(real_cloud).shake_hands(given).status

        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(pool.map(use, range(8)))

        assert statuses == [101] + [401] * 7


def test_eight_writers_of_one_field_lose_no_version(real_cloud: Cloud) -> None:
    visitors = opened(real_cloud, 7)
    pages = [joined(visitor) for visitor in visitors]
    edits = 3  # more would empty the buckets of messages

    def edit(number: int) -> int:
        page, base, accepted, tries = pages[number], 0, 0, 0
        while accepted < edits:
            tries += 1
            real_cloud.live.receive(page.id, _set(f"{number}.{accepted}", base, tries))
            answer = next(frame for frame in reversed(page.frames) if frame.get("id") == f"i{tries}")
            (row,) = answer["fields"]
            base = row["n"]
            accepted += row["ok"]
        return accepted

    with ThreadPoolExecutor(8) as pool:
        accepted = sum(pool.map(edit, range(8)))

    link = wiring.deps().links.get(visitors[0].rid or "")
    assert link
    stored = wiring.deps().fields.of(link.master_rid)[NAME]
    assert (accepted, stored.version) == (8 * edits, 8 * edits)


def _set(text: str, base: int, tries: int) -> str:
    return json.dumps({"t": "set", "id": f"i{tries}", "set": [write(NAME, text, base)]})


def test_of_two_who_send_a_form_while_a_third_writes_one_wins_and_what_they_ticked_is_the_record(
    real_cloud: Cloud,
) -> None:
    deps = wiring.deps()
    for number in range(ROUNDS):
        customer, adviser, writer = opened(real_cloud, 2)
        page = joined(writer)
        ticked = {"fullName": f"Ada {number}", "dateOfBirth": "1990-05-01"}

        def send(visitor: Visitor, data: object = ticked) -> int:
            return visitor.post(f"{visitor.thing}/submit", {"data": data}).status

        def write_on(page: LivePage = page) -> list[bool]:
            done: list[bool] = []
            for base in range(3):
                page.say("set", id=f"i{base}", set=[write(NAME, f"Eva {base}", base)])
                answers = [frame for frame in page.frames if frame.get("id") == f"i{base}"]
                done += [row["ok"] for frame in answers for row in frame.get("fields", ())]
            return done

        with ThreadPoolExecutor(3) as pool:
            sending = [pool.submit(send, visitor) for visitor in (customer, adviser)]
            writing = pool.submit(write_on)

        assert sorted(each.result() for each in sending) in ([201, 409], [201, 410])
        link = deps.links.get(customer.rid or "")
        assert link
        assert link.submission
        assert deps.links.bodies(link.master_rid, [link.submission])[link.submission] == ticked
        page.say("beat")
        assert page.frames[-1]["t"] == "bye"
        # Each write that was called saved is one version of the answer, and none is another's.
        stored = deps.fields.of(link.master_rid).get(NAME)
        assert (stored.version if stored else 0) == sum(writing.result())


def test_of_eight_connections_of_a_browser_the_presence_is_one_and_only_its_own_may_speak(real_cloud: Cloud) -> None:
    visitor = opened(real_cloud)[0]
    given = [ticket(visitor) for _ in range(5)]
    pages = [LivePage(real_cloud) for _ in given]

    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda pair: pair[0].shake_hands(pair[1]).status, zip(pages, given, strict=True)))

    assert statuses == [101] * 5
    (presence,) = wiring.deps().presences.of(visitor.rid or "")
    for page in pages:
        page.say("beat")
    said = {page.id: page.frames[-1]["t"] for page in pages}
    assert said == {page.id: "pulse" if page.id == presence.connection else "bye" for page in pages}
