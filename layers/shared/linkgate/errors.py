"""Everything that can go wrong, as facts; a dialect decides how each is said.

LinkError                      bare: something unexpected, the last row of every dialect's table
├── InvalidRequest             problems, every one at once
├── MalformedBody              the body cannot be read at all
├── BodyTooLarge
├── UnsupportedMedia           the body's content type is none we read
├── Unauthorised               missing, wrong, unknown and expired credentials alike
├── Forbidden                  right credential, missing scope
├── NotFound                   also for "may not know"
├── MethodNotAllowed
├── ForeignOrigin              a browser sent a recipient's form from another site
├── IdempotencyMismatch        the key was used with another body
├── LinkClosed                 a right secret for a link that no longer opens
│   ├── LinkExpired
│   ├── LinkRevoked
│   ├── LinkSubmitted
│   ├── LinkExhausted          no views left
│   └── LinkLocked             too many wrong codes
├── VisitEnded                 no valid visit in this browser
├── VisitMixedUp               the form belongs to another link than the browser's visit
├── CodeRefused                a wrong, expired or used-up one-time code
├── Throttled                  slow down
└── Unavailable                a dependency failed; the same call may succeed later
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

    `field` is the name the caller used where the dialect found the fault, or ours where a use case did (each dialect
    has a table for those). `code` is one of `PROBLEM_CODES`; `facts` holds what the sentence needs, such as `max`.
    """

    field: str
    code: str
    facts: Mapping[str, object]

    @classmethod
    def of(cls, field: str, code: str, **facts: object) -> Problem:
        return cls(field, code, facts)


PROBLEM_CODES = frozenset(
    {
        "required",  # missing, null or blank
        "type",  # facts: expected ("string", "integer", "object", ...)
        "too_long",  # facts: max (characters)
        "too_many",  # facts: max (entries)
        "range",  # facts: min, max, value
        "format",  # not readable as what it should be; facts: expected
        "email",
        "phone",
        "unknown",  # names nothing the tenant has
        "conflict",  # facts: other (the field it may not stand beside)
        "mismatch",  # several spellings of one value disagree
        "no_channel",  # nobody to send to: facts: channels
        "schema",  # breaks a form's JSON Schema; facts: keyword, limit, types, format
        "no_second_channel",  # the tier needs a code over another channel than the link's
    }
)


class LinkError(Exception):
    """Root of the tree; raised bare only through a subclass, rendered bare for what nobody foresaw."""


class InvalidRequest(LinkError):
    """The caller's data breaks rules; `problems` names every fault, in the order of the dialect's fields."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = tuple(problems)


class MalformedBody(LinkError):
    """The body is not what its format promises; `reason` is plain text without any of the body in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BodyTooLarge(LinkError):
    """`limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class UnsupportedMedia(LinkError):
    """The body's content type is none this endpoint reads."""


class Unauthorised(LinkError):
    """Missing, wrong, unknown and expired credentials, indistinguishable on purpose."""


class Forbidden(LinkError):
    """The credential is right but lacks `scope`."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class NotFound(LinkError):
    """`what` is one of ours: "link", "process", "route"; also raised for what the caller may not know of."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class MethodNotAllowed(LinkError):
    """A known path with another verb; `allowed` are the verbs it has."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = tuple(allowed)


class ForeignOrigin(LinkError):
    """A recipient's form was posted from another site's page."""


class IdempotencyMismatch(LinkError):
    """The `Idempotency-Key` was used before with another request."""


class LinkClosed(LinkError):
    """A right secret for a link that no longer opens; the subclasses say why.

    `renewable`: its holder may ask for a fresh one.
    """

    def __init__(self, *, renewable: bool = False) -> None:
        super().__init__(type(self).__name__)
        self.renewable = renewable


class LinkExpired(LinkClosed):
    """`since` is when it expired."""

    def __init__(self, since: datetime, *, renewable: bool = False) -> None:
        super().__init__(renewable=renewable)
        self.since = since


class LinkRevoked(LinkClosed):
    """Its owner took it back."""


class LinkSubmitted(LinkClosed):
    """`at` is when its form was sent in; that ends a form or survey."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


class LinkExhausted(LinkClosed):
    """All its views are spent."""


class LinkLocked(LinkClosed):
    """Too many wrong codes in its life."""


class VisitEnded(LinkError):
    """This browser has no valid visit: it never opened the link, or too long ago."""


class VisitMixedUp(LinkError):
    """The form was rendered for another link than the browser's visit is for (two tabs)."""


class CodeRefused(LinkError):
    """A wrong, expired or used-up code; `attempts_left` counts this challenge's remaining tries."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class Throttled(LinkError):
    """`retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Unavailable(LinkError):
    """A dependency stayed unavailable; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
