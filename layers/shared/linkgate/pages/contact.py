"""Ways to reach a tenant, and its own pages, as far as it has named them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.pages.frame import Brand


def ways(brand: Brand) -> Html:
    """Return a list of the ways to reach the tenant, empty if it has named none."""
    found = [Html("<li>{}: {}</li>").format(name, link) for name, link in _ways(brand)]
    return Html('<ul class="ways">{}</ul>').format(joined(*found)) if found else Html("")


def footer_links(brand: Brand) -> Html:
    """Return the same in one line, with the tenant's privacy notice and terms. They open beside the page."""
    tenant = brand.tenant
    pages = [
        _beside(url, brand.text(key))
        for url, key in (
            (tenant.privacy_url if tenant else None, "contact.privacy"),
            (tenant.terms_url if tenant else None, "contact.terms"),
        )
        if url
    ]
    found = [*(link for _, link in _ways(brand)), *pages]
    return Html('<p class="links">{}</p>').format(Html(" · ").join(found)) if found else Html("")


def _ways(brand: Brand) -> Iterator[tuple[Html, Html]]:
    tenant = brand.tenant
    if tenant is None:
        return
    if tenant.support_phone:
        number = re.sub(r"[^+\d]", "", tenant.support_phone)
        link = Html('<a href="tel:{}" dir="ltr">{}</a>').format(number, tenant.support_phone)
        yield brand.text("contact.phone"), link
    if tenant.support_email:
        link = Html('<a href="mailto:{}" dir="ltr">{}</a>').format(tenant.support_email, tenant.support_email)
        yield brand.text("contact.email"), link
    if tenant.support_url:
        yield brand.text("contact.help"), _beside(tenant.support_url, _host(tenant.support_url))
    if tenant.website:
        yield brand.text("contact.website"), _beside(tenant.website, _host(tenant.website))


def _beside(url: str, name: str) -> Html:
    return Html('<a href="{}" target="_blank" rel="noopener">{}</a>').format(url, name)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
