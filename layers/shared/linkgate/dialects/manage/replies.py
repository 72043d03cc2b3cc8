"""Replies of the management API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from linkgate.dialects.manage.operations import COLUMNS_LENGTH
from linkgate.dialects.manage.problems import problem_of
from linkgate.errors import LinkError
from linkgate.model.moments import utc
from linkgate.usecases.definitions import schema_of
from linkgate.usecases.form_parts import properties
from linkgate.usecases.history.timeline import EXPIRED, expired_at
from linkgate.wire.message import Reply, json_reply
from linkgate.wire.spreadsheet_csv import BOM, MEDIA_TYPE, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.manage import schemas
    from linkgate.model.callback import Callback
    from linkgate.model.file import File
    from linkgate.model.link import Delivery, Link
    from linkgate.model.live import ChatLine
    from linkgate.model.tenant import Campaign, Contact
    from linkgate.usecases.delivery.successors import Successor
    from linkgate.usecases.history.timeline import TimelinePage
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.usecases.issuing.link_batches import EntryResult
    from linkgate.usecases.management.campaign_results import CampaignResults, Result, ResultsPage
    from linkgate.usecases.management.erasure import Erased
    from linkgate.usecases.management.link_details import Submission
    from linkgate.usecases.management.link_lists import LinksPage


def render_link(link: Link, now: datetime) -> Reply:
    """Render a link."""
    return json_reply(200, link_json(link, now))


def render_successor(made: Successor, now: datetime) -> Reply:
    """Render a link that takes the place of another."""
    content: schemas.NewLink = {**link_json(made.link, now), "link": made.url}
    return json_reply(200, content)


def render_desk(issued: Issued, now: datetime) -> Reply:
    """Render the link to an agent's desk with its address."""
    content: schemas.NewLink = {**link_json(issued.link, now), "link": issued.url}
    return json_reply(201, content)


def render_page(page: LinksPage, now: datetime) -> Reply:
    """Render a page of links."""
    content: schemas.LinkPage = {"links": [link_json(link, now) for link in page.links], "cursor": page.cursor}
    return json_reply(200, content)


def render_timeline(link: Link, page: TimelinePage, now: datetime) -> Reply:
    """Render a page of a link's facts. If it has expired, that comes last."""
    events: list[schemas.EventJson] = [
        {
            "type": entry.fact.kind,
            "atUtc": utc(entry.fact.at),
            "data": json.loads(entry.fact.details),
            "sequence": entry.sequence,
            "hash": entry.hash,
            "previous": entry.previous,
        }
        for entry in page.entries
    ]
    if page.following is None and (end := expired_at(link, now)):
        events.append(
            {"type": EXPIRED, "atUtc": utc(end), "data": {}, "sequence": None, "hash": None, "previous": None}
        )
    cursor = str(page.following) if page.following else None
    content: schemas.Timeline = {"rid": link.rid, "events": events, "cursor": cursor}
    return json_reply(200, content)


def render_submission(link: Link, submission: Submission) -> Reply:
    """Render the submitted data."""
    givers = submission.givers
    content: schemas.Submission = {
        "rid": link.rid,
        "version": link.version,
        "submittedAtUtc": utc(link.submitted_at or link.created_at),
        "data": dict(submission.data),
        "filledBy": None if givers is None else {pointer: str(role) for pointer, role in givers.items()},
        "files": [submitted_file(pointer, file) for pointer, file in submission.files],
        "signatures": [
            {
                "field": each.pointer,
                "path": each.signature.path or None,
                "name": each.signature.name or None,
                "statement": each.statement,
                "sha256": each.signature.signed,
            }
            for each in submission.signatures
        ],
        "receipt": submission.receipt.id if submission.receipt else None,
    }
    return json_reply(200, content)


def submitted_file(pointer: str, file: File) -> schemas.SubmittedFile:
    """Return a file of a submission."""
    return {
        "field": pointer,
        "id": file.id,
        "name": file.name,
        "kind": file.kind.value,
        "size": file.size,
        "sha256": file.sha256,
        "state": file.state.value,
    }


def render_chat(link: Link, lines: Sequence[ChatLine]) -> Reply:
    """Render what was written in a session's calls."""
    content: schemas.Chat = {"rid": link.rid, "lines": [chat_json(line) for line in lines]}
    return json_reply(200, content)


def chat_json(line: ChatLine) -> schemas.ChatLineJson:
    """Return a line or note of a call."""
    return {
        "call": line.call,
        "by": line.side.value,
        "agent": line.agent,
        "note": line.note,
        "writtenAtUtc": utc(line.at),
        "text": line.text,
    }


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
        "timeZone": contact.time_zone,
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
        "files": erased.files,
        "contacts": erased.contacts,
        "resources": [{"type": kind, "uid": uid} for kind, uid in erased.resources],
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


