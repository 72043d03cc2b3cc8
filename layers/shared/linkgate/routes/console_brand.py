"""Routes of the console for the brand of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.dialects.console.brand_pages import BRAND, Refused, Senders, brand_page, senders_page
from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.frame import reader_of
from linkgate.dialects.console.previews import preview_of, preview_reply
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest, NotFound
from linkgate.model.brand import FIELDS
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.brand import branded, change_brand, kept_brand, sample_form
from linkgate.usecases.staff.messages import Sample, portal_of, sample_message
from linkgate.usecases.staff.people import names_of_people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

_SENDER = "links@example.com"
"""Sender of an e-mail that is only shown, if the tenant has none of its own."""


def _brand(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(staff, deps, saved=request.query.get("done") == "saved")


def _change(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    try:
        change_brand(form, form.get("seen", ""), portal_of(staff.tenant, deps), staff, deps)
    except InvalidRequest as error:
        faults = {problem.field: problem.code for problem in error.problems}
        wrong = [name for name in FIELDS if name in faults]
        words = "" if "format" in faults.values() else refusal_in_words(error, reader_of(staff))
        return _shown(staff, deps, Refused(form, wrong, words, stale="brand" in faults))
    return redirect(f"{BRAND}?done=saved")


def _shown(staff: Staff, deps: Deps, refused: Refused | None = None, *, saved: bool = False) -> Reply:
    kept = kept_brand(staff.tenant.id, deps)
    return brand_page(staff, kept, names_of_people(staff, deps), refused, saved=saved)


def _preview(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show the brand as it is, or as it is typed. A field that breaks its rule is shown as it is now."""
    typed = form_of(request) if request.method == "POST" else {}
    tenant, _ = branded(kept_brand(staff.tenant.id, deps).tenant, typed)
    match request.path_params["preview"]:
        case "page":
            return _page(tenant, staff, deps)
        case "email":
            # Imported here, because only these two need what composes messages.
            from linkgate.sending.samples import email_of

            return preview_reply(
                email_of(sample_message(_sample(staff), tenant, *_made_up(tenant, deps)), _SENDER).html
            )
        case "words":
            return senders_page(staff, tenant, _senders(tenant, staff, deps))
        case _:
            raise NotFound("preview")


def _page(tenant: Tenant, staff: Staff, deps: Deps) -> Reply:
    # Imported here, because only a preview needs the recipient's pages.
    from linkgate.dialects.recipient.link_pages import Entered, form_page
    from linkgate.pages.frame import Brand

    brand = Brand(staff.language, urlsplit(portal_of(tenant, deps)).netloc, tenant)
    return preview_of(form_page(brand, sample_form(tenant, staff.language, deps.now()), Entered()))


def _senders(tenant: Tenant, staff: Staff, deps: Deps) -> Senders:
    from linkgate.sending.samples import email_of, sms_of
    from linkgate.sending.sms import SegmentOverflow

    message = sample_message(_sample(staff), tenant, *_made_up(tenant, deps))
    email = email_of(message, _SENDER)
    try:
        sms: str | None = sms_of(message)
    except SegmentOverflow:
        sms = None
    return Senders(email.sender, email.reply_to, email.subject, sms)


def _sample(staff: Staff) -> Sample:
    return Sample("process.first", staff.language)


def _made_up(tenant: Tenant, deps: Deps) -> tuple[str, datetime]:
    return portal_of(tenant, deps), deps.now()


_SETUP = frozenset({SCOPE_SETUP})

BRAND_SCREENS: Mapping[str, Screen] = {
    f"GET {BRAND}": Screen(_brand, _SETUP),
    f"POST {BRAND}": Screen(_change, _SETUP),
    f"GET {BRAND}/preview/{{preview}}": Screen(_preview, _SETUP),
    f"POST {BRAND}/preview/{{preview}}": Screen(_preview, _SETUP),
}
