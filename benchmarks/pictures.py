"""Pictures of figures as SVG, which read well in light and dark, and say in words what they show."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, LABELS, VALUES = 760, 216, 60
"""Width of the picture, of the names on its left, and of the figures behind the bars."""
BAR, GAP, LINE = 14, 4, 22
TOP = 40
CHARACTER = 8
"""Width of a character, slightly more than most have."""
COLOURS = ("#2f7fc1", "#d98a00", "#1f9d74", "#8a8f98", "#c0609a", "#7b61c9")
"""Colours that keep a contrast of 3 to 1 with white and with the dark background."""

STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328; stroke: #ffffff; stroke-width: 3px; paint-order: stroke }
.paper { fill: #ffffff } .mark { stroke: #1f2328 } .strong { font-weight: 600 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; stroke: #0d1117 } .paper { fill: #0d1117 } .mark { stroke: #e6edf3 }
}
</style>"""


@dataclass(frozen=True)
class Part:
    """A part of a bar. Parts with the same name have the same colour."""

    name: str
    size: float


@dataclass(frozen=True)
class Bar:
    """A bar of parts beside each other. One without a label belongs to the bar above it."""

    label: str
    parts: Sequence[Part]


def bars(title: str, rows: Sequence[Bar], words: str, mark: tuple[float, str] | None = None) -> str:
    """Draw bars from left to right. `words` are read to whoever cannot see them; `mark` is a line across all."""
    colours = {name: COLOURS[place] for place, name in enumerate(dict.fromkeys(p.name for r in rows for p in r.parts))}
    legend, top = _legend(colours)
    longest = max(*(sum(part.size for part in row.parts) for row in rows), mark[0] if mark else 0)
    scale = (WIDTH - LABELS - VALUES) / longest
    drawn, y = [], top
    for row in rows:
        y += LINE - BAR - GAP if row.label else 0
        drawn += _drawn(row, y, scale, colours)
        y += BAR + GAP
    crossed = _marked(mark, scale, top, y) if mark else []
    height = y + (LINE if mark else GAP)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title words">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="words">{escape(words)}</desc>',
        STYLE,
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        f'<text class="strong" x="8" y="22">{escape(title)}</text>',
        *legend,
        *crossed,
        *drawn,
        "</svg>",
        "",
    ])  # fmt: skip


def _legend(colours: dict[str, str]) -> tuple[list[str], int]:
    """Return the colours with their names, and where they end."""
    width = max(map(len, colours)) * CHARACTER + 30
    columns = (WIDTH - 8) // width
    lines = []
    for place, (name, colour) in enumerate(colours.items()):
        x, y = 8 + place % columns * width, TOP + place // columns * LINE
        lines.append(f'<rect x="{x}" y="{y - 11}" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{x + 18}" y="{y}">{escape(name)}</text>')
    return lines, TOP + (len(colours) - 1) // columns * LINE + 2 * GAP


def _drawn(row: Bar, y: int, scale: float, colours: dict[str, str]) -> list[str]:
    baseline = y + BAR - 3
    lines = [f'<text x="8" y="{baseline}">{escape(row.label)}</text>'] if row.label else []
    x = float(LABELS)
    for part in row.parts:
        width = part.size * scale
        if width:
            lines.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colours[part.name]}"/>')
        x += width
    whole = sum(part.size for part in row.parts)
    return [*lines, f'<text x="{x + 6:.1f}" y="{baseline}">{whole:.2f}</text>']


def _marked(mark: tuple[float, str], scale: float, top: int, bottom: int) -> list[str]:
    size, name = mark
    x = f"{LABELS + size * scale:.1f}"
    return [
        f'<line class="mark" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke-dasharray="3 3"/>',
        f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">{escape(name)}</text>',
    ]
