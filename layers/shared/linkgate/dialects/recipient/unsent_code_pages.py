"""Pages of a link for which no code was sent: a person must ask for it, or wait, or no provider took it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import Field
from linkgate.dialects.recipient.forms import FilledIn, form_fields
from linkgate.dialects.recipient.pages import opening_path
from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.dialects.recipient.requests import BY_PERSON
from linkgate.errors import CodesUsedUp, Problem
from linkgate.pages.contact import ways
from linkgate.pages.frame import Frame, page
from linkgate.pages.masks import masked
from linkgate.pages.pieces import box, button, hidden, paragraph
from linkgate.wire.error_table import row_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.errors import CodeNotSent
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.codes import CodeOffered
    from linkgate.wire.message import Reply

OFFERED = "offered"
"""Name of a hidden field: the box was on the page that was sent."""


def offer_page(brand: Brand, offered: CodeOffered, key: str, *, missed: bool) -> Reply:
    """Render a box to ask for a code. `key` is the secret, or empty if the browser was asked for a code before.

    `missed` means that the box was shown and not ticked.
    """
    asking = (Field(BY_PERSON, "agree", brand.text("offer.box"), required=True),)
    faults = faults_of(asking, [Problem.of(BY_PERSON, "required")] if missed else (), brand)
    here = f"/l/{offered.link.rid}"
    to = Html('<bdi dir="ltr">{}</bdi>').format(masked(offered.to))
    form = Html('<form method="post" action="{}" novalidate>{}{}{}{}</form>').format(
        opening_path(offered.link) if key else f"{here}/code",
        hidden("secret", key) if key else "",
        hidden(OFFERED, "true"),
        form_fields(asking, FilledIn({}, faults), brand),
        button(brand.text("offer.button")),
    )
    return page(
        brand,
        brand.text("offer.title"),
        paragraph(brand.text(f"offer.lead.{offered.policy.channel}", to=to)),
        paragraph(brand.text("offer.why")),
        form,
        frame=Frame(422 if missed else 200, here, secret=key),
    )


def unsent_page(brand: Brand, error: CodesUsedUp | CodeNotSent, link: Link, key: str) -> Reply:
    """Render why no code was sent and what to do next. With `key`, the secret, there is a button that does it."""
    row = row_of(error, PROBLEMS)
    here, wait = f"/l/{link.rid}", brand.wait(error.retry_after)
    parts: list[str]
    if isinstance(error, CodesUsedUp):
        text = "code.new_address" if error.new_address else "code.used_up"
        title, parts = brand.text(text), [box("bad", paragraph(brand.text(f"{text}.text", wait=wait)))]
        if error.renewable and key:
            parts += [
                paragraph(brand.text("code.used_up.renew")),
                Html('<form method="post" action="{}/renew">{}{}</form>').format(
                    here, hidden("secret", key), button(brand.text("renew.button"))
                ),
            ]
    else:
        title = brand.text(f"problem.{row.code}")
        parts = [box("bad", paragraph(brand.text(f"problem.{row.code}.text")))]
        if key:
            parts.append(
                Html('<form method="post" action="{}">{}{}</form>').format(
                    opening_path(link), hidden("secret", key), button(brand.text("code.again"))
                )
            )
    return page(
        brand, title, *parts, ways(brand), frame=Frame(row.status, here, headers=row.headers(error), secret=key)
    )
