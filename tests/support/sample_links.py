"""The links that the sample events in `events/` are about."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.callback import Callback
from linkgate.model.challenge import Challenge, CodePolicy
from linkgate.model.file import FileState
from linkgate.model.imports import FileFormat, Import, Part, Subject, Tally
from linkgate.model.link import Channel, Delivery, DeliveryState, Grant, Kind, Recipient
from linkgate.model.live import Seat
from linkgate.model.presence import Connection, Presence, Ticket
from linkgate.model.tenant import ResourceType
from linkgate.model.timeline import Fact
from linkgate.ports.files import Outcome, place_of_resource
from linkgate.ports.history import NewFacts
from linkgate.ports.links import Body
from linkgate.ports.visits import CodeStart, SecretProof
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import (
    bind_hash,
    credential_hash,
    grant_hash,
    keyed_code,
    opt_out_hash,
    opt_out_token,
    secret_hash,
    ticket_hash,
    visit_hash,
)
from linkgate.usecases.desk.waiting import enter
from linkgate.usecases.history.link_facts import CREATED
from linkgate.usecases.issuing.desk_links import DESK_REFERENCE
from local import demo
from tests.support.fakes.links import link
from tests.support.sample_files import a_file

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

FORM = "sample-form-link-0000A"
"""Form that one browser has open."""
CODED = "sample-coded-link-000A"
"""Link that asks for a code. One browser was sent a code a minute ago."""
EXPIRED = "sample-old-link-00000A"
INVOICE = "sample-resource-link-A"
"""Link to a page of the tenant's own, with a grant for that page."""
INVOICE_FILE = "sample-resource-file-A"
ROOM = "sample-room-link-0000A"
"""Session that one browser has open, over one connection, and with a ticket for another."""
CONNECTION = "sampleconnectn="
DESK = "sample-desk-link-0000A"
"""Desk of an agent, which one browser has open."""
DESK_CONNECTION = "sampledeskconn="
"""Connection of that browser. The agent is on duty there."""
CALLING = "sample-call-link-0000A"
"""Session whose customer has waited for three minutes."""
CALLER, MINE = "sample-caller-link-00A", "sample-mine-link-0000A"
"""Sessions whose customers asked to be called back. The agent took on the second."""
SESSION = "sample-session-link-0A"
"""Session that one browser has open."""
ANSWERED = "sample-sent-link-0000A"
"""Survey that was answered."""
SENT = "q83vEjRWeJCrze8SNFZ4kA"
"""Link that was sent over both channels, with a reminder that is due. Events of the background are about it."""
DELAYED = "sample-late-link-0000A"
"""Link whose e-mail was delayed, so it is due again."""
ENDED = "sample-dead-link-0000A"
"""Link whose retention ended ten days ago."""

IMPORT = "sample-import-0000000A"
"""Import that runs."""
FINISHED = "sample-import-0000000Q"
"""Import that has finished."""
IMPORTED = b"email,name\nada@example.com,Ada\ngrace@example.com,Grace\n"
"""File of the import that runs."""

RECIPIENT = Recipient(name="Ana", email="ana@example.com", phone="+447700900123", sms_consent=True)

_PORTAL = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
"""Host that the samples' requests reached."""
_EMAIL_ID = "0100019a00000000-00000000-0000-4000-8000-000000000000-000000"
_SMS_ID = "11111111-2222-4333-8444-555555555555"
_SECRETS = {FORM: "sample-form-secret-00A", CODED: "sample-coded-secret-0A", EXPIRED: "sample-old-secret-000A"}
_BIND = "sample-coded-bind-000A"
_CODE = "482913"
_MINUTE, _DAY, _WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(days=7)


def write_sample_links(deps: Deps) -> None:
    """Write all of them to the table."""
    now = deps.now()
    _write(deps, FORM, Body("prefilled", {"fullName": "Ada"}))
    _open(deps, FORM, "sample-form-visit-000A")
    list(deps.timeline.append([NewFacts(FORM, [Fact("made", CREATED, now, "{}")], now + _WEEK)]))
    _write(deps, EXPIRED, created_at=now - _WEEK, expires_at=now - _MINUTE)
    _write(deps, ENDED, created_at=now - 60 * _DAY, expires_at=now - 50 * _DAY, ttl=now - 10 * _DAY)
    _write(deps, SESSION, kind=Kind.SESSION, dialect="ocular", definition_id=demo.OCULAR_CODE, recipient=RECIPIENT)
    _open(deps, SESSION, "sample-session-visit0A")
    _write_desk(deps)
    _write_coded(deps)
    _write_invoice(deps)
    _write_answered(deps)
    _write_sent(deps)
    _write_room(deps)
    _write_call(deps)
    deps.imports.files.write(f"{demo.DEMO.id}/{IMPORT}/rows", IMPORTED, "text/csv")
    _write_import(deps, IMPORT)
    _write_import(deps, FINISHED)
    known = deps.imports.store.get(demo.DEMO.id, FINISHED)
    assert known
    deps.imports.store.record(known, Part(0, 11, len(IMPORTED), 2), Tally(created=2))
    assert deps.imports.store.finish(known, deps.now())


