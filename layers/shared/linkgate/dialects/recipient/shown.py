"""Values that are only shown: titles and values in place of JSON, down to the last entry of a list."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.answers import day
from linkgate.dialects.recipient.fields import Option, options_of
from linkgate.usecases.form_parts import items_of, properties, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.usecases.form_parts import Schema

    Path = tuple[str, ...]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z\s_-]+")


def rows_of(value: object, schema: Schema, words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Return each value in an object or list with its title. `words` are those for "true" and "false".

    A title that occurs several times, or in one of several entries of a list, comes with what stands around it.
    """
    found = list(_rows(value, schema, (), words, language))
    often = Counter(path[-1:] for path, _ in found)
    return [
        (": ".join(path if often[path[-1:]] > 1 or any(step.isdigit() for step in path) else path[-1:]), text)
        for path, text in found
    ]


def readable(name: str) -> str:
    """Return a property's name as a title: `dateOfBirth` as `Date of birth`, and `IBAN` as it is."""
    parts = _WORDS.findall(name)
    lower = " ".join(part if len(part) > 1 and part.isupper() else part.lower() for part in parts)
    return lower[:1].upper() + lower[1:] or name


def _rows(
    value: object, schema: Schema, path: Path, words: Mapping[str, str], language: str
) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        parts = properties(schema)
        for name, inner in value.items():
            part = parts.get(name, {})
            title = word(part, "title", language) or readable(name)
            yield from _rows(inner, part, (*path, title), words, language)
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        for number, entry in enumerate(value, 1):
            around = (*path, str(number)) if len(value) > 1 else path
            yield from _rows(entry, items_of(schema), around, words, language)
    elif isinstance(value, list):
        texts = [_text(entry, items_of(schema), words, language) for entry in value]
        yield path, ", ".join(text for text in texts if text)
    else:
        yield path, _text(value, schema, words, language)


def _text(value: object, schema: Schema, words: Mapping[str, str], language: str) -> str:
    if value is None:
        return ""
    labels: Mapping[str, str] = {option.key: option.label for option in options_of(schema, "shown", language)}
    key = Option(value, "").key
    if isinstance(value, bool):
        return labels.get(key) or words[json.dumps(value)]
    return labels.get(key) or (day(key, language) if schema.get("format") == "date" else key)
