"""Bodies are strict JSON within limits, and refused with a reason that quotes nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.errors import MalformedBody
from linkgate.wire.json_body import DEPTH_LIMIT, read_json, read_object, write_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value)) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read_json(body)
    except MalformedBody:
        return


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1}x',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1),
        b"1" * 5_000,
        b"[1e999]",
        b"[NaN]",
        b"[-Infinity]",
        b"\xff\xfe",
        b'["\\ud800"]',
        b'{"\\udc00": 1}',
        "€".encode("utf-16"),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_json(body)


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert read_json(b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT)


def test_brackets_in_strings_do_not_count_as_depth() -> None:
    text = '[\\"{' * 100

    assert read_json(json.dumps([text]).encode()) == [text]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"5"])
def test_an_object_is_wanted(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_object(body)


def test_the_reason_quotes_nothing_of_the_body() -> None:
    with pytest.raises(MalformedBody) as refusal:
        read_json(b'{"apiKey": "top-secret",}')

    assert "secret" not in refusal.value.reason
