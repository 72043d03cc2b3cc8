"""A link in sentences: its state, its messages and codes, and what can be done about it. Pure."""

from __future__ import annotations

import json
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate import texts
from linkgate.errors import Forbidden, InvalidRequest, LinkClosed, NotFound, Throttled
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import DeliveryState
from linkgate.model.moments import in_words
from linkgate.model.numbers import number_in_words
from linkgate.pages.masks import masked
from linkgate.usecases.history.link_facts import OPENED
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from linkgate.errors import LinkError
    from linkgate.model.link import Channel, Link
    from linkgate.model.timeline import Fact
    from linkgate.usecases.staff.possible_acts import Act


_SHOWN = 8
"""Digits of an id that stand for a name."""

_LOST = {
    DeliveryState.BOUNCED: "bounced",
    DeliveryState.FAILED: "delivery_failed",
    DeliveryState.REFUSED: "refused",
    DeliveryState.COMPLAINED: "complained",
}
"""States of a message that somebody must do something about, each with the name of its fact."""
_TOLD = frozenset({DeliveryState.BOUNCED, DeliveryState.COMPLAINED})
"""States of a message because of which its address gets nothing more."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The language and time zone of the person who reads, and whom they know. No zone means that of this machine."""

    language: str
    zone: tzinfo | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of people and keys, by id."""
    masks: bool = False
    """True for a reader who sees customers' addresses only in part."""
    on_page: bool = False
    """True for a reader of a page, whose script shows each moment in the reader's own time zone."""

    def address(self, address: str | None) -> str:
        """Return an address as this reader may see it."""
        if not address:
            return self.text("no_address")
        return masked(address) if self.masks else address

    def name(self, id_: str) -> str:
        """Return the name of a person or key, or the beginning of its id."""
        return self.names.get(id_) or id_[:_SHOWN]

    def text(self, key: str, **values: object) -> str:
        """Return a text, filled in. It is Html if a value is, such as a moment on a page."""
        template = texts.console_texts(self.language)[key]
        marked = any(isinstance(value, Html) for value in values.values())
        return (Html(template) if marked else template).format(**values)  # noqa: S704 - our own text

    def has(self, key: str) -> bool:
        """Return whether there is a text of this name."""
        return key in texts.console_texts(self.language)

    def counted(self, key: str, count: int, **values: object) -> str:
        """Return a text about a number of things, filled in."""
        return self.text(f"{key}#{texts.plural_category(count, self.language)}", count=count, **values)

    def number(self, value: int | str) -> str:
        """Return a number with the language's own marks. A text is one as Python writes it, such as `12.5`."""
        return number_in_words(str(value), self.language)

    def moment(self, moment: datetime | None) -> str:
        """Return a moment in words, or a dash."""
        if moment is None:
            return "-"
        words = in_words(moment.astimezone(self.zone), self.language)
        return Html('<time datetime="{}">{}</time>').format(moment.isoformat(), words) if self.on_page else words

    def reason(self, code: str | None) -> dict[str, str]:
        """Return the cause that a reason code stands for, and the next step."""
        name = code if self.has(f"reason.{code}.cause") else "other"
        return {"cause": self.text(f"reason.{name}.cause"), "next": self.text(f"reason.{name}.next")}


@dataclass(frozen=True, slots=True)
class Situation:
    """A link's state in a few words and in sentences, the acts that would succeed now, and why others would not."""

    headline: str
    sentences: tuple[str, ...]
    acts: tuple[Act, ...]
    why_not: Mapping[Act, str]


