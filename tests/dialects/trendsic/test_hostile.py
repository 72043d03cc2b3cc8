"""Any body in any claimed format gets an answer in the service's shape, and never a 5xx."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.support.trendsic_calls import API, BODIES, CSV, FORM, JSON, JSV, OWN, UID, XML, call

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

DOCTYPE = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "zeros": b"\x00" * 100,
    "not UTF-8": b"\xff\xfe{\xc3\x28}",
    "mark alone": b"\xef\xbb\xbf",
    "entities": f"{DOCTYPE}{XML.replace('Invoice', '&b;&c;')}".encode(),
    "unclosed": b'{"a":"b{[<a',
    "deep objects": b'{"a":' * 5000,
    "deep lists": b"[" * 50_000,
    "deep elements": b"<a>" * 5000,
    "deep JSV": b"{a:" * 5000 + b"}" * 5000,
    "quotes": b'"' * 9999,
    "many members": b"{" + b",".join(b'"a%d":1' % n for n in range(9999)) + b"}",
    "many fields": b"&".join(b"a%d=1" % n for n in range(9999)),
    "many columns": b",".join(b"a%d" % n for n in range(9999)) + b"\r\n" + b"," * 9998,
    "many parts": b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 2000 + b"--b--",
    "long number": b'{"maxViews":' + b"9" * 5000 + b"}",
    "list for text": f'{{"resourceType":[[[]]],"resourceUid":"{UID}"}}'.encode(),
    "control characters": JSV.replace("Invoice", "\x01\x02\x1b").encode(),
    "line breaks": JSON.replace("Invoice", "a\\r\\nSet-Cookie: x").encode(),
    "markup": JSON.replace("Invoice", "<script>alert(1)</script>").encode(),
    "another root": b"<Other><ResourceType>Invoice</ResourceType></Other>",
    "nested scalar": XML.replace("Invoice", "<a>Invoice</a>").encode(),
    "two rows": CSV.encode() + b"Invoice,x,y\r\n",
    "short row": CSV.encode()[:-20],
    "bad escapes": FORM.replace("Invoice", "%zz%ff%ed%a0%80").encode(),
}
TYPES = [
    *BODIES,
    "text/plain",
    "application/octet-stream",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "\x01",
]


@pytest.mark.parametrize("content_type", TYPES)
def test_hostile_bodies(shared_cloud: Cloud, content_type: str) -> None:
    for name, body in HOSTILE.items():
        for target in (
            OWN,
            API,
            f"{API}[]",
            "/jsv/reply/CustomerLinkCreateRequest",
            "/xml/oneway/CustomerLinkCreateRequest",
        ):
            reply = call(shared_cloud, f"POST {target}", body, content_type)

            assert 400 <= reply.status < 500, (name, target)
            assert b"esponseStatus" in reply.body, (name, target)
            assert b"<script>" not in reply.body or reply.header("content-type").startswith("application/json")
            assert b"root:" not in reply.body


@pytest.mark.parametrize("content_type", BODIES)
def test_a_right_body_with_wrong_bytes_in_it(shared_cloud: Cloud, content_type: str) -> None:
    dice = random.Random(content_type)
    right = BODIES[content_type].encode()
    for _ in range(60):
        body = bytearray(right)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(body))
            body[at : at + dice.randint(0, 2)] = dice.choice(
                [b"", b'"', b"{", b"}", b"<", b"&", b",", b"\xff", b"\r\n", b"\x00"]
            )
        reply = call(shared_cloud, f"POST {OWN}", bytes(body), content_type)

        assert reply.status == 200 or 400 <= reply.status < 500, bytes(body)


@pytest.mark.parametrize(
    "query",
    [
        "maxViews=%ff",
        "maxViews=5&maxViews=6",
        "resourceUid=%00",
        "resourceType=%0d%0aSet-Cookie:x",
        "format=%00",
        "format=" + "x" * 5000,
        "=&&=x",
        "deliverEmail=%ed%a0%80",
    ],
)
def test_hostile_queries(shared_cloud: Cloud, query: str) -> None:
    reply = call(shared_cloud, f"POST {OWN}?{query}", JSON)

    assert reply.status == 200 or 400 <= reply.status < 500
    assert reply.header("set-cookie") == ""


@pytest.mark.parametrize(
    "target",
    [
        f"{OWN}/resource/%00/{UID}",
        f"{OWN}/resource/..%2f..%2f/{UID}",
        f"{OWN}/resource/{'x' * 5000}/{UID}",
        f"{OWN}/resource/Invoice/{'0' * 5000}",
        f"{OWN}/resource/%F0%9F%92%A5/{UID}",
        f"{OWN}/resource/%ff%fe/{UID}",
    ],
)
def test_hostile_paths(shared_cloud: Cloud, target: str) -> None:
    assert call(shared_cloud, f"GET {target}").status in {200, 400, 404}


def test_what_is_too_large(shared_cloud: Cloud) -> None:
    for content_type in BODIES:
        reply = call(shared_cloud, f"POST {OWN}", b"x" * (256 * 1024 + 1), content_type, accept="application/json")

        assert reply.status == 413
        assert reply.json()["responseStatus"]["errorCode"] == "RequestEntityTooLarge"
