"""The recipient's JSON: opening a link, its code, its form, and the hand-over to the tenant's own page."""

from functools import partial

from cli.call_descriptions.operations import Answer, Described
from cli.call_descriptions.schemas import MOMENT, URL, Schema, many, record, reference, said
from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.model.callback import NAME_LENGTH, NOTE_LENGTH, WANTED_LENGTH
from linkgate.model.kinds import KINDS
from linkgate.texts import OFFERED
from linkgate.usecases.visits.reception import Desk
from linkgate.wire.problem_details import MEDIA_TYPE

_STRING: Schema = {"type": "string"}
_BOOLEAN: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_BASE: Schema = {**_COUNT, "description": "The version that you saw, 0 for none"}
_KIND: Schema = {"type": "string", "enum": sorted(kind.value for kind in KINDS)}
_POINTER: Schema = {"type": "string", "description": "JSON Pointer of the answer"}
_ANY: Schema = {"description": "Any JSON"}
_CHANNEL: Schema = {"type": "string", "enum": ["email", "sms"]}
_RID: Schema = {"rid": {**_STRING, "description": "The link; only needed at the paths that all links share"}}
_AFTER: Schema = {
    "name": "after",
    "in": "query",
    "schema": {"type": "string", "pattern": "^[0-9]{1,13}$"},
    "description": "`after` of the last answer",
}
_DATA = record({"data": {"type": "object", "additionalProperties": True}}, _RID)

RECIPIENT: dict[str, Schema] = {
    "Landing": record({"kind": _KIND, "from": _STRING}),
    "Secret": record({"secret": {**_STRING, "description": "The part of the link after #, or the whole link"}}),
    "Opened": record({"status": said("open"), "next": _STRING}),
    "CodeRequired": record({"status": said("code_required"), "channel": _CHANNEL, "to": _STRING}),
    "Code": record({"code": {"type": "string", "pattern": "^[0-9]{4,10}$"}}),
    "Nothing": record({}),
    "Sent": record({"status": said("sent"), "channel": _CHANNEL, "to": _STRING}),
    "About": record({"from": _STRING, "host": _STRING}),
    "Disowned": record({"status": said("disowned")}),
    "Language": record({"language": {"type": "string", "enum": sorted(OFFERED)}}),
    "Undo": record({}, {"undo": {**_BOOLEAN, "description": "True to undo what this address stopped"}}),
    "Surveys": record({"surveys": {"type": "string", "enum": ["allowed", "stopped"]}}),
    "Thing": record(
        {
            "kind": _KIND,
            "rid": _STRING,
            "from": _STRING,
            "data": {"type": "object"},
            "submitted": _BOOLEAN,
            "expiresAtUtc": MOMENT,
            "locale": _STRING,
        },
        {
            "title": _STRING,
            "draft": {"type": "object"},
            "schema": {"type": "object", "description": "JSON Schema (2020-12) of the answers"},
            "submittedAtUtc": MOMENT,
            "handOver": _BOOLEAN,
            "session": reference("Session"),
        },
    ),
    "Session": record(
        {"desk": {"type": "string", "enum": [desk.value for desk in Desk]}, "mayAskCallback": _BOOLEAN},
        {"opensAtUtc": MOMENT, "callbackAskedAtUtc": MOMENT, "callbackTakenAtUtc": MOMENT},
        "The desk of a session, as it is now",
    ),
    "Answers": record(
        {"fields": many(record({"f": _POINTER, "n": _COUNT, "v": _ANY, "t": many(_STRING)}))},
        about="`n` is the version of each answer, `v` its value, and `t` its texts on a page.",
    ),
    "Writes": record({"set": many(record({"f": _POINTER, "v": _ANY, "base": _BASE}))}),
    "Written": record(
        {"fields": many(record({"f": _POINTER, "ok": _BOOLEAN}, {"n": _COUNT, "v": _ANY, "t": many(_STRING)}))},
        {"at": MOMENT, "over": _BOOLEAN},
    ),
    "Data": _DATA,
    "Submitted": record({"status": said("submitted"), "submittedAtUtc": MOMENT}),
    "Callback": record(
        {},
        {
            "name": {**_STRING, "maxLength": NAME_LENGTH, "description": "The name on file without it"},
            "phone": {**_STRING, "description": "The number on file without it"},
            "preferredTime": {**_STRING, "maxLength": WANTED_LENGTH},
            "note": {**_STRING, "maxLength": NOTE_LENGTH},
        },
    ),
    "CallbackAsked": record({"status": said("callback_requested"), "askedAtUtc": MOMENT}),
    "HandedOver": record({"status": said("hand_over"), "next": URL}),
    "GivenDocument": record({"url": URL, "expiresInSeconds": _COUNT, "sha256": _STRING}),
    "RidOnly": record({}, _RID),
    "Ticket": record(
        {
            "url": URL,
            "ticket": _STRING,
            "expiresInSeconds": _COUNT,
            "protocol": said("linkgate.v1"),
            "poll": _STRING,
        },
        about="Opens one connection at `url`, which speaks `protocol`. Where sockets are blocked, use `poll`.",
    ),
    "LiveMessage": record(
        {"t": {**_STRING, "description": "Its type. docs/live.md lists them"}},
        {"id": {**_STRING, "description": "A name, which the answer repeats"}},
    ),
    "LiveMessages": record(
        {"messages": many(record({"key": _STRING, "message": reference("LiveMessage")})), "after": _STRING},
        about="Messages for this browser. Send `after` next time. A message may come twice, with its `key`.",
    ),
    "Grant": record({"grant": _STRING}),
    "Granted": record(
        {
            "rid": _STRING,
            "masterRid": _STRING,
            "kind": _KIND,
            "subject": _STRING,
            "tier": _STRING,
            "codeChecked": _BOOLEAN,
            "recipient": {"type": "object", "additionalProperties": True},
            "data": {"type": "object"},
            "expiresAtUtc": MOMENT,
        },
        {"reference": _STRING, "number": {"type": "integer"}, "openedAtUtc": MOMENT},
    ),
    "Problem": record(
        {"type": _STRING, "title": _STRING, "status": {"type": "integer"}},
        {
            "detail": _STRING,
            "fields": many(record({"field": _STRING, "reason": _STRING})),
            "attemptsLeft": _COUNT,
            "renewable": _BOOLEAN,
            "retryAfter": _COUNT,
            "submittedAtUtc": MOMENT,
            "receipt": _BOOLEAN,
            "askedAtUtc": MOMENT,
        },
        "Problem details (RFC 9457). `type` identifies the problem.",
    ),
}

