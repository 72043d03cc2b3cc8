"""Search of texts for secrets as they are, in hex, in base64, and in pieces of 12 characters.

Texts are split into runs of characters that such spellings consist of. A run that was searched before is not searched
again: what is older than a secret cannot hold it. A piece of 12 characters holds a whole gram of 6 that begins at a
multiple of 7, so every seventh gram of a run is looked up among all grams of all spellings. Only a run with a hit is
compared in full.
"""

from __future__ import annotations

import base64
import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.canary_secrets import Secret

PIECE = 12
_GRAM = 6
_STRIDE = PIECE - _GRAM + 1
_RUN = re.compile(rb"[A-Za-z0-9_+/-]{12,}")
_DIGITS = re.compile(rb"(?<![\w.+-])[0-9]{6,8}(?![\w.-])")
_PACKED = (b"eJ", b"eN", b"eA", b"eF")
"""First characters of what zlib packed, in base64. The bodies of links are packed."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KNOWN_LIMIT = 100_000

_known: set[bytes] = set()
"""Runs that this process has searched before, such as the names of attributes and the style of pages."""


def runs_of(text: bytes) -> set[bytes]:
    """Return the runs of a text that may hold a piece, and its numbers that may be codes."""
    runs = set(_RUN.findall(text))
    runs.update(_DIGITS.findall(text))
    new = runs - _known
    for run in [run for run in new if run.startswith(_PACKED)]:
        with suppress(ValueError, zlib.error):
            new |= runs_of(zlib.decompress(base64.b64decode(run + b"=" * (-len(run) % 4))))
    return new


def learn(runs: Iterable[bytes]) -> None:
    """Do not search these again, because every secret that is still to come is younger."""
    if len(_known) > _KNOWN_LIMIT:
        _known.clear()
    _known.update(runs)


class Pieces:
    """Grams and pieces of secrets, to search runs for."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets = list(secrets)
        self._codes = {each.raw: each for each in self._secrets if each.kind == "code"}
        spelled = [(text, each) for each in self._secrets if each.kind != "code" for text in spellings(each)]
        self._spelled = spelled
        self._grams = {text[at : at + _GRAM] for text, _ in spelled for at in range(len(text) - _GRAM + 1)}
        self._pieces: dict[bytes, Secret] = {}

    def found_in(self, run: bytes) -> set[Secret]:
        """Return the secrets of which the run holds a piece."""
        if run in self._codes:
            return {self._codes[run]}
        plain = run.translate(_URL_SAFE)
        grams = self._grams
        for at in range(0, len(plain) - _GRAM + 1, _STRIDE):
            if plain[at : at + _GRAM] in grams:
                return self._compared(plain)
        return set()

    def _compared(self, plain: bytes) -> set[Secret]:
        if not self._pieces:
            self._pieces = {piece: each for text, each in self._spelled for piece in _windows(text)}
        return {self._pieces[piece] for piece in _windows(plain) if piece in self._pieces}


def spellings(secret: Secret) -> Iterator[bytes]:
    """Yield the forms of a secret, base64 with the characters of addresses.

    In base64, three bytes share four characters, so each form stands at one of three places. The characters at its
    ends also depend on what is beside it.
    """
    text = secret.text.encode()
    yield text.translate(_URL_SAFE).rstrip(b"=")
    for raw in {text, secret.raw}:
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for before in range(3):
            packed = base64.urlsafe_b64encode(b"\0" * before + raw).rstrip(b"=")
            yield packed[before and before + 1 : len(packed) - 1 if (len(raw) + before) % 3 else None]


def _windows(text: bytes) -> Iterator[bytes]:
    return (text[at : at + PIECE] for at in range(len(text) - PIECE + 1))
