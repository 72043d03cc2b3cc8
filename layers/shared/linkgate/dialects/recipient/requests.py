"""Requests of a recipient's browser, or of a program in its place: fields, codes, and their origin."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from linkgate.errors import ForeignOrigin, InvalidRequest, MalformedBody, Problem, UnsupportedMedia
from linkgate.lazy_dataclass import dataclass
from linkgate.texts import OFFERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.wire.message import Request


BOXES = ("d", "m", "y")
"""Beginnings of the names of a date's three boxes, before a colon and the pointer."""
BY_PERSON = "confirmed"
"""Name of the box by which a person asks for a code. Robots that press every button do not tick it."""

_FOR_PROGRAMS = frozenset(
    {"POST /grants", "POST /v/{rid}/live", "GET /v/{rid}/live/messages", "POST /v/{rid}/live/messages"}
)
_FIELD_LIMIT = 2000
_GAPS = re.compile(r"[\s\u200b-\u2015\u2060\ufeff-]+")
"""Blanks, hyphens, dashes and invisible characters."""
_SCORE = r"\d{1,2}"


def wants_json(request: Request) -> bool:
    """Tell whether the reply is for a program: it accepts JSON but no HTML, or the route is only for programs."""
    accepted = (request.header("accept") or "").lower()
    return request.route in _FOR_PROGRAMS or ("json" in accepted and "text/html" not in accepted)


def refuse_foreign(request: Request, portal: str | None) -> None:
    """Raise ForeignOrigin for a browser's request from another site's page.

    `Sec-Fetch-Site` shows it. Browsers too old to send that header send `Origin`, which is `null` under no-referrer.
    Programs send neither.
    """
    site, origin = request.header("sec-fetch-site"), request.header("origin")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin not in {None, "null", f"https://{request.domain}", _origin(portal)}
    if foreign:
        raise ForeignOrigin


def _origin(portal: str | None) -> str | None:
    parts = urlsplit(portal) if portal else None
    return f"{parts.scheme}://{parts.netloc}" if parts else None


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted form or JSON object."""

    json: Mapping[str, object] | None
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a text field. JSON may have a number, because codes look like numbers. Raises InvalidRequest."""
        if self.json is None:
            return self.form[name][-1] if name in self.form else None
        value = self.json.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise InvalidRequest([Problem.of(name, "type", expected="string")])
        return value


def posted(request: Request) -> Posted:
    """Parse the body. Raises MalformedBody, or UnsupportedMedia if it is neither a form nor JSON."""
    media_type = request.media_type
    if media_type == "application/json" or media_type.endswith("+json"):
        return Posted(request.json)
    if not request.body:
        return Posted(None)
    if media_type not in {"application/x-www-form-urlencoded", ""}:
        raise UnsupportedMedia
    try:
        text = request.body.decode("ascii")
        form = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELD_LIMIT)
        return Posted(None, {**form, **_dates_in(form)})
    except ValueError as error:
        raise MalformedBody("the form is not percent-encoded UTF-8, or has too many fields") from error


def language_in(sent: Posted) -> str:
    """Return the language that the reader chose. Raises InvalidRequest if it is not offered."""
    language = sent.text("language") or ""
    if language not in OFFERED:
        raise InvalidRequest([Problem.of("language", "format", expected=" or ".join(OFFERED))])
    return language


def _dates_in(form: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Return the dates that were typed into three boxes, as one text each. An impossible one keeps what was typed."""
    found: dict[str, list[str]] = {}
    for name in form:
        if name.startswith(f"{BOXES[0]}:/"):
            pointer = name.partition(":")[2]
            day, month, year = (form.get(f"{box}:{pointer}", [""])[-1].strip().replace("-", "") for box in BOXES)
            typed = f"{year}-{month:>02}-{day:>02}" if day and month else f"{year}-{month}-{day}"
            found[pointer] = [typed if day or month or year else ""]
    return found


def code_in(text: str) -> str:
    """Return a typed or pasted code without gaps and a final full stop, with digits of any script converted."""
    plain = _GAPS.sub("", text).removesuffix(".")
    return "".join(str(int(character)) if character.isdecimal() else character for character in plain)


def is_score(text: str) -> bool:
    """Tell whether it is a score that a message can contain, so that it may be in a URL."""
    return re.fullmatch(_SCORE, text, re.ASCII) is not None
