"""Errors of Amazon S3, as it answers them: XML with a code that programs read."""

from __future__ import annotations

from html import escape

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


class S3Error(Exception):
    """A refusal. `facts` become elements beside code and message."""

    def __init__(self, status: int, code: str, message: str, **facts: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.facts = facts

    def answer(self) -> Answer:
        """Return the error as S3 sends it."""
        told = {"Code": self.code, "Message": self.message, **self.facts}
        elements = "".join(f"<{name}>{escape(str(value), quote=False)}</{name}>" for name, value in told.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{elements}</Error>'
        return self.status, {"Content-Type": "application/xml"}, body.encode()


def denied(message: str = "Access Denied", **facts: object) -> S3Error:
    """Return the error for what is not allowed."""
    return S3Error(403, "AccessDenied", message, **facts)
