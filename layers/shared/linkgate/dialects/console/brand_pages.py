"""Page on which an administrator changes whatever recipients know the organisation by. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, back_to_setup, errors, moment, page, reader_of
from linkgate.dialects.console.previews import preview_reply, with_frames
from linkgate.lazy_dataclass import dataclass
from linkgate.model.brand import LIMITS
from linkgate.model.colours import WHITE, accent, contrast, ink_on
from linkgate.pages.pieces import box, button, description_list, hidden, joined, paragraph
from linkgate.usecases.staff.brand import brand_version
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.staff import KeptBrand
    from linkgate.wire.message import Reply

BRAND = f"{HOME}/setup/brand"
PREVIEWS = ("page", "email", "words")
"""Names of the ways to look at a brand."""

_READABLE, _SEEN = 4.5, 3.0
"""Least contrasts of a text and of a button's edge (WCAG 2.2, 1.4.3 and 1.4.11)."""
_KINDS = {"support_phone": "tel", "support_email": "email", "mail_from": "email", "reply_to": "email"}
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "looks": ("name", "colour", "logo"),
    "contact": ("website", "support_phone", "support_email", "support_url", "privacy_url", "terms_url"),
    "senders": ("mail_from", "reply_to", "sms_sender"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not saved: what was typed, which fields break their rule, and why else it was refused."""

    typed: Mapping[str, str]
    wrong: Container[str] = ()
    problem: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Senders:
    """Lines of a message that tell who it is from."""

    sender: str
    reply_to: str | None
    subject: str
    sms: str | None


def brand_page(
    staff: Staff, kept: KeptBrand, names: Mapping[str, str], refused: Refused | None = None, *, saved: bool = False
) -> Reply:
    """Render the brand as it is now, or as somebody typed it and it was refused."""
    reader = reader_of(staff, names)
    tenant = kept.tenant
    said: Html | str = ""
    if saved:
        said = box("good", paragraph(reader.text("brand.saved")))
    elif refused:
        changed = changed_by(kept, reader) if refused.stale else ""
        said = errors(paragraph(refused.problem or reader.text("brand.faults")), changed)
    sections = [
        Html("<h2>{}</h2>{}").format(
            reader.text(f"brand.{section}"), joined(*(_field(name, tenant, refused, reader) for name in names_))
        )
        for section, names_ in _SECTIONS.items()
    ]
    looks = [
        button(
            reader.text(f"brand.preview.{name}"),
            "second",
            formaction=f"{BRAND}/preview/{name}",
            formtarget="preview",
        )
        for name in PREVIEWS
    ]
    form = Html('<form method="post" action="{}">{}{}<p>{}</p><p>{}</p></form>').format(
        BRAND,
        hidden("seen", brand_version(tenant)),
        joined(*sections),
        button(reader.text("brand.save")),
        Html(" ").join(looks),
    )
    frame = Html('<iframe class="mail" name="preview" sandbox title="{}" src="{}/preview/page"></iframe>').format(
        reader.text("brand.preview"), BRAND
    )
    lead = paragraph(reader.text("brand.lead"), "small")
    who = changed_by(kept, reader)
    title = reader.text("setup.brand")
    status = 409 if refused and refused.stale else 422 if refused else 200
    shown = (said, lead, who if not (refused and refused.stale) else "", form, frame, back_to_setup(reader))
    return with_frames(page(staff, "setup", title, *shown, status=status))


def changed_by(kept: KeptBrand, reader: Reader) -> Html | str:
    """Say who changed the brand at the console last, and when."""
    if not kept.by or not kept.at:
        return ""
    return Html("<p>{} {}</p>").format(reader.text("form.changed", who=reader.name(kept.by)), moment(kept.at, reader))


def senders_page(staff: Staff, tenant: Tenant, senders: Senders) -> Reply:
    """Render in words whom messages come from, and how the colour can be read. It is shown in a frame."""
    reader = reader_of(staff)
    listed = description_list(
        [
            (reader.text("brand.from"), senders.sender),
            (reader.text("brand.reply_to"), senders.reply_to or ""),
            (reader.text("column.subject"), senders.subject),
            (reader.text("brand.sms_from"), tenant.sms_sender or reader.text("brand.sms_number")),
            (reader.text("messages.sms"), senders.sms or reader.text("messages.no_sms")),
            (reader.text("brand.field.colour"), " ".join(contrast_in_words(tenant.colour, reader))),
        ]
    )
    html = Html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>{}</title><body style="font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere">{}</body></html>'
    )
    return preview_reply(html.format(staff.language, reader.text("brand.preview.words"), listed))


def contrast_in_words(colour: str | None, reader: Reader) -> list[str]:
    """Say which ink a text on the colour has and how well it is read, and whether a button of it is seen on white."""
    own = accent(colour)
    ink = ink_on(own)
    on_white = contrast(own, WHITE)
    key = "brand.contrast.white" if ink == WHITE else "brand.contrast.black"
    numbers = {
        "ratio": reader.number(f"{contrast(own, ink):.1f}"),
        "white": reader.number(f"{on_white:.1f}"),
        "least": reader.number(f"{_READABLE:.1f}"),
    }
    said = [reader.text(key, **numbers)]
    if on_white < _SEEN:
        said.append(reader.text("brand.contrast.faint", white=numbers["white"], least=reader.number(f"{_SEEN:.0f}")))
    return said if colour else [reader.text("brand.contrast.ours"), *said]


def _field(name: str, tenant: Tenant, refused: Refused | None, reader: Reader) -> Html:
    now: str = getattr(tenant, name) or ""
    value = refused.typed.get(name, now) if refused else now
    wrong = bool(refused and name in refused.wrong)
    hints = [reader.text(f"brand.field.{name}.hint")]
    if name == "colour":
        hints += contrast_in_words(tenant.colour, reader)
    if refused and refused.stale and value.strip() != now:
        hints.append(reader.text("brand.now", value=now or reader.text("brand.nothing")))
    fault = Html('<span class="fault" id="{}-fault">{}</span>').format(name, reader.text(f"brand.wrong.{name}"))
    return Html(
        '<div class="field"><label for="{0}">{1}</label><span class="hint" id="{0}-hint">{2}</span>{3}'
        '<input type="{4}" id="{0}" name="{0}" value="{5}" maxlength="{6}" autocomplete="off" spellcheck="false"'
        ' aria-describedby="{0}-hint{7}"{8}></div>'
    ).format(
        name,
        reader.text(f"brand.field.{name}"),
        " ".join(hints),
        fault if wrong else "",
        _KINDS.get(name, "text"),
        value,
        LIMITS[name],
        f" {name}-fault" if wrong else "",
        Html(' aria-invalid="true"') if wrong else "",
    )
