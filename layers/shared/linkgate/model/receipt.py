"""Ways of a recipient to what they sent: a message about it, and reading it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Delivery, Link

READS = 20
"""Number of times that what was sent by a link may be read again."""

CODE_DIGITS = 6
"""Length of the code for reading it again, on links that open without one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Ways to what was sent, as the process said at the time."""

    access: Literal["link", "code"] | None = None
    """Proof that reading again takes, beside the link. None if it cannot be read again."""
    reads: int = 0
    """Number of times that it was read again."""
    message: Delivery | None = None
    """Newest attempt at the message about it. None if there is none."""
    language: str | None = None
    """Language of the page from which it was sent. None for programs."""


def has_pdf(link: Link, now: datetime) -> bool:
    """Return whether what a link's family sent is kept as a PDF, too."""
    return link.kind is Kind.PROCESS and link.submission is not None and link.erased_at is None and now < link.ttl


def readable(link: Link, now: datetime) -> bool:
    """Return whether what was sent can be read again by a holder of the link."""
    receipt = link.receipt
    return bool(
        receipt
        and receipt.access
        and receipt.reads < READS
        and link.submitted_at
        and now < link.ttl
        and not (link.revoked_at or link.locked_at or link.erased_at or link.renewed_as)
    )
