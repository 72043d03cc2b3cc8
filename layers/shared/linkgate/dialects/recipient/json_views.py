"""JSON for a program that opened a link: the facts that a page would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Kind
from linkgate.model.moments import utc
from linkgate.model.tenant import Category
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.handover import own_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.usecases.visits.viewing import View


def view_json(view: View) -> dict[str, object]:
    """Return the reply to `GET /v`, without members that have no value."""
    link = view.link
    facts = {
        "kind": link.kind.value,
        "rid": link.rid,
        "from": view.tenant.name,
        "title": view.subject.title if view.subject else None,
        "data": _data(view),
        "draft": assembled(view.draft, view.fields),
        "schema": view.schema,
        "submitted": link.submitted_at is not None,
        "submittedAtUtc": utc(link.submitted_at) if link.submitted_at else None,
        "expiresAtUtc": utc(link.expires_at),
        "locale": link.recipient.locale,
        "handOver": own_page(view) is not None if link.kind is Kind.RESOURCE else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


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
    facts = {
        "rid": link.rid,
        "masterRid": link.master_rid,
        "kind": link.kind.value,
        "subject": link.subject,
        "reference": link.reference,
        "number": link.number,
        "tier": link.tier,
        "codeChecked": link.code is not None,
        "recipient": {name: value for name, value in who.items() if value is not None},
        "data": view.data,
        "openedAtUtc": utc(link.opened_at) if link.opened_at else None,
        "expiresAtUtc": utc(link.expires_at),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _data(view: View) -> Mapping[str, object]:
    link = view.link
    match link.kind:
        case Kind.PROCESS:
            return view.data
        case Kind.RESOURCE:
            return {"resourceType": link.subject, "resourceUid": link.reference}
        case Kind.SURVEY:
            # The caller's other data are columns of its results. The customer does not see them.
            known = {"customerName": view.data.get("customer_name"), "agentName": link.reference}
            return {name: value for name, value in known.items() if value is not None}
        case Kind.SESSION:
            name = view.subject.title if isinstance(view.subject, Category) else None
            return {"category": name, "tickets": view.data.get("tickets", [])}
