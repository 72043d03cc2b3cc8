"""Each condition of a write of the live channel, past the use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.presence import NOWHERE, Connection, Presence, Ticket
from linkgate.store.table import ConditionRefused

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TICKET = Ticket("rid", "room", "visit", "", "host", NOW + timedelta(seconds=30))
PRESENCE = Presence("room", "visit", "rid", "adviser", "one", NOW + timedelta(minutes=3), agent="ana")
CONNECTION = Connection("one", "rid", "room", "visit", "adviser", NOW, agent="ana", replaces="none")


@pytest.mark.usefixtures("cloud")
def test_a_ticket_is_taken_once_and_before_its_end() -> None:
    tickets = wiring.deps().tickets
    tickets.add("hash", TICKET)

    assert tickets.take("other", NOW) is None
    assert tickets.take("hash", TICKET.expires_at) is None
    assert tickets.take("hash", TICKET.expires_at - timedelta(milliseconds=1)) == TICKET
    assert tickets.take("hash", NOW) is None


@pytest.mark.usefixtures("cloud")
def test_a_ticket_never_takes_the_place_of_another() -> None:
    tickets = wiring.deps().tickets
    tickets.add("hash", TICKET)

    with pytest.raises(ConditionRefused):
        tickets.add("hash", TICKET)


@pytest.mark.usefixtures("cloud")
def test_a_connection_and_its_presence_are_read_as_they_were_written() -> None:
    presences = wiring.deps().presences
    presences.connect(CONNECTION, PRESENCE)

    assert presences.connection("one") == CONNECTION
    assert presences.of("room") == [PRESENCE]
    assert presences.connection("two") is None
    assert presences.of("other") == []
    presences.forget("one")
    presences.forget("one")
    assert presences.connection("one") is None


@pytest.mark.usefixtures("cloud")
def test_an_older_connection_changes_nothing_of_its_browsers_presence() -> None:
    presences = wiring.deps().presences
    newer = replace(PRESENCE, connection="two")
    presences.connect(CONNECTION, PRESENCE)
    presences.connect(replace(CONNECTION, id="two"), newer)

    assert not presences.renew(PRESENCE, NOW + timedelta(hours=1))
    presences.part(PRESENCE)
    presences.leave(PRESENCE)

    assert presences.of("room") == [newer]
    lease = NOW + timedelta(hours=1)
    assert presences.renew(newer, lease)
    presences.part(newer)
    assert presences.of("room") == [replace(newer, lease=lease, connection=NOWHERE)]


def test_nothing_of_the_channel_is_in_a_links_partition_and_all_of_it_ends_by_itself(cloud: Cloud) -> None:
    deps = wiring.deps()
    deps.tickets.add("hash", TICKET)
    deps.presences.connect(CONNECTION, PRESENCE)

    items = {item["pk"].partition("#")[0]: item for item in cloud.table() if item["sk"] != "link" and "#" in item["pk"]}

    seconds = NOW.timestamp()
    assert items["ticket"]["ttl"] - seconds <= 2 * 3600
    assert items["conn"]["ttl"] - seconds <= 3 * 3600
    assert items["room"]["ttl"] - seconds <= 25 * 3600
