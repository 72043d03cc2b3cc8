"""Bodies of data contracts in any negotiated format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import BodyTooLarge, MalformedBody
from linkgate.wire import csv_rows, form_fields, json_contract, jsv, xml_contract
from linkgate.wire.message import BODY_LIMIT
from linkgate.wire.negotiation import Format

if TYPE_CHECKING:
    from linkgate.wire.contract import Contract, Fields, ListOf, Value


def read_fields(contract: Contract, body_format: Format, body: bytes, content_type: str = "") -> Fields:
    """The members of the one object in a body; none for an empty body. Raises BodyTooLarge and MalformedBody.

    `content_type` matters to multipart forms only.
    """
    _refuse_large(body)
    if not body.strip():
        return {}
    match body_format:
        case Format.JSON:
            return json_contract.read(contract, body)
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
    """The members of each object of a body that holds a list; raises BodyTooLarge and MalformedBody."""
    _refuse_large(body)
    match body_format:
        case Format.JSON:
            return json_contract.read_batch(contract, body)
        case Format.JSV:
            return jsv.read_batch(contract, _text(body))
        case Format.XML:
            return xml_contract.read_batch(contract, _text(body))
        case Format.CSV:
            return csv_rows.read_batch(contract, _text(body))
        case Format.FORM | Format.MULTIPART:
            raise MalformedBody("a form cannot hold a batch")


def write_body(reply_format: Format, kind: Contract | ListOf, value: Value, *, iso_dates: bool = False) -> str:
    """A reply's text; `iso_dates` makes JSON's dates ISO 8601. TypeError for a value that is not of its type."""
    match reply_format:
        case Format.JSON:
            return json_contract.write(kind, value, iso_dates=iso_dates)
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
