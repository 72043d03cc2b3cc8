"""Tokens, their hashes, and the derivation that makes a create repeatable without a stored secret."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate import tokens
from linkgate.tokens import (
    Derivation,
    address_hash,
    credential_hash,
    guid_token,
    is_token,
    secret_hash,
    token,
    token_guid,
    visit_hash,
)

RID, SECRET = "AAECAwQFBgcICQoLDA0ODw", "EBESExQVFhcYGRobHB0eHw"
DERIVATION = Derivation(bytes(range(16)), "key")
RAW = st.binary(min_size=16, max_size=16)
TEXTS = st.lists(st.text(max_size=8), max_size=4)


@given(RAW)
def test_a_token_is_canonical_and_reads_back_as_its_guid(raw: bytes) -> None:
    text = token(raw)

    assert len(text) == 22
    assert is_token(text)
    assert token_guid(text) == raw.hex()
    assert guid_token(raw.hex()) == text


@given(RAW)
def test_another_spelling_of_the_same_bytes_is_no_token(raw: bytes) -> None:
    """The last character has four bits without meaning. Only zeros are canonical."""
    text = token(raw)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    first = alphabet.index(text[-1])

    assert not any(is_token(text[:-1] + alphabet[first + shift]) for shift in range(1, 16))


@pytest.mark.parametrize("text", ["", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 21 + "\n", "Ä" * 22, " " + "A" * 21])
def test_anything_else_is_no_token(text: str) -> None:
    assert not is_token(text)


def test_a_secret_is_stored_as_the_documented_hash() -> None:
    rid, secret = "A" * 22, "B" * 21 + "A"

    assert secret_hash(rid, secret) == hashlib.sha256(b"linkgate.link.v1" + rid.encode() + secret.encode()).hexdigest()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: token(b"\xfb\xff" * 8), "-__7__v_-__7__v_-__7_w"),
        (lambda: tokens.secret_hash(RID, SECRET), "1a7a21671492f93d35a3ad879a740d110eadbfb073266afe3eb9c195f3625756"),
        (lambda: tokens.visit_hash(RID, SECRET), "aki3iiHaVMTL66ZvI04dOw"),
        (lambda: tokens.bind_hash(RID, SECRET), "ZbOeWkz-2B7ItSETvbanOg"),
        (lambda: tokens.grant_hash(RID, SECRET), "_YhAYVoY3HrAMygwCgLAnw"),
        (lambda: tokens.ticket_hash(SECRET), "f_LfjWywhSxNmx_dTvac6Q"),
        (lambda: tokens.session_hash(SECRET), "5JX6fxLxgULsBiUVBo8ROw"),
        (lambda: tokens.sign_in_state(SECRET), "qZRBhIEN2psLkHfZ8MlH_4rfcr_HMp7cnzapcBryeC8"),
        (lambda: tokens.sign_in_nonce(SECRET), "xqR-_U6Fl_sOsbbYqFUKH3RXtE1qn1yd14Z8joa5TJE"),
        (lambda: tokens.code_verifier(SECRET), "M8lusjdOUCi1bBZ8ylUR1z1ChPCwCDLRM2T_JnMFU8o"),
        (
            lambda: tokens.code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # the example of RFC 7636
        ),
        (lambda: tokens.state_hash(SECRET), "j8Ior1uMn0iBza4EHaz8EQ"),
        (lambda: tokens.subject_hash("https://id.example.com", "ann"), "qDKNNTaOBs0tLKvePgU2VA"),
        (lambda: tokens.presence_name(RID, SECRET), "QRXi1L6knfWw"),
        (lambda: tokens.receipt_file(SECRET), "-3FtO8iKlCMhk0zlnsSQaw"),
        (lambda: tokens.opt_out_token(RID, SECRET), "WpYrTQtRMKwc-8EsPSedAw"),
        (lambda: tokens.opt_out_hash(RID, SECRET), "tXAEsqq3TfnlNhgzWyZPtA"),
        (lambda: tokens.keyed_code(SECRET, RID, "012345"), "TrOolx81SKNTLx9TZpWttQ"),
        (
            lambda: tokens.credential_hash("ocular", "key"),
            "6764c4f4f279ad7a56332910eefeb205d2e9d08ba3495a1c9ca47b8fbc6af371",
        ),
        (lambda: tokens.address_hash("acme", "ann@example.com"), "bgoMsbAtjSfnwHmDeGJepg"),
        (lambda: tokens.field_hash("/name"), "-pRITraRjtPE2EOyI43gpQ"),
        (lambda: tokens.resource_hash("acme", "report", "7"), "LkTjvPqAmqMf8HGy0JlX5Q"),
        (
            lambda: tokens.file_commitment(bytes(range(16)), "00" * 31 + "ff"),
            "00cd1cadc785dcdf6d218020eca27fed9d0701a8bc1cce05331ed57fcab3bd7b",
        ),
        (
            lambda: tokens.webhook_secret(bytes(range(32)), "acme", "crm", 1),
            "whsec_iSDROAfAa25PKoYNTvsjsP4nQrtctoOrz+0tSsPjEuo=",
        ),
        (lambda: DERIVATION.token("rid", "a", "é"), "J58o-g5A1R2hq2V-6bxaUA"),
        (
            lambda: DERIVATION.fingerprint({"b": [1, 2], "a": "é", "at": datetime(2026, 11, 28, tzinfo=UTC)}),
            "4a58b853f2e8de72073021c19b9c10df",
        ),
    ],
)
def test_what_a_release_stored_or_gave_out_is_made_by_the_next_one_too(make: Callable[[], str], text: str) -> None:
    assert make() == text


def test_hashes_of_different_purposes_differ() -> None:
    one = "A" * 22

    assert len({secret_hash(one, one), visit_hash(one, one), credential_hash(one, one), address_hash(one, one)}) == 4


def test_one_dialects_key_is_not_anothers() -> None:
    assert credential_hash("easysend", "key") != credential_hash("ocular", "key")


@given(TEXTS, TEXTS)
def test_parts_are_joined_unambiguously(one: list[str], other: list[str]) -> None:
    derivation = Derivation(b"salt", "credential")

    assert (derivation.token("rid", *one) == derivation.token("rid", *other)) == (one == other)


def test_a_derivation_needs_both_the_salt_and_the_credential() -> None:
    ours = Derivation(b"salt", "credential").token("secret", "key")

    assert ours == Derivation(b"salt", "credential").token("secret", "key")
    assert ours != Derivation(b"salt", "other").token("secret", "key")
    assert ours != Derivation(b"other", "credential").token("secret", "key")


def test_a_fingerprint_does_not_depend_on_the_order_of_members() -> None:
    derivation = Derivation(b"salt", "credential")

    assert derivation.fingerprint({"a": 1, "b": [1, 2]}) == derivation.fingerprint({"b": [1, 2], "a": 1})
    assert derivation.fingerprint({"a": 1}) != derivation.fingerprint({"a": 2})


def test_a_derivation_shows_nothing_of_its_key() -> None:
    assert "credential" not in repr(Derivation(b"salt", "credential"))


def test_a_derivation_costs_nothing_until_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    digest, keys = hmac.digest, []

    def noted(key: bytes, message: bytes, name: str) -> bytes:
        keys.append(key)
        return digest(key, message, name)

    monkeypatch.setattr(hmac, "digest", noted)
    derivation = Derivation(b"salt", "key")

    assert keys == []
    derivation.token("rid")
    assert keys[0] == b"salt"
