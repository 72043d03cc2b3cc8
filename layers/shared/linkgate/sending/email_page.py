"""HTML part of an e-mail. It loads nothing, and suits light, dark, phone and desktop.

It has no images, and no tables but for the scores of a survey, which no other element keeps in one row everywhere.
Everything goes through `Html`: the constants here are the only HTML, and the values in them are escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from linkgate.model import colours
from linkgate.sending.message_texts import pieces
from linkgate.texts import cldr
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BORDER_CONTRAST = 3.0
_BORDER = "#6b7280"

_STYLE = Html(
    """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .button { display: block !important; }
}
@media (min-width: 481px) {
  .page { padding: 28px 12px !important; }
  .inset { padding-left: 32px !important; padding-right: 32px !important; }
  .score { padding: 0 1px !important; }
}
@media (prefers-color-scheme: dark) {
  .ground { background: #14171b !important; }
  .card { background: #20252b !important; border-color: #3a424c !important; }
  .inset { border-color: #3a424c !important; }
  .strong { color: #f3f5f7 !important; }
  .plain { color: #d9dee4 !important; }
  .quiet { color: #aab3bd !important; }
  .panel { background: #14171b !important; border-color: #3a424c !important; }
  .button { border-color: #aab3bd !important; }
}
"""
)

_PAGE = Html(
    """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>{subject}</title>
<style>{style}</style>
</head>
<body class="ground" style="margin: 0; padding: 0; background: #eef1f4;">
<div style="display: none; max-height: 0; overflow: hidden; mso-hide: all;">{preheader}</div>
<div class="ground page" lang="{language}" style="padding: 12px 8px; background: #eef1f4; \
font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; font-size: 16px; line-height: 1.5;">
<div class="card" style="max-width: 560px; margin: 0 auto; overflow: hidden; overflow-wrap: anywhere; \
word-wrap: break-word; background: #ffffff; \
border: 1px solid #d5dbe1; border-radius: 8px;">
<div style="height: 5px; line-height: 5px; font-size: 1px; background: {accent};">&nbsp;</div>
<div class="inset strong" style="padding: 18px 16px; border-bottom: 1px solid #e3e7eb; \
font-size: 17px; font-weight: 600; color: #14202b;">{tenant}</div>
<div class="inset" style="padding: 26px 16px 10px;">
<h1 class="strong" style="margin: 0 0 18px; font-size: 23px; line-height: 1.3; font-weight: 600; \
color: #14202b;">{heading}</h1>
{content}
</div>
<div class="inset" style="padding: 16px 16px 20px; border-top: 1px solid #e3e7eb;">
{footer}
</div>
</div>
</div>
</body>
</html>
"""
)

_PARAGRAPH = Html('<p class="plain" style="margin: 0 0 16px; color: #2b3742;">{}</p>\n')
_SMALL_PRINT = Html('<p class="quiet" style="margin: 0 0 8px; font-size: 14px; color: #56636f;">{}</p>\n')
_SMALL_LINK = Html(
    '<p class="quiet" style="margin: 0 0 8px; font-size: 14px; color: #56636f;">'
    '<a ses:no-track class="quiet" href="{url}" style="color: #56636f;">{label}</a></p>\n'
)
_CONTACT = Html(
    '<p class="quiet" style="margin: 0 0 8px; font-size: 14px; color: #56636f;">{name}: '
    '<a ses:no-track class="quiet" href="{url}" style="color: #56636f;">{shown}</a></p>\n'
)
_BUTTON = Html(
    '<p style="margin: 26px 0;"><a ses:no-track class="button" href="{url}" style="display: inline-block; '
    "padding: 13px 28px; border: 1px solid {border}; border-radius: 6px; background: {accent}; color: {ink}; "
    'font-size: 16px; font-weight: 600; text-align: center; text-decoration: none;">{label}</a></p>\n'
)
"""Button with the link. `ses:no-track` keeps SES from rewriting a URL to track clicks; SES removes the attribute."""
_SCORES = Html(
    '<p class="strong" style="margin: 0 0 8px; color: #14202b; font-weight: 600;">{question}</p>\n'
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout: fixed; '
    'margin: 0 0 4px;"><tr>{cells}</tr></table>\n{ends}'
)
_SCORE = Html(
    '<td class="score" width="{width}%" style="padding: 0;"><a ses:no-track class="panel plain" href="{url}" '
    'style="display: block; '
    "padding: 12px 0; border: 1px solid #6b7280; border-radius: 4px; background: #f6f8f9; color: #2b3742; "
    'font-size: 15px; line-height: 1.2; text-align: center; text-decoration: none;">{label}</a></td>'
)
_ENDS = Html(
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin: 0 0 16px;"><tr>'
    '<td class="quiet" style="font-size: 14px; color: #56636f;">{}</td>'
    '<td class="quiet" align="right" style="font-size: 14px; color: #56636f;">{}</td></tr></table>\n'
)
_PANEL = Html(
    '<p class="panel plain" style="margin: 0 0 18px; padding: 10px 12px; border: 1px solid #e3e7eb; '
    "border-radius: 6px; background: #f6f8f9; color: #2b3742; font-family: Consolas, Menlo, monospace; "
    '{style}">{text}</p>\n'
)
_ADDRESS_STYLE = Html("font-size: 13px; word-break: break-all;")
_CODE_STYLE = Html("font-size: 30px; letter-spacing: 6px; text-align: center;")


def document(  # noqa: PLR0913 - slots of the page, each named in the call
    *,
    language: str,
    accent: str,
    tenant: str,
    subject: str,
    preheader: str,
    heading: Html,
    content: Html,
    footer: Html,
) -> str:
    """Return the whole HTML document. `accent` is a valid `#rrggbb`."""
    return str(
        _PAGE.format(
            language=language,
            direction=cldr(language)["direction"],
            accent=accent,
            tenant=tenant,
            subject=subject,
            preheader=preheader,
            heading=heading,
            content=content,
            footer=footer,
            style=_STYLE,
        )
    )


def marked(template: str, values: Mapping[str, str]) -> Html:
    """Fill the template with escaped values. A value in another script cannot reverse the text around it."""
    parts = pieces(template)
    return Html("").join(_isolated(values[part]) if index % 2 else escape(part) for index, part in enumerate(parts))


def _isolated(value: str) -> Html:
    return Html("{}").format(value) if value.isascii() else Html("<bdi>{}</bdi>").format(value)


def paragraph(text: Html) -> Html:
    """Return a paragraph of the message."""
    return _PARAGRAPH.format(text)


def small_print(text: Html) -> Html:
    """Return a paragraph of the footer, or an aside."""
    return _SMALL_PRINT.format(text)


def small_link(label: str, url: str) -> Html:
    """Return a link in the footer."""
    return _SMALL_LINK.format(label=label, url=url)


def contact_link(name: str, shown: str, url: str) -> Html:
    """Return a way to reach the tenant, or a page of its own."""
    return _CONTACT.format(name=name, shown=shown, url=url)


def button(label: str, url: str, accent: str) -> Html:
    """Return the message's link, as a button large enough for a thumb."""
    border = accent if colours.contrast(accent, colours.WHITE) >= _BORDER_CONTRAST else _BORDER
    return _BUTTON.format(url=url, label=label, accent=accent, ink=colours.ink_on(accent), border=border)


def score_row(question: str, links: Sequence[tuple[str, str]], ends: Sequence[str]) -> Html:
    """Return a survey's first question with a link for each answer, in one row."""
    width = 100 // len(links)
    cells = [_SCORE.format(width=width, url=url, label=label) for label, url in links]
    said = _ENDS.format(*ends) if ends else ""
    return _SCORES.format(question=question, cells=Html("").join(cells), ends=said)


def address_panel(url: str) -> Html:
    """Return the link's URL as text, for people who copy it."""
    return _PANEL.format(style=_ADDRESS_STYLE, text=url)


def code_panel(code: str) -> Html:
    """Return a one-time code. The style spaces it, so a copy contains only digits."""
    return _PANEL.format(style=_CODE_STYLE, text=code)
