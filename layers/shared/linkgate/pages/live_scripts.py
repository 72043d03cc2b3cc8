"""Scripts of pages with a live channel or with conditions. They are files of the package, read at first use."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def live_script(name: str) -> str:
    """Return a script: `live` is the channel, `cobrowse` a shared form, `call` with `session` or `desk` a call.

    `conditions` shows and hides questions.
    """
    return f"\n{Path(__file__).with_name(f'{name}.js').read_text(encoding='utf-8')}"
