"""Calls in the format of Trendsic, described from the same contracts that read and write them."""

from cli.call_descriptions.operations import Answer, Described
from cli.call_descriptions.schemas import Schema, many, nullable, reference
from linkgate.dialects.servicestack.contract import Contract, ListOf, Scalar, StringMap, Type
from linkgate.dialects.servicestack.json_contract import camel_case
from linkgate.dialects.trendsic.contracts import (
    CREATE_REQUEST,
    CREATE_RESPONSE,
    CUSTOMER_LINK_EXTENDED,
    ERROR_RESPONSE,
    LIST_RESPONSE,
    NEVER_NULL,
    RESPONSE_ERROR,
    RESPONSE_STATUS,
)
from linkgate.dialects.trendsic.replies import ERRORS
from linkgate.dialects.trendsic.routes import CREATE_PATH, LIST_PATH

_SCALARS: dict[Scalar, Schema] = {
    Scalar.STRING: {"type": "string"},
    Scalar.BOOL: {"type": "boolean"},
    Scalar.INT: {"type": "integer", "format": "int32"},
    Scalar.GUID: {"type": "string", "description": "32 hex digits"},
    Scalar.DATETIME: {"type": "string", "description": "As ServiceStack writes it: /Date(1795253400000)/"},
}
_CONTRACTS = (
    CREATE_REQUEST,
    CREATE_RESPONSE,
    CUSTOMER_LINK_EXTENDED,
    ERROR_RESPONSE,
    LIST_RESPONSE,
    RESPONSE_ERROR,
    RESPONSE_STATUS,
)
_ERRORS = Answer(ERROR_RESPONSE.name, ERRORS)


def _member(name: str, kind: Type) -> Schema:
    match kind:
        case ListOf(item=Contract() as item):
            return many(reference(item.name))
        case ListOf(item=Scalar() as item):
            return many(_SCALARS[item])
        case StringMap():
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case Contract():
            return reference(kind.name)
        case Scalar():
            return _SCALARS[kind] if name in NEVER_NULL else nullable(_SCALARS[kind])
    raise TypeError(kind)


def _object(contract: Contract) -> Schema:
    return {
        "type": "object",
        "properties": {camel_case(name): _member(name, kind) for name, kind in contract.members.items()},
    }


TRENDSIC: dict[str, Schema] = {contract.name: _object(contract) for contract in _CONTRACTS}
TRENDSIC[CREATE_REQUEST.name]["required"] = ["resourceType", "resourceUid"]

CALLS = (
    Described(
        "createCustomerLink",
        f"POST {CREATE_PATH}",
        "Trendsic",
        "Give a customer protected access to a resource, and send the link",
        security="trendsic",
        reads=CREATE_REQUEST.name,
        answers={200: reference(CREATE_RESPONSE.name)},
        errors=_ERRORS,
        idempotent=True,
    ),
    Described(
        "listCustomerLinks",
        f"GET {LIST_PATH}",
        "Trendsic",
        "List a resource's links, newest first",
        security="trendsic",
        answers={200: reference(LIST_RESPONSE.name)},
        errors=_ERRORS,
    ),
)