def situation(  # noqa: PLR0913, PLR0917 - what is known of a link
    link: Link,
    now: datetime,
    acts: Mapping[Act, LinkError | None],
    bars: Mapping[Channel, str],
    reader: Reader,
    facts: Sequence[Fact] = (),
) -> Situation:
    """Put a link into words.

    `acts` is what `possible_acts` found, `bars` the suppressed addresses, `facts` what is on record.
    """
    state = _state(link, now)
    parts = (
        _lives(link, state, reader),
        _openings(link, facts, reader),
        _messages(link, reader),
        _bars(link, bars, reader),
        _codes(link, now, reader),
    )
    return Situation(
        headline=reader.text(f"state.{state}"),
        sentences=tuple(sentence for part in parts for sentence in part),
        acts=tuple(act for act, refusal in acts.items() if refusal is None),
        why_not={act: _why_not(refusal, reader) for act, refusal in acts.items() if refusal is not None},
    )


def fact_in_words(fact: Fact, reader: Reader) -> str:
    """Put a fact of the timeline into words, with who did it and why."""
    details = json.loads(fact.details)
    channel = reader.text(f"channel.{details['channel']}") if details.get("channel") else ""
    key = f"fact.{fact.kind}"
    own = f"{key}.{details.get('channel')}"
    words = reader.text(own if reader.has(own) else key, channel=channel)
    reason = details.get("reason")
    if reason and reader.has(f"reason.{reason}.cause"):
        words += f": {reader.reason(reason)['cause']}"
        details.pop("reason")
    if details.get("suspectedRobot"):
        words += reader.text("fact.robot")
    return words[:1].upper() + words[1:] + _who(details.get("by"), details, reader)


def headline(link: Link, now: datetime, reader: Reader) -> str:
    """Return a link's state in a few words."""
    return reader.text(f"state.{_state(link, now)}")


def trouble(link: Link, reader: Reader) -> str | None:
    """Return in a few words which message was lost, or None. The e-mail comes first."""
    for channel, delivery in link.deliveries.items():
        if delivery.state in _LOST:
            words = reader.text(f"fact.link.{_LOST[delivery.state]}", channel=reader.text(f"channel.{channel}"))
            return words[:1].upper() + words[1:]
    return None


def _state(link: Link, now: datetime) -> str:
    if link.erased_at:
        return "erased"
    if link.replaced:
        return "replaced"
    if link.reopened:
        return "reopened"
    if link.renewed_as and not link.revoked_at and not link.submitted_at:
        return "renewed"
    return link.status(now).value.lower()


def _lives(link: Link, state: str, reader: Reader) -> Iterator[str]:
    note, by = {
        "erased": (link.erased_note, link.erased_note.get("by")),
        "reopened": (link.reopened_note, link.reopened_by),
    }.get(state, (link.revoked_note, link.revoked_by))
    key = f"state.{state}.text"
    yield reader.text(
        f"{key}#{texts.plural_category(link.openings, reader.language)}" if state == "exhausted" else key,
        made=reader.moment(link.created_at),
        ends=reader.moment(link.expires_at),
        opened=reader.moment(link.opened_at),
        submitted=reader.moment(link.submitted_at),
        locked=reader.moment(link.locked_at),
        revoked=reader.moment(link.revoked_at),
        erased=reader.moment(link.erased_at),
        renewed=reader.moment(link.renewed_at),
        views=link.openings,
        next_rid=link.renewed_as or "-",
        who=_who(by, note, reader),
    )
    if link.replaces:
        yield reader.text("replaces", rid=link.replaces)
    if link.reopens:
        yield reader.text("reopens", rid=link.reopens)
    if link.test:
        yield reader.text("test", ttl=reader.moment(link.ttl))
    if link.disowned_at:
        yield reader.text("disowned", at=reader.moment(link.disowned_at))
    if link.draft_at and not link.submitted_at:
        yield reader.text("draft", at=reader.moment(link.draft_at))


