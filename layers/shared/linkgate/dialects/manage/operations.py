"""Operations of the management API, with route, scope and body. `openapi` and the handler share them."""

from __future__ import annotations

from linkgate.dialects.manage.file_operations import FILE_OPERATIONS
from linkgate.dialects.manage.operation import IDEMPOTENCY_KEY, MOMENT, RID_PARAMETER, TEXT, Operation, Parameter
from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.model.link import Kind, Status
from linkgate.model.tenant import SCOPE_CREATE, SCOPE_DESKS, SCOPE_READ, SCOPE_RESULTS, SCOPE_WRITE
from linkgate.usecases.history.timeline import EVENTS_LIMIT
from linkgate.usecases.management.campaign_results import RESULTS_LIMIT
from linkgate.usecases.management.link_lists import PAGE_LIMIT

COLUMNS_LENGTH = 1000
"""Longest list of columns, in characters. A whole address must stay below the 64 KB that servers take."""

_CONTACT = Parameter("id", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, "The contact's id", "path")
_AGENT = Parameter("agent", TEXT, "The agent's id", "path")
_CATEGORY = Parameter("category", TEXT, "The category's id, or a user code", "path")
_CURSOR = Parameter("cursor", {"type": "string", "maxLength": 4096}, "The cursor of an earlier page of the same list")
_IMPORT = Parameter("import", {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}, "The import's id", "path")
_SINCE = Parameter("createdAfter", MOMENT, "Only links created at this time or later")
_UNTIL = Parameter("createdBefore", MOMENT, "Only links created before this time")


def _limit(most: int) -> Parameter:
    return Parameter("limit", {"type": "integer", "minimum": 1, "maximum": most}, "The most entries on a page")


