"""HTML page at `/`: links to look inside, sample calls, demo credentials, and documentation."""

from __future__ import annotations

from html import escape

from local.banner import CREDENTIALS, EXAMPLES, HOW_TO_START
from local.page import local_page

_LOOK_INSIDE = (
    ("/_local/outbox", "the e-mails and SMS that were sent"),
    ("/_local/table", "every item of the table"),
    ("/_local/events", "the events that were published"),
    ("/_local/objects", "every object in the buckets"),
)
_DOCUMENTATION = (
    ("README.md", "the first link, step by step"),
    ("docs/local.md", "the routes of this runner: move the clock, make providers fail"),
    ("docs/dialects/", "a page for each dialect"),
    ("docs/openapi.json", "the management API"),
)


def start_page(base: str) -> str:
    """Return the page. `base` is the runner's address."""
    inside = "".join(f'<li><a href="{path}">{path}</a>: {what}</li>' for path, what in _LOOK_INSIDE)
    examples = "".join(
        f"<article><h2>{escape(example.title)}</h2><pre><code>{escape(example.curl(base))}</code></pre></article>"
        for example in EXAMPLES
    )
    credentials = "".join(
        f"{f'<dt>{escape(name)}</dt>' if name else ''}<dd>{escape(value)}</dd>" for name, value in CREDENTIALS
    )
    documentation = "".join(f"<li><code>{path}</code>: {what}</li>" for path, what in _DOCUMENTATION)
    return local_page(
        "The local runner",
        '<p class="about">It runs entirely on this machine and stores nothing: when it stops, all links, messages and '
        "records are gone.</p>"
        f"<h2>Look inside</h2><ul>{inside}</ul>"
        f"<h2>Create a link</h2><p>{HOW_TO_START}</p>{examples}"
        f"<h2>Demo credentials</h2><dl>{credentials}</dl>"
        f"<h2>Documentation</h2><p>In the project's folder:</p><ul>{documentation}</ul>",
    )
