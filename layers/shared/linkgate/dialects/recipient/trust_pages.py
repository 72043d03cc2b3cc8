"""Pages by which a reader checks who sent a link, and says that it is not for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import Field
from linkgate.dialects.recipient.forms import FilledIn, form_fields
from linkgate.errors import Problem
from linkgate.pages.contact import ways
from linkgate.pages.frame import Frame, page
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.wire.message import Reply

SURE = "sure"
"""Name of the box that robots, which press every button, do not tick."""
ASKED = "asked"
"""Name of a hidden field by which the page knows that the box was shown."""


def about_page(brand: Brand, link: Link) -> Reply:
    """Render by what a reader knows the tenant. It names nobody else, and says nothing about the link."""
    tenant = brand.tenant
    facts = [brand.text("about.host", address=link.portal)]
    if tenant and tenant.mail_from:
        facts.append(brand.text("about.mail", address=tenant.mail_from))
    if tenant and tenant.sms_sender:
        facts.append(brand.text("about.sms", sender=tenant.sms_sender))
    facts += [brand.text("about.password"), brand.text("about.code")]
    reach = ways(brand)
    return page(
        brand,
        brand.text("about.title"),
        paragraph(brand.text("about.lead")),
        Html("<ul>{}</ul>").format(joined(*(Html("<li>{}</li>").format(fact) for fact in facts))),
        Html("<h2>{}</h2>").format(brand.text("about.unsure")),
        paragraph(brand.text("about.unsure.text")),
        joined(paragraph(brand.text("about.reach")), reach) if reach else "",
    )


def disown_page(brand: Brand, link: Link, key: str, *, missed: bool) -> Reply:
    """Render what happens when a link is not for its reader, and a box to say so. `missed` means it was not ticked."""
    asking = (Field(SURE, "agree", brand.text("disown.box"), required=True),)
    faults = faults_of(asking, [Problem.of(SURE, "required")] if missed else (), brand)
    form = Html('<form method="post" action="/l/{}/not-me" novalidate>{}{}{}{}</form>').format(
        link.rid,
        hidden("secret", key),
        hidden(ASKED, "true"),
        form_fields(asking, FilledIn({}, faults), brand),
        button(brand.text("disown.button")),
    )
    back = Html('<p><a href="/l/{}#{}">{}</a></p>').format(link.rid, key, brand.text("disown.back"))
    frame = Frame(422 if missed else 200, f"/l/{link.rid}", secret=key)
    return page(brand, brand.text("disown.title"), paragraph(brand.text("disown.lead")), form, back, frame=frame)


def disowned_page(brand: Brand, link: Link) -> Reply:
    """Render the thanks."""
    return page(
        brand,
        brand.text("disowned.title"),
        box("good", paragraph(brand.text("disowned.text"))),
        paragraph(brand.text("disowned.delete")),
        ways(brand),
        frame=Frame(here=f"/l/{link.rid}"),
    )
