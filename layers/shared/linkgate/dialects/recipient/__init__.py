"""Requests, pages and JSON of recipients: tables and pure functions, driven by `routes.recipient`."""

from linkgate.dialects.recipient.problems import render_error

__all__ = ["render_error"]
