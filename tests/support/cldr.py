"""`make texts`: writes what CLDR says about each language into its file of texts, and puts its keys in order."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from babel import Locale

from linkgate import texts

FOLDER = Path(texts.__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
_WORLDWIDE = {"en": "en_GB"}
"""Locale whose dates we write where those of the language's largest country would mislead the others."""
_FIELDS = {
    "EEEE": "{weekday}",
    "MMMM": "{month}",
    "MMM": "{month}",
    "d": "{day}",
    "y": "{year}",
    "HH": "{hour:02}",
    "H": "{hour}",
    "mm": "{minute:02}",
}
_CATEGORIES = ["", "zero", "one", "two", "few", "many", "other"]
_COUNTRY = re.compile("[A-Z]{2}")
_NONE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR for what is no country or territory."""
_PART = re.compile(r"'([^']*)'|([A-Za-z])\2*")


def babel_locale(language: str) -> Locale:
    return Locale.parse(_WORLDWIDE.get(language, language))


def cldr_of(language: str) -> dict[str, Any]:
    """Return what `texts.cldr` holds for a language."""
    locale = babel_locale(language)
    symbols = locale.number_symbols["latn"]
    return {
        "name": Locale.parse(language).get_display_name(),
        "direction": locale.text_direction,
        "weekdays": [locale.days["format"]["wide"][day] for day in range(7)],
        "months": [locale.months["format"]["wide"][month] for month in range(1, 13)],
        "short_months": [locale.months["format"]["abbreviated"][month] for month in range(1, 13)],
        "full_date": _form(locale.date_formats["full"].pattern),
        "long_date": _form(locale.date_formats["long"].pattern),
        "short_date": _form(locale.datetime_skeletons["MMMd"].pattern),
        "time": _form(locale.datetime_skeletons["Hm"].pattern),
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "money": _money(locale),
        "currencies": {
            code: symbol for code, symbol in sorted(locale.currency_symbols.items()) if symbol not in {code, "¤"}
        },
        "countries": {
            code: name
            for code, name in sorted(locale.territories.items())
            if _COUNTRY.fullmatch(code) and code not in _NONE
        },
        "plurals": sorted({*locale.plural_form.tags, "other"}, key=_CATEGORIES.index),
    }


def _money(locale: Locale) -> str:
    """Return where the symbol and the number of an amount stand."""
    pattern: str = locale.currency_formats["standard"].pattern
    return pattern.partition(";")[0].replace("¤", "{symbol}").replace("#,##0.00", "{number}")


def _form(pattern: str) -> str:
    """Rewrite a pattern of CLDR for `str.format`."""
    return _PART.sub(lambda part: part[1] if part[1] is not None else _FIELDS[part[0]], pattern)


def written(language: str) -> str:
    """Return the file of a language as `make texts` writes it."""
    content = json.loads((FOLDER / f"{language}.json").read_text())
    english = json.loads((FOLDER / f"{texts.DEFAULT_LANGUAGE}.json").read_text())
    known = {**({"draft": True} if content.get("draft") else {}), "cldr": cldr_of(language)}
    for part in ("moments", "pages", "messages"):
        order = list(dict.fromkeys(key.partition("#")[0] for key in (*english[part], *content[part])))
        keys = sorted(content[part], key=lambda key: _place(key, order))
        known[part] = {key: content[part][key] for key in keys}
    return json.dumps(known, ensure_ascii=False, indent=2) + "\n"


def _place(key: str, order: list[str]) -> tuple[int, int]:
    stem, _, category = key.partition("#")
    return order.index(stem), _CATEGORIES.index(category)


if __name__ == "__main__":
    for each in LANGUAGES:
        (FOLDER / f"{each}.json").write_text(written(each))
