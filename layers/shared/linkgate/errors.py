"""Every error, as facts. Each dialect decides how to word it.

LinkError                      root; the last row of every dialect's table, for unexpected errors
├── InvalidRequest             all problems at once
├── MalformedBody              the body cannot be read at all
├── BodyTooLarge
├── UnsupportedMedia           a content type or encoding that we do not read
├── Unauthorised               missing, wrong, unknown and expired credentials alike
│   └── SignInRefused          an identity provider, or what it said of a person, lets nobody in
├── Forbidden                  valid credential, missing scope
├── NotFound                   also for things that the caller may not know about
├── MethodNotAllowed
├── ForeignOrigin              a browser sent a recipient's form from another site
├── IdempotencyMismatch        the key was used with another body
├── LinkClosed                 a right secret for a link that no longer opens
│   ├── LinkExpired
│   ├── LinkRevoked
│   ├── LinkSubmitted
│   ├── LinkExhausted          no views left
│   └── LinkLocked             too many wrong codes
├── LinkStillOpens             a replacement was asked for, but the link works
├── VisitEnded                 no valid visit in this browser
├── VisitMixedUp               the form belongs to another link than the browser's visit
├── CallbackAsked              an earlier request to be called back still waits
├── CallbackTaken              another agent took on the request, or its customer is gone
├── CodeRefused                a wrong, expired or used-up one-time code
├── Throttled                  slow down
│   └── CodesUsedUp            no code for now
└── Unavailable                a dependency failed; the same call may succeed later
    └── CodeNotSent            no provider took the one-time code
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what a caller sent.

    `field` is the caller's name for the field if the dialect found the fault. If a use case did, it is our name, for
    which each dialect has a table. `code` is one of `PROBLEM_CODES`. `values` holds what its sentence needs, such as
    `max`.
    """

    field: str
    code: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, field: str, code: str, **values: object) -> Problem:
        return cls(field, code, values)


PROBLEM_CODES = frozenset(
    {
        "required",  # missing, null or blank
        "type",  # values: expected ("string", "integer", "object", ...)
        "too_long",  # values: max (characters)
        "too_many",  # values: max (entries)
        "no_room",  # values: most (files), room (bytes of all files together)
        "range",  # values: min, max, value
        "signed_before",  # the signature is one of something else than this data
        "file_gone",  # the answer names a file that this question does not have
        "file_awaited",  # the bytes of the file have not arrived
        "file_infected",
        "file_failed",  # the file is of another kind than declared, or could not be checked
        "format",  # cannot be read as the expected value; values: expected
        "email",
        "unverified",  # nobody vouches that the address is the person's own
        "phone",
        "unknown",  # the tenant has nothing of that name
        "conflict",  # values: other (the field that it cannot be combined with)
        "no_document",  # the resource has no document that may be read
        "no_channel",  # no address to send to
        "stale",  # somebody else changed the value since the caller read it
        "needs_role",  # nobody could fill in or submit the form; values: roles
        "given",  # another co-browsing role has filled in this private field
        "gone",  # somebody else removed the entry of a list that it belongs to; values: value (as it was typed)
        "full",  # a list in a form has as many entries as it may have
        "awaited",  # only another co-browsing role can fill this in
        "schema",  # breaks a form's JSON Schema; values: keyword, limit, types, format
        "longest_life",  # the link cannot be extended: it has the longest life that its tier allows
        "not_submitted",  # the form cannot be opened again, because it was not sent
        "reopened",  # the form was opened again already
        "disowned",  # the link's holder said that it is not for them, so it sends nothing more
        "address_changed",  # the contact on file has another address than the link
        "no_second_channel",  # the tier needs a code over another channel than the link's
    }
)


class LinkError(Exception):
    """Root of the tree. Only subclasses are raised; dialects render LinkError itself for unexpected errors."""


class InvalidRequest(LinkError):
    """The caller's data breaks rules. `problems` names every fault, in the order of the dialect's fields.

    `command` is what could be read nevertheless, None if further faults cannot be looked for in it.
    """

    def __init__(self, problems: Sequence[Problem], command: object = None) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = tuple(problems)
        self.command = command


