"""Trendsic's `customerlink`: a ServiceStack service with all the formats and routes that its clients use.

Source: the service's metadata page (its DTOs and JSV sample) and ServiceStack's published protocol.
docs/dialects/trendsic.md decides what they leave open.
"""

from linkgate.dialects.trendsic.replies import render_error, render_links, render_list, render_options, render_page
from linkgate.dialects.trendsic.requests import credentials, parse_creates, parse_list
from linkgate.dialects.trendsic.routes import LinkOperation, Route, route_of
from linkgate.dialects.trendsic.validation import FIELDS

__all__ = [
    "FIELDS",
    "LinkOperation",
    "Route",
    "credentials",
    "parse_creates",
    "parse_list",
    "render_error",
    "render_links",
    "render_list",
    "render_options",
    "render_page",
    "route_of",
]
