"""Parser of credentials and commands from requests to the management API."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.dialects.manage.bodies import (
    ENTRIES,
    Batch,
    BatchEntry,
    ContactFields,
    Desk,
    Erasure,
    Extension,
    ProcessEntry,
    Reopening,
    Replacement,
    Resend,
    ResourceEntry,
    Revocation,
    SessionEntry,
    SurveyEntry,
    WayRevocation,
)
from linkgate.dialects.manage.fields import Fields, validated
from linkgate.errors import InvalidRequest, LinkError, Problem
from linkgate.model.link import Kind, Status
from linkgate.model.tenant import Contact
from linkgate.usecases.authentication import Credentials
from linkgate.usecases.delivery.replacing import ReplaceLink
from linkgate.usecases.delivery.resending import ResendLink
from linkgate.usecases.history.timeline import EVENTS_LIMIT
from linkgate.usecases.issuing.desk_links import OpenDesk
from linkgate.usecases.issuing.link_batches import BATCH_LIMIT
from linkgate.usecases.issuing.process_links import RequestProcess
from linkgate.usecases.issuing.resource_links import ShareResource
from linkgate.usecases.issuing.session_links import StartSession
from linkgate.usecases.issuing.survey_links import InviteToSurvey
from linkgate.usecases.management.campaign_results import RESULTS_LIMIT, CampaignResults
from linkgate.usecases.management.erasure import EraseRecipient
from linkgate.usecases.management.extension import ExtendLink
from linkgate.usecases.management.link_lists import PAGE_LIMIT, ListLinks, cursor_problem
from linkgate.usecases.management.revocation import RevokeLink, RevokeWay
from linkgate.usecases.visits.reopening import ReopenLink
from linkgate.wire.basic_auth import bearer_token
from linkgate.wire.idempotency import idempotency_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.issuing.link_batches import Create
    from linkgate.wire.message import Request

C = TypeVar("C")
F = TypeVar("F", bound=Fields)

DIALECT = "manage"

_LONGEST_SEQUENCE = 15


def credentials(request: Request) -> Credentials:
    """Return the key in `Authorization: Bearer <key>`."""
    return Credentials(DIALECT, bearer_token(request.header("authorization")), source=request.source)


def parse_list(values: Mapping[str, Any], caller: Caller) -> ListLinks:
    """Return the list to read. Raises InvalidRequest for half a resource, or for two lists at once."""
    kind, uid = values.get("resourceType"), values.get("resourceUid")
    if (kind is None) != (uid is None):
        raise InvalidRequest([Problem.of("resourceUid" if kind else "resourceType", "required")])
    if kind is not None and "recipient" in values:
        raise InvalidRequest([Problem.of("recipient", "conflict", other="resourceType")])
    if "reference" in values and (
        other := next((name for name in ("resourceType", "recipient") if name in values), "")
    ):
        raise InvalidRequest([Problem.of("reference", "conflict", other=other)])
    return ListLinks(
        caller=caller,
        resource=(kind, uid.replace("-", "").lower()) if kind and uid else None,
        recipient=values.get("recipient"),
        reference=values.get("reference"),
        kind=Kind(values["kind"]) if "kind" in values else None,
        status=Status(values["status"]) if "status" in values else None,
        since=values.get("createdAfter"),
        until=values.get("createdBefore"),
        cursor=values.get("cursor"),
        limit=values.get("limit", PAGE_LIMIT),
    )


def parse_results(values: Mapping[str, Any], caller: Caller) -> CampaignResults:
    """Return the results of a campaign to read."""
    return CampaignResults(
        caller=caller,
        campaign=values["name"],
        submitted=values.get("submitted", False),
        since=values.get("createdAfter"),
        until=values.get("createdBefore"),
        cursor=values.get("cursor"),
        limit=values.get("limit", RESULTS_LIMIT),
        columns=_columns(values["columns"]) if "columns" in values else None,
    )


def _columns(text: str) -> list[str]:
    try:
        columns = json.loads(text)
    except (RecursionError, ValueError):
        columns = None
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        raise InvalidRequest([Problem.of("columns", "format", expected="a JSON list of strings")])
    return columns


def parse_extension(rid: str, request: Request, caller: Caller) -> ExtendLink:
    """Parse an extension. Raises InvalidRequest unless exactly one of time and hours is given."""
    body = _body(Extension, request)
    if body.expires_at_utc is None and body.hours is None:
        raise InvalidRequest([Problem.of("hours", "required")])
    if body.expires_at_utc is not None and body.hours is not None:
        raise InvalidRequest([Problem.of("hours", "conflict", other="expiresAtUtc")])
    return ExtendLink(caller=caller, rid=rid, until=body.expires_at_utc, hours=body.hours, reason=body.reason)


def parse_revocation(rid: str, request: Request, caller: Caller) -> RevokeLink:
    """Parse a request to revoke a link. An empty body is usual."""
    body = _body(Revocation, request) if request.body else Revocation()
    return RevokeLink(caller=caller, rid=rid, reason=body.reason)


def parse_way(rid: str, request: Request, caller: Caller) -> RevokeWay:
    """Parse a request to revoke a way."""
    body = _body(WayRevocation, request)
    return RevokeWay(caller=caller, rid=rid, way=body.way, reason=body.reason)


def parse_resend(rid: str, request: Request, caller: Caller) -> ResendLink:
    """Parse a request to resend. An empty body means the defaults."""
    body = _body(Resend, request) if request.body else Resend()
    return ResendLink(
        tenant=caller.tenant.id,
        rid=rid,
        channel=body.channel,
        replace=body.replace,
        by=caller.credential.id,
        note=caller.note(body.reason),
    )


def parse_replacement(rid: str, request: Request, caller: Caller) -> ReplaceLink:
    """Parse a request to replace a link. An empty body means the same addresses."""

    def command(body: Replacement) -> ReplaceLink:
        return ReplaceLink(
            caller=caller,
            rid=rid,
            email=body.email or None,
            phone=body.phone or None,
            sms_consent=body.sms_consent,
            channels=body.channels,
            reason=body.reason,
        )

    return read_body(Replacement, request, command) if request.body else command(Replacement())


def parse_reopening(rid: str, request: Request, caller: Caller) -> ReopenLink:
    """Parse a request to open a form again. An empty body means the defaults."""
    body = _body(Reopening, request) if request.body else Reopening()
    return ReopenLink(caller=caller, rid=rid, channels=body.channels, reason=body.reason)


def parse_desk(agent: str, request: Request, caller: Caller) -> OpenDesk:
    """Parse a request for an agent's desk. An empty body means the defaults."""

    def command(body: Desk) -> OpenDesk:
        return OpenDesk(
            caller=caller,
            domain=request.domain,
            idempotency_key=idempotency_key(request),
            agent=agent,
            days=body.days,
            send=body.send,
            replace=body.replace,
        )

    return read_body(Desk, request, command) if request.body else command(Desk())


