"""Questions of a form that ask for a signature: their words in its schema, and the text that a signature is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.form_parts import items_of, kind_of, once_a_form, properties
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

SIGNATURE = "signature"
"""Value of `format`."""
WORD = "x-sign"
LONGEST = 12_000
"""Greatest number of characters of the strokes."""

WIDTH, HEIGHT = 600, 200
"""Box of the strokes. What is outside of it, nobody would see."""

_POINT = re.compile(r"(\d+) (\d+)", re.ASCII)
_TEXT = re.compile(
    r"(?:path:(?P<path>M\d{1,3} \d{1,3}(?:[ML]\d{1,3} \d{1,3})+)|name:(?P<name>[^\x00-\x1f\x7f#]{1,200}))"
    r"(?:#(?P<hash>[0-9a-f]{64}))?",
    re.ASCII,
)
_WORDS = ("draw", "type", "statement")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature: strokes in a box of 600 by 200, as the path of an SVG, or a typed name."""

    path: str
    name: str
    signed: str
    """Hash of what was signed (`visits.signing.signed_hashes`), empty if it does not say."""


def signature_in(text: object) -> Signature | None:
    """Return the signature that an answer is, or None if it is none."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    found = _TEXT.fullmatch(text)
    if found is None or (found["name"] is not None and not any(map(str.isalnum, found["name"]))):
        return None
    if any(int(x) > WIDTH or int(y) > HEIGHT for x, y in _POINT.findall(found["path"] or "")):
        return None
    return Signature(found["path"] or "", (found["name"] or "").strip(), found["hash"] or "")


def asks_for_signature(part: Schema) -> bool:
    """Tell whether a question asks for a signature."""
    return part.get("format") == SIGNATURE and kind_of(part) in {"string", None}


@once_a_form
def signature_fields(schema: Schema) -> Sequence[str]:
    """Return the pointers of the questions that ask for a signature, and may be answered."""
    return tuple(
        f"/{escaped(name)}"
        for name, part in properties(schema).items()
        if asks_for_signature(part) and part.get("readOnly") is not True
    )


def statement_of(part: Schema, language: str) -> str:
    """Return what a signature states, in the reader's language if it is translated."""
    translations, words = part.get("x-i18n"), part.get(WORD)
    own = translations.get(language) if isinstance(translations, dict) else None
    said = (own.get("statement") if isinstance(own, dict) else None) or (
        words.get("statement") if isinstance(words, dict) else None
    )
    return said if isinstance(said, str) else ""


def may_draw(part: Schema) -> bool:
    """Tell whether a signature may be drawn. It may always be typed."""
    words = part.get(WORD)
    return not isinstance(words, dict) or words.get("draw") is not False


def place_faults(schema: Schema, pointer: str = "") -> Iterator[Fault]:
    """Yield the faults of signatures that stand where none can be given: it comes after the review of a whole form."""
    for name, part in properties(schema).items():
        place = f"{pointer}/properties/{escaped(name)}"
        if asks_for_signature(part) and pointer:
            yield place, "asks for a signature inside a section; write it at the form itself"
        elif asks_for_signature(part) and "x-steps" not in schema:
            yield place, "asks for a signature, which follows a review, so the form needs `x-steps`"
        for inner, around in ((part, place), (items_of(part), f"{place}/items")):
            if asks_for_signature(inner) and inner is not part:
                yield around, "asks for a list of signatures; write a question for each"
            yield from place_faults(inner, around)


def word_faults(value: object, part: Schema, place: str) -> Iterator[Fault]:
    """Yield the faults of the word `x-sign`."""
    if not asks_for_signature(part):
        yield place, "is for a text with `format: signature`"
        return
    if not isinstance(value, dict):
        yield place, f"must say how to sign; there are: {', '.join(_WORDS)}"
        return
    for word in sorted(value.keys() - {*_WORDS}):
        yield f"{place}/{escaped(word)}", f"is nothing that a signature has; there are: {', '.join(_WORDS)}"
    if not isinstance(value.get("draw", True), bool):
        yield f"{place}/draw", "must be true or false"
    if value.get("type", True) is not True:
        yield f"{place}/type", "must be true: a name can be typed by keyboard and without JavaScript"
    statement = value.get("statement", "-")
    if not isinstance(statement, str) or not statement.strip():
        yield f"{place}/statement", "must be a text"
