"""Opt-out addresses of surveys: each message carries one, at which its recipient stops further surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.kinds import KINDS
from linkgate.tokens import opt_out_hash, opt_out_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkgate.model.link import Kind


def opt_outs_of(kind: Kind, rid: str, secrets: Iterable[str]) -> frozenset[str]:
    """Return the hashes of the opt-out secrets that belong to these secrets of a link. Only surveys have any."""
    if not KINDS[kind].declinable:
        return frozenset()
    return frozenset(opt_out_hash(rid, opt_out_token(rid, secret)) for secret in secrets)


def opt_out_url(kind: Kind, portal: str, rid: str, secret: str) -> str | None:
    """Build the opt-out address of a message, whose last part is a secret. Only surveys have one."""
    return f"{portal}/o/{rid}/{opt_out_token(rid, secret)}" if KINDS[kind].declinable else None
