"""No reader of what strangers send takes more time than the length of its input."""

from __future__ import annotations

import itertools
import time
import timeit
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from linkgate.dialects.recipient.pasted_links import mended
from linkgate.dialects.recipient.requests import code_in, posted
from linkgate.dialects.servicestack import csv_rows, form_fields, jsv, xml_contract
from linkgate.dialects.trendsic.contracts import CREATE_REQUEST
from linkgate.errors import LinkError
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.sending.display_names import display_name, person_name
from linkgate.wire.basic_auth import basic_credentials, bearer_token
from linkgate.wire.body_encoding import utf8_body
from linkgate.wire.json_body import read_json
from tests.support.requests import post

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = 8 * 1024
LONG = 4 * SHORT
MOST_GROWTH = 9
"""Four times the length may take this many times as long. Quadratic time takes 16 times as long."""
QUICK = 0.002
"""Seconds for a short input. Even if the time were quadratic, 256 KB, the longest body, would take two seconds."""
MEASURES = 2

PARTS = (
    *(b'"', b'\\"', b"\\", b"[", b"{", b"]}", b'{"a":', b'["a",', b'"a",', b"a", b"1", b"9.", b"-"),
    *(b" ", b"\n", b"\r\n", b"\t", b"a=", b"&", b"%", b"%E9", b"%25", b"+", b";", b",", b'"",', b',""'),
    *(b"<a>", b"</a>", b"<", b"&lt;", b"<!--", b"<![CDATA[", b"--x\r\n", b"\r\n--x", b"@", b"a@", b".", b"a."),
    *(b"://", b"http://", b"/l/", b"#", b"\xc3\xa9", b"\xe2\x80\x8b", b"\xef\xbf\xbd", b"\xcc\x81"),
)
OPENINGS = (
    b"",
    b"[" * 33,
    b"[" * 33 + b'"',
    b"{",
    b'{"a":"',
    b"{a:",
    b"<CustomerLinkCreateRequest>",
    b"<a ",
    b"a=",
    b"--x\r\n",
)


def families(openings: tuple[bytes, ...], parts: tuple[bytes, ...], size: int) -> list[bytes]:
    """Return adversarial inputs of about this length: each part repeated after each opening, and parts by turns."""
    repeated = [opening + part * (size // len(part)) for opening in openings for part in parts]
    by_turns = [(one + other) * (size // len(one + other)) for one, other in itertools.pairwise(parts)]
    return repeated + by_turns


def text(reader: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda body: reader(body.decode("utf-8", "replace"))


BODIES: dict[str, Callable[[bytes], object]] = {
    "json": read_json,
    "encoding": lambda body: utf8_body(body, "application/json; charset=iso-8859-1", ""),
    "encoding of a form": lambda body: utf8_body(body, "application/x-www-form-urlencoded; charset=iso-8859-1", ""),
    "encoding in the header": lambda body: utf8_body(b"{}", body.decode("utf-8", "replace"), "identity"),
    "form": lambda body: posted(post(body, "/v", {"content-type": "application/x-www-form-urlencoded"})),
    "jsv": text(lambda body: jsv.read(CREATE_REQUEST, body)),
    "jsv batch": text(lambda body: jsv.read_batch(CREATE_REQUEST, body)),
    "xml": text(lambda body: xml_contract.read(CREATE_REQUEST, body)),
    "csv": text(lambda body: csv_rows.read(CREATE_REQUEST, body)),
    "servicestack form": text(lambda body: form_fields.read_form(CREATE_REQUEST, body)),
    "multipart": lambda body: form_fields.read_multipart(CREATE_REQUEST, body, "multipart/form-data; boundary=x"),
}
VALUES: dict[str, Callable[[bytes], object]] = {
    "basic": text(basic_credentials),
    "bearer": text(bearer_token),
    "e-mail": text(normal_email),
    "phone": text(lambda body: normal_phone(body, "GB")),
    "name": text(display_name),
    "person": text(person_name),
    "code": text(code_in),
    "pasted": text(mended),
}


@pytest.mark.parametrize("name", BODIES)
def test_time_to_read_a_body_grows_with_its_length(name: str) -> None:
    assert slow_inputs(BODIES[name], OPENINGS) == []


@pytest.mark.parametrize("name", VALUES)
def test_time_to_read_a_value_grows_with_its_length(name: str) -> None:
    assert slow_inputs(VALUES[name], (b"",)) == []


def test_a_quadratic_reader_is_found() -> None:
    def quadratic(body: bytes) -> None:
        for at in range(0, len(body), 4):
            sum(body[at:])

    assert [beginning for beginning, _ in slow_inputs(quadratic, (b"",), (b"a",))] == [b"a" * 60]


def slow_inputs(
    reader: Callable[[bytes], object], openings: tuple[bytes, ...], parts: tuple[bytes, ...] = PARTS
) -> list[tuple[bytes, float]]:
    """Return the beginnings of the inputs whose time grows faster than their length, with the seconds they take."""
    slow = []
    for short, long in zip(families(openings, parts, SHORT), families(openings, parts, LONG), strict=True):
        if _seconds(reader, short, 1) <= QUICK:
            continue
        taken = _seconds(reader, long, MEASURES)
        if taken > MOST_GROWTH * _seconds(reader, short, MEASURES):
            slow.append((long[:60], round(taken, 2)))
    return slow


def _seconds(reader: Callable[[bytes], object], body: bytes, measures: int) -> float:
    """Return the least processor time of some runs, because others disturb the longer ones."""

    def read() -> None:
        with suppress(LinkError, ValueError):
            reader(body)

    return min(timeit.repeat(read, timer=time.process_time, number=1, repeat=measures))
