"""Tokens, their hashes, and the derivation that makes a create repeatable without a stored secret."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
