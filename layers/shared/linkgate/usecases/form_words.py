"""Rules for the words of a form's schema that JSON Schema does not have. docs/recipient.md says what each means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.texts import DEFAULT_LANGUAGE, cldr
from linkgate.usecases.form_files import word_faults as file_words
from linkgate.usecases.form_parts import COUNTRY, choices, control_of, is_group, items_of, properties, steps
from linkgate.usecases.form_scales import FACES
from linkgate.usecases.form_signatures import word_faults as sign_words
from linkgate.usecases.form_steps import step_faults
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""
    Rule = Callable[[object, Schema, str], Iterator[Fault]]
    """Yields the faults of a word's value, given the part that has the word and the pointer of the value."""

RIGHTS = ("edit", "see", "none")
TEXT_CONTROLS = ("text", "long")
"""Values of `x-control`."""

_ADDRESS = ("line1", "line2", "town", "region", "postcode", "country")
_CURRENCY = re.compile("[A-Z]{3}")

_SAID = ("required", "type", "format", "pattern", "const", "enum", "multipleOf", "uniqueItems")
_LIMITS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
KEYWORDS = frozenset({*_SAID, *_LIMITS, "minItems", "maxItems"})
"""Words of JSON Schema for whose faults a tenant may have a sentence."""

_TOKENS = frozenset(
    {
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "honorific-suffix",
        "nickname",
        "organization-title",
        "username",
        "organization",
        "street-address",
        "address-line1",
        "address-line2",
        "address-line3",
        "address-level4",
        "address-level3",
        "address-level2",
        "address-level1",
        "country",
        "country-name",
        "postal-code",
        "cc-name",
        "cc-given-name",
        "cc-family-name",
        "transaction-currency",
        "transaction-amount",
        "language",
        "bday",
        "bday-day",
        "bday-month",
        "bday-year",
        "sex",
        "url",
        "tel",
        "tel-country-code",
        "tel-national",
        "tel-area-code",
        "tel-local",
        "tel-extension",
        "email",
        "impp",
        "off",
    }
)
"""Values of HTML's `autocomplete` without those for passwords, one-time codes and the numbers of cards."""
_FILLED_IN = frozenset({*TEXT_CONTROLS, "email", "phone", "date", "select"})
_PERSONAL = {
    "name": "name",
    "fullname": "name",
    "firstname": "given-name",
    "givenname": "given-name",
    "lastname": "family-name",
    "familyname": "family-name",
    "surname": "family-name",
    "birthdate": "bday",
    "birthday": "bday",
    "dateofbirth": "bday",
    "street": "street-address",
    "streetaddress": "street-address",
    "postcode": "postal-code",
    "postalcode": "postal-code",
    "zip": "postal-code",
    "zipcode": "postal-code",
    "city": "address-level2",
    "town": "address-level2",
    "country": "country-name",
}
"""Names of questions about a person, and the token that lets a browser fill them in."""


def word_faults(part: Schema, pointer: str) -> Iterator[Fault]:
    """Yield the faults of a form's, section's or question's own words."""
    for word, value in part.items():
        if not word.startswith("x-"):
            continue
        place = f"{pointer}/{escaped(word)}"
        if rule := _RULES.get(word):
            yield from rule(value, part, place)
        else:
            known = ", ".join(sorted(_RULES))
            yield place, f"is no word that pages know; there are: {known}"
    if is_group(part):
        return
    yield from _misplaced(
        items_of(part), f"{pointer}/items", ("x-enum-titles", "x-file", "x-i18n", "x-roles", "x-private")
    )
    if "x-file" in items_of(part):
        yield from file_words(items_of(part)["x-file"], items_of(part), f"{pointer}/items/x-file")
    if "x-enum-titles" in items_of(part):
        yield from _enum_titles(items_of(part)["x-enum-titles"], items_of(part), f"{pointer}/items/x-enum-titles")


