"""Calls on a link's timeline: what is told, how often, and what is counted."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta

from linkgate.model.live import Ending, Reason, Room, Side
from linkgate.model.tenant import Media
from linkgate.ports.measures import Metric
from linkgate.usecases.history.link_counts import counts_of
from linkgate.usecases.history.session_facts import session_facts
from tests.support.fakes.links import NOW, RID, TENANT, link

SECOND = timedelta(seconds=1)
WAITS = Room(
    rid=RID,
    tenant=TENANT,
    ttl=NOW + timedelta(days=37),
    call=1,
    visit="v",
    queue="loans",
    entered_at=NOW,
    waiting_at=NOW,
)
MISSED = replace(WAITS, missed_at=NOW + 121 * SECOND)
READY = replace(MISSED, media=Media.AUDIO)
JOINED = replace(READY, seat="ana", joined_at=NOW + 130 * SECOND, first_joined_at=NOW + 130 * SECOND, claim="1")
SEEN = replace(JOINED, media=Media.VIDEO, seen=True)
MOVED = replace(
    SEEN, seat=None, joined_at=None, queue="@ben", waiting_at=NOW + 190 * SECOND, talked=60 * SECOND, transfers=1
)
TAKEN_OVER = replace(MOVED, seat="ben", joined_at=NOW + 200 * SECOND, claim="2")
ENDED = replace(TAKEN_OVER, ending=Ending(NOW + 230 * SECOND, Side.AGENT, Reason.ENDED))
AGAIN = replace(WAITS, call=2, entered_at=NOW + 999 * SECOND, waiting_at=NOW + 999 * SECOND)
LEFT = replace(AGAIN, ending=Ending(NOW + 1009 * SECOND, Side.CUSTOMER, Reason.LEFT))
CLOSED = replace(AGAIN, ending=Ending(NOW + 1009 * SECOND, Side.LINKGATE, Reason.CLOSED))


def test_a_call_is_told_from_the_coming_to_the_end() -> None:
    images = [None, WAITS, MISSED, READY, JOINED, SEEN, MOVED, TAKEN_OVER, ENDED, AGAIN, LEFT]

    facts = [fact for old, new in itertools.pairwise(images) if new for fact in session_facts(old, new)]

    assert [(fact.id, fact.kind, json.loads(fact.details)) for fact in facts] == [
        ("waiting:1", "session.waiting", {"call": 1, "queue": "loans"}),
        ("missed:1", "session.missed", {"call": 1, "queue": "loans", "waitedSeconds": 121}),
        (
            "joined:1:0",
            "session.joined",
            {"agent": "ana", "call": 1, "media": "audio", "queue": "loans", "waitedSeconds": 130},
        ),
        ("transferred:1:1", "session.transferred", {"agent": "ana", "call": 1, "queue": "@ben", "talkSeconds": 60}),
        (
            "joined:1:1",
            "session.joined",
            {"agent": "ben", "call": 1, "media": "video", "queue": "@ben", "waitedSeconds": 10},
        ),
        (
            "ended:1",
            "session.ended",
            {
                "agent": "ben",
                "by": "agent",
                "call": 1,
                "media": "video",
                "queue": "@ben",
                "reason": "ended",
                "talkSeconds": 90,
                "waitedSeconds": 130,
            },
        ),
        ("waiting:2", "session.waiting", {"call": 2, "queue": "loans"}),
        ("ended:2", "session.abandoned", {"call": 2, "queue": "loans", "reason": "left", "waitedSeconds": 10}),
    ]


def test_a_call_whose_picture_did_not_come_through_was_in_writing() -> None:
    (fact,) = session_facts(JOINED, replace(JOINED, ending=ENDED.ending))

    assert json.loads(fact.details)["media"] == "text"


def test_a_call_that_the_link_ended_is_not_called_abandoned() -> None:
    (fact,) = session_facts(AGAIN, CLOSED)

    assert fact.kind == "session.ended"
    assert json.loads(fact.details)["talkSeconds"] == 0
    assert "media" not in json.loads(fact.details)


def test_calls_are_counted_with_their_durations() -> None:
    measures = [
        (measure.metric, measure.value)
        for old, new in ((None, WAITS), (WAITS, MISSED), (MISSED, JOINED), (TAKEN_OVER, ENDED), (AGAIN, LEFT))
        for fact in session_facts(old, new)
        for measure in counts_of(link(), fact)
    ]

    assert measures == [
        (Metric.SESSIONS_WAITING, 1),
        (Metric.SESSIONS_MISSED, 1),
        (Metric.SESSIONS_JOINED, 1),
        (Metric.WAIT_SECONDS, 130),
        (Metric.TALK_SECONDS, 90),
        (Metric.SESSIONS_ABANDONED, 1),
    ]
