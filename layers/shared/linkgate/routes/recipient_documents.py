"""Route by which a recipient gets the bytes of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.cookies import visit_of
from linkgate.dialects.recipient.document_pages import AS, DOWNLOAD, RECEIPT, VIEW, gone_page
from linkgate.dialects.recipient.json_views import given_json
from linkgate.dialects.recipient.requests import posted, wants_json
from linkgate.errors import InvalidRequest, LinkClosed, NotFound, Problem
from linkgate.pages.replies import json_reply, redirect
from linkgate.routes.recipient_link import brand_at, told
from linkgate.usecases.visits.documents import GiveDocument, give_document

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

NEW = "new"
"""Name of a file that a form asks for, in the path, until it has an id."""
REMOVE = "remove"
"""Value of `AS` that takes back a file of a form."""


def give(request: Request, deps: Deps) -> Reply:
    """Record that a file is given out, and lead to its bytes."""
    rid, wanted = request.path_params.get("rid", ""), posted(request).text(AS)
    if wanted == REMOVE or request.path_params.get("file") == NEW:
        from linkgate.routes.recipient_files import remove, reserve

        return remove(request, deps) if wanted == REMOVE else reserve(request, deps)
    if wanted not in {VIEW, DOWNLOAD}:
        raise InvalidRequest([Problem.of(AS, "format", expected=f"{VIEW} or {DOWNLOAD}")])
    visit = visit_of(request, rid, deps.portal)
    command = GiveDocument(visit=visit, file_id=request.path_params.get("file", ""), shown=wanted == VIEW)
    try:
        if command.file_id == RECEIPT:
            from linkgate.usecases.visits.pdf_receipts import give_pdf

            given = give_pdf(visit, deps, shown=command.shown)
        else:
            given = give_document(command, deps)
    except LinkClosed as error:
        return told(error, visit, request, deps)
    except NotFound:
        if wants_json(request):
            raise
        return gone_page(brand_at(rid, request, deps), rid)
    return json_reply(200, given_json(given)) if wants_json(request) else redirect(given.url)