def parse_erasure(request: Request, caller: Caller) -> EraseRecipient:
    """Parse a request to erase a person, or to count what would be erased."""

    def command(body: Erasure) -> EraseRecipient:
        return EraseRecipient(caller=caller, recipient=body.recipient.strip(), dry_run=body.dry_run, reason=body.reason)

    return read_body(Erasure, request, command)


def parse_contact(contact_id: int, request: Request) -> Contact:
    """Parse a complete contact. Fields that the body leaves out are not kept."""

    def contact(body: ContactFields) -> Contact:
        return Contact(
            id=contact_id,
            name=body.name,
            contact_type=body.contact_type,
            email=body.email or None,
            phone=body.phone or None,
            sms_consent=body.sms_consent,
            locale=body.locale or None,
            time_zone=body.time_zone or None,
            account_number=body.account_number or None,
        )

    return read_body(ContactFields, request, contact)


def parse_page_of_events(values: Mapping[str, Any]) -> tuple[int, int]:
    """Return the sequence after which the page begins, and its limit. Raises InvalidRequest."""
    cursor = values.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _LONGEST_SEQUENCE):
        raise cursor_problem()
    return int(cursor), values.get("limit", EVENTS_LIMIT)


def parse_batch(request: Request, caller: Caller) -> list[Create | LinkError]:
    """Return a command or an error for each entry. Raises InvalidRequest for faults of the whole batch."""
    entries = _body(Batch, request).links
    if len(entries) > BATCH_LIMIT:
        raise InvalidRequest([Problem.of("links", "too_many", max=BATCH_LIMIT)])
    key = idempotency_key(request)
    commands: list[Create | LinkError] = []
    for index, entry in enumerate(entries):
        try:
            command = entry_command(entry, caller, request.domain)
            # An entry's own key identifies it at any place in a batch.
            own = command.idempotency_key is not None
            commands.append(command if own else replace(command, idempotency_key=key, part=str(index)))
        except LinkError as error:
            commands.append(error)
    return commands