def _write_import(deps: Deps, id_: str) -> None:
    key = credential_hash("manage", demo.MANAGE_KEY)
    made = import_(deps, id_)
    deps.imports.store.add(made)
    running = deps.imports.store.start(made, "c" * 32, key)
    assert running
    assert deps.imports.store.checked(replace(running, columns=("email", "name"), rows=2, parts=1))


def import_(deps: Deps, id_: str) -> Import:
    """Return an import of the sample file that waits."""
    return Import(
        id=id_,
        tenant=demo.DEMO.id,
        name="people.csv",
        salt=b"s" * 32,
        format=FileFormat.CSV,
        digest=base64.b64encode(hashlib.sha256(IMPORTED).digest()).decode(),
        size=len(IMPORTED),
        subject=Subject(campaign=demo.CAMPAIGN),
        domain="links.example.com",
        created_at=deps.now(),
        created_by="c" * 32,
        key="k" * 64,
        ttl=deps.now() + 30 * _DAY,
    )


def _write(deps: Deps, rid: str, body: Body | None = None, **changes: Any) -> Link:
    now = deps.now()
    fields: dict[str, Any] = {
        "rid": rid,
        "master_rid": rid,
        "tenant": demo.DEMO.id,
        "definition_id": demo.PROCESS,
        "portal": _PORTAL,
        "secrets": {secret_hash(rid, _SECRETS.get(rid, rid)): "api"},
        "body_name": body.name if body else None,
        "created_at": now - 5 * _MINUTE,
        "expires_at": now + _WEEK,
        "ttl": now + 5 * _WEEK,
    }
    written = link(**{**fields, **changes})
    deps.new_links.create((written,), body)
    return written


def opt_out_secret(rid: str) -> str:
    """Return the last part of the opt-out address of a link's message."""
    return opt_out_token(rid, _SECRETS.get(rid, rid))


def _open(deps: Deps, rid: str, visit: str) -> None:
    proof = SecretProof(secret_hash(rid, _SECRETS.get(rid, rid)), (_PORTAL,))
    deps.visits.open(rid, proof, visit_hash(rid, visit), deps.now())


def _write_desk(deps: Deps) -> None:
    now = deps.now()
    _write(deps, DESK, kind=Kind.DESK, dialect="manage", definition_id="ana", reference=DESK_REFERENCE)
    _open(deps, DESK, "sample-desk-visit-000A")
    for rid in (CALLER, MINE):
        _write(deps, rid, kind=Kind.SESSION, dialect="ocular", definition_id=demo.OCULAR_CODE, recipient=RECIPIENT)
        _open(deps, rid, "sample-caller-visit-0A")
        callback = Callback(asked_at=now, name="Ana", phone="+447700900123", note="About my invoice")
        deps.visits.ask_callback(rid, visit_hash(rid, "sample-caller-visit-0A"), callback, now)
    deps.callbacks.take(demo.DEMO.id, MINE, now, "ana", now)


def _write_coded(deps: Deps) -> None:
    _write(deps, CODED, code=CodePolicy(Channel.EMAIL, len(_CODE)))
    began = deps.now() - _MINUTE
    challenge = Challenge(
        codes=frozenset({keyed_code(_BIND, CODED, _CODE)}),
        tries={},
        begun_at=began,
        expires_at=began + 10 * _MINUTE,
        next_at=began + _MINUTE / 2,
        sent=1,
        claim="claim",
        sent_via="api",
    )
    start = CodeStart(challenge=challenge, secret_hash=secret_hash(CODED, _SECRETS[CODED]))
    deps.codes.begin(CODED, bind_hash(CODED, _BIND), start)


