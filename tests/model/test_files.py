"""Kinds, names and keys of files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkgate.model.file import object_key, place_of_key
from linkgate.model.file_kinds import FileKind, kind_of_media_type, kinds_of
from linkgate.model.file_names import LONGEST, safe_name
from linkgate.ports.files import place_of_resource
from linkgate.tokens import file_commitment


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        (b"%PDF-1.7\n", {"pdf"}),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", {"jpeg"}),
        (b"\xff\xd8\xff\xe0<html><script>", {"jpeg"}),
        (b"\x89PNG\r\n\x1a\n\x00", {"png"}),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", {"webp"}),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", {"heic"}),
        (b"PK\x03\x04\x14\x00", {"docx", "xlsx"}),
        (b"name;amount\nAda;12\n", {"csv", "txt"}),
        ("Größe\n".encode(), {"csv", "txt"}),
        (b"\xef\xbb\xbfa,b\n", {"csv", "txt"}),
        (("x" * 511 + "ö").encode()[:512], {"csv", "txt"}),
        (b"", {"csv", "txt"}),
        (b"  <!DOCTYPE html>", set()),
        (b"\n<svg xmlns=", set()),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", set()),
        (b"GIF89a", {"csv", "txt"}),
        (b"MZ\x90\x00", set()),
        (b"\x7fELF", set()),
        (b" %PDF-1.7\n\x00", set()),
        (b"text\x00text", set()),
        (b"\xff\xfea\x00", set()),
    ],
)
def test_first_bytes_tell_the_kind(head: bytes, kinds: set[str]) -> None:
    assert {kind.value for kind in kinds_of(head)} == kinds


def test_a_media_type_names_a_kind() -> None:
    assert kind_of_media_type("Application/PDF; x=1") is FileKind.PDF
    assert kind_of_media_type("text/html") is None
    assert kind_of_media_type("image/svg+xml") is None


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("invoice.pdf", FileKind.PDF, "invoice.pdf"),
        ("Invoice 2026.PDF", FileKind.PDF, "Invoice 2026.PDF"),
        ("photo.jpeg", FileKind.JPEG, "photo.jpeg"),
        ("photo.exe", FileKind.JPEG, "photo.exe.jpg"),
        ("..\\..\\a", FileKind.TXT, "_.._a.txt"),
        ("../../etc/passwd", FileKind.TXT, "_.._etc_passwd.txt"),
        ("x\u202efdp.exe", FileKind.PDF, "xfdp.exe.pdf"),
        ("a\x00b\nc.pdf", FileKind.PDF, "ab c.pdf"),
        ("CON", FileKind.PDF, "file CON.pdf"),
        ("nul.tar.pdf", FileKind.PDF, "file nul.tar.pdf"),
        (".htaccess", FileKind.TXT, "htaccess.txt"),
        ("", FileKind.PDF, "file.pdf"),
        (" . ", FileKind.PDF, "file.pdf"),
        ("Rechnung für Ada.pdf", FileKind.PDF, "Rechnung für Ada.pdf"),
        ("cafe\u0301.pdf", FileKind.PDF, "café.pdf"),
        ("a" * 5000, FileKind.PDF, "a" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, kind: FileKind, safe: str) -> None:
    assert safe_name(name, kind) == safe


@given(st.text(max_size=300), st.sampled_from(FileKind))
@settings(max_examples=300)
def test_any_name_is_made_safe_once(name: str, kind: FileKind) -> None:
    safe = safe_name(name, kind)

    assert len(safe) <= LONGEST
    assert safe == safe_name(safe, kind)
    assert not set(safe) & set('/\\:*?"<>|\n\r\t\x00')
    assert not safe.startswith((".", " "))


def test_keys_lead_back_to_items() -> None:
    place = place_of_resource("demo", "Invoice", "17")

    assert place_of_key(object_key(place, "f" * 22)) == (place.partition, "f" * 22)
    assert place_of_key("l/" + "m" * 22 + "/" + "f" * 22) == ("m" * 22, "f" * 22)
    for stranger in ("", "l", "l/a", "l//b", "r/a/b", "x/a/b", "l/a/b/c"):
        assert place_of_key(stranger) is None


def test_a_commitment_needs_the_salt() -> None:
    first, second = (file_commitment(salt, "ab" * 32) for salt in (b"0" * 16, b"1" * 16))

    assert first != second
    assert first == "fc84b7ea89865879d5f5e77b2c25c1bac1e16656f47f7d4535734230c0ebea45"