def _openings(link: Link, facts: Sequence[Fact], reader: Reader) -> Iterator[str]:
    """Yield when somebody last opened a link that was not sent in, and whether that was a person."""
    opened = [fact for fact in facts if fact.kind == OPENED]
    people = [fact.at for fact in opened if not json.loads(fact.details).get("suspectedRobot")]
    if link.submitted_at or link.erased_at or not opened:
        return
    if not people:
        yield reader.text("opened.scanner")
    elif len(people) < len(opened):
        yield reader.text("opened.after_scanner", at=reader.moment(max(people)))
    elif len(people) > 1:
        yield reader.text("opened.last", at=reader.moment(max(people)))


def _messages(link: Link, reader: Reader) -> Iterator[str]:
    for channel, delivery in link.deliveries.items():
        key = f"delivery.{delivery.state}"
        yield reader.text(
            f"{key}.{channel}" if reader.has(f"{key}.{channel}") else key,
            message=reader.text(f"message.{channel}", to=_to(link, channel, reader)),
            at=reader.moment(delivery.at),
            **reader.reason(delivery.reason),
        )
    for asked in link.refused:
        name, _, reason = asked.partition(":")
        yield reader.text("refused", channel=reader.text(f"channel.{name}"), **reader.reason(reason))
    if not link.deliveries and not link.refused:
        yield reader.text("no_message")


def _bars(link: Link, bars: Mapping[Channel, str], reader: Reader) -> Iterator[str]:
    for channel, reason in bars.items():
        delivery = link.deliveries.get(channel)
        if delivery is None or delivery.state not in _TOLD:
            yield reader.text("barred", to=_to(link, channel, reader), **reader.reason(reason))


def _codes(link: Link, now: datetime, reader: Reader) -> Iterator[str]:
    if link.code is None:
        return
    channel = link.code.channel
    values = {"channel": reader.text(f"channel.{channel}"), "to": _to(link, channel, reader)}
    if link.codes_sent:
        sent, last = len(link.codes_sent), reader.moment(max(link.codes_sent))
        yield reader.text("code.sent", count=sent, at=last, tries=link.code_tries, **values)
    else:
        yield reader.text("code.asked", **values)
    if link.code_failure:
        failure = link.code_failure
        yield reader.text("code.failed", at=reader.moment(failure.at), **reader.reason(failure.reason))
    if link.codes_from and link.codes_from > now:
        yield reader.text("code.waits", at=reader.moment(link.codes_from))


def _to(link: Link, channel: Channel, reader: Reader) -> str:
    return reader.address(link.address(channel))


def _who(by: str | None, note: Mapping[str, str], reader: Reader) -> str:
    """Return who acted and why, as the end of a sentence. Nobody is named if nobody is known."""
    role = note.get("role", "")
    if who := note.get("who"):
        words = reader.text("who.agent" if note.get("as") == "agent" else "who.operator", who=who)
    elif note.get("as") == "person":
        words = reader.text("who.person", who=reader.name(by or ""), role=reader.text(f"role.{role}"))
        if proposer := note.get("proposer"):
            words += reader.text("who.proposed", who=reader.name(proposer))
    else:
        words = reader.text("who.key", who=reader.name(by)) if by else ""
    return words + (reader.text("who.reason", reason=note["reason"]) if note.get("reason") else "")


def refusal_in_words(refusal: LinkError, reader: Reader) -> str:
    """Return a sentence about an act that was refused."""
    words = _why_not(refusal, reader)
    return f"{words[:1].upper()}{words[1:]}."


def _why_not(refusal: LinkError, reader: Reader) -> str:
    match refusal:
        case Throttled():
            return reader.text("why.throttled", seconds=refusal.retry_after)
        case LinkClosed():
            key = type(refusal).__name__.removeprefix("Link").lower()
        case NotFound():
            key = "not_found"
        case Forbidden():
            key = "forbidden"
        case InvalidRequest(problems=[problem, *_]):
            own = f"{problem.field}.{problem.code}"
            key = own if reader.has(f"why.{own}") else problem.code
        case _:
            key = "other"
    return reader.text(f"why.{key}" if reader.has(f"why.{key}") else "why.other")
