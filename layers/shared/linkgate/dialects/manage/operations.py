"""Every operation of the management API: its route, its scope, what it reads. `openapi` and the handler share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel, Kind, Status
from linkgate.model.tenant import SCOPE_CREATE, SCOPE_READ, SCOPE_RESULTS, SCOPE_WRITE
from linkgate.usecases.management.campaign_results import RESULTS_LIMIT
from linkgate.usecases.management.link_lists import PAGE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = {"type": "string", "minLength": 1, "maxLength": 250}
MOMENT = {"type": "string", "format": "date-time"}
RID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}
CHANNEL = {"type": "string", "enum": [channel.value for channel in Channel]}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, or of the path where `place` says so; `schema` is also what it is checked against."""

    name: str
    schema: Mapping[str, object]
    about: str
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; `reads` and `answers` name schemas of `openapi`."""

    name: str
    method: str
    path: str
    scope: str | None
    about: str
    parameters: tuple[Parameter, ...] = ()
    reads: str | None = None
    answers: str | None = None
    optional_body: bool = False
    csv: bool = False
    """Answers CSV too."""

    @property
    def route(self) -> str:
        """The gateway's route key."""
        return f"{self.method} {self.path}"


_RID = Parameter("rid", RID, "The link's name, 22 characters", "path")
_CONTACT = Parameter("id", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, "The contact's id", "path")
_CURSOR = Parameter("cursor", {"type": "string", "maxLength": 4096}, "Where an earlier page of the same list ended")
_SINCE = Parameter("createdAfter", MOMENT, "Only links made then or later")
_UNTIL = Parameter("createdBefore", MOMENT, "Only links made before then")


def _limit(most: int) -> Parameter:
    return Parameter("limit", {"type": "integer", "minimum": 1, "maximum": most}, "Greatest number on a page")


OPERATIONS = (
    Operation(
        "listLinks",
        "GET",
        "/links",
        SCOPE_READ,
        "The tenant's links, newest first: all of the last 31 days, or those of a resource or a recipient. `kind` and "
        "`status` are looked at after reading, so a page may be short, or empty, and still carry a cursor.",
        (
            Parameter("resourceType", TEXT, "With resourceUid: only links to that resource"),
            Parameter("resourceUid", TEXT, "With resourceType"),
            Parameter("recipient", TEXT, "Only links for this e-mail address or phone number"),
            Parameter("kind", {"type": "string", "enum": [kind.value for kind in Kind]}, "Only links of this kind"),
            Parameter("status", {"type": "string", "enum": [s.value for s in Status]}, "Only links that are that now"),
            _SINCE,
            _UNTIL,
            _CURSOR,
            _limit(PAGE_LIMIT),
        ),
        answers="LinkPage",
    ),
    Operation("getLink", "GET", "/links/{rid}", SCOPE_READ, "One link.", (_RID,), answers="Link"),
    Operation(
        "revokeLink",
        "POST",
        "/links/{rid}/revoke",
        SCOPE_WRITE,
        "Take the link back, with its co-browsing roles. Revoking twice changes nothing.",
        (_RID,),
        answers="Link",
    ),
    Operation(
        "extendLink",
        "POST",
        "/links/{rid}/extend",
        SCOPE_WRITE,
        "Let the link live longer, also one that has expired; never beyond its tier's greatest life.",
        (_RID,),
        reads="Extension",
        answers="Link",
    ),
    Operation(
        "resendLink",
        "POST",
        "/links/{rid}/resend",
        SCOPE_WRITE,
        "Send the link's message again, with a secret of its own.",
        (_RID,),
        reads="Resend",
        answers="Link",
        optional_body=True,
    ),
    Operation(
        "listEvents",
        "GET",
        "/links/{rid}/events",
        SCOPE_READ,
        "What happened to the link, each fact once, chained by hashes. An entry without a sequence is not recorded but "
        "follows from the facts.",
        (_RID,),
        answers="Timeline",
    ),
    Operation(
        "getSubmission",
        "GET",
        "/links/{rid}/submission",
        SCOPE_RESULTS,
        "What was sent in through the link.",
        (_RID,),
        answers="Submission",
    ),
    Operation(
        "createLinks",
        "POST",
        "/links/batch",
        SCOPE_CREATE,
        "Make up to 100 links. One that cannot be made does not stop the rest; messages go out in the background. With "
        "an idempotency key, of the entry or in the header, a repeat gives the same links again and sends nothing.",
        (Parameter("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255}, "", "header"),),
        reads="Batch",
        answers="BatchResult",
    ),
    Operation(
        "campaignResults",
        "GET",
        "/campaigns/{name}/results",
        SCOPE_RESULTS,
        "A campaign's surveys of the last 366 days, newest first, with the answers that came in; also of a deleted "
        "campaign, as long as its links are kept. As CSV with `format=csv` or `Accept: text/csv`; the next page is "
        "then named by the header `Link`, and cells that a spreadsheet would take for a formula (phone numbers such as "
        "`+44...`, and one link's name in 64) begin with an apostrophe. JSON has them bare.",
        (
            Parameter("name", TEXT, "The campaign's name", "path"),
            Parameter("submitted", {"type": "boolean"}, "Only surveys that were answered"),
            _SINCE,
            _UNTIL,
            _CURSOR,
            _limit(RESULTS_LIMIT),
            Parameter("format", {"type": "string", "enum": ["json", "csv"]}, "Wins over the header `Accept`"),
        ),
        answers="ResultPage",
        csv=True,
    ),
    Operation("getContact", "GET", "/contacts/{id}", SCOPE_READ, "One contact.", (_CONTACT,), answers="Contact"),
    Operation(
        "putContact",
        "PUT",
        "/contacts/{id}",
        SCOPE_WRITE,
        "Keep a contact, in place of an earlier one of that id.",
        (_CONTACT,),
        reads="ContactFields",
        answers="Contact",
    ),
    Operation("deleteContact", "DELETE", "/contacts/{id}", SCOPE_WRITE, "Forget a contact.", (_CONTACT,)),
    Operation(
        "eraseRecipient",
        "POST",
        "/recipients/erase",
        SCOPE_WRITE,
        "Erase what links and contacts know of a person. Links that are not submitted are revoked. Call again while "
        "`more` is true.",
        reads="Erasure",
        answers="ErasureReceipt",
    ),
    Operation("getOpenApi", "GET", "/openapi.json", None, "This description.", answers="OpenApi"),
)

_BY_ROUTE = {operation.route: operation for operation in OPERATIONS}


def operation_of(route: str, path: str) -> Operation:
    """The operation of a gateway's route; raises NotFound.

    To the gateway `GET /links/batch` is `GET /links/{rid}`: a literal path with another verb is MethodNotAllowed.
    """
    try:
        operation = _BY_ROUTE[route]
    except KeyError as error:
        raise NotFound("route") from error
    verbs = [other.method for other in OPERATIONS if other.path == path]
    if verbs and operation.method not in verbs:
        raise MethodNotAllowed(verbs)
    return operation
