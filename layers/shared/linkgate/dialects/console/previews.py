"""Pages that the console shows in a frame: an e-mail, or what a recipient would see. Pure."""

from __future__ import annotations

import dataclasses
import re

from linkgate.pages.replies import HEADERS
from linkgate.wire.message import Reply

_EMAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https:; base-uri 'none'; frame-ancestors 'self'"
)


def with_frames(reply: Reply) -> Reply:
    """Let a page show frames with other pages of the console."""
    policy = reply.headers["content-security-policy"] + "; frame-src 'self'"
    return dataclasses.replace(reply, headers={**reply.headers, "content-security-policy": policy})


def preview_reply(html: str) -> Reply:
    """Return an e-mail as a page of its own, in which nothing runs and which only the console may show in a frame."""
    headers = {
        **HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": _EMAIL_POLICY,
        "x-frame-options": "SAMEORIGIN",
    }
    return Reply(200, html, headers)


def preview_of(reply: Reply) -> Reply:
    """Return a recipient's page in which nothing runs and leaves, and which only the console may show in a frame."""
    style = re.search(r"style-src [^;]+", reply.headers["content-security-policy"])
    policy = f"sandbox; default-src 'none'; {style[0] if style else ''}; img-src 'self' https:; frame-ancestors 'self'"
    headers = {**reply.headers, "content-security-policy": policy, "x-frame-options": "SAMEORIGIN"}
    return dataclasses.replace(reply, status=200, headers=headers, cookies=())