def warnings_of(schema: Schema, pointer: str = "") -> Iterator[Fault]:
    """Yield what a form may have, and should rather not."""
    required = schema.get("required")
    for name, part in properties(schema).items():
        place = f"{pointer}/properties/{escaped(name)}"
        if "default" in part:
            yield place, "has a `default`, which pages do not fill in; prefill the link with it"
        if properties(part):
            yield from () if part.get("x-control") == "address" else warnings_of(part, place)
        elif is_group(part):
            yield from warnings_of(items_of(part), f"{place}/items")
        elif part.get("readOnly") is True:
            if isinstance(required, list) and name in required:
                yield place, "is required and only shown, so each link must be prefilled with it"
        elif (token := _PERSONAL.get(_plain(name))) and _fits(part):
            yield place, f"is about a person; `x-autocomplete: {token}` lets browsers fill it in"


def asks_personal(schema: Schema) -> bool:
    """Tell whether a form asks for something about a person, as far as names, formats and autofill show it."""
    return any(
        asks_personal(part) or asks_personal(items_of(part)) or _is_personal(name, part)
        for name, part in properties(schema).items()
        if part.get("readOnly") is not True
    )


def _is_personal(name: str, part: Schema) -> bool:
    return "x-autocomplete" in part or part.get("format") in {"email", "phone"} or _plain(name) in _PERSONAL


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _fits(part: Schema) -> bool:
    return control_of(part) in {"text", "date"} and "x-autocomplete" not in part


def _misplaced(part: Schema, pointer: str, known: tuple[str, ...]) -> Iterator[Fault]:
    for word in part:
        if word.startswith("x-") and word not in known:
            yield f"{pointer}/{escaped(word)}", "has no effect here; write it at the question itself"


def _autocomplete(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) not in _FILLED_IN:
        yield place, "is for a text, a date or a list of choices"
    elif value not in _TOKENS:
        yield place, "is no autofill token of HTML, such as given-name, family-name, street-address or bday"


def _capitals(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) not in TEXT_CONTROLS:
        yield place, "is for a text"
    elif not isinstance(value, bool):
        yield place, "must be true or false"


def _strip(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) not in TEXT_CONTROLS:
        yield place, "is for a text"
    elif not isinstance(value, str) or not value:
        yield place, 'must be the characters that are dropped from an answer, such as " -"'


