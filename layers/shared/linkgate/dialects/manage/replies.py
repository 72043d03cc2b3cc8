"""Replies of the management API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from linkgate.dialects.manage.problems import problem_of
from linkgate.errors import LinkError
from linkgate.model.moments import utc
from linkgate.usecases.history.timeline import EXPIRED, expired_at
from linkgate.wire.message import Reply, json_reply
from linkgate.wire.spreadsheet_csv import MEDIA_TYPE, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.manage import schemas
    from linkgate.model.link import Delivery, Link
    from linkgate.model.tenant import Contact
    from linkgate.model.timeline import Entry
    from linkgate.usecases.issuing.link_batches import EntryResult
    from linkgate.usecases.management.campaign_results import Result, ResultsPage
    from linkgate.usecases.management.erasure import Erased
    from linkgate.usecases.management.link_lists import LinksPage


def render_link(link: Link, now: datetime) -> Reply:
    """Render a link."""
    return json_reply(200, link_json(link, now))


def render_page(page: LinksPage, now: datetime) -> Reply:
    """Render a page of links."""
    content: schemas.LinkPage = {"links": [link_json(link, now) for link in page.links], "cursor": page.cursor}
    return json_reply(200, content)


def render_timeline(link: Link, entries: Sequence[Entry], now: datetime) -> Reply:
    """Render a link's facts. If it has expired, that comes last."""
    events: list[schemas.EventJson] = [
        {
            "type": entry.fact.kind,
            "atUtc": utc(entry.fact.at),
            "data": json.loads(entry.fact.details),
            "sequence": entry.sequence,
            "hash": entry.hash,
            "previous": entry.previous,
        }
        for entry in entries
    ]
    if end := expired_at(link, now):
        events.append(
            {"type": EXPIRED, "atUtc": utc(end), "data": {}, "sequence": None, "hash": None, "previous": None}
        )
    content: schemas.Timeline = {"rid": link.rid, "events": events}
    return json_reply(200, content)


def render_submission(link: Link, data: Mapping[str, object]) -> Reply:
    """Render the submitted data."""
    content: schemas.Submission = {
        "rid": link.rid,
        "submittedAtUtc": utc(link.submitted_at or link.created_at),
        "data": dict(data),
    }
    return json_reply(200, content)


def render_batch(made: Sequence[EntryResult]) -> Reply:
    """Render 200 for any outcome. Each result has the status that a separate call would have had."""
    results = [_made_json(index, each) for index, each in enumerate(made)]
    failed = sum(result["problem"] is not None for result in results)
    content: schemas.BatchResult = {"created": len(results) - failed, "failed": failed, "results": results}
    return json_reply(200, content)


def render_contact(contact: Contact) -> Reply:
    """Render a contact."""
    content: schemas.ContactJson = {
        "id": contact.id,
        "name": contact.name,
        "contactType": contact.contact_type,
        "email": contact.email,
        "phone": contact.phone,
        "smsConsent": contact.sms_consent,
        "locale": contact.locale,
        "accountNumber": contact.account_number,
    }
    return json_reply(200, content)


def render_nothing() -> Reply:
    """Render 204."""
    return Reply(204)


def render_receipt(erased: Erased) -> Reply:
    """Render the numbers of erased items."""
    content: schemas.ErasureReceipt = {
        "links": erased.links,
        "bodies": erased.bodies,
        "contacts": erased.contacts,
        "more": erased.more,
    }
    return json_reply(200, content)


def render_results(campaign: str, page: ResultsPage, now: datetime) -> Reply:
    """Render a page of a campaign's results."""
    content: schemas.ResultPage = {
        "campaign": campaign,
        "results": [result_json(result, now) for result in page.results],
        "cursor": page.cursor,
    }
    return json_reply(200, content)


def render_results_csv(campaign: str, page: ResultsPage, query: Mapping[str, str], now: datetime) -> Reply:
    """Render a page of results as CSV. The headings are those of this page."""
    rows = [result_row(result_json(result, now)) for result in page.results]
    headers = {
        "content-type": MEDIA_TYPE,
        "content-disposition": f"attachment; filename=\"results.csv\"; filename*=UTF-8''{quote(campaign, safe='')}.csv",
    }
    if page.cursor:
        following = urlencode({**query, "cursor": page.cursor})
        headers["link"] = f'</campaigns/{quote(campaign, safe="")}/results?{following}>; rel="next"'
    return Reply(200, write_csv(result_columns(rows), rows), headers)


