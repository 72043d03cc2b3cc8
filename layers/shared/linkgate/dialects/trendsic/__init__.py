"""Trendsic's `customerlink`: a ServiceStack service, in all the formats and under all the routes its clients use.

Source: the service's metadata page (its DTOs and JSV sample) and ServiceStack's published protocol; what they leave
open is decided in docs/dialects/trendsic.md.
"""

from linkgate.dialects.trendsic.replies import render_error, render_links, render_list, render_options, render_page
from linkgate.dialects.trendsic.requests import credentials, parse_creates, parse_list
from linkgate.dialects.trendsic.routes import Operation, Route, route_of

__all__ = [
    "Operation",
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
