"""Charts that are tables: a bar beside each number. Pure, and without any style of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkgate.dialects.console.words import Reader

_BAR = Html(
    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="{}" height="10" fill="#0a4bb3"/></svg>'
)


def bars(caption: str, columns: tuple[str, str], rows: Sequence[tuple[str, int, str]], reader: Reader) -> Html:
    """Return a table of names, counts and notes such as shares, in which the greatest count has the longest bar."""
    most = max((count for _, count, _ in rows), default=0) or 1
    lines = [
        Html('<tr><th scope="row">{}</th><td>{}</td><td class="number">{}</td><td class="number">{}</td></tr>').format(
            name, _BAR.format(round(100 * count / most, 1)), reader.number(count), note
        )
        for name, count, note in rows
    ]
    name, number = columns
    return Html(
        '<table class="chart"><caption>{}</caption><thead class="spoken"><tr><th scope="col">{}</th><td></td>'
        '<th scope="col">{}</th><td></td></tr></thead><tbody>{}</tbody></table>'
    ).format(caption, name, number, joined(*lines))


def columns(caption: str, rows: Iterable[tuple[str, int]], table: Html) -> Html:
    """Return a picture of counts in the order of time, and the same as a table."""
    counts = [count for _, count in rows]
    most, width = max(counts, default=0) or 1, 100 / max(len(counts), 1)
    drawn = [
        Html('<rect x="{}" y="{}" width="{}" height="{}" fill="#0a4bb3"/>').format(
            round(number * width, 2),
            round(40 - 38 * count / most, 2),
            round(width * 0.8, 2),
            round(38 * count / most, 2),
        )
        for number, count in enumerate(counts)
    ]
    return Html(
        '<figure><svg class="columns" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        "</svg>{}</figure>"
    ).format(caption, joined(*drawn), table)
