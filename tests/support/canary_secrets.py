"""Secrets that the code makes while a cloud runs, noted where randomness is drawn and where hashes are made.

Functions of the standard library are wrapped, none of ours. Every secret of ours passes `os.urandom`, `secrets` or
`hmac`, and each that is stored passes `hashlib.sha256` with the prefix of its kind (`linkgate.visit.v1`). So a value is
a secret if the code hashed it as one, or derived it, and if it was drawn here: a guess of a test is none. A prefix or a
derivation that the tables below do not know is an error, so that a new kind of secret says where it may stand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import linkgate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

ALLOWED: Mapping[str, Mapping[str, str]] = {
    "link": {
        "answer": "gives it to the caller",
        "message": "carries it to the recipient",
        "location": "opens a test link for its owner; its fragment stays in the browser",
    },
    "opt-out": {
        "message": "carries it to the recipient",
        "url": "has no other way to bring it, as RFC 8058 asks for one press",
        "answer": "is the page at that address",
    },
    "visit": {"answer": "sets the browser's cookie"},
    "bind": {"answer": "sets the browser's cookie"},
    "code": {"message": "carries it to the recipient"},
    "grant": {
        "location": "hands the browser over to the tenant's page",
        "answer": "gives a program the address of that page",
    },
    "ticket": {"answer": "lets the page open its socket"},
    "session": {"answer": "sets the person's cookie"},
    "sign-in": {"answer": "sets the browser's cookie"},
    "sign-in state": {"location": "goes to the provider", "url": "comes back from the provider"},
    "sign-in verifier": {},
    "key": {"answer": "shows it once"},
    "key of a derivation": {},
    "salt": {"table": "derives the secrets of repeated creates, with a key that only the caller has"},
    "salt of a file": {"table": "is erased with the file", "answer": "lets the owner prove what a fact commits to"},
    "webhook": {"answer": "shows it once"},
    "key of webhooks": {"parameter": "is encrypted there"},
    "relay": {"answer": "lets a browser use the relay", "frame": "lets a browser use the relay"},
    "file": {
        "answer": "lets a browser have the file",
        "location": "lets a browser have the file",
        "url": "is how a bucket is asked for it",
    },
}
"""Places in which a kind of secret may stand, with the reason. An answer must be to a request that made or had it."""
HASHED: Mapping[bytes, str] = {
    b"link": "link",
    b"visit": "visit",
    b"bind": "bind",
    b"grant": "grant",
    b"ticket": "ticket",
    b"session": "session",
    b"opt_out": "link",
    b"opt_out_hash": "opt-out",
    b"state": "sign-in state",
    b"credential": "key",
    b"file": "salt of a file",
}
"""Kinds of secrets by the prefix with which they are hashed."""
PUBLIC = frozenset({b"subject", b"presence", b"receipt", b"address", b"field", b"resource", b"reference"})
"""Prefixes with which nothing secret is hashed."""
_DERIVED: Mapping[str, str] = {
    "_derived": "sign-in verifier",
    "webhook_secret": "webhook",
    "SecretRelays.at_hand": "relay",
    "Derivation._key": "key of a derivation",
}
_KEYS: Mapping[str, str] = {"Derivation._key": "salt", "webhook_secret": "key of webhooks"}
"""Kinds of the keys from which functions derive, if they were drawn at random."""
_DERIVED_PUBLIC = frozenset(
    {"keyed_code", "Derivation.fingerprint", "S3Presigner.form", "Signer.signed", "signing_key"}
)
"""Functions that derive hashes or signatures. Those of files are read from the answers."""
_MARK = b"linkgate."
_TOKEN_TEXT = 22
_TOKEN_RAW = 16
_DIGITS_RAW = 4
_ROOT = os.path.dirname(linkgate.__file__)  # noqa: PTH120 - is compared with the names of code objects


@dataclass(eq=False)
class Secret:
    """A secret and the requests that made it. `text` is how the code writes it, `raw` its bytes."""

    kind: str
    text: str
    raw: bytes
    requests: set[object] = field(default_factory=set)


REQUEST: ContextVar[object] = ContextVar("REQUEST", default=None)
"""Request that is being answered in this thread."""


class Noted:
    """All secrets of a cloud."""

    def __init__(self) -> None:
        self.by_text: dict[str, Secret] = {}
        self.unknown: set[str] = set()
        """Prefixes of hashes and functions that the tables lack."""
        self._drawn: dict[str, bytes] = {}
        self._rids: set[str] = set()

    def all(self) -> list[Secret]:
        """Return the secrets. A public name that somebody offered as a secret is none."""
        return [each for each in list(self.by_text.values()) if each.text not in self._rids]

    def add(self, kind: str, text: str, raw: bytes) -> None:
        noted = self.by_text.setdefault(text, Secret(kind, text, raw))
        noted.requests.add(REQUEST.get())

    def drew(self, raw: bytes) -> None:
        """Note random bytes, which may become a secret."""
        if len(raw) >= _TOKEN_RAW:
            self._drawn[_written(raw)] = raw

    def drew_digits(self, raw: bytes, digits: int) -> None:
        """Note a one-time code, if these bytes become one. `tokens.one_time_code` discards the others."""
        limit = 10**digits
        drawn = int.from_bytes(raw, "big") & ((1 << (limit - 1).bit_length()) - 1)
        if drawn < limit:
            code = f"{drawn:0{digits}}"
            self.add("code", code, code.encode())

    def hashed(self, data: bytes, digest: Callable[[], bytes]) -> None:
        """Note what is hashed with a prefix of ours."""
        prefix, _, rest = data[len(_MARK) :].partition(b".v1")
        kind = HASHED.get(prefix)
        if kind is None:
            if prefix not in PUBLIC:
                self.unknown.add(f"hash linkgate.{prefix.decode()}.v1")
            return
        if prefix == b"file":
            salt = rest[:_TOKEN_RAW]
            if _written(salt) in self._drawn:
                self.add(kind, salt.hex(), salt)
            return
        text = rest.decode(errors="replace")
        if prefix == b"credential":
            text = text.rpartition("lg_")[2]
        elif prefix not in {b"ticket", b"session", b"state"}:
            self._rids.add(text[:_TOKEN_TEXT])
            text = text[_TOKEN_TEXT:]
        if prefix == b"opt_out":
            opt_out = digest()[:_TOKEN_RAW]
            self._drawn[_written(opt_out)] = opt_out
        if text in self._drawn:
            self.add(kind, text, self._drawn[text])

    def derived(self, function: str, arguments: tuple[Any, ...], made: bytes) -> None:
        """Note what a function of ours derived with a keyed hash."""
        if function == "Derivation.token":
            self.drew(made[:_TOKEN_RAW])
        elif function == "_derived":
            use = "sign-in verifier" if b"verifier" in arguments[1] else "sign-in state"
            self.add(use, _written(made), made)
            secret = arguments[0].decode(errors="replace")
            if secret in self._drawn:
                self.add("sign-in", secret, self._drawn[secret])
        elif function in _DERIVED:
            self.add(_DERIVED[function], base64.b64encode(made).decode(), made)
            key = arguments[0]
            if function in _KEYS and _written(key) in self._drawn:
                self.add(_KEYS[function], _written(key), key)
        elif function not in _DERIVED_PUBLIC:
            self.unknown.add(f"hmac in {function}")


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def listen(noted: Noted | None) -> None:
    """Let this one note every secret that is made from now on."""
    _Ear.listening = noted


class _Ear:
    """Wrappers of the functions of the standard library. They stay, because modules may have taken them over."""

    listening: ClassVar[Noted | None] = None
    _urandom, _token_bytes = staticmethod(os.urandom), staticmethod(secrets.token_bytes)
    _sha256, _digest = staticmethod(hashlib.sha256), staticmethod(hmac.digest)

    @classmethod
    def urandom(cls, size: int, /) -> bytes:
        raw = cls._urandom(size)
        noted = cls.listening
        if noted:
            caller = sys._getframe(1)  # noqa: SLF001 - the only way to tell who draws
            name = caller.f_code.co_name
            if size == _DIGITS_RAW and name == "one_time_code":
                noted.drew_digits(raw, caller.f_locals["digits"])
            if name != "uuid4":  # most draws, and no secret of ours is one
                noted.drew(raw)
        return raw

    @classmethod
    def token_bytes(cls, nbytes: int | None = None) -> bytes:
        raw = cls._token_bytes(nbytes)
        if cls.listening:
            cls.listening.drew(raw)
        return raw

    @classmethod
    def sha256(cls, data: Any = b"", **options: Any) -> Any:
        made = cls._sha256(data, **options)
        if cls.listening and data[: len(_MARK)] == _MARK:
            cls.listening.hashed(bytes(data), made.digest)
        return made

    @classmethod
    def digest(cls, key: Any, msg: Any, digest: Any) -> bytes:
        made = cls._digest(key, msg, digest)
        caller = sys._getframe(1).f_code  # noqa: SLF001 - as above
        if cls.listening and caller.co_filename.startswith(_ROOT):
            cls.listening.derived(_name(caller), (key, msg), made)
        return made


for _module, _function in ((os, "urandom"), (secrets, "token_bytes"), (hashlib, "sha256"), (hmac, "digest")):
    setattr(_module, _function, getattr(_Ear, _function))


def _name(code: CodeType) -> str:
    return code.co_qualname


_SIGNATURE = re.compile(rb"[Aa]mz-[Ss]ignature(?:=|[^0-9A-Za-z]{1,40}?(?:value)?[^0-9A-Za-z]{1,10})([0-9a-f]{64})")


def note_signatures(noted: Noted, text: bytes) -> None:
    """Note the signatures of files in an answer. With one, a browser may put or get the file."""
    for found in _SIGNATURE.findall(text):
        noted.add("file", found.decode(), bytes.fromhex(found.decode()))