def _control(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if rule := _CONTROLS.get(str(value)):
        yield from rule(part, place)
    elif value not in TEXT_CONTROLS:
        yield place, f"is no control; there are: {', '.join((*TEXT_CONTROLS, *_CONTROLS))}"
    elif control_of(part) not in TEXT_CONTROLS:
        yield place, f"is {value}, which is for a text without a choice or a format"


def _date_boxes(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "date":
        yield place, "is date-boxes, which are for a text with `format: date`"


def _money(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "number":
        yield place, "is money, which is for a number"
    elif "x-currency" not in part:
        yield place, "is money, and needs an `x-currency` beside it"


def _address(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "section":
        yield place, "is address, which is for an object with `properties`"
        return
    around = place.removesuffix("/x-control")
    for name in properties(part):
        if name not in _ADDRESS:
            yield f"{around}/properties/{escaped(name)}", f"is no part of an address; there are: {', '.join(_ADDRESS)}"


def _country(part: Schema, place: str) -> Iterator[Fault]:
    codes, known = part.get("enum"), cldr(DEFAULT_LANGUAGE)["countries"]
    if not isinstance(codes, list) or not codes:
        yield place, "is country, and needs an `enum` of the codes of countries (ISO 3166), such as [ES, PT]"
        return
    for number, code in enumerate(codes):
        if code not in known:
            yield f"{place.removesuffix('x-control')}enum/{number}", f"is {code!r}, which is no code of a country"
    if "x-enum-titles" in part:
        yield place, "is country, which names the choices itself"


def _nps(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "scale" or (part.get("minimum"), part.get("maximum")) != (0, 10):
        yield place, "is nps, which is for whole numbers from 0 to 10"


def _stars(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "scale" or part.get("minimum") != 1:
        yield place, "is stars, which are for whole numbers from 1 up to at most 10"


def _smileys(part: Schema, place: str) -> Iterator[Fault]:
    if control_of(part) != "scale" or len(steps(part)) != FACES:
        yield place, f"is smileys, which are for {FACES} whole numbers, such as 1 to 5"


def _matrix(part: Schema, place: str) -> Iterator[Fault]:
    rows = [*properties(part).values()] if control_of(part) == "section" else []
    scales = [(control_of(row), [*steps(row)], [*choices(row)]) for row in rows]
    if not rows or scales[0][0] not in {"scale", "radio"} or any(each != scales[0] for each in scales):
        yield place, "is matrix, which is for an object whose properties are all the same rating or the same choice"


def _currency(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if part.get("x-control") != "money":
        yield place, "has no effect without `x-control: money`"
    elif not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        yield place, "must be the three letters of a currency, such as EUR"


def _ends(value: object, part: Schema, place: str) -> Iterator[Fault]:
    rows = properties(part).values() if part.get("x-control") == "matrix" else [part]
    if any(control_of(each) != "scale" for each in rows):
        yield place, "is for a rating: whole numbers with a `minimum` and a `maximum` at most ten apart"
    elif not _texts(value, 2):
        yield place, "must be two texts, for the lowest and the highest answer"


def _enum_titles(value: object, part: Schema, place: str) -> Iterator[Fault]:
    values = part.get("enum")
    if not isinstance(values, list):
        yield place, "names choices, and there is no `enum` beside it"
    elif not _texts(value, len(values)):
        yield place, f"must be {len(values)} texts, one for each choice of `enum`"


def _message(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if properties(part):
        yield place, "is for a question; write it at each question of the section"
        return
    if isinstance(value, str) and value.strip():
        return
    if not isinstance(value, dict) or not value or not all(isinstance(text, str) for text in value.values()):
        yield place, "must be a sentence, or map words such as `pattern` to one"
        return
    for word in value:
        if word not in KEYWORDS:
            yield f"{place}/{escaped(word)}", f"is nothing that can be wrong; there are: {', '.join(sorted(KEYWORDS))}"
        elif word not in {"required", "type"} and word not in part:
            yield f"{place}/{escaped(word)}", "is never shown, because the question does not have this word"


def _private(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield place, "must be true or false"
    elif properties(part) or is_group(part):
        yield place, "is for a question; write it at each question of the section"


def _roles(value: object, _part: Schema, place: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield place, f"must map roles to one of: {', '.join(RIGHTS)}"
        return
    for role, right in value.items():
        if right not in RIGHTS:
            yield f"{place}/{escaped(role)}", f"is no right; there are: {', '.join(RIGHTS)}"


def _translations(value: object, part: Schema, place: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield place, "must map languages to translations"
        return
    for language, words in value.items():
        inner = f"{place}/{escaped(language)}"
        if not isinstance(words, dict):
            yield inner, f"must map words to their translations; there are: {', '.join(_TRANSLATED)}"
            continue
        for word, text in words.items():
            yield from _translation(word, text, part, f"{inner}/{escaped(word)}")


def _translation(word: str, text: object, part: Schema, place: str) -> Iterator[Fault]:
    translated = _TRANSLATED.get(word)
    if word not in _TRANSLATED:
        yield place, f"is not translated; there are: {', '.join(_TRANSLATED)}"
    elif translated is None:
        if not isinstance(text, str):
            yield place, "must be a text"
    elif translated not in part and not (word == "enum" and "enum" in part):
        yield place, f"translates `{translated}`, which is not beside it"
    else:
        yield from _RULES[translated](text, part, place)


def _texts(value: object, number: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == number
        and all(isinstance(text, str) and bool(text.strip()) for text in value)
    )


_TRANSLATED: Mapping[str, str | None] = {
    "title": None,
    "description": None,
    "statement": None,
    "message": "x-message",
    "enum": "x-enum-titles",
    "ends": "x-ends",
}
"""Members of a translation, and the word whose value they replace where it is not the word itself."""

_CONTROLS: Mapping[str, Callable[[Schema, str], Iterator[Fault]]] = {
    "date-boxes": _date_boxes,
    "address": _address,
    "money": _money,
    COUNTRY: _country,
    "nps": _nps,
    "stars": _stars,
    "smileys": _smileys,
    "matrix": _matrix,
}
"""Controls that are not for texts, and their rules."""

_RULES: Mapping[str, Rule] = {
    "x-autocomplete": _autocomplete,
    "x-capitals": _capitals,
    "x-control": _control,
    "x-currency": _currency,
    "x-ends": _ends,
    "x-enum-titles": _enum_titles,
    "x-file": file_words,
    "x-i18n": _translations,
    "x-message": _message,
    "x-private": _private,
    "x-roles": _roles,
    "x-sign": sign_words,
    "x-steps": step_faults,
    "x-strip": _strip,
}