ERRORS = Answer("Problem", PROBLEMS, MEDIA_TYPE)
_CODE = reference("CodeRequired")


_call = partial(Described, group="Recipient", errors=ERRORS)


def _of_visit(at: str, suffix: str) -> tuple[Described, ...]:
    """Describe what a visit may do, at a link's own path or at the one that all links share."""
    return (
        _call(
            f"getThing{suffix}",
            f"GET {at}",
            summary="Get what the link leads to",
            answers={200: reference("Thing")},
            security="visit",
        ),
        _call(
            f"saveDraft{suffix}",
            f"POST {at}/draft",
            summary="Save a whole draft",
            reads="Data",
            answers={204: None},
            security="visit",
        ),
        _call(
            f"submit{suffix}",
            f"POST {at}/submit",
            summary="Submit the answers, once",
            reads="Data",
            answers={201: reference("Submitted")},
            security="visit",
        ),
        _call(
            f"handOver{suffix}",
            f"POST {at}/handover",
            summary="Get the address of the tenant's own page",
            reads="RidOnly",
            answers={200: reference("HandedOver")},
            security="visit",
        ),
    )


CALLS = (
    _call(
        "giveDocument",
        "POST /v/{rid}/files/{file}",
        summary="Get the address of a document's bytes. It works for a minute",
        answers={200: reference("GivenDocument")},
        security="visit",
    ),
    _call(
        "getLanding",
        "GET /l/{rid}",
        summary="See who sent a link. Changes nothing",
        answers={200: reference("Landing")},
    ),
    _call(
        "openLink",
        "POST /l/{rid}",
        summary="Open a link, or have its code sent. A cookie holds the visit",
        reads="Secret",
        answers={200: reference("Opened"), 202: _CODE},
    ),
    _call(
        "readReceipt",
        "POST /l/{rid}/receipt",
        summary="Read again what was sent, or have the code for it sent. A cookie holds the visit",
        reads="Secret",
        answers={200: reference("Opened"), 202: _CODE},
    ),
    _call(
        "sendCode",
        "POST /l/{rid}/code",
        summary="Have another code sent",
        reads="Nothing",
        answers={202: _CODE},
        security="browser",
    ),
    _call(
        "checkCode",
        "POST /l/{rid}/code/check",
        summary="Open a link with its code",
        reads="Code",
        answers={200: reference("Opened")},
        security="browser",
    ),
    _call(
        "renewLink",
        "POST /l/{rid}/renew",
        summary="Have a new link sent",
        reads="Secret",
        answers={202: reference("Sent")},
    ),
    _call(
        "findOptOut",
        "POST /l/{rid}/opt-out",
        summary="See by the link's secret whether surveys go to its recipient. Changes nothing",
        reads="Secret",
        answers={200: reference("Surveys")},
    ),
    _call(
        "getOptOut",
        "GET /o/{rid}/{secret}",
        summary="See whether surveys go to the recipient. Changes nothing",
        answers={200: reference("Surveys")},
    ),
    _call(
        "optOut",
        "POST /o/{rid}/{secret}",
        summary="Stop surveys to the recipient, or undo that",
        reads="Undo",
        answers={200: reference("Surveys")},
    ),
    _call(
        "getAbout",
        "GET /l/{rid}/about",
        summary="See whose link it is, and at which host. Changes nothing",
        answers={200: reference("About")},
    ),
    _call(
        "disownLink",
        "POST /l/{rid}/not-me",
        summary="Say that a link is not for you. It sends nothing more",
        reads="Secret",
        answers={200: reference("Disowned")},
    ),
    _call(
        "chooseLanguage",
        "POST /l/{rid}/language",
        summary="Choose the language of pages in this browser. A cookie keeps it for a year",
        reads="Language",
        answers={200: reference("Language")},
    ),
    _call(
        "chooseLanguageOfVisit",
        "POST /v/{rid}/language",
        summary="The same, from the page that a link leads to",
        reads="Language",
        answers={200: reference("Language")},
    ),
    *_of_visit("/v/{rid}", ""),
    _call(
        "getAnswers",
        "GET /v/{rid}/fields",
        summary="Get the newest answers",
        answers={200: reference("Answers")},
        security="visit",
    ),
    _call(
        "saveAnswers",
        "POST /v/{rid}/fields",
        summary="Save answers one by one",
        reads="Writes",
        answers={200: reference("Written")},
        security="visit",
    ),
    _call(
        "getLiveTicket",
        "POST /v/{rid}/live",
        summary="Get a ticket for the live channel",
        reads="Nothing",
        answers={200: reference("Ticket")},
        security="visit",
    ),
    _call(
        "getLiveMessages",
        "GET /v/{rid}/live/messages",
        summary="Get the messages of the live channel without a socket",
        answers={200: reference("LiveMessages")},
        parameters=(_AFTER,),
        security="visit",
    ),
    _call(
        "sendLiveMessage",
        "POST /v/{rid}/live/messages",
        summary="Send a message of the live channel without a socket",
        reads="LiveMessage",
        answers={200: reference("LiveMessages")},
        parameters=(_AFTER,),
        security="visit",
    ),
    _call(
        "askCallback",
        "POST /v/{rid}/callback",
        summary="Ask to be called back about a session",
        reads="Callback",
        answers={201: reference("CallbackAsked")},
        security="visit",
    ),
    *_of_visit("/v", "OfBrowser"),
    _call(
        "takeGrant",
        "POST /grants",
        summary="Get the facts of a link that was handed over",
        reads="Grant",
        answers={200: reference("Granted")},
        security="manage",
    ),
)
