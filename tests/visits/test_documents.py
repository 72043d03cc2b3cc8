"""Documents are given out to visits, and a view is the first of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.errors import LinkExhausted, LinkRevoked, NotFound, VisitEnded
from linkgate.model.file import FileState
from linkgate.model.link import Look
from linkgate.model.tenant import ResourceType
from linkgate.ports.files import Outcome, place_of_link, place_of_resource
from linkgate.ports.links import NotChanged
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import file_commitment, token
from linkgate.usecases.visits.documents import GiveDocument, documents_of, give_document
from linkgate.usecases.visits.visit import Visit
from local import demo
from tests.support.sample_files import a_file
from tests.support.vendor_calls import CUSTOMER_LINK
from tests.support.visitor import JSON, Visitor, process_link, resource_link

if TYPE_CHECKING:
    from linkgate.model.file import File, Place
    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

TENANT = demo.DEMO.id
BEARER = {"Authorization": "Bearer local-manage-key"}


def statement_link(cloud: Cloud, views: int = 3) -> str:
    """Return a link to a resource whose documents count as views."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(TENANT, ResourceType("Statement", "Statement", "standard", documents="later"))
    return resource_link(cloud, resourceType="Statement", deliverEmail=False, maxViews=views)


def keep(place: Place, state: FileState = FileState.CLEAN, **different: Any) -> File:
    """Keep a file whose check has this result."""
    deps = wiring.deps()
    file = deps.files.store.reserve(place, a_file(tenant=TENANT, added_at=deps.now(), **different))
    if state is not FileState.AWAITED:
        deps.files.store.claim(place.partition, file.id, "v1")
        deps.files.store.settle(place.partition, file.id, "v1", Outcome(state))
    return file


def statement(**different: Any) -> File:
    return keep(place_of_resource(TENANT, "Statement", CUSTOMER_LINK.body["resourceUid"]), **different)


def visit_of(url: str, cloud: Cloud) -> tuple[Visitor, Visit]:
    visitor = Visitor(cloud, JSON)
    assert visitor.open(url).status == 200
    rid = visitor.rid or ""
    (cookie,) = [value for name, value in visitor.cookies.items() if name == f"__Host-lg-{rid}"]
    return visitor, Visit(rid, cookie.partition(".")[0])


def stored(rid: str) -> Link:
    link = wiring.deps().links.get(rid)
    assert link
    return link


def give(visit: Visit | None, file: File, *, shown: bool = True) -> Any:
    return give_document(GiveDocument(visit=visit, file_id=file.id, shown=shown), wiring.deps())


def facts(cloud: Cloud, rid: str) -> list[dict[str, Any]]:
    cloud.settle()
    found: list[dict[str, Any]] = cloud.get(f"/links/{rid}/events", **BEARER).json()["events"]
    return [fact for fact in found if fact["type"].startswith("document.")]


def test_opening_takes_no_view_and_the_first_document_takes_one(cloud: Cloud) -> None:
    url = statement_link(cloud)
    file = statement()
    _, visit = visit_of(url, cloud)
    assert (stored(visit.rid).views, stored(visit.rid).opens) == (0, 1)

    given = [give(visit, file), give(visit, file, shown=False), give(visit, file)]

    assert (stored(visit.rid).views, stored(visit.rid).looks) == (1, 3)
    assert all("X-Amz-Expires=60&" in each.url for each in given)
    assert given[0].file.name == "invoice.pdf"
    assert f"/r/{TENANT}/" in given[0].url
    commit = file_commitment(file.salt, file.sha256)
    assert [(fact["type"], fact["data"]) for fact in facts(cloud, visit.rid)] == [
        ("document.viewed", {"file": file.id, "commit": commit, "look": 1, "view": 1}),
        ("document.downloaded", {"file": file.id, "commit": commit, "look": 2, "view": 1}),
        ("document.viewed", {"file": file.id, "commit": commit, "look": 3, "view": 1}),
    ]


def test_views_end_but_a_counted_visit_may_look_again(cloud: Cloud) -> None:
    url = statement_link(cloud, views=1)
    file = statement()
    (_, first), (_, second) = visit_of(url, cloud), visit_of(url, cloud)
    give(first, file)

    with pytest.raises(LinkExhausted):
        give(second, file)
    give(first, file)
    assert Visitor(cloud, JSON).open(url).status == 409
    assert (stored(first.rid).views, stored(first.rid).looks) == (1, 2)


def test_such_a_link_opens_ten_times_for_each_view(cloud: Cloud) -> None:
    url = statement_link(cloud, views=1)

    statuses = [Visitor(cloud, JSON).open(url).status for _ in range(11)]

    assert statuses == [200] * 10 + [409]


