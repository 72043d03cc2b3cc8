"""Ratings in forms: rows of tiles with numbers, stars or faces. The whole tile is the radio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.usecases.form_parts import Schema

_PICTURE = Html('<svg viewBox="0 0 24 24" width="30" height="30" aria-hidden="true" focusable="false">{}</svg>')
_STAR = Html('<path d="M12 2.5l2.9 6.2 6.8.8-5 4.7 1.3 6.7-6-3.3-6 3.3 1.3-6.7-5-4.7 6.8-.8z"/>')
_FACE = Html('<circle cx="12" cy="12" r="10"/><path class="dark" d="M8.5 8v2M15.5 8v2M7 {}Q12 {} 17 {}" fill="none"/>')
_MOUTHS = ((17, 12), (16, 13.5), (15.5, 15.5), (15, 17.5), (14, 20))


def tiles(part: Schema, rows: Sequence[Html], labels: Sequence[str], ends: Html | str) -> Html:
    """Return a row of tiles, each with its radio, and under it what the ends mean."""
    kind = part.get("x-control")
    style = f" {kind}" if kind in {"stars", "smileys"} else ""
    faces = [
        Html('<label class="choice">{}<span>{}{}</span></label>').format(
            radio, _picture(kind, number), label if not style else Html("<small>{}</small>").format(label)
        )
        for number, (radio, label) in enumerate(zip(rows, labels, strict=True))
    ]
    return Html('<div class="scale{}">{}</div>{}').format(style, joined(*faces), ends)


def score_row(part: Schema, labels: Sequence[tuple[str, str]], name: str, ends: Sequence[str]) -> Html:
    """Return a row of tiles for a survey's first question, outside of its form."""
    radios = [Html('<input type="radio" name="{}" value="{}">').format(name, key) for key, _ in labels]
    shown = ends_row(ends) if ends else ""
    return tiles(part, radios, [label for _, label in labels], shown)


def ends_row(ends: Sequence[str], name: str = "") -> Html:
    """Return what the two ends of a row mean."""
    named = Html(' id="{}"').format(name) if name else ""
    return Html('<p class="ends"{}>{}</p>').format(
        named, joined(*(Html("<span>{}</span>").format(end) for end in ends))
    )


def _picture(kind: object, number: int) -> Html | str:
    if kind == "stars":
        return _PICTURE.format(_STAR)
    if kind == "smileys":
        low, middle = _MOUTHS[number]
        return _PICTURE.format(_FACE.format(low, middle, low))
    return ""
