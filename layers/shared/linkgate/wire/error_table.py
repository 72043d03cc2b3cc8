"""A dialect's table from error class to reply row, looked up through the class's ancestors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkError, MethodNotAllowed, Throttled, Unavailable
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """What a dialect says of one class of errors: HTTP status, the dialect's own code, a sentence."""

    status: int
    code: str
    text: str

    def headers(self, error: LinkError) -> dict[str, str]:
        """The headers HTTP wants beside this status."""
        match error:
            case Throttled(retry_after=seconds) | Unavailable(retry_after=seconds):
                return {"retry-after": str(seconds)}
            case MethodNotAllowed(allowed=verbs):
                return {"allow": ", ".join(verbs)}
            case _:
                return {}


def row_of(error: LinkError, table: Mapping[type[LinkError], ErrorRow]) -> ErrorRow:
    """The row of the nearest ancestor; every table has one for the bare LinkError."""
    return next(table[ancestor] for ancestor in type(error).__mro__ if ancestor in table)