def entry_command(entry: object, caller: Caller, domain: str) -> Create:
    """Return the command of an entry, with its own idempotency key. Raises InvalidRequest with what could be read."""
    if not isinstance(entry, dict):
        raise InvalidRequest([Problem.of("links", "type", expected="list of objects")])
    kind = entry.get("kind")
    if not (isinstance(kind, str) and kind in ENTRIES):
        raise InvalidRequest([Problem.of("kind", "format", expected=" or ".join(ENTRIES))])
    try:
        checked = validated(ENTRIES[kind], entry)
    except InvalidRequest as error:
        rest = error.command
        read = _command(rest, caller, domain, faults=error.problems) if isinstance(rest, BatchEntry) else None
        raise InvalidRequest(error.problems, read) from error
    return _command(checked, caller, domain)


def _command(entry: BatchEntry, caller: Caller, domain: str, faults: Sequence[Problem] = ()) -> Create:
    common: dict[str, Any] = {
        "caller": caller,
        "domain": domain,
        "idempotency_key": entry.idempotency_key,
        "send_later": True,
        "faults": tuple(faults),
    }
    match entry:
        case ProcessEntry():
            return RequestProcess(
                **common, process_id=entry.process, model=entry.data, notify=entry.notify, source=entry.source
            )
        case ResourceEntry():
            return ShareResource(
                **common,
                resource_type=entry.resource_type,
                resource_uid=entry.resource_uid,
                contact_id=entry.contact_id,
                email=entry.email or None,
                phone=entry.phone or None,
                channels=entry.channels,
                life_hours=entry.hours,
                max_views=entry.max_views,
            )
        case SurveyEntry():
            return InviteToSurvey(
                **common,
                contact=entry.contact.strip(),
                campaign=entry.campaign,
                customer_name=entry.customer_name,
                account_number=entry.account_number,
                agent_name=entry.agent_name,
                misc_data=entry.misc_data,
            )
        case SessionEntry():
            return StartSession(
                **common,
                name=entry.name,
                cellphone=entry.cellphone,
                email=entry.email or None,
                category=entry.category or None,
                user=entry.user or None,
            )
        case _:
            raise TypeError(type(entry))


def _body(model: type[F], request: Request) -> F:
    return validated(model, request.json)


def read_body(model: type[F], request: Request, command: Callable[[F], C]) -> C:
    """Return the command that a body asks for. Raises InvalidRequest with the command of what could be read."""
    try:
        return command(_body(model, request))
    except InvalidRequest as error:
        rest = command(error.command) if isinstance(error.command, model) else None
        raise InvalidRequest(error.problems, rest) from error


def wants_csv(request: Request, values: Mapping[str, Any]) -> bool:
    """Tell whether the reply is CSV: `format` decides, or else the order of CSV and JSON in `Accept`."""
    if "format" in values:
        return bool(values["format"] == "csv")
    accepted = [media.partition(";")[0].strip().lower() for media in (request.header("accept") or "").split(",")]
    return next((media == "text/csv" for media in accepted if media in {"text/csv", "application/json"}), False)
