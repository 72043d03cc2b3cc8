"""Docstrings begin with a verb or a noun, in every module and beside every attribute."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PLACES = tuple(ROOT / name for name in ("layers", "functions", "cli", "local", "benchmarks"))
OPENERS = frozenset(
    {
        *("how", "that", "what", "when", "where", "whether", "which", "who", "whom", "whose", "why"),
        *("as", "from", "in", "of", "round", "such", "those", "with"),
    }
)
"""Words that open a clause or a phrase. A docstring that begins with one names neither a thing nor an action."""


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every docstring, including those below attributes."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield statement.lineno, text


def misbegun(source: str) -> list[tuple[int, str]]:
    """Return the line and first word of each docstring that begins with one of `OPENERS`."""
    first_words = ((line, (text.split() or [""])[0]) for line, text in docstrings(source))
    return [(line, word) for line, word in first_words if word.strip(",:;.").lower() in OPENERS]


def modules() -> list[Path]:
    return sorted(path for place in PLACES for path in ([place] if place.suffix else place.rglob("*.py")))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_docstring_begins_with_a_verb_or_a_noun(path: Path) -> None:
    assert misbegun(path.read_text()) == []


def test_places_have_modules() -> None:
    assert all(place.is_file() or any(place.rglob("*.py")) for place in PLACES)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""What becomes of a message."""', [(1, "What")]),
        ('class A:\n    """Whom the link is for."""', [(2, "Whom")]),
        ('def f():\n    """As `g`, but later."""', [(2, "As")]),
        (
            'class A:\n    async def f(self):\n        """\n        Of its secret, newest first.\n        """',
            [(3, "Of")],
        ),
        ('if x:\n    LIMIT = 5\n    """Where, of all places."""', [(3, "Where,")]),
        ('"""Whatever a caller sends."""\nX = 1\n"""Assembled once."""', []),
        ('f = lambda: "What is no docstring"\nX = "As a value"', []),
        ('""""""', []),
    ],
)
def test_finds_docstrings_of_every_kind_and_nothing_else(source: str, found: list[tuple[int, str]]) -> None:
    assert misbegun(source) == found