def result_columns(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the fixed columns, then the callers' own, then those of answers, each in order of appearance."""
    fixed = list(_FIXED)
    further = dict.fromkeys(column for row in rows for column in row if column not in _FIXED)
    return fixed + sorted(further, key=lambda column: column.startswith(ANSWER))


ANSWER = "answer: "
"""Prefix of an answer's name in the heading of its column."""

_FIXED = {
    "rid": "rid",
    "number": "number",
    "status": "status",
    "created": "createdAtUtc",
    "submitted": "submittedAtUtc",
    "contact": "contact",
    "customer": "customerName",
    "account_number": "accountNumber",
    "agent": "agentName",
}


def result_row(result: schemas.ResultJson) -> dict[str, object]:
    """Return a survey as a row. Each key of `misc_data`, custom field and answer is a column."""
    values: Mapping[str, Any] = result
    row: dict[str, object] = {column: values[name] for column, name in _FIXED.items()}
    for name, value in {**result["custom"], **result["miscData"]}.items():
        row[name if name not in _FIXED and not name.startswith(ANSWER) else f"{name} (misc)"] = value
    for name, value in (result["answers"] or {}).items():
        row[f"{ANSWER}{name}"] = value
    return row


def result_json(result: Result, now: datetime) -> schemas.ResultJson:
    """Return a survey's facts, details and answers."""
    link, details = result.link, result.details
    return {
        "rid": link.rid,
        "number": link.number,
        "status": link.status(now).value,
        "createdAtUtc": utc(link.created_at),
        "submittedAtUtc": _optional(link.submitted_at),
        "contact": link.recipient.email or link.recipient.phone,
        "customerName": _text(details, "customer_name"),
        "accountNumber": _text(details, "account_number"),
        "agentName": _text(details, "agent_name"),
        "miscData": _mapping(details, "misc_data"),
        "custom": _mapping(details, "custom"),
        "answers": dict(result.answers) if result.answers is not None else None,
    }


def link_json(link: Link, now: datetime) -> schemas.LinkJson:
    """Return a link's facts, without hashes of secrets and visits."""
    recipient = link.recipient
    return {
        "rid": link.rid,
        "masterRid": link.master_rid,
        "kind": link.kind.value,
        "status": link.status(now).value,
        "dialect": link.dialect,
        "subject": link.subject,
        "reference": link.reference,
        "number": link.number,
        "tier": link.tier,
        "role": link.role,
        "roles": dict(link.roles),
        "recipient": {
            "name": recipient.name,
            "email": recipient.email,
            "phone": recipient.phone,
            "contactId": recipient.contact_id,
            "locale": recipient.locale,
        },
        "createdAtUtc": utc(link.created_at),
        "createdBy": link.created_by,
        "expiresAtUtc": utc(link.expires_at),
        "extendedAtUtc": _optional(link.extended_at),
        "viewCount": link.views,
        "maxViews": link.max_views,
        "codeChannel": link.code.channel.value if link.code else None,
        "firstOpenedAtUtc": _optional(link.opened_at),
        "submittedAtUtc": _optional(link.submitted_at),
        "revokedAtUtc": _optional(link.revoked_at),
        "revokedBy": link.revoked_by,
        "lockedAtUtc": _optional(link.locked_at),
        "erasedAtUtc": _optional(link.erased_at),
        "renewedAs": link.renewed_as,
        "deliveries": [_delivery_json(delivery) for delivery in link.deliveries.values()],
        "refusedChannels": list(link.refused),
    }


def _optional(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


def _delivery_json(delivery: Delivery) -> schemas.DeliveryJson:
    return {
        "channel": delivery.channel.value,
        "state": delivery.state.value,
        "attempt": delivery.attempt,
        "messageId": delivery.message_id,
        "reason": delivery.reason,
        "atUtc": _optional(delivery.at),
        "nextAttemptAtUtc": _optional(delivery.due),
    }


def _made_json(index: int, made: EntryResult) -> schemas.Made:
    if made.issued is None:
        problem = problem_of(made.error or LinkError())
        return {
            "index": index,
            "status": problem["status"],
            "rid": None,
            "link": None,
            "number": None,
            "problem": problem,
        }
    link = made.issued.link
    return {
        "index": index,
        "status": 201,
        "rid": link.rid,
        "link": made.issued.url,
        "number": link.number,
        "problem": None,
    }


def _text(details: Mapping[str, object], name: str) -> str | None:
    value = details.get(name)
    return value if isinstance(value, str) else None


def _mapping(details: Mapping[str, object], name: str) -> dict[str, Any]:
    value = details.get(name)
    return dict(value) if isinstance(value, dict) else {}
