"""The recipient's requests, pages and JSON: tables and pure functions, driven by `routes.recipient`."""

from linkgate.dialects.recipient.problems import render_error

__all__ = ["render_error"]
