"""Bodies of data contracts in any negotiated format. Formats other than JSON are loaded on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.servicestack import json_contract
from linkgate.dialects.servicestack.negotiation import Format
from linkgate.errors import BodyTooLarge, MalformedBody
from linkgate.wire.message import BODY_LIMIT

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Contract, Fields, ListOf, Value


def read_fields(contract: Contract, body_format: Format, body: bytes, content_type: str = "") -> Fields:
    """Return the members of the only object in a body. An empty body has none. Raises BodyTooLarge and MalformedBody.

    `content_type` is needed only for multipart forms.
    """
    _refuse_large(body)
    if not body.strip():
        return {}
    if body_format is Format.JSON:
        return json_contract.read(contract, body)
    from linkgate.dialects.servicestack import (
        csv_rows,
        form_fields,
        jsv,
        xml_contract,
    )

    match body_format:
        case Format.JSV:
            return jsv.read(contract, _text(body))
        case Format.XML:
            return xml_contract.read(contract, _text(body))
        case Format.CSV:
            return csv_rows.read(contract, _text(body))
        case Format.FORM:
            return form_fields.read_form(contract, _text(body))
        case Format.MULTIPART:
            return form_fields.read_multipart(contract, body, content_type)


def read_batch(contract: Contract, body_format: Format, body: bytes) -> list[Fields]:
    """Return the members of each object in a body that is a list. Raises BodyTooLarge and MalformedBody."""
    _refuse_large(body)
    if body_format is Format.JSON:
        return json_contract.read_batch(contract, body)
    from linkgate.dialects.servicestack import (
        csv_rows,
        jsv,
        xml_contract,
    )

    match body_format:
        case Format.JSV:
            return jsv.read_batch(contract, _text(body))
        case Format.XML:
            return xml_contract.read_batch(contract, _text(body))
        case Format.CSV:
            return csv_rows.read_batch(contract, _text(body))
        case Format.FORM | Format.MULTIPART:
            raise MalformedBody("a form cannot hold a batch")


def write_body(reply_format: Format, kind: Contract | ListOf, value: Value, *, iso_dates: bool = False) -> str:
    """Return a reply's text. `iso_dates` writes JSON dates in ISO 8601. Raises TypeError for a wrong type."""
    if reply_format is Format.JSON:
        return json_contract.write(kind, value, iso_dates=iso_dates)
    from linkgate.dialects.servicestack import (
        csv_rows,
        jsv,
        xml_contract,
    )

    match reply_format:
        case Format.JSV:
            return jsv.write(kind, value)
        case Format.XML:
            return xml_contract.write(kind, value)
        case Format.CSV:
            return csv_rows.write(kind, value)
        case Format.FORM | Format.MULTIPART:
            raise TypeError("replies are no forms")


def _refuse_large(body: bytes) -> None:
    if len(body) > BODY_LIMIT:
        raise BodyTooLarge(BODY_LIMIT)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedBody("the body is not UTF-8") from error
