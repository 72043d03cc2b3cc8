"""Operations of the service for its description pages, with their contracts, verbs and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.trendsic.contracts import (
    CREATE_REQUEST,
    CREATE_RESPONSE,
    CUSTOMER_LINK,
    CUSTOMER_LINK_EXTENDED,
    LIST_REQUEST,
    LIST_RESPONSE,
)
from linkgate.dialects.trendsic.routes import CREATE_PATH, LIST_PATH
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Contract


@dataclass(frozen=True, slots=True)
class Described:
    """Description of one operation."""

    summary: str
    request: Contract
    response: Contract
    path: str
    verbs: str
    """Verbs in the notation of ServiceStack's `[Route]` attribute."""
    marker: str
    """Interface from which clients learn the verb."""


OPERATIONS = (
    Described(
        "Create a link that gives a customer protected access to a resource, and send it",
        CREATE_REQUEST,
        CREATE_RESPONSE,
        CREATE_PATH,
        "POST,OPTIONS",
        "IPost",
    ),
    Described("List a resource's links, newest first", LIST_REQUEST, LIST_RESPONSE, LIST_PATH, "GET,OPTIONS", "IGet"),
)

DTOS = (CUSTOMER_LINK, CUSTOMER_LINK_EXTENDED, CREATE_RESPONSE, LIST_RESPONSE, CREATE_REQUEST, LIST_REQUEST)
"""Types of the service, each after the types it needs. ResponseStatus and ResponseError are ServiceStack's own."""


def operation_with_request(contract: Contract) -> Described | None:
    """Return the operation whose request is this DTO, if any."""
    return next((operation for operation in OPERATIONS if operation.request is contract), None)
