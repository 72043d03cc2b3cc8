"""Tables that become cards on a narrow screen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.pages.pieces import joined
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    content: str
    style: str = ""


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Html:
    """Return a table. The first cell of each row names it.

    The roles repeat what the elements mean, because some browsers forget it when a style makes cards of a table.
    """
    listed = list(rows)
    numbers = [cell.style == "number" for cell in listed[0]] if listed else [False] * len(columns)
    head = joined(
        *(
            Html('<th scope="col" role="columnheader"{}>{}</th>').format(_class("number" if is_number else ""), name)
            for name, is_number in zip(columns, numbers, strict=True)
        )
    )
    body = joined(*(Html('<tr role="row">{}</tr>').format(joined(*_cells(columns, row))) for row in listed))
    return Html(
        '<table class="cards" role="table"><caption>{}</caption><thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table>'
    ).format(caption, head, body)


def _cells(columns: Sequence[str], row: Sequence[Cell]) -> Iterable[Html]:
    first, *others = row
    yield Html('<th scope="row" role="rowheader">{}</th>').format(first.content)
    for name, cell in zip(columns[1:], others, strict=True):
        yield Html('<td role="cell" data-label="{}"{}>{}</td>').format(name, _class(cell.style), cell.content)


def _class(style: str) -> str:
    return Html(' class="{}"').format(style) if style else ""
