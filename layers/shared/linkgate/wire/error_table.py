"""Tables of a dialect that map error classes to replies. Lookups follow the ancestors of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkError, MethodNotAllowed, Throttled, Unavailable
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """Reply of a dialect to one class of errors: HTTP status, the dialect's own code, and a sentence."""

    status: int
    code: str
    text: str

    def headers(self, error: LinkError) -> dict[str, str]:
        """Return the headers that HTTP requires with this status."""
        match error:
            case Throttled(retry_after=seconds) | Unavailable(retry_after=seconds):
                return {"retry-after": str(seconds)}
            case MethodNotAllowed(allowed=verbs):
                return {"allow": ", ".join(verbs)}
            case _:
                return {}


def row_of(error: LinkError, table: Mapping[type[LinkError], ErrorRow]) -> ErrorRow:
    """Return the row of the nearest ancestor. Every table has a row for LinkError itself."""
    return next(table[ancestor] for ancestor in type(error).__mro__ if ancestor in table)
