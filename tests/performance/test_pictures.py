"""Pictures of figures say what they show to whoever cannot see them, and open their pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from benchmarks.pictures import Bar, Part, bars

DOCS = Path(__file__).resolve().parents[2] / "docs"


def drawn(svg: str) -> list[tuple[float, float]]:
    """Return where each part of a bar begins, and how long it is."""
    return [
        (float(x), float(width))
        for x, width in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="14"', svg)
    ]


@pytest.mark.parametrize("name", ["benchmarks", "cost"])
def test_a_page_opens_with_its_picture(name: str) -> None:
    opening = (DOCS / f"{name}.md").read_text().split("\n\n")[1]
    shown = re.fullmatch(rf"!\[(.+)\]\(pictures/{name}\.svg\)", opening)
    assert shown

    svg = (DOCS / "pictures" / f"{name}.svg").read_text()

    assert 'role="img" aria-labelledby="title words"' in svg
    assert f'<desc id="words">{html.escape(shown[1])}</desc>' in svg


def test_a_bar_is_as_long_as_its_parts() -> None:
    svg = bars("<Title>", [Bar("a & b", [Part("x", 1), Part("y", 3)]), Bar("", [])], "1 and 3")

    (first, second) = drawn(svg)
    assert second[1] == pytest.approx(3 * first[1], rel=0.01)
    assert second[0] == pytest.approx(sum(first), rel=0.01)
    assert re.findall(r">([^<>]+)</text>", svg) == ["&lt;Title&gt;", "x", "y", "a &amp; b", "4.00", "0.00"]


def test_a_mark_crosses_all_bars() -> None:
    svg = bars("t", [Bar("a", [Part("x", 2)])], "2", mark=(1, "P"))

    (bar,) = drawn(svg)
    (line,) = re.findall(r'x1="([\d.]+)"', svg)
    assert float(line) == pytest.approx(bar[0] + bar[1] / 2, rel=0.01)
