"""Identifiers, secrets and their hashes. All functions are pure and take randomness as an argument.

A link's public name (`rid`) and each of its secrets are 128 bits, written as 22 characters of base64url. Only hashes of
secrets are stored. The input of every hash has 128 bits of entropy, so hashing needs no pepper and need not be slow.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from binascii import b2a_base64
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOKEN_BYTES = 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)


def token(raw: bytes) -> str:
    """Write 16 bytes as 22 characters of base64url without padding."""
    return b2a_base64(raw[:TOKEN_BYTES], newline=False).translate(_URL_SAFE, b"=").decode()


def is_token(text: str) -> bool:
    """Return whether `text` is the canonical spelling of 16 bytes, whose last character has four zero bits."""
    return _TOKEN.fullmatch(text) is not None


def token_guid(text: str) -> str:
    """Write a token's 16 bytes as 32 lower-case hex digits (a Guid's N form)."""
    return base64.urlsafe_b64decode(text + "==").hex()


def guid_token(guid: str) -> str:
    """Write a Guid as a token, as the inverse of `token_guid`."""
    return token(bytes.fromhex(guid))


def secret_hash(rid: str, secret: str) -> str:
    """Hash a link's secret for storage: 64 lower-case hex digits."""
    return hashlib.sha256(f"linkgate.link.v1{rid}{secret}".encode()).hexdigest()


def _short(digest: bytes) -> str:
    """Shorten a hash to 128 bits, as many as the value it hides, and write it as a token.

    A link's item holds dozens of them. Whole hashes took an item with a code past 1 KB, so that each change of it cost
    two write units.
    """
    return token(digest)


def visit_hash(rid: str, secret: str) -> str:
    """Hash a browser's visit cookie for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.visit.v1{rid}{secret}".encode()).digest())


def bind_hash(rid: str, bind: str) -> str:
    """Hash the cookie that binds a link's one-time codes to a browser for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.bind.v1{rid}{bind}".encode()).digest())


def grant_hash(rid: str, secret: str) -> str:
    """Hash the grant of a hand-over for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.grant.v1{rid}{secret}".encode()).digest())


def ticket_hash(ticket: str) -> str:
    """Hash a ticket of the live channel for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.ticket.v1{ticket}".encode()).digest())


def session_hash(secret: str) -> str:
    """Hash the cookie of a signed-in person for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.session.v1{secret}".encode()).digest())


def sign_in_state(secret: str) -> str:
    """Derive the state that a person brings back from an identity provider from the secret in their browser."""
    return _derived("state", secret)


def sign_in_nonce(secret: str) -> str:
    """Derive the value that the provider's token must repeat."""
    return _derived("nonce", secret)


def code_verifier(secret: str) -> str:
    """Derive the secret that an authorization code is bound to (RFC 7636)."""
    return _derived("verifier", secret)


def code_challenge(verifier: str) -> str:
    """Return the challenge `S256` of a verifier."""
    return _whole(hashlib.sha256(verifier.encode()).digest())


def state_hash(state: str) -> str:
    """Hash a state for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.state.v1{state}".encode()).digest())


def subject_hash(issuer: str, subject: str) -> str:
    """Hash the name by which an identity provider knows a person: 22 characters."""
    return _short(hashlib.sha256(_joined("linkgate.subject.v1", issuer, subject)).digest())


def _derived(use: str, secret: str) -> str:
    """Derive 43 characters that do not lead back to the secret."""
    return _whole(hmac.digest(secret.encode(), _joined("linkgate.sign_in.v1", use), "sha256"))


def _whole(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def presence_name(room: str, visit: str) -> str:
    """Return the name of a browser for the others in its room: 12 characters, the same after each reconnection."""
    return _short(hashlib.sha256(f"linkgate.presence.v1{room}|{visit}".encode()).digest())[:12]


def receipt_file(submission: str) -> str:
    """Return the id of the PDF of a submission, which opens nothing."""
    return _short(hashlib.sha256(f"linkgate.receipt.v1{submission}".encode()).digest())


def opt_out_token(rid: str, secret: str) -> str:
    """Derive the secret of a message's opt-out address from the secret that the message carries: 22 characters.

    It does not lead back to that secret, so whoever has it can do nothing else.
    """
    return _short(hashlib.sha256(f"linkgate.opt_out.v1{rid}{secret}".encode()).digest())


def opt_out_hash(rid: str, opt_out: str) -> str:
    """Hash the secret of an opt-out address for storage: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.opt_out_hash.v1{rid}{opt_out}".encode()).digest())