class MalformedBody(LinkError):
    """The body does not have the format it claims. `reason` is plain text that quotes nothing from the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BodyTooLarge(LinkError):
    """The body is larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class UnsupportedMedia(LinkError):
    """The endpoint does not read bodies of this content type or encoding.

    `reason` is plain text that says what is wrong with the encoding, None for a content type.
    """

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(reason or "")
        self.reason = reason


class Unauthorised(LinkError):
    """Credentials are missing, wrong, unknown or expired. The four are indistinguishable on purpose."""


class SignInRefused(Unauthorised):
    """Nobody is signed in by this. `reason` is one of our own words, never a text of the provider."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forbidden(LinkError):
    """The credential is valid but lacks `scope`."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class NotFound(LinkError):
    """Nothing has that name, or the caller may not know of it. `what` is our word: "link", "process", "route"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class MethodNotAllowed(LinkError):
    """The path exists but does not allow this verb. `allowed` lists the verbs that it does."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = tuple(allowed)


class ForeignOrigin(LinkError):
    """A recipient's form was posted from another site's page."""


class IdempotencyMismatch(LinkError):
    """The `Idempotency-Key` was used before with another request, which made the link `rid`."""

    def __init__(self, rid: str | None = None) -> None:
        super().__init__()
        self.rid = rid


class LinkClosed(LinkError):
    """The secret is right, but the link no longer opens. The subclasses say why.

    `renewable` means that its holder may ask for a fresh link.
    """

    def __init__(self, *, renewable: bool = False) -> None:
        super().__init__(type(self).__name__)
        self.renewable = renewable


class LinkExpired(LinkClosed):
    """The link expired at `since`."""

    def __init__(self, since: datetime, *, renewable: bool = False) -> None:
        super().__init__(renewable=renewable)
        self.since = since


class LinkRevoked(LinkClosed):
    """The owner revoked the link."""


class LinkSubmitted(LinkClosed):
    """The form or survey was submitted at `at`, which ends the link.

    `receipt` means that what was sent can be read again.
    """

    def __init__(self, at: datetime, *, receipt: bool = False) -> None:
        super().__init__()
        self.at = at
        self.receipt = receipt


class LinkExhausted(LinkClosed):
    """The link has reached its limit of views."""


class LinkLocked(LinkClosed):
    """Too many wrong codes were entered in the link's life."""


class LinkStillOpens(LinkError):
    """A replacement was asked for, but the link needs none."""


class VisitEnded(LinkError):
    """This browser has no valid visit. It never opened the link, or opened it too long ago."""


class DraftChanged(LinkError):
    """Somebody else wrote the same field of a draft at the same time. `fields` are its pointers."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self.fields = fields


class VisitMixedUp(LinkError):
    """The form was rendered for a different link than the browser's visit (two tabs)."""


class NotSubmitter(LinkError):
    """The process names the roles that may submit its form, and this link's role is none of them."""


class CallbackAsked(LinkError):
    """The customer asked to be called back at `at`, and no agent has taken the request."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


class CallbackTaken(LinkError):
    """The request to be called back is no longer there to be taken on."""


class CodeRefused(LinkError):
    """The code is wrong, expired or used up. `attempts_left` counts the remaining tries at this challenge."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class Throttled(LinkError):
    """The caller must slow down. `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class CodesUsedUp(Throttled):
    """The link sends no code before `retry_after`. `renewable` means that its holder may ask for a fresh link.

    `new_address` means that it waits because an address was changed.
    """

    def __init__(self, retry_after: int, *, renewable: bool, new_address: bool = False) -> None:
        super().__init__(retry_after)
        self.renewable = renewable
        self.new_address = new_address


class Unavailable(LinkError):
    """A dependency stayed unavailable. `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class CodeNotSent(Unavailable):
    """No provider took the one-time code. Nothing was spent, and the reader may ask again after `retry_after`."""
