"""HTML frame of the runner's own pages."""

from __future__ import annotations

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
article { border: 1px solid #8886; border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 0 .25rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0 0; font: inherit }
iframe { width: 100%; height: 24rem; border: 1px solid #8886; background: #fff; margin-top: .5rem }
dt { font-weight: 600 }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
.about { color: #777; font-size: .875rem }
code { font-size: .875em; overflow-wrap: anywhere }
button { font: inherit }
"""


def local_page(title: str, body: str) -> str:
    """Return the document. `body` is HTML."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Linkgate</title>'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>"
    )
