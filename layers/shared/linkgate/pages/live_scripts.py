"""Scripts of pages with a live channel or with conditions. They are files of the package, read at first use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from linkgate.model.tenant import Media


@cache
def live_script(name: str) -> str:
    """Return a script: `live` is the channel, `cobrowse` a shared form, `call` with `session` or `desk` a call.

    `media` is for calls with picture or sound. `conditions` shows and hides questions, `upload` sends files, `sign`
    draws signatures, `groups` tells of entries that others added or removed, and `shared` of answers that only others
    may give.
    """
    return f"\n{Path(__file__).with_name(f'{name}.js').read_text(encoding='utf-8')}"


def call_scripts(side: str, media: Media) -> tuple[str, ...]:
    """Return the scripts of a page with calls, of the `session` or the `desk`."""
    names = ("live", "call", side) if media is Media.TEXT else ("live", "call", side, "media")
    return tuple(live_script(name) for name in names)