OPERATIONS = (
    Operation(
        "listLinks",
        "GET",
        "/links",
        SCOPE_READ,
        "List the tenant's links, newest first: all links of the last 31 days, those for a resource or a recipient, or "
        "those whose recipient names the reference on the page after sending. "
        "`kind` and `status` are applied after reading, so a page may be short and still have a cursor.",
        (
            Parameter("resourceType", TEXT, "Only links to this resource; requires resourceUid"),
            Parameter("resourceUid", TEXT, "Only links to this resource; requires resourceType"),
            Parameter("recipient", TEXT, "Only links for this e-mail address or phone number"),
            Parameter("reference", TEXT, "Only opened or submitted links with this reference, such as XK7M-4QRD"),
            Parameter("kind", {"type": "string", "enum": [kind.value for kind in Kind]}, "Only links of this kind"),
            Parameter(
                "status", {"type": "string", "enum": [s.value for s in Status]}, "Only links with this status now"
            ),
            _SINCE,
            _UNTIL,
            _CURSOR,
            _limit(PAGE_LIMIT),
        ),
        answers="LinkPage",
    ),
    Operation("getLink", "GET", "/links/{rid}", SCOPE_READ, "Get a link.", (RID_PARAMETER,), answers="Link"),
    Operation(
        "revokeLink",
        "POST",
        "/links/{rid}/revoke",
        SCOPE_WRITE,
        "Revoke the link and the links of its co-browsing roles. Revoking it again changes nothing.",
        (RID_PARAMETER,),
        reads="Revocation",
        optional_body=True,
        answers="Link",
    ),
    Operation(
        "revokeWay",
        "POST",
        "/links/{rid}/revoke-way",
        SCOPE_WRITE,
        "End one way into the link, as after a message to the wrong hands: its address stops working, and so do the "
        "visits and codes that it opened. Other ways stay as they are. Revoking it again changes nothing.",
        (RID_PARAMETER,),
        reads="WayRevocation",
        answers="Link",
    ),
    Operation(
        "extendLink",
        "POST",
        "/links/{rid}/extend",
        SCOPE_WRITE,
        "Extend the link's life, even if it has expired, up to the longest life that its tier allows.",
        (RID_PARAMETER,),
        reads="Extension",
        answers="Link",
    ),
    Operation(
        "resendLink",
        "POST",
        "/links/{rid}/resend",
        SCOPE_WRITE,
        "Send the link's message again, with a new secret.",
        (RID_PARAMETER,),
        reads="Resend",
        answers="Link",
        optional_body=True,
    ),
    Operation(
        "replaceLink",
        "POST",
        "/links/{rid}/replace",
        SCOPE_WRITE,
        "Replace the link, because an address was wrong or the link is locked, used up or expired. The new link has "
        "another rid and the same masterRid, keeps the draft, and is sent. The old one is revoked at the same moment. "
        "If the link asks for a code and an address changes, the old address is told, and no code is sent for an hour. "
        "A repeat returns the new link and sends nothing.",
        (RID_PARAMETER,),
        reads="Replacement",
        answers="NewLink",
        optional_body=True,
    ),
    Operation(
        "reopenLink",
        "POST",
        "/links/{rid}/reopen",
        SCOPE_WRITE,
        "Open a form or survey again that was submitted too early. The new link has another rid and the same "
        "masterRid, has what was submitted as its draft, and is sent. What was submitted stays. A repeat returns the "
        "new link and sends nothing.",
        (RID_PARAMETER,),
        reads="Reopening",
        answers="NewLink",
        optional_body=True,
    ),
    Operation(
        "listEvents",
        "GET",
        "/links/{rid}/events",
        SCOPE_READ,
        "List the link's events. Each is recorded once, and hashes chain them together. An event without a sequence is "
        "not recorded; it follows from the others. It is on the last page.",
        (RID_PARAMETER, _limit(EVENTS_LIMIT), _CURSOR),
        answers="Timeline",
    ),
    Operation(
        "getSubmission",
        "GET",
        "/links/{rid}/submission",
        SCOPE_RESULTS,
        "Get the data that the recipient submitted.",
        (RID_PARAMETER,),
        answers="Submission",
    ),
    Operation(
        "getChat",
        "GET",
        "/links/{rid}/chat",
        SCOPE_RESULTS,
        "Get what customer and agents wrote in a session's calls, with the agents' notes. Other links, and those that "
        "were erased, have none.",
        (RID_PARAMETER,),
        answers="Chat",
    ),
    Operation(
        "createLinks",
        "POST",
        "/links/batch",
        SCOPE_CREATE,
        "Create up to 100 links. An entry that fails does not stop the others. Messages are sent in the background. "
        "With an idempotency key, in the entry or the header, a repeat returns the same links and sends nothing.",
        (IDEMPOTENCY_KEY,),
        reads="Batch",
        answers="BatchResult",
    ),
    Operation(
        "createImport",
        "POST",
        "/imports",
        SCOPE_CREATE,
        "Reserve an import: a file whose rows become links, up to a million. The answer has the address to which the "
        "file must be put within an hour, with the headers that it names. Then start the import. A repeat for the same "
        "file, name and subject returns the same import.",
        reads="NewImport",
        answers="Import",
    ),
    Operation(
        "getImport",
        "GET",
        "/imports/{import}",
        SCOPE_CREATE,
        "Get an import: its state and the number of rows by result. It is kept for 30 days.",
        (_IMPORT,),
        answers="Import",
    ),
    Operation(
        "startImport",
        "POST",
        "/imports/{import}/start",
        SCOPE_CREATE,
        "Start an import whose file was uploaded, or go on with one that is paused. One that runs or has ended stays "
        "as it is.",
        (_IMPORT,),
        answers="Import",
    ),
    Operation(
        "pauseImport",
        "POST",
        "/imports/{import}/pause",
        SCOPE_CREATE,
        "Pause a running import. Links that were made stay, and their messages are sent.",
        (_IMPORT,),
        answers="Import",
    ),
    Operation(
        "stopImport",
        "POST",
        "/imports/{import}/stop",
        SCOPE_CREATE,
        "Stop an import for ever and delete its file. Links that were made stay. One that has finished stays as it is.",
        (_IMPORT,),
        answers="Import",
    ),
    Operation(
        "importResults",
        "GET",
        "/imports/{import}/results",
        SCOPE_CREATE,
        "Get the address of the result file of a finished import: a CSV with `row`, `result`, `rid` and `problem` for "
        "each row. It contains no link, because a link is a secret that only its message carries.",
        (_IMPORT,),
        answers="ImportResults",
    ),
    Operation(
        "campaignResults",
        "GET",
        "/campaigns/{name}/results",
        SCOPE_RESULTS,
        "List a campaign's surveys of the last 366 days and their answers, newest first. This also works for a deleted "
        "campaign while its links are kept. Use `format=csv` or `Accept: text/csv` for CSV: the `Link` header then "
        "points to the next page, which has the same columns: the fixed ones, up to 20 of the callers' own data on the "
        "first page, one for each question of any version of the campaign, and `other` with the rest as JSON. It "
        "starts with a byte order mark, as spreadsheets expect, and cells that a spreadsheet would read as a formula "
        "(phone numbers such as `+44...`, and one `rid` in 64) start with an apostrophe. JSON has no apostrophes.",
        (
            Parameter("name", TEXT, "The campaign's name", "path"),
            Parameter("submitted", {"type": "boolean"}, "Only surveys that have been answered"),
            _SINCE,
            _UNTIL,
            _CURSOR,
            _limit(RESULTS_LIMIT),
            Parameter("format", {"type": "string", "enum": ["json", "csv"]}, "Overrides the `Accept` header"),
            Parameter(
                "columns",
                {"type": "string", "maxLength": COLUMNS_LENGTH},
                "The callers' own columns of a CSV, as a JSON list. The `Link` header to the next page has them",
            ),
        ),
        answers="ResultPage",
        csv=True,
    ),
    Operation("getContact", "GET", "/contacts/{id}", SCOPE_READ, "Get a contact.", (_CONTACT,), answers="Contact"),
    Operation(
        "putContact",
        "PUT",
        "/contacts/{id}",
        SCOPE_WRITE,
        "Create a contact, or replace the one with this id.",
        (_CONTACT,),
        reads="ContactFields",
        answers="Contact",
    ),
    Operation("deleteContact", "DELETE", "/contacts/{id}", SCOPE_WRITE, "Delete a contact.", (_CONTACT,)),
    Operation(
        "eraseRecipient",
        "POST",
        "/recipients/erase",
        SCOPE_WRITE,
        "Erase a person's data from links and contacts. Links that have not been submitted are revoked. Repeat the "
        "call while `more` is true. With `dryRun`, nothing is erased, and the answer counts what would be.",
        reads="Erasure",
        answers="ErasureReceipt",
    ),
    *FILE_OPERATIONS,
    Operation("listAgents", "GET", "/agents", SCOPE_READ, "List the tenant's agents.", answers="AgentList"),
    Operation("getAgent", "GET", "/agents/{agent}", SCOPE_READ, "Get an agent.", (_AGENT,), answers="Agent"),
    Operation(
        "putAgent",
        "PUT",
        "/agents/{agent}",
        SCOPE_DESKS,
        "Create an agent, or replace the one with this id. Desks that the agent has open follow within a minute.",
        (_AGENT,),
        reads="AgentFields",
        answers="Agent",
    ),
    Operation(
        "deleteAgent",
        "DELETE",
        "/agents/{agent}",
        SCOPE_DESKS,
        "Delete an agent. Desks that the agent has open end within a minute.",
        (_AGENT,),
    ),
    Operation(
        "createDesk",
        "POST",
        "/agents/{agent}/desk",
        SCOPE_DESKS,
        "Create the link to an agent's desk, where the agent sees who waits. `link` is its address, answered once: "
        "whoever has it is the agent. With an idempotency key, a repeat returns the same link.",
        (
            _AGENT,
            IDEMPOTENCY_KEY,
        ),
        reads="Desk",
        answers="NewLink",
        optional_body=True,
        status=201,
    ),
    Operation(
        "listCategories",
        "GET",
        "/categories",
        SCOPE_READ,
        "List the tenant's categories and user codes, with those who answer them.",
        answers="CategoryList",
    ),
    Operation(
        "getCategory", "GET", "/categories/{category}", SCOPE_READ, "Get a category.", (_CATEGORY,), answers="Category"
    ),
    Operation(
        "putCategory",
        "PUT",
        "/categories/{category}",
        SCOPE_DESKS,
        "Create a category, or replace the one with this id. Links keep the one that they were made with. Agents "
        "answer it whose `queues` name it.",
        (_CATEGORY,),
        reads="CategoryFields",
        answers="Category",
    ),
    Operation(
        "deleteCategory",
        "DELETE",
        "/categories/{category}",
        SCOPE_DESKS,
        "Delete a category. It lives on for the links that were made with it.",
        (_CATEGORY,),
    ),
    Operation("getOpenApi", "GET", "/openapi.json", None, "Get this description.", answers="OpenApi"),
)

_BY_ROUTE = {operation.route: operation for operation in OPERATIONS}


def operation_of(route: str, path: str) -> Operation:
    """Return the operation of a gateway's route; raises NotFound.

    The gateway routes `GET /links/batch` as `GET /links/{rid}`, so a literal path with another verb raises
    MethodNotAllowed.
    """
    try:
        operation = _BY_ROUTE[route]
    except KeyError as error:
        raise NotFound("route") from error
    verbs = [other.method for other in OPERATIONS if other.path == path]
    if verbs and operation.method not in verbs:
        raise MethodNotAllowed(verbs)
    return operation
