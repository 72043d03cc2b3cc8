"""The language of a page: the reader's own choice first."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.texts import DEFAULT_LANGUAGE, OFFERED, offered

if TYPE_CHECKING:
    from linkgate.model.link import Recipient
    from linkgate.wire.message import Request

COOKIES = ("__Host-lg-hl", "lg-hl")
"""Name of the cookie with the reader's choice, and its name on a local portal, which cannot have a host's cookie."""
CHOICE_LIFE = timedelta(days=365)
_ACCEPTED = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.ASCII)


def language_for(recipient: Recipient | None, request: Request) -> str:
    """Return the language of a page for the recipient of a link, or for a reader of whom no link is known.

    The reader's choice wins, then what the contact or the definition says, then the browser, then the tenant.
    """
    locale, said = (recipient.locale, recipient.locale_said) if recipient else (None, False)
    return (
        chosen(request)
        or (offered(locale) if said else None)
        or accepted_language(request.header("accept-language") or "")
        or offered(locale)
        or DEFAULT_LANGUAGE
    )


def chosen(request: Request) -> str | None:
    """Return the language that the reader chose in this browser, or None."""
    return next((value for name in COOKIES if (value := request.cookies.get(name)) in OFFERED), None)


def in_language(request: Request, language: str) -> Request:
    """Return the request as it will be once the browser has the choice."""
    return dataclasses.replace(request, cookies={**request.cookies, COOKIES[0]: language})


def accepted_language(header: str) -> str | None:
    """Return the best offered language of an Accept-Language header, or None."""
    best, weight = None, 0.0
    for entry in header[:500].split(","):
        match = _ACCEPTED.fullmatch(entry)
        language, quality = (offered(match[1]), float(match[2] or 1)) if match else (None, 0.0)
        if language and quality > weight:
            best, weight = language, quality
    return best