def test_a_visit_that_made_room_may_be_counted_again(cloud: Cloud) -> None:
    url = statement_link(cloud)
    file = statement()
    _, first = visit_of(url, cloud)
    give(first, file)
    for _ in range(4):
        cloud.clock.advance(timedelta(seconds=1))
        visit_of(url, cloud)

    assert stored(first.rid).looked == frozenset()
    with pytest.raises(VisitEnded):
        give(first, file)


def test_other_links_give_out_what_was_attached_to_them(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    file = keep(place_of_link(stored(visit.rid)))
    views = stored(visit.rid).views

    give(visit, file)
    give(visit, file)

    assert (stored(visit.rid).views, stored(visit.rid).looks) == (views, 2)
    assert "view" not in facts(cloud, visit.rid)[0]["data"]


@pytest.mark.parametrize("state", [FileState.AWAITED, FileState.RECEIVED, FileState.INFECTED, FileState.FAILED])
def test_only_a_checked_file_is_given_out(cloud: Cloud, state: FileState) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    file = keep(place, FileState.AWAITED) if state is FileState.AWAITED else keep(place, state)

    with pytest.raises(NotFound):
        give(visit, file)
    assert documents_of(stored(visit.rid), wiring.deps()).files == []


def test_a_file_is_shown_until_its_replacement_was_checked(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    old = keep(place)
    new = keep(place, FileState.AWAITED, replaces=old.id)
    ids = [file.id for file in documents_of(stored(visit.rid), wiring.deps()).files]
    store = wiring.deps().files.store
    store.claim(place.partition, new.id, "v1")
    store.settle(place.partition, new.id, "v1", Outcome(FileState.CLEAN))

    assert ids == [old.id]
    assert [file.id for file in documents_of(stored(visit.rid), wiring.deps()).files] == [new.id]


def test_strangers_get_nothing(cloud: Cloud) -> None:
    url = process_link(cloud)
    _, visit = visit_of(url, cloud)
    _, other = visit_of(process_link(cloud), cloud)
    file = keep(place_of_link(stored(visit.rid)))

    for stranger in (None, Visit(visit.rid, other.secret), Visit("x" * 21 + "A", visit.secret), Visit("?", "")):
        with pytest.raises(VisitEnded):
            give(stranger, file)
    with pytest.raises(NotFound):
        give(other, file)
    for unknown in ("", "../x", token(os.urandom(16))):
        with pytest.raises(NotFound):
            give(visit, replace(file, id=unknown))
    assert stored(visit.rid).looks == stored(other.rid).looks == 0


def test_nothing_is_given_out_after_the_end(cloud: Cloud) -> None:
    url = process_link(cloud)
    _, visit = visit_of(url, cloud)
    file = keep(place_of_link(stored(visit.rid)))
    cloud.clock.advance(timedelta(minutes=16))
    with pytest.raises(VisitEnded):
        give(visit, file)

    _, visit = visit_of(url, cloud)
    cloud.post(f"/links/{visit.rid}/revoke", {}, BEARER)
    with pytest.raises(LinkRevoked):
        give(visit, file)


def a_look(file: File) -> Look:
    return Look(token(os.urandom(16)), file.id, "ab" * 32, wiring.deps().now(), shown=True)


@pytest.mark.parametrize("counted", [True, False])
def test_the_write_states_its_rule(cloud: Cloud, *, counted: bool) -> None:
    """Reach each condition past the use case."""
    deps = wiring.deps()
    url = statement_link(cloud, views=1)
    (visitor, visit), (_, second) = visit_of(url, cloud), visit_of(url, cloud)
    file = statement()
    now = deps.now()
    before = a_look(file)

    def refused(who: Visit, look: Look, *, as_first: bool, at: timedelta = timedelta()) -> None:
        looks = stored(who.rid).looks
        with pytest.raises(NotChanged):
            deps.visits.look(who.rid, who.hash, look, counted=as_first, now=now + at)
        assert stored(who.rid).looks == looks

    refused(visit, before, as_first=False)  # nothing was counted before
    deps.visits.look(visit.rid, visit.hash, before, counted=True, now=now)
    assert deps.visits.look(visit.rid, visit.hash, before, counted=True, now=now).looks == 1
    assert deps.visits.look(visit.rid, visit.hash, before, counted=False, now=now).looks == 1
    refused(visit, a_look(file), as_first=True)  # counted before
    refused(second, a_look(file), as_first=True)  # no view is left
    stranger = Visit(visit.rid, token(os.urandom(16)))
    refused(stranger, a_look(file), as_first=counted)
    refused(visit, a_look(file), as_first=False, at=timedelta(minutes=15))  # the visit has ended
    plain, plain_visit = visit_of(process_link(cloud), cloud)
    assert plain.rid
    refused(plain_visit, a_look(file), as_first=True)  # it does not count documents
    cloud.post(f"/links/{visitor.rid}/revoke", {}, BEARER)
    refused(visit, a_look(file), as_first=False)
