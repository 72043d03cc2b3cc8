"""The table, as issuing and the recipient need it: links, their bodies, codes and visits."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Challenge, Grant, Link


class NotChanged(Exception):
    """A conditional write was refused; `stored` is the link as it stood then, None where there is none."""

    def __init__(self, stored: Link | None) -> None:
        super().__init__("the condition did not hold")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Body:
    """Data that belongs to a link but does not fit into its item: prefilled data, a draft, a submission.

    `content` came from JSON and goes back to it.
    """

    name: str
    content: Mapping[str, object] = field(repr=False)


DRAFT = "draft"
"""Name of a transaction's draft, the one body that is written over."""


@dataclass(frozen=True, slots=True)
class Page:
    """Links of a list, newest first; `cursor` continues it and is None at its end."""

    links: tuple[Link, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class SecretProof:
    """Opens a link that asks for no code: the hash of one of its secrets."""

    secret_hash: str


@dataclass(frozen=True, slots=True)
class CodeProof:
    """Opens a link that asks for a code: the browser's challenge and the claim of the try that was right."""

    browser: str
    claim: str


class LinkStore(Protocol):
    """Links and what belongs to them. Every change is one conditional write; a refused one raises NotChanged.

    All methods raise Unavailable when the table cannot be reached.
    """

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        """Write new links that share one transaction, main link first, all or none; the body first of all.

        NotChanged carries the link that holds the main link's rid already. A repeat of one's own write (same `claim`)
        is success.
        """

    def get(self, rid: str) -> Link | None:
        """Strongly consistent."""

    def bodies(self, master_rid: str, names: Collection[str]) -> Mapping[str, Mapping[str, object]]:
        """Name to content of those bodies that are there, strongly consistent, in one request."""

    def open(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> Link:
        """Count a view and begin `visit`; returns the changed link.

        Only if the proof is this link's, it is not closed at `now`, has views left and fewer than four visits.
        `forget` ends that visit in the same write. A repeat of the same visit is success.
        """

    def submit(self, links: Sequence[Link], visit: str, body: Body, claim: str, now: datetime) -> None:
        """Record the one submission of a transaction on all its `links`, the visited one first; the body first of all.

        Only if none is submitted, and the first one is not revoked, locked, expired or replaced and its visit within
        its grace; the visit is renewed, so that the receipt can be shown. A repeat with the same claim is success.
        """

    def revoke(self, tenant: str, rid: str, by: str, now: datetime) -> Link:
        """Revoke a link of this tenant; returns it. Revoking twice keeps the first revocation."""

    def list_by_resource(self, tenant: str, resource_type: str, uid: str, cursor: str | None, limit: int) -> Page:
        """One Query for keys and one BatchGetItem for the links."""


class CodeStore(Protocol):
    """One-time codes of links. Every change is one conditional write; a refused one raises NotChanged.

    `browser` is the hash of the cookie that binds a challenge to a browser. All methods raise Unavailable when the
    table cannot be reached.
    """

    def begin(
        self, rid: str, secret_hash: str | None, browser: str, challenge: Challenge, *, forget: str | None = None
    ) -> Link:
        """Count a code about to be sent and keep its challenge in place of the browser's earlier one.

        Only if the link asks for a code, is not closed, has codes left for the hour and for its life; if the browser's
        earlier challenge has sent one code less than this and lets it ask again, or if there is none, the secret is
        this link's and there is room. `forget` gives that challenge up in the same write. The moment is
        `challenge.begun_at`. A repeat with the same claim is success.
        """

    def spend_try(self, rid: str, browser: str, code: str, claim: str, now: datetime) -> Link:
        """Spend a try at the browser's code, take the code away if `code` (keyed) is right, and record which it was.

        Only if the challenge lives, it and the link have tries left, and the link is not closed. A repeat with the
        same claim is success. Exact under any concurrency, since nothing is compared before it is paid for.
        """

    def lock(self, rid: str, now: datetime) -> None:
        """Close a link whose tries are all spent; locking twice keeps the first moment."""


class VisitStore(Protocol):
    """What else a recipient's browser changes. As CodeStore."""

    def save_draft(self, link: Link, visit: str, content: Mapping[str, object], now: datetime) -> None:
        """Keep what was filled in so far, in place of an earlier draft of the transaction, and renew the visit.

        Only if the link is not submitted, revoked, locked, expired or replaced, and the visit within its grace.
        """

    def renew(self, old: Link, secret_hash: str, new: Link, now: datetime) -> None:
        """Write `new` in place of `old`, all or none, and let the transaction's bodies live as long as it.

        Only if the secret is the old one's, which is expired, used up or out of codes, and neither submitted, revoked,
        locked nor replaced yet. A repeat of one's own write is success.
        """

    def give_grant(self, rid: str, visit: str, grant: Grant, now: datetime) -> None:
        """Keep the one grant of a link; only if it is not revoked or expired and the visit is valid."""

    def take_grant(self, tenant: str, rid: str, secret_hash: str, claim: str, now: datetime) -> Link:
        """Use a grant up; returns the link.

        Only if it is this tenant's link, neither revoked nor expired, and the grant is live and unused. A repeat with
        the same claim is success.
        """