def _write_invoice(deps: Deps) -> None:
    tenants, now = deps.tenants, deps.now()
    if not isinstance(tenants, DynamoTenants):
        raise TypeError("samples are written to the table, not to a fake")
    known = tenants.definition(ResourceType, demo.DEMO.id, "Invoice")
    assert known
    tenants.put_definition(demo.DEMO.id, replace(known, url="https://bank.example/invoices/{uid}"))
    _write(
        deps,
        INVOICE,
        kind=Kind.RESOURCE,
        dialect="trendsic",
        definition_id="Invoice",
        reference="0123456789abcdef0123456789abcdef",
        number=1,
    )
    _open(deps, INVOICE, "sample-resource-visitA")
    place = place_of_resource(demo.DEMO.id, "Invoice", "0123456789abcdef0123456789abcdef")
    file = a_file(id=INVOICE_FILE, tenant=demo.DEMO.id, added_at=now, ttl=now + _WEEK)
    deps.files.store.reserve(place, file)
    deps.files.store.claim(place.partition, INVOICE_FILE, "v1")
    deps.files.store.settle(place.partition, INVOICE_FILE, "v1", Outcome(FileState.CLEAN))
    grant = Grant(grant_hash(INVOICE, "sample-resource-grantA"), now + 10 * _MINUTE)
    deps.visits.give_grant(INVOICE, visit_hash(INVOICE, "sample-resource-visitA"), grant, now)


def _write_answered(deps: Deps) -> None:
    survey = _write(
        deps,
        ANSWERED,
        Body("asked", {"customer_name": "Ada"}),
        kind=Kind.SURVEY,
        dialect="digidesk",
        definition_id=demo.CAMPAIGN,
        reference=demo.AGENT,
        number=1,
        recipient=RECIPIENT,
        opt_outs=frozenset({opt_out_hash(ANSWERED, opt_out_secret(ANSWERED))}),
    )
    _open(deps, ANSWERED, "sample-sent-visit-000A")
    visit, answers = visit_hash(ANSWERED, "sample-sent-visit-000A"), Body("answers", {"rating": 5})
    deps.visits.submit((survey,), visit, [answers], "claim", deps.now())


def _write_room(deps: Deps) -> None:
    now, visit = deps.now(), visit_hash(ROOM, "sample-room-visit-000A")
    _write(deps, ROOM, kind=Kind.SESSION, dialect="ocular", definition_id=demo.OCULAR_CODE)
    _open(deps, ROOM, "sample-room-visit-000A")
    host = _PORTAL.removeprefix("https://")
    deps.tickets.add(ticket_hash("sample-live-ticket-00A"), Ticket(ROOM, ROOM, visit, "", host, now + _MINUTE))
    presence = Presence(ROOM, visit, ROOM, "", CONNECTION, now + _MINUTE)
    deps.presences.connect(Connection(CONNECTION, ROOM, ROOM, visit, "", now), presence)


def _write_call(deps: Deps) -> None:
    now = deps.now()
    _write(deps, CALLING, kind=Kind.SESSION, dialect="ocular", definition_id=demo.OCULAR_CODE, recipient=RECIPIENT)
    _open(deps, CALLING, "sample-call-visit-000A")
    sides = (
        (CALLING, "sample-call-visit-000A", "samplecallconn=", None),
        (DESK, "sample-desk-visit-000A", DESK_CONNECTION, "ana"),
    )
    for rid, secret, connection, agent in sides:
        visit = visit_hash(rid, secret)
        presence = Presence(rid, visit, rid, "", connection, now + _MINUTE, agent)
        deps.presences.connect(Connection(connection, rid, rid, visit, "", now, agent=agent), presence)
    queues = frozenset({demo.OCULAR_CODE})
    seat = Seat(tenant=demo.DEMO.id, agent="ana", on_duty=True, lease=now + _MINUTE, desk=DESK, queues=queues)
    deps.seats.sit(seat)
    calling = deps.links.get(CALLING)
    assert calling
    enter(calling, visit_hash(CALLING, "sample-call-visit-000A"), replace(deps, now=lambda: now - 3 * _MINUTE))


def _write_sent(deps: Deps) -> None:
    now = deps.now()
    email = Delivery(Channel.EMAIL, DeliveryState.SENT, 1, message_id=_EMAIL_ID, copies=1, at=now - 5 * _MINUTE)
    sms = replace(email, channel=Channel.SMS, state=DeliveryState.SENDING, message_id=None, due=now)
    both = {Channel.EMAIL: email, Channel.SMS: sms}
    _write(deps, SENT, recipient=RECIPIENT, deliveries=both, reminders=(now - _MINUTE,))
    deps.deliveries.record(SENT, [replace(sms, state=DeliveryState.SENT, message_id=_SMS_ID, due=None)])
    late = replace(email, state=DeliveryState.DELAYED, message_id=None, due=now - _MINUTE, copies=0)
    _write(deps, DELAYED, recipient=RECIPIENT, deliveries={Channel.EMAIL: late})
