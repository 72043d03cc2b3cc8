"""Calls in the formats of EasySend, DigiDesk and Ocular."""

from cli.call_descriptions.operations import Answer, Described
from cli.call_descriptions.schemas import (
    DIGITS,
    REQUIRED_TEXT,
    TEXT,
    URL,
    Schema,
    many,
    nullable,
    record,
    reference,
    said,
)
from linkgate.dialects import digidesk, easysend, ocular
from linkgate.wire.body_members import LONG_TEXT_LIMIT

_ROLE: Schema = {"type": "string", "minLength": 1, "maxLength": easysend.ROLE_LENGTH}
_VERSION: Schema = {"type": "string", "enum": ["1"]}
_KEY: Schema = {"type": "string", "description": "The key"}
_CUSTOMER: Schema = {"type": "string", "description": "The tenant's name. The query or a header may hold it instead"}

EASYSEND: dict[str, Schema] = {
    "EasySendRequest": record(
        {"apiVersion": _VERSION, "apiKey": _KEY, "processId": REQUIRED_TEXT},
        {
            "customerId": _CUSTOMER,
            "source": TEXT,
            "serializedModel": {
                "description": "The data that prefills the form, as an object or as its JSON text",
                "anyOf": [{"type": "object"}, {"type": "string"}],
            },
            "coBrowsingRoles": {
                "description": "Roles that get a link of their own, as a list, or as text separated by commas",
                "anyOf": [many(_ROLE, easysend.ROLES_LIMIT), {"type": "string"}],
            },
        },
    ),
    "EasySendLink": record(
        {
            "link": URL,
            "rid": {"type": "string"},
            "masterRid": {"type": "string"},
            "coBrowsing": {"type": "object", "additionalProperties": URL, "description": "The link of each role"},
        },
        {"deliveryErrors": many({"type": "string"})},
        "The links are secrets, and returned only once.",
    ),
    "EasySendCancellation": record(
        {"apiVersion": _VERSION, "apiKey": _KEY, "rid": {"type": "string"}}, {"customerId": _CUSTOMER}
    ),
    "EasySendCancelled": record(
        {"rid": {"type": "string"}, "masterRid": {"type": "string"}, "status": said("Revoked")}
    ),
    "EasySendError": record(
        {
            "error": record(
                {
                    "code": {"type": "string", "enum": sorted({row.code for row in easysend.ERRORS.values()})},
                    "message": {"type": "string"},
                    "fields": many(record({"field": {"type": "string"}, "reason": {"type": "string"}})),
                }
            )
        }
    ),
}

DIGIDESK: dict[str, Schema] = {
    "SurveyRequest": {
        **record(
            {
                "customer_contact": {**DIGITS, "description": "An e-mail address or a phone number"},
                "campaign_name": REQUIRED_TEXT,
            },
            {
                "customer_name": TEXT,
                "account_number": DIGITS,
                "agent_name": TEXT,
                "misc_data": {
                    "description": f"At most {digidesk.MISC_LIMIT} texts by heading, or a list of `heading: text`",
                    "anyOf": [
                        {"type": "object", "maxProperties": digidesk.MISC_LIMIT},
                        many({"type": ["string", "object"]}, digidesk.MISC_LIMIT),
                    ],
                },
                "format": {"type": "string", "enum": ["json", "xml"]},
            },
            f"At most {digidesk.CUSTOM_LIMIT} further members become columns of the campaign's results.",
        ),
        "additionalProperties": True,
    },
    "SurveyRequested": record(
        {
            "status": said("success"),
            "data": nullable({"type": "integer"}),
            "message": {"type": "null"},
        },
        about="`data` is the survey request's id.",
    ),
    "SurveyError": record(
        {
            "status": said("error"),
            "data": {"type": "null"},
            "message": many({"type": "string"}),
            "messages": many({"type": "string"}),
        }
    ),
}

_TICKET = record(
    {"title": REQUIRED_TEXT, "description": {"type": "string", "minLength": 1, "maxLength": LONG_TEXT_LIMIT}}
)
OCULAR: dict[str, Schema] = {
    "SessionRequest": record(
        {"name": REQUIRED_TEXT, "cellphone": {**REQUIRED_TEXT, "description": "E.164, such as +584141315854"}},
        {
            "email": TEXT,
            "categoryCode": {**TEXT, "description": "Not with userCode"},
            "userCode": {**TEXT, "description": "Not with categoryCode"},
            "ticket": {"anyOf": [_TICKET, many(_TICKET, ocular.TICKETS_LIMIT)]},
        },
        "The members may also be within `params`.",
    ),
    "SessionMade": record(
        {
            "statusCode": {"type": "integer", "const": 0},
            "message": {"type": "string"},
            "data": record(
                {
                    "link": URL,
                    "customer": record(
                        {
                            "name": {"type": "string"},
                            "email": nullable({"type": "string"}),
                            "cellphone": {"type": "string"},
                        }
                    ),
                }
            ),
        }
    ),
    "SessionError": record(
        {
            "statusCode": {"type": "integer", "enum": sorted({int(row.code) for row in ocular.ERRORS.values()})},
            "message": {"type": "string"},
        },
        {"detail": {"type": "object", "additionalProperties": many({"type": "string"})}},
    ),
}

_EASYSEND_ERROR = Answer("EasySendError", easysend.ERRORS)
_DIGIDESK_ERROR = Answer("SurveyError", digidesk.ERRORS)
_OCULAR_ERROR = Answer("SessionError", ocular.ERRORS)
_REQUESTED_WITH: Schema = {
    "name": "X-Requested-With",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["XMLHttpRequest"]},
}

CALLS = (
    Described(
        "generateLink",
        "POST /player/api/generate-link",
        "EasySend",
        "Create a link to a prefilled process",
        reads="EasySendRequest",
        answers={200: reference("EasySendLink")},
        errors=_EASYSEND_ERROR,
        idempotent=True,
    ),
    Described(
        "sendLink",
        "POST /player/api/send-link",
        "EasySend",
        "Create a link to a prefilled process, and send it to the customer",
        reads="EasySendRequest",
        answers={200: reference("EasySendLink")},
        errors=_EASYSEND_ERROR,
        idempotent=True,
    ),
    Described(
        "cancelRequest",
        "POST /player/api/cancel-request",
        "EasySend",
        "Cancel a transaction: its links open no more",
        reads="EasySendCancellation",
        answers={200: reference("EasySendCancelled")},
        errors=_EASYSEND_ERROR,
    ),
    *(
        Described(
            name,
            route,
            "DigiDesk",
            "Ask a customer for feedback about an agent",
            security="digidesk",
            reads="SurveyRequest",
            answers={201: reference("SurveyRequested")},
            errors=_DIGIDESK_ERROR,
            idempotent=True,
            media=("application/json", "application/xml"),
        )
        for name, route in (
            ("createSurveyRequest", "POST /api/survey_requests"),
            ("createSurveyRequestV1", "POST /api/v1/survey_requests"),
        )
    ),
    *(
        Described(
            name,
            route,
            "Ocular",
            "Make the link of a live session",
            security="ocular",
            reads="SessionRequest",
            answers={200: reference("SessionMade")},
            errors=_OCULAR_ERROR,
            idempotent=True,
            parameters=(_REQUESTED_WITH,),
        )
        for name, route in (
            ("generateSession", "POST /v1/access/external/cammer/generate-session"),
            ("generateSessionUnderApi", "POST /api/v1/access/external/cammer/generate-session"),
        )
    ),
)
