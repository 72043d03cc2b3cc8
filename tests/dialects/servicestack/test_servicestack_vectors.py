"""Serializer vectors measured on the real server, and our deliberate differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.dialects.servicestack import json_contract, jsv
from linkgate.dialects.servicestack.contract import Guid, ListOf, Scalar, StringMap, Type, Unparseable
from linkgate.dialects.servicestack.scalars import ZERO_GUID, is_default
from linkgate.errors import MalformedBody
from tests.support.customer_link_contract import REQUEST

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "support/vectors" / "servicestack_vectors.json").read_text(encoding="utf-8")
)["serializer"]
TYPES: dict[str, Type] = {
    "CustomerLinkCreateRequest": REQUEST,
    "list<string>": ListOf(Scalar.STRING),
    "map<string,string>": StringMap(),
}

OURS: dict[str, object] = {
    # a scalar that cannot be read is refused, not dropped
    "{DeliverEmail:on,DeliverSms:off}": {"DeliverEmail": True, "DeliverSms": "off?"},
    "{MaxViews:5.0,RecipientPhone:p}": {"MaxViews": "5.0?", "RecipientPhone": "p"},
    "{MaxViews:99999999999,RecipientPhone:p}": {"MaxViews": "99999999999?", "RecipientPhone": "p"},
    # everything must be closed
    '{ResourceType:"x': MalformedBody,
    # blanks around an object are harmless
    "{ResourceType:x} ": {"ResourceType": "x"},
    " {ResourceType:x}": {"ResourceType": "x"},
    # the pretty-printed form is read like the compact one
    "{\r\n\tResourceType: Invoice,\r\n\tDeliverEmail: True,\r\n\tMaxViews: 4\r\n}": {
        "ResourceType": "Invoice",
        "DeliverEmail": True,
        "MaxViews": 4,
    },
    # JSON has types: a whole number may have a fraction of zero, and an object is not a text
    '{"maxViews":5.0,"recipientPhone":"p"}': {"MaxViews": 5, "RecipientPhone": "p"},
    '{"resourceType":{"a":1},"recipientPhone":[1,"b"]}': {"ResourceType": "{...}?", "RecipientPhone": "[...]?"},
}


def rows(kind: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["kind"] == kind]


def row_id(row: dict[str, Any]) -> str:
    return f"{row['type']} {row['in']!r}"


def plain(value: object) -> object:
    """Return a read value in the form of the vectors: without defaults, and with Guids as text."""
    match value:
        case dict():
            return {name: plain(item) for name, item in value.items() if not is_default(item)}
        case Guid():
            return str(value)
        case Unparseable():
            return f"{value.sent_text}?"
    return value


@pytest.mark.parametrize("row", rows("jsv-write"), ids=row_id)
def test_jsv_is_written_as_measured(row: dict[str, Any]) -> None:
    value = row["in"]
    if row["type"] == REQUEST.name:
        defaults = {"ResourceUid": ZERO_GUID, "DeliverEmail": False, "DeliverSms": False}
        value = defaults | value
        value["ResourceUid"] = Guid(value["ResourceUid"])

    assert jsv.write(TYPES[row["type"]], value) == row["out"]


@pytest.mark.parametrize("row", rows("jsv-read"), ids=row_id)
def test_jsv_is_read_as_measured(row: dict[str, Any]) -> None:
    def read() -> object:
        kind, text = TYPES[row["type"]], row["in"]
        return jsv.read(REQUEST, text) if kind is REQUEST else jsv.bind(kind, "", jsv.parse(text))

    check(row, read)


@pytest.mark.parametrize("row", rows("json-read"), ids=row_id)
def test_json_is_read_as_measured(row: dict[str, Any]) -> None:
    check(row, lambda: json_contract.read(REQUEST, row["in"].encode()))


def check(row: dict[str, Any], read: Callable[[], object]) -> None:
    expected = OURS.get(row["in"], row.get("out", MalformedBody))
    if expected is MalformedBody:
        with pytest.raises(MalformedBody):
            read()
    else:
        assert plain(read()) == expected


def test_every_deliberate_difference_is_one() -> None:
    measured = {row["in"]: row.get("out", MalformedBody) for row in ROWS if row["kind"] != "jsv-write"}

    assert OURS.keys() <= measured.keys()
    assert not [text for text, ours in OURS.items() if measured[text] == ours]
