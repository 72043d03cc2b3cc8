"""Errors at the console, as pages. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.dialects.console.frame import HOME, bare_page
from linkgate.dialects.console.words import Reader
from linkgate.errors import LinkError
from linkgate.pages.languages import language_for
from linkgate.pages.pieces import button_link, paragraph
from linkgate.wire.error_table import ErrorRow, row_of

if TYPE_CHECKING:
    from linkgate.wire.message import Reply, Request

PROBLEMS: dict[type[LinkError], ErrorRow] = {
    errors.InvalidRequest: ErrorRow(422, "invalid", "Some of the data is missing or incorrect."),
    errors.MalformedBody: ErrorRow(400, "malformed", "The form cannot be read."),
    errors.BodyTooLarge: ErrorRow(413, "malformed", "The form is too large."),
    errors.UnsupportedMedia: ErrorRow(415, "malformed", "The body must be a URL-encoded form."),
    errors.Unauthorised: ErrorRow(401, "signed_out", "Nobody is signed in."),
    errors.Forbidden: ErrorRow(403, "forbidden", "The person's roles do not allow this."),
    errors.NotFound: ErrorRow(404, "not_found", "There is no such page, or it is another organisation's."),
    errors.MethodNotAllowed: ErrorRow(405, "malformed", "This page does not support this method."),
    errors.ForeignOrigin: ErrorRow(403, "foreign_origin", "The request came from another site."),
    errors.LinkClosed: ErrorRow(409, "link_changed", "The link has ended."),
    errors.Throttled: ErrorRow(429, "throttled", "Too many requests."),
    errors.Unavailable: ErrorRow(503, "unavailable", "The service is unavailable."),
    LinkError: ErrorRow(500, "internal", "Something went wrong."),
}
"""Statuses and names of the texts. The sentences are for whoever reads this table."""


def render_error(error: LinkError, request: Request) -> Reply:
    """Render an error as a page with a way back."""
    row = row_of(error, PROBLEMS)
    language = language_for(None, request)
    reader, key = Reader(language), f"problem.{row.code}"
    back = button_link(HOME, reader.text("problem.back"))
    text = paragraph(reader.text(f"{key}.text"))
    return bare_page(language, reader.text(key), text, back, status=row.status, headers=row.headers(error))