def keyed_code(bind: str, rid: str, code: str) -> str:
    """Hash a one-time code for storage: 22 characters.

    The key is the browser's cookie, which is not stored, so nothing in the table reveals the code.
    """
    return _short(hmac.digest(bind.encode(), _joined("code", rid, code), "sha256"))


def one_time_code(digits: int, random: Callable[[int], bytes]) -> str:
    """Draw decimal digits, uniformly over the whole range. Draws beyond it are discarded, never folded back."""
    limit = 10**digits
    while True:
        drawn = int.from_bytes(random(4), "big") & ((1 << (limit - 1).bit_length()) - 1)
        if drawn < limit:
            return f"{drawn:0{digits}}"


def credential_hash(dialect: str, credential: str) -> str:
    """Hash a caller's key, together with its dialect, to the name under which it is stored: 64 hex digits."""
    return hashlib.sha256(f"linkgate.credential.v1|{dialect}|{credential}".encode()).hexdigest()


def address_hash(tenant: str, address: str) -> str:
    """Hash a recipient's address to the name under which a tenant lists and suppresses it: 22 characters."""
    return _short(hashlib.sha256(f"linkgate.address.v1|{tenant}|{address}".encode()).digest())


def field_hash(pointer: str) -> str:
    """Return the name under which an answer is stored. A JSON Pointer may be longer than a key."""
    return _short(hashlib.sha256(f"linkgate.field.v1|{pointer}".encode()).digest())


def resource_hash(tenant: str, resource_type: str, uid: str) -> str:
    """Hash a resource to the name under which its links are listed: 22 characters."""
    named = f"linkgate.resource.v1|{tenant}|{len(resource_type)}|{resource_type}|{uid}"
    return _short(hashlib.sha256(named.encode()).digest())


def file_commitment(salt: bytes, sha256: str) -> str:
    """Return the salted hash of a file, 64 hex digits. `sha256` is the file's hash in hex.

    Facts hold it for ever. Whoever has the salt and the file can prove that they belong together. Without the salt,
    which is erased with the file, it says nothing.
    """
    return hashlib.sha256(b"linkgate.file.v1" + salt + bytes.fromhex(sha256)).hexdigest()


def webhook_secret(key: bytes, tenant: str, webhook: str, version: int) -> str:
    """Derive a webhook's signing secret, in the form of Standard Webhooks. `key` is the stack's 256 random bits."""
    raw = hmac.digest(key, _joined("linkgate.webhook.v1", tenant, webhook, str(version)), "sha256")
    return "whsec_" + base64.b64encode(raw).decode()


class Derivation:
    """Derives the rids and secrets of an idempotent create, so that a repeat by the same caller gets the same ones.

    Nobody else can derive them. `k = HMAC-SHA256(credential salt, raw credential)` needs the raw credential, which only
    the caller has, and the salt, which only the table has. `k` is never stored or shown by `repr`. It is computed on
    first use, because few calls bring a key.
    """

    def __init__(self, salt: bytes, credential: str) -> None:
        self._salt = salt
        self._credential = credential

    @cached_property
    def _key(self) -> bytes:
        return hmac.digest(self._salt, self._credential.encode(), "sha256")

    def token(self, label: str, *parts: str) -> str:
        """Derive a token from a label and parts, joined so that no two lists of parts give the same input."""
        return token(hmac.digest(self._key, _joined(label, *parts), "sha256"))

    def fingerprint(self, command: Mapping[str, object]) -> str:
        """Return a keyed hash of a request, 32 hex digits, so that the same key with another request is noticed."""
        text = json.dumps(command, sort_keys=True, separators=(",", ":"), default=str)
        return hmac.digest(self._key, _joined("fingerprint", text), "sha256").hex()[:32]


def _joined(*parts: str) -> bytes:
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
