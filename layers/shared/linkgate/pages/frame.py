"""Frame of every page: its tenant and its language."""

from __future__ import annotations

import re
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.colours import accent, ink_on
from linkgate.model.moments import in_words
from linkgate.model.web_addresses import origin_of
from linkgate.pages.contact import footer_links
from linkgate.pages.languages import language_for
from linkgate.pages.pieces import hidden, joined
from linkgate.pages.replies import Openings, html_reply
from linkgate.pages.script import SCRIPT
from linkgate.pages.style import style_for
from linkgate.texts import OFFERED, cldr, page_texts, plural_category
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.wire.message import Reply, Request


_LONGEST_IN_SECONDS = 120
_SPACED = re.compile(
    r"""('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)| *([{}()\[\],;:=<>*&|?!~%^]+) *""", re.ASCII
)
"""A text in a script, which stays as it is, or marks between which a script needs no spaces."""


@dataclass(frozen=True, slots=True)
class Brand:
    """Tenant and language of a page. Without a tenant, the page names nobody."""

    language: str
    host: str
    tenant: Tenant | None = None
    role: str = ""
    """Co-browsing role of the reader, empty on a main link."""
    base: str = ""
    """Path of the link or visit, below which the reader chooses another language. Empty where there is no choice."""
    test: bool = False
    """True if the page is that of a test link, which it says."""

    def text(self, key: str, **values: object) -> Html:
        """Return our text in the page's language. Values are escaped, and the tenant's name is filled in."""
        template = _template(self.language, key)
        if "{" not in template:
            return template
        return template.format(**{"tenant": self.tenant.name if self.tenant else "", "host": self.host, **values})

    def counted(self, key: str, count: int) -> Html:
        """Return our text about a number of things."""
        return self.text(f"{key}#{plural_category(count, self.language)}", count=count)

    def wait(self, seconds: int) -> Html:
        """Return a pause in words, rounded up."""
        if seconds <= _LONGEST_IN_SECONDS:
            return self.counted("wait.seconds", seconds)
        return self.counted("wait.minutes", -(-seconds // 60))

    def has(self, key: str) -> bool:
        return key in page_texts(self.language)

    def time(self, moment: datetime) -> Html:
        """Return a moment in words. The script converts it to the reader's time zone."""
        words = in_words(moment, self.language)
        return Html('<time datetime="{}">{}</time>').format(moment.isoformat(), words)


@cache
def _template(language: str, key: str) -> Html:
    return Html(page_texts(language)[key])  # noqa: S704 - our own text


def brand_of(link: Link, tenant: Tenant, request: Request) -> Brand:
    """Return the brand of a link, in the reader's language."""
    place = request.path[:3]
    base = f"{place}{link.rid}" if place in {"/l/", "/v/"} else ""
    return Brand(language_for(link.recipient, request), request.domain, tenant, base=base, test=link.test)


def plain_brand(request: Request) -> Brand:
    """Return the brand for a reader who has proved nothing. It names no tenant."""
    return Brand(language_for(None, request), request.domain)


_PAGE = Html(
    '<!doctype html><html lang="{language}"{direction}><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no">'
    "<title>{title}</title>{icon}<style>{style}</style></head><body{here}>{header}<main>{content}</main>{footer}"
    "{scripts}</body></html>"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Status, headers and policy of a page's reply."""

    status: int = 200
    here: str = ""
    """Path at which the page can be read again, for pages that answer a form."""
    targets: tuple[str, ...] = ()
    """URLs of the tenant to which the page's forms may lead."""
    headers: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    """Scripts that only this page needs."""
    sockets: tuple[str, ...] = ()
    """Addresses of the sockets that it opens."""
    files: str = ""
    """Origin of the files to which its forms lead, if it has any."""
    uploads: str = ""
    """Origin to which the page sends files, if it does."""
    caption: str = ""
    """Place of the page among several, above its title."""
    within: str = ""
    """Title of what the page is a part of, for the browser's own title."""
    wrong: bool = False
    """True if the page shows faults. Then its title says so first."""
    form: str = ""
    """Id of a form whose fields are posted along when another language is chosen, so that nothing typed is lost."""
    secret: str = ""
    """Secret that is posted along in the same case."""


def page(brand: Brand, title: str, *content: str, frame: Frame | None = None) -> Reply:
    """Render a whole page."""
    tenant, frame = brand.tenant, frame or Frame()
    own = accent(tenant.colour if tenant else None)
    shown = joined(*content)
    style, scripts = style_for(own, ink_on(own), shown), tuple(map(dense, (SCRIPT, *frame.scripts)))
    named = brand.text("title.wrong", title=title) if frame.wrong else title
    caption = Html('<span class="caption">{}<span class="spoken">:</span></span> ').format(frame.caption)
    html = _PAGE.format(
        language=brand.language,
        direction=Html(' dir="rtl"') if cldr(brand.language)["direction"] == "rtl" else "",
        title=Html(" - ").join(
            each for each in (named, frame.within, brand.role, tenant.name if tenant else "") if each
        ),
        icon=Html('<link rel="icon" href="{}">').format(_logo(tenant)) if _logo(tenant) else "",
        style=Html(style),  # noqa: S704 - our own text, and a checked colour
        here=Html(' data-here="{}"').format(frame.here) if frame.here else "",
        header=_header(brand),
        content=joined(Html("<h1>{}{}</h1>").format(caption if frame.caption else "", title), shown),
        footer=_footer(brand, frame) if tenant else "",
        scripts=joined(*(Html("<script>{}</script>").format(Html(each)) for each in scripts)),  # noqa: S704 - our own text
    )
    logo = _logo(tenant)
    framing = tenant.frame_origins if tenant else ()
    openings = Openings(
        [logo] if logo else [], framing, frame.targets, scripts, frame.sockets, frame.files, frame.uploads
    )
    return html_reply(frame.status, html, style, openings, frame.headers)


@cache
def dense(script: str) -> str:
    """Return a script without indentation, comments and optional spaces, which readers of a page need not load."""
    lines = (line.strip() for line in script.splitlines())
    return _SPACED.sub(r"\1\2", "\n".join(line for line in lines if line and not line.startswith("//")))


def _header(brand: Brand) -> Html:
    tenant = brand.tenant
    if tenant is None:
        return Html("<header><div></div></header>")
    logo = _logo(tenant)
    picture = Html('<img src="{}" alt="">').format(logo) if logo else ""
    role = Html('<bdi class="role">{}</bdi>').format(brand.role) if brand.role else ""
    test = Html('<p class="test">{}</p>').format(brand.text("test.banner")) if brand.test else ""
    return Html("<header><div>{}<bdi>{}</bdi>{}</div>{}</header>").format(picture, tenant.name, role, test)


def _footer(brand: Brand, frame: Frame) -> Html:
    text = brand.text("footer")
    return Html("<footer><p>{}</p>{}{}</footer>").format(text, footer_links(brand), _languages(brand, frame))


def _languages(brand: Brand, frame: Frame) -> Html:
    """Return a button for each language, in its own name."""
    if not brand.base:
        return Html("")
    path = f"{brand.base}/language"
    target = Html(' form="{}" formaction="{}"').format(frame.form, path) if frame.form else ""
    buttons = [
        Html('<button class="plain" name="language" value="{}" lang="{}"{}{}>{}</button>').format(
            language,
            language,
            Html(' aria-current="true"') if language == brand.language else "",
            target,
            name,
        )
        for language, name in OFFERED.items()
    ]
    label, carried = brand.text("footer.language"), hidden("secret", frame.secret) if frame.secret else ""
    if frame.form:
        return Html('<div class="languages" role="group" aria-label="{}">{}</div>').format(label, joined(*buttons))
    return Html('<form method="post" action="{}" class="languages" aria-label="{}">{}{}</form>').format(
        path, label, carried, joined(*buttons)
    )


def _logo(tenant: Tenant | None) -> str | None:
    """Return the URL of the tenant's logo, if a content security policy can name it."""
    logo = tenant.logo if tenant else None
    return logo if logo and origin_of(logo) else None
