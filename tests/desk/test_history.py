"""Calls on the record: told once from the stream, kept, extended and deleted with their link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.usecases.desk.calls import end
from linkgate.usecases.history.timeline import timeline_of, verify_timeline

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from tests.support.desk import Office


def told(office: Office, link: Link) -> list[str]:
    office.cloud.settle()
    kinds = [entry.fact.kind for entry in timeline_of(link, wiring.deps())]
    return [kind for kind in kinds if kind.startswith("session.")]


def test_a_call_is_on_the_timeline_of_its_link(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)
    office.wait(timedelta(seconds=60))
    end(ana, office.deps)

    assert told(office, link) == ["session.waiting", "session.joined", "session.ended"]
    assert verify_timeline(link, wiring.deps()).faults == []


def test_nothing_on_the_record_or_in_a_line_names_the_customer(office: Office) -> None:
    link, ana = office.calling(), office.agent()
    office.accepted(ana, link)
    office.cloud.settle()

    items = [item for item in office.cloud.table() if item["sk"] != "link" and not item["pk"].startswith("contact")]
    mine = [item for item in items if item["pk"] == link.rid or item["pk"].startswith(("line#", "seat#"))]
    assert mine
    assert "Abraham" not in str(mine)
    assert "584141315854" not in str(mine)


def test_a_room_lives_as_long_as_its_link(office: Office) -> None:
    link = office.calling()
    later = link.expires_at + timedelta(days=1)
    office.deps.administration.extend(link, later, later + timedelta(days=30), "c" * 32, office.deps.now())
    office.cloud.settle()

    assert office.room(link).ttl >= (later + timedelta(days=30)).replace(microsecond=0)
    office.deps.retention.delete_ended(link.rid, later + timedelta(days=31))
    assert office.deps.rooms.get(link.rid) is None
