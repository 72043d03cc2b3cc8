"""HTML page of the outbox."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from local.page import local_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.outbox import Message

_URL = re.compile(r"https?://[^\s<>\"']+")

_SCRIPT = "document.querySelector('button').onclick = () => fetch('', {method: 'DELETE'}).then(() => location.reload())"


def outbox_page(messages: Sequence[Message]) -> str:
    """Return a page of all messages with clickable links. HTML parts are in frames that run no scripts."""
    count = (
        f"{len(messages)} message{'' if len(messages) == 1 else 's'}, newest first"
        if messages
        else "Nothing has been sent yet"
    )
    return local_page(
        "Outbox",
        f'<p class="about">{count}. On AWS, these would have been sent by e-mail and SMS. '
        '<a href="">Reload</a> <button type="button">Empty</button></p>'
        f"{''.join(map(_article, messages))}<script>{_SCRIPT}</script>",
    )


def _article(message: Message) -> str:
    channel = "E-mail" if message.channel == "email" else "SMS"
    about = [f"to {escape(message.to)}", escape(message.sent_at), f"id <code>{escape(message.id)}</code>"]
    if message.rid:
        about.append(f"link <code>{escape(message.rid)}</code>")
    about += [f"{escape(name)}: <code>{escape(value)}</code>" for name, value in message.headers.items()]
    frame = ""
    if message.html is not None:
        document = escape('<base target="_blank">' + message.html)
        frame = (
            "<details><summary>As HTML</summary>"
            '<iframe title="E-mail" sandbox="allow-popups allow-popups-to-escape-sandbox" '
            f'srcdoc="{document}"></iframe>'
            "</details>"
        )
    return (
        f"<article><h2>{escape(message.subject or channel)}</h2>"
        f'<div class="about">{channel} {" &middot; ".join(about)}</div>'
        f"<pre>{_clickable(message.text)}</pre>{frame}</article>"
    )


def _clickable(text: str) -> str:
    parts, end = [], 0
    for match in _URL.finditer(text):
        url = escape(match[0])
        parts += [escape(text[end : match.start()]), f'<a href="{url}" target="_blank" rel="noreferrer">{url}</a>']
        end = match.end()
    return "".join((*parts, escape(text[end:])))