def render_results_csv(
    page: ResultsPage, versions: Sequence[Campaign], command: CampaignResults, query: Mapping[str, str], now: datetime
) -> Reply:
    """Render a page of results as CSV. The next page has the same columns, which its address names."""
    results = [result_json(result, now) for result in page.results]
    own = _named_columns(results) if command.columns is None else command.columns
    columns = result_columns(own, versions)
    name = quote(command.campaign, safe="")
    headers = {
        "content-type": MEDIA_TYPE,
        "content-disposition": f"attachment; filename=\"results.csv\"; filename*=UTF-8''{name}.csv",
    }
    if page.cursor:
        further = {"cursor": page.cursor, "columns": _column_text(own)}
        headers["link"] = f'</campaigns/{name}/results?{urlencode({**query, **further})}>; rel="next"'
    rows = [result_row(result, columns) for result in results]
    return Reply(200, BOM + write_csv(columns, rows), headers)


def own_columns(results: Sequence[schemas.ResultJson]) -> list[str]:
    """Return the columns of the callers' own data, in order of appearance."""
    return list(dict.fromkeys(name for result in results for name in _own(result)))


def _named_columns(results: Sequence[schemas.ResultJson]) -> list[str]:
    """Return as many of the callers' own columns as the address of the next page can name."""
    named = own_columns(results)[:OWN_COLUMNS]
    while len(_column_text(named)) > COLUMNS_LENGTH:
        named.pop()
    return named


def _column_text(columns: Sequence[str]) -> str:
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":"))


def result_columns(own: Sequence[str], versions: Sequence[Campaign]) -> list[str]:
    """Return the fixed columns, the callers' own, one for each question of any version, and one for all else."""
    asked = dict.fromkeys(f"{ANSWER}{name}" for version in versions for name in properties(schema_of(version)))
    return [*_FIXED, *own, *asked, OTHER]


ANSWER = "answer: "
"""Prefix of an answer's name in the heading of its column."""

OTHER = "other"
"""Column of a JSON object with everything that has no column of its own."""

OWN_COLUMNS = 20
"""Limit of columns for the callers' own data on a page, whose address must name them."""

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
    "version": "version",
    "reopened_as": "reopenedAs",
}


def result_row(result: schemas.ResultJson, columns: Sequence[str]) -> dict[str, object]:
    """Return a survey as a row. What has no column goes to `other`."""
    facts: Mapping[str, Any] = result
    row: dict[str, object] = {column: facts[name] for column, name in _FIXED.items()}
    values = {**_own(result), **{f"{ANSWER}{name}": value for name, value in (result["answers"] or {}).items()}}
    row |= {name: value for name, value in values.items() if name in columns}
    other = {name: value for name, value in values.items() if name not in columns}
    return {**row, OTHER: other or None}


def _own(result: schemas.ResultJson) -> dict[str, object]:
    """Return the callers' own data by column."""
    taken = {*_FIXED, OTHER}
    return {
        name if name not in taken and not name.startswith(ANSWER) else f"{name} (misc)": value
        for name, value in {**result["custom"], **result["miscData"]}.items()
    }


def result_json(result: Result, now: datetime) -> schemas.ResultJson:
    """Return a survey's facts, details and answers."""
    link, details = result.link, result.details
    return {
        "rid": link.rid,
        "version": link.version,
        "number": link.number,
        "status": link.status(now).value,
        "createdAtUtc": utc(link.created_at),
        "submittedAtUtc": _optional(link.submitted_at),
        "reopenedAs": link.renewed_as if link.reopened else None,
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
        "subject": link.definition_id,
        "version": link.version,
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
        "ways": sorted(link.secrets.values()),
        "erasedAtUtc": _optional(link.erased_at),
        "renewedAs": link.renewed_as,
        "deliveries": [_delivery_json(delivery) for delivery in link.deliveries.values()],
        "refusedChannels": list(link.refused),
        "callback": _callback_json(link.callback) if link.callback else None,
        "test": link.test,
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


def _callback_json(callback: Callback) -> schemas.CallbackJson:
    return {
        "askedAtUtc": utc(callback.asked_at),
        "name": callback.name,
        "phone": callback.phone,
        "preferredTime": callback.wanted,
        "note": callback.note,
        "takenAtUtc": _optional(callback.taken_at),
        "takenBy": callback.taken_by,
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
