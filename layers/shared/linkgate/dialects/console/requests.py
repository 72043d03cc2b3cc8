"""Forms of the console's pages as commands. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from linkgate.dialects.console.act_pages import REASONS
from linkgate.dialects.console.link_pages import SEND_ANYWAY
from linkgate.dialects.console.result_pages import PERIODS
from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.link import Channel
from linkgate.usecases.authentication import REASON_LIMIT
from linkgate.usecases.delivery.replacing import ReplaceLink
from linkgate.usecases.management.extension import ExtendLink
from linkgate.usecases.management.revocation import RevokeLink
from linkgate.usecases.staff.acting import ExtendAndSend, SendAnyway, resend_command
from linkgate.usecases.staff.possible_acts import Act
from linkgate.usecases.staff.results import Filters
from linkgate.usecases.staff.submissions import Inbox
from linkgate.usecases.visits.reopening import ReopenLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.staff.acting import Command


_PERIODS = frozenset(map(str, PERIODS))
_STEP = re.compile(r"\d{1,2}", re.ASCII)


def parse_act(act: str, rid: str, form: Mapping[str, str], caller: Caller, reader: Reader) -> Command:
    """Parse the form of an act. Raises InvalidRequest, and NotFound for an act that there is not.

    A reason from the list is recorded in the words that its reader saw.
    """
    reason = form.get("reason", "").strip() or None
    match act:
        case Act.RESEND:
            chosen = _channel(form) if form.get("channel") else None
            return resend_command(caller, rid, short_reason(reason), chosen, replace="earlier" in form)
        case Act.EXTEND:
            extension = ExtendLink(caller=caller, rid=rid, until=_moment(form), reason=short_reason(reason))
            return ExtendAndSend(extension) if "send" in form else extension
        case Act.REVOKE:
            return RevokeLink(caller=caller, rid=rid, reason=short_reason(_why(form, reason, reader)))
        case Act.REPLACE:
            return _replacement(rid, form, caller)
        case Act.REOPEN:
            return ReopenLink(caller=caller, rid=rid, reason=short_reason(reason))
        case str() if act == SEND_ANYWAY:
            return SendAnyway(caller=caller, rid=rid, channel=_channel(form), reason=short_reason(reason))
        case _:
            raise NotFound("act")


def _replacement(rid: str, form: Mapping[str, str], caller: Caller) -> ReplaceLink:
    email, phone = (form.get(name, "").strip() or None for name in ("email", "phone"))
    checked = form.get("checked", "").strip()
    if (email or phone) and not checked:
        raise InvalidRequest([Problem.of("checked", "required")])
    return ReplaceLink(
        caller=caller,
        rid=rid,
        email=email,
        phone=phone,
        sms_consent="sms_consent" in form,
        reason=short_reason(checked or None),
    )


def _why(form: Mapping[str, str], text: str | None, reader: Reader) -> str:
    chosen = form.get("why")
    if chosen not in REASONS or (chosen == "other" and not text):
        raise InvalidRequest([Problem.of("reason", "required")])
    label = reader.text(f"why_revoked.{chosen}")
    return (text or label) if chosen == "other" else f"{label}: {text}" if text else label


def short_reason(reason: str | None) -> str | None:
    """Return the reason for an act. Raises InvalidRequest for one that is too long for a record."""
    if reason and len(reason) > REASON_LIMIT:
        raise InvalidRequest([Problem.of("reason", "too_long", max=REASON_LIMIT)])
    return reason


def _channel(form: Mapping[str, str]) -> Channel:
    try:
        return Channel(form.get("channel", ""))
    except ValueError as error:
        raise InvalidRequest([Problem.of("channel", "no_channel")]) from error


def _moment(form: Mapping[str, str]) -> datetime:
    """Return the chosen end, which the page gave in a program's spelling."""
    try:
        until = datetime.fromisoformat(form.get("until", ""))
    except ValueError as error:
        raise InvalidRequest([Problem.of("until", "required")]) from error
    if until.tzinfo is None:
        raise InvalidRequest([Problem.of("until", "required")])
    return until


def parse_filters(query: Mapping[str, str]) -> Filters:
    """Parse the query of a page of results. What it cannot mean is left out."""
    days, most = query.get("days", ""), query.get("most", "")
    return Filters(
        days=int(days) if days in _PERIODS else Filters().days,
        answered=bool(query.get("answered")),
        most=int(most) if _STEP.fullmatch(most) else None,
        agent=query.get("agent") or None,
    )


def parse_inbox(query: Mapping[str, str], caller: Caller) -> Inbox:
    """Parse the query of the inbox, as `parse_filters` does."""
    days = query.get("days", "")
    return Inbox(
        caller=caller,
        subject=query.get("subject") or None,
        days=int(days) if days in _PERIODS else Filters().days,
        cursor=query.get("cursor") or None,
    )
