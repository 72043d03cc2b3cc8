"""Fields of filters. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.dialects.console.words import Reader


def select(name: str, options: Sequence[tuple[str, str]], chosen: str, reader: Reader) -> Html:
    """Return a list to choose from, each entry a value and a label."""
    rows = [
        Html('<option value="{}"{}>{}</option>').format(value, Html(" selected") if value == chosen else "", label)
        for value, label in options
    ]
    return Html('<div class="field"><label for="{0}">{1}</label><select id="{0}" name="{0}">{2}</select></div>').format(
        name, reader.text(f"filter.{name}"), joined(*rows)
    )
