"""Labels of questions: the mark of those that need an answer, and what tells them apart in lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.pages.frame import Brand


def labelled(fields: Sequence[Field]) -> list[tuple[str, Field]]:
    """Return each question with its label, which tells apart what has the same title.

    One in a group names its entry. One of several with the same title names its section, such as two addresses have.
    """
    found = list(_placed(fields))
    often = Counter((entry, field.label) for entry, _, field in found)
    return [
        (f"{entry}{section if often[entry, field.label] > 1 else ''}{field.label}", field)
        for entry, section, field in found
    ]


def star_of(field: Field, brand: Brand) -> Html:
    """Return the mark of a question that needs an answer. Controls without `required` have it said in a word, too."""
    if not field.starred:
        return Html("")
    spoken = Html('<span class="spoken"> ({})</span>').format(brand.text("form.needed"))
    return Html(' <span aria-hidden="true">*</span>{}').format(
        spoken if field.control in {"several", "file", "signature", "group"} or field.in_boxes else ""
    )


def _placed(fields: Sequence[Field], entry: str = "", section: str = "") -> Iterator[tuple[str, str, Field]]:
    """Yield each question with what names its entry and its section, each ending in a colon if there is one."""
    for each in fields:
        if each.control == "group":
            for inner in each.parts:
                yield from _placed(inner.parts, f"{entry}{inner.label}: ")
        elif each.control == "section":
            yield from _placed(each.parts, entry, f"{section}{each.label}: ")
        else:
            yield entry, section, each
