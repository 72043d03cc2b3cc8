"""JSON for a program that opened a link: the facts that a page would show."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.file import READ_TIME
from linkgate.model.file_kinds import MEDIA_TYPES
from linkgate.model.kinds import KINDS
from linkgate.model.link import Kind
from linkgate.model.moments import utc
from linkgate.model.tenant import ResourceType
from linkgate.usecases.form_groups import collapsed, collected, with_entries
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.handover import own_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.usecases.live.polling import Fetched
    from linkgate.usecases.live.tickets import Issued
    from linkgate.usecases.visits.documents import Documents, Given
    from linkgate.usecases.visits.viewing import View


def view_json(view: View) -> dict[str, object]:
    """Return the reply to `GET /v`, without members that have no value."""
    link = view.link
    members = {
        "kind": link.kind.value,
        "rid": link.rid,
        "role": link.role,
        "maySubmit": view.may_submit if link.role or link.roles else None,
        "from": view.tenant.name,
        "title": view.definition.title if view.definition else None,
        "data": DATA[link.kind](view),
        "draft": _draft(view),
        "schema": collapsed(view.schema),
        "submitted": link.submitted_at is not None,
        "submittedAtUtc": utc(link.submitted_at) if link.submitted_at else None,
        "expiresAtUtc": utc(link.expires_at),
        "locale": link.recipient.locale,
        "session": _session(view),
        "document": _document(view.documents) if view.documents else None,
        "handOver": own_page(view) is not None if KINDS[link.kind].definition is ResourceType else None,
    }
    return {name: value for name, value in members.items() if value is not None}


def given_json(given: Given) -> dict[str, object]:
    """Return the reply to a program that asks for the bytes of a file."""
    return {"url": given.url, "expiresInSeconds": int(READ_TIME.total_seconds()), "sha256": given.file.sha256}


def ticket_json(issued: Issued) -> dict[str, object]:
    """Return the reply to a request for a ticket of the live channel."""
    return {
        "url": issued.url,
        "ticket": issued.ticket,
        "expiresInSeconds": issued.seconds,
        "protocol": "linkgate.v1",
        "poll": f"/v/{issued.rid}/live/messages",
    }


def fetched_json(fetched: Fetched, confided: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return the messages for a browser that polls. `after` is what it sends with its next request.

    A message that is `confided` has never been stored, and comes once.
    """
    once = [(f"{milliseconds(fetched.until)}#once", confided)] if confided else []
    return {
        "messages": [{"key": key, "message": message} for key, message in (*fetched.messages, *once)],
        "after": str(milliseconds(fetched.until)),
    }


def grant_json(view: View) -> dict[str, object]:
    """Return the reply to a grant for the tenant's own page: the opened link and its recipient."""
    link, recipient = view.link, view.link.recipient
    who = {
        "name": recipient.name,
        "email": recipient.email,
        "phone": recipient.phone,
        "contactId": recipient.contact_id,
        "type": recipient.recipient_type,
        "locale": recipient.locale,
    }
    members = {
        "rid": link.rid,
        "masterRid": link.master_rid,
        "kind": link.kind.value,
        "subject": link.definition_id,
        "reference": link.reference,
        "number": link.number,
        "tier": link.tier,
        "codeChecked": link.code is not None,
        "recipient": {name: value for name, value in who.items() if value is not None},
        "data": collected(view.data, view.schema),
        "openedAtUtc": utc(link.opened_at) if link.opened_at else None,
        "expiresAtUtc": utc(link.expires_at),
    }
    return {name: value for name, value in members.items() if value is not None}


def _document(documents: Documents) -> Mapping[str, object]:
    resource = documents.resource
    amount = resource.amount if resource else None
    facts = {
        "title": resource.title if resource else None,
        "number": resource.number if resource else None,
        "amount": {"value": amount.value, "currency": amount.currency} if amount else None,
        "due": resource.due.isoformat() if resource and resource.due else None,
        "note": resource.note if resource else None,
    }
    files = [
        {"id": file.id, "name": file.name, "type": MEDIA_TYPES[file.kind], "size": file.size, "sha256": file.sha256}
        for file in documents.files
    ]
    return {**{name: value for name, value in facts.items() if value is not None}, "files": files}


def _draft(view: View) -> Mapping[str, object] | None:
    draft = assembled(view.draft, view.fields)
    return None if draft is None else collected(with_entries(draft, view.schema), view.schema)


def _process_data(view: View) -> Mapping[str, object]:
    return collected(view.data, view.schema)


def _resource_data(view: View) -> Mapping[str, object]:
    return {"resourceType": view.link.definition_id, "resourceUid": view.link.reference}


def _survey_data(view: View) -> Mapping[str, object]:
    # The caller's other data are columns of its results. The customer does not see them.
    known = {"customerName": view.data.get("customer_name"), "agentName": view.link.reference}
    return {name: value for name, value in known.items() if value is not None}


def _session_data(view: View) -> Mapping[str, object]:
    name = view.definition.title if view.definition else None
    return {"category": name, "tickets": view.data.get("tickets", [])}


def _desk_data(view: View) -> Mapping[str, object]:
    return {"agent": view.link.definition_id, "desk": "/d"}


def _session(view: View) -> Mapping[str, object] | None:
    reception, callback = view.reception, view.link.callback
    if reception is None:
        return None
    members = {
        "desk": reception.desk.value,
        "opensAtUtc": utc(reception.opens_at.astimezone(UTC)) if reception.opens_at else None,
        "mayAskCallback": reception.callbacks and not (callback and callback.open),
        "callbackAskedAtUtc": utc(callback.asked_at) if callback else None,
        "callbackTakenAtUtc": utc(callback.taken_at) if callback and callback.taken_at else None,
    }
    return {name: value for name, value in members.items() if value is not None}


DATA: Mapping[Kind, Callable[[View], Mapping[str, object]]] = {
    Kind.PROCESS: _process_data,
    Kind.RESOURCE: _resource_data,
    Kind.SURVEY: _survey_data,
    Kind.SESSION: _session_data,
    Kind.DESK: _desk_data,
}
"""Data of each kind of link that its recipient may see."""
