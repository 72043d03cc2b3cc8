"""Routes of the console for messages and their wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.message_pages import (
    MESSAGES,
    SHARED,
    Shown,
    Text,
    message_page,
    messages_page,
)
from linkgate.dialects.console.previews import preview_reply
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest, NotFound
from linkgate.model.link import DeliveryState
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.sending.gsm7 import septets
from linkgate.sending.message_texts import placeholders, text, wording_fault
from linkgate.sending.samples import email_of, sms_of
from linkgate.sending.sms import SegmentOverflow
from linkgate.texts import OFFERED, message_texts
from linkgate.usecases.staff.messages import (
    NAMES,
    Sample,
    portal_of,
    sample_message,
    save_wording,
    send_sample,
    wording_version,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

_SENDER = "links@example.com"
"""Sender of an e-mail that is only shown."""


def _messages(request: Request, staff: Staff, deps: Deps) -> Reply:
    return messages_page(staff, _language(request.query, staff))


def _message(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(request, request.query, staff, deps, done=request.query.get("done"))


def _preview(request: Request, staff: Staff, deps: Deps) -> Reply:
    sample = Sample(_name(request), _language(request.query, staff))
    message = sample_message(sample, _tenant(staff, deps), portal_of(staff.tenant, deps), deps.now())
    return preview_reply(email_of(message, _SENDER).html)


def _save(request: Request, staff: Staff, deps: Deps) -> Reply:
    form, name = form_of(request), _name(request)
    language = _language(form, staff)
    given = {key: form.get(f"text.{key}", "").strip() for key in _keys(name)}
    changes = {f"{language}.{key}": wording for key, wording in given.items()}
    if any(wording and wording_fault(key, wording) for key, wording in changes.items()):
        return _shown(request, form, staff, deps, given=given)
    try:
        save_wording(name, changes, form.get("seen", ""), staff, deps)
    except InvalidRequest as error:
        return _shown(request, form, staff, deps, given=given, problem=refusal_in_words(error, reader_of(staff)))
    return redirect(f"{MESSAGES}/{name}?language={language}&done=saved")


def _send(request: Request, staff: Staff, deps: Deps) -> Reply:
    form, name = form_of(request), _name(request)
    language = _language(form, staff)
    try:
        outcome = send_sample(Sample(name, language), portal_of(staff.tenant, deps), _tenant(staff, deps), staff, deps)
    except InvalidRequest as error:
        return _shown(request, form, staff, deps, problem=refusal_in_words(error, reader_of(staff)))
    if outcome.state is not DeliveryState.SENT:
        return _shown(request, form, staff, deps, problem=reader_of(staff).reason(outcome.reason)["cause"])
    return redirect(f"{MESSAGES}/{name}?language={language}&done=sent")


def _shown(  # noqa: PLR0913 - what the page shows
    request: Request,
    asked: Mapping[str, str],
    staff: Staff,
    deps: Deps,
    *,
    done: str | None = None,
    given: Mapping[str, str] | None = None,
    problem: str = "",
) -> Reply:
    """Render a message's page. `given` are texts that were refused, by key."""
    name, language, tenant = _name(request), _language(asked, staff), _tenant(staff, deps)
    reader = reader_of(staff)
    texts = [_text(key, language, tenant, given, reader) for key in _keys(name)]
    shown = None
    if name != SHARED:
        message = sample_message(Sample(name, language), tenant, portal_of(staff.tenant, deps), deps.now())
        try:
            sms: str | None = sms_of(message)
        except SegmentOverflow:
            sms = None
        shown = Shown(email_of(message, _SENDER).subject, sms, septets(sms) if sms else 0)
    version = asked.get("seen", "") if given is not None and not problem else wording_version(tenant.texts)
    return message_page(staff, name, language, texts, version, shown=shown, done=done, problem=problem)


def _text(key: str, language: str, tenant: Tenant, given: Mapping[str, str] | None, reader: Reader) -> Text:
    name = f"{language}.{key}"
    own = given.get(key, "") if given is not None else tenant.texts.get(name, "")
    found = wording_fault(name, own) if own else None
    others = {other: wording for other, wording in tenant.texts.items() if other != name}
    names = [f"{{{each}}}" for each in sorted(placeholders(key))]
    fault = reader.text(f"messages.fault.{found[0]}", about=found[1]) if found else ""
    return Text(key, text(key, language, others), own, names, fault)


def _keys(name: str) -> list[str]:
    """Return the keys of the texts of a message."""
    topic, _, occasion = name.partition(".")
    prefixes = (f"{occasion}.",) if occasion in {"reminder", "resend"} else (f"{topic}.",)
    return [key for key in message_texts("en") if key.startswith(prefixes)]


def _tenant(staff: Staff, deps: Deps) -> Tenant:
    """Return the tenant as it is now, because the one of the session may be a minute old."""
    return deps.staff.wording.tenant(staff.tenant.id) or staff.tenant


def _name(request: Request) -> str:
    name = request.path_params["message"]
    if name not in {*NAMES, SHARED}:
        raise NotFound("message")
    return name


def _language(asked: Mapping[str, str], staff: Staff) -> str:
    language = asked.get("language", "")
    return language if language in OFFERED else staff.language


_SETUP = frozenset({SCOPE_SETUP})

MESSAGE_SCREENS: Mapping[str, Screen] = {
    f"GET {MESSAGES}": Screen(_messages, _SETUP),
    f"GET {MESSAGES}/{{message}}": Screen(_message, _SETUP),
    f"POST {MESSAGES}/{{message}}": Screen(_save, _SETUP),
    f"POST {MESSAGES}/{{message}}/test": Screen(_send, _SETUP),
    f"GET {HOME}/setup/preview/{{message}}": Screen(_preview, _SETUP),
}
