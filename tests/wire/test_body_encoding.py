"""Bodies reach their readers in UTF-8, or are refused with a sentence about their encoding."""

from __future__ import annotations

import gzip

import pytest

from linkgate.errors import MalformedBody, UnsupportedMedia
from linkgate.wire.body_encoding import utf8_body

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NAME = '{"name":"José Ñandú"}'


@pytest.mark.parametrize(
    "declared", ["", "; charset=utf-8", '; charset="UTF-8"', "; charset=utf8", ";charset=US-ASCII"]
)
def test_utf8_stays_as_it_is(declared: str) -> None:
    assert utf8_body(NAME.encode(), JSON + declared, "") == NAME.encode()
    assert utf8_body(b"\xef\xbb\xbf" + NAME.encode(), JSON + declared, "") == b"\xef\xbb\xbf" + NAME.encode()


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", NAME),
        ("ISO-8859-15", '{"name":"José €"}'),
        ("latin1", '{"name":"José “Pepe”"}'),
        ("windows-1252", '{"name":"José “Pepe”"}'),
        ("windows-1251", '{"name":"Иван"}'),
        ("shift_jis", '{"name":"山田太郎"}'),
        ("gb2312", '{"name":"王小明"}'),
    ],
)
def test_a_declared_encoding_is_read(charset: str, text: str) -> None:
    sent = text.encode("cp1252" if charset == "latin1" else charset)

    assert utf8_body(sent, f"{JSON}; charset={charset}", "").decode() == text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (NAME.encode("latin-1"), JSON),
        (NAME.encode("latin-1"), f"{JSON}; charset=utf-8"),
        (NAME.encode(), f"{JSON}; charset=iso-8859-1"),
        (b'{"a":"\x81"}', f"{JSON}; charset=windows-1252"),
        (NAME.encode("latin-1").decode("utf-8", "replace").encode(), JSON),
        (NAME.encode("latin-1").decode("utf-8", "replace").encode(), f"{JSON}; charset=iso-8859-1"),
        (b"\xff\xfe", JSON),
    ],
)
def test_characters_that_are_not_certain_are_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(MalformedBody, match=r"UTF-8|declares"):
        utf8_body(body, content_type, "")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("passed_on", [False, True])
def test_wide_bodies_are_told_what_is_wrong(*, charset: str, passed_on: bool) -> None:
    body = NAME.encode(charset)
    if passed_on:
        body = body.decode("utf-8", "replace").encode()

    for content_type in (JSON, f"{JSON}; charset={charset}"):
        with pytest.raises(UnsupportedMedia, match="UTF-16"):
            utf8_body(body, content_type, "")


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "punycode", "no-such-thing", "x", "idna", "rot13", "../etc"])
def test_other_encodings_are_not_read(charset: str) -> None:
    with pytest.raises(UnsupportedMedia, match="send UTF-8"):
        utf8_body(b'{"a":1}', f"{JSON}; charset={charset}", "")


@pytest.mark.parametrize("passed_on", [False, True])
@pytest.mark.parametrize("header", ["", "gzip"])
def test_compressed_bodies_are_told_what_is_wrong(*, header: str, passed_on: bool) -> None:
    body = gzip.compress(NAME.encode())
    if passed_on:
        body = body.decode("utf-8", "replace").encode()

    with pytest.raises(UnsupportedMedia, match="gzip"):
        utf8_body(body, JSON, header)


@pytest.mark.parametrize("header", ["deflate", "br", "GZIP, identity"])
def test_a_coding_of_the_content_is_refused(header: str) -> None:
    with pytest.raises(UnsupportedMedia, match="uncompressed"):
        utf8_body(NAME.encode(), JSON, header)


def test_no_coding_is_a_coding() -> None:
    assert utf8_body(NAME.encode(), JSON, "identity, ") == NAME.encode()
    assert utf8_body(b"", JSON, "gzip") == b""


def test_the_escapes_of_a_form_are_in_its_encoding() -> None:
    assert utf8_body(b"a=Jos%E9+x&b=%26", f"{FORM}; charset=iso-8859-1", "") == b"a=Jos%C3%A9+x&b=%26"
    assert utf8_body(b"a=Jos%C3%A9", FORM, "") == b"a=Jos%C3%A9"


def test_the_parts_of_a_multipart_body_are_left_to_their_reader() -> None:
    body = b"--x\r\ncontent-disposition: form-data; name=a\r\n\r\n\xff\xfe\x00\r\n--x--\r\n"

    assert utf8_body(body, "multipart/form-data; boundary=x", "") is body
