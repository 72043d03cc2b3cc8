"""Ports to the table for a recipient's visit: opening, codes, forms, renewal and hand-over."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.callback import Callback
    from linkgate.model.challenge import Challenge, CodeFailure
    from linkgate.model.link import DeliveryState, Grant, Link, Look
    from linkgate.model.receipt import Receipt
    from linkgate.ports.links import Body


@dataclass(frozen=True, slots=True)
class SecretProof:
    """Opens a link that asks for no code: the hash of one of its secrets, presented at one of these portals."""

    secret_hash: str
    portals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeProof:
    """Opens a link that asks for a code: the browser's challenge and the claim of the try that was right."""

    browser: str
    claim: str


NO_RECEIPTS: Mapping[str, Receipt] = MappingProxyType({})


class VisitStore(Protocol):
    """Changes that a recipient's browser makes.

    Every change is one conditional write, which raises NotChanged if it is refused. All methods raise Unavailable if
    the table cannot be reached.
    """

    def open(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> None:
        """Count a view and begin `visit`.

        Only if the proof is for this link, and the link is not closed at `now`, has views left and fewer than four
        visits. `forget` ends that visit in the same write. A repeat of the same visit succeeds.
        """

    def read_receipt(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> None:
        """Begin a visit in which what was sent can be read again, and count it.

        Only if the proof is for this link, and what was sent by it is `receipt.readable` at `now`. A secret alone is no
        proof if the receipt asks for a code. `forget` and repeats are as in `open`.
        """

    def submit(  # noqa: PLR0913 - the facts of the record
        self,
        links: Sequence[Link],
        visit: str,
        bodies: Sequence[Body],
        claim: str,
        now: datetime,
        *,
        receipts: Mapping[str, Receipt] = NO_RECEIPTS,
    ) -> None:
        """Record the one submission of a family on all its `links`, the visited one first.

        The bodies are written before them, the submission first. Only if none of the links is submitted, the first one
        is not revoked, locked or replaced, and its visit is within its grace. The first link may have expired if the
        visit was alive then. A visit that has not ended is prolonged, so that the receipt can be shown. Each
        link also gets its entry in `receipts`. A repeat with the same claim succeeds.
        """

    def prolong(self, rid: str, visit: str, now: datetime, *, drafted: bool = True) -> None:
        """Let a visit last for its whole life again. If `drafted`, also note that answers were saved.

        Only if the link is not submitted, revoked, locked, expired or replaced, and the visit has not ended.
        """

    def join(self, rid: str, now: datetime) -> None:
        """Note that one of the link's browsers met the others, only if the link exists and this was not noted."""

    def note_draft(self, rid: str, visit: str, now: datetime) -> None:
        """Note that answers were saved in a visit, or in the hours after it.

        Only if the link is not submitted, revoked, locked or replaced, has such a visit, and nothing was noted in the
        five minutes before `now`.
        """

    def renew(self, old: Link, secret_hash: str, new: Link, now: datetime) -> None:
        """Replace `old` by `new`, both or neither, and keep the family's bodies as long as `new`.

        The visits, challenges and grant of `old` end. Only if the secret belongs to `old`, and `old` is expired, used
        up or out of codes, and is not submitted, revoked, locked or replaced. No code may have been sent or tried since
        `old` was read, because `new` carries the counts on. A repeat of the caller's own write succeeds.
        """

    def disown(self, rid: str, secret_hash: str, now: datetime, *, revoke: bool) -> Link:
        """Note that the link is not for the holder of this secret, and return the link. The first note stays.

        `revoke` also ends the link, unless it was submitted. Only if the secret is the link's.
        """

    def ask_callback(self, rid: str, visit: str, callback: Callback, now: datetime) -> None:
        """Store the request to be called back, only if no earlier one waits for an agent.

        The link must not be revoked, locked, replaced or expired, and its visit must be within its grace. A repeat of
        the same request succeeds.
        """

    def look(self, rid: str, visit: str, look: Look, *, counted: bool, now: datetime) -> Link:
        """Record that a document is given out to a visit, and return the link.

        Only if the link is not closed at `now` and the visit has not ended. If `counted`, it is also the visit's first
        document on a link that counts documents, and takes one of its views. Otherwise the link does not count them, or
        the visit's first one was counted before. A repeat with the same claim succeeds.
        """

    def give_grant(self, rid: str, visit: str, grant: Grant, now: datetime) -> None:
        """Store the one grant of a link, only if the link is not revoked or expired and the visit is valid."""

    def take_grant(self, tenant: str, rid: str, secret_hash: str, claim: str, now: datetime) -> Link:
        """Use up a grant and return the link.

        Only if the link is this tenant's and is not revoked or expired, and the grant is live and unused. A repeat with
        the same claim succeeds.
        """


@dataclass(frozen=True, slots=True)
class StoredField:
    """Newest answer to one field of a family's form."""

    pointer: str
    """JSON Pointer of the field in the submission."""
    value: object = field(repr=False)
    """JSON value, or None if the field was emptied."""
    version: int
    """Number of times that the field was written."""
    role: str
    """Co-browsing role that wrote it, empty for the recipient."""
    keys: Sequence[str] | None = None
    """Keys of a repeat group's entries in order. None for an answer."""


@dataclass(frozen=True, slots=True)
class Group:
    """Repeat group of a form."""

    pointer: str
    start: Sequence[str]
    """Keys of its entries while nobody has changed them."""
    most: int
    """Number of entries that it may have."""


class GroupFull(Exception):
    """A repeat group has as many entries as it may have."""


class FieldChanged(Exception):
    """A field was written since. `stored` is its newest answer, or None if there is none."""

    def __init__(self, stored: StoredField | None) -> None:
        super().__init__("the field was written since")
        self.stored = stored


class FieldStore(Protocol):
    """Drafts, field by field. All methods raise Unavailable when the table cannot be reached."""

    def of(self, master_rid: str) -> Mapping[str, StoredField]:
        """Return the fields of a family by pointer. One Query, strongly consistent."""

    def with_bodies(
        self, master_rid: str, names: Collection[str]
    ) -> tuple[Mapping[str, StoredField], Mapping[str, Mapping[str, object]]]:
        """Return the fields of a family by pointer, and its bodies by these names. One Query, strongly consistent."""

    def write(  # noqa: PLR0913 - a field, its version, and whose it is
        self, link: Link, pointer: str, value: object, base: int, now: datetime, *, private: bool = False
    ) -> StoredField:
        """Write one field, only if its version is still `base` or it already has the value. Raises FieldChanged.

        `base` 0 means that the field was never written. A `private` field is also only written if it is empty or the
        answer in it is of the link's role. Repeating a write whose answer was lost succeeds.
        """

    def add_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
        """Add an entry to a repeat group, only if there is room. Raises GroupFull.

        A repeat with the same key succeeds.
        """

    def remove_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
        """Remove an entry from a repeat group. One that is not there stays so."""

    def set_entries(self, link: Link, pointer: str, keys: Sequence[str], base: int, now: datetime) -> StoredField:
        """Let a repeat group have exactly these entries, only if its version is still `base`. Raises FieldChanged."""

    def delete(self, master_rid: str, pointer: str, version: int) -> None:
        """Delete one field, only if it still has this version. A field that is not there stays so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStart:
    """A one-time code about to be sent, at `challenge.begun_at`."""

    challenge: Challenge
    secret_hash: str | None
    """Hash of the secret that the browser presented, None if it had been asked for a code before."""
    earlier: Challenge | None = None
    """Challenge of the same browser that this one replaces."""
    unasked: bool = False
    """True if nothing but a button shows that a person asked for it."""
    forget: str | None = None
    """Browser whose challenge gives way. It must have ended."""


class CodeStore(Protocol):
    """One-time codes of links. `browser` is the hash of the cookie that binds a challenge to a browser.

    Every change is one conditional write, which raises NotChanged if it is refused. All methods raise Unavailable if
    the table cannot be reached.
    """

    def begin(self, rid: str, browser: str, start: CodeStart) -> Link:
        """Count a code about to be sent and keep its challenge in place of the browser's earlier one.

        Only if the link asks for a code, is not closed, and has tries and codes left; if no person asked, it must also
        have unasked codes left. If the browser has an earlier challenge, that one must have sent exactly one code less
        and let the browser ask again. If it has none, the secret must be this link's, and there must be room. A repeat
        with the same claim succeeds.
        """

    def record(self, rid: str, browser: str, claim: str, outcome: DeliveryState) -> None:
        """Record that a provider took the code of the challenge with this claim, or may have."""

    def withdraw(self, link: Link, browser: str, start: CodeStart, failure: CodeFailure) -> None:
        """Give back the code that `begin` counted, because no provider took it, and record that.

        The browser's earlier challenge comes back, if it had one. Only if the newest challenge of the browser is still
        the one of `start`, and the counts are those of `link`.
        """

    def spend_try(self, rid: str, browser: str, code: str, claim: str, now: datetime) -> Link:
        """Spend a try at the browser's code, remove the code if `code` (keyed) is right, and record the result.

        Only if the challenge is alive, it and the link have tries left, and the link is not closed. A repeat with the
        same claim succeeds. Exact under any concurrency, because a try is spent before anything is compared.
        """

    def lock(self, rid: str, now: datetime) -> None:
        """Close a link whose tries are all spent. Locking twice keeps the time of the first."""
