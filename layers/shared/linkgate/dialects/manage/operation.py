"""An operation of the management API, and the parameters that several of them have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = {"type": "string", "minLength": 1, "maxLength": 250}
MOMENT = {"type": "string", "format": "date-time"}
RID = {
    "type": "string",
    "pattern": "^([A-Za-z0-9_-]{21}[AQgw]|[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}|[1-9][0-9]{0,9})$",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, path or header, as `place` says. `schema` also checks its value."""

    name: str
    schema: Mapping[str, object]
    about: str
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `reads` and `answers` name schemas of `openapi`."""

    name: str
    method: str
    path: str
    scope: str | None
    about: str
    parameters: tuple[Parameter, ...] = ()
    reads: str | None = None
    answers: str | None = None
    optional_body: bool = False
    csv: bool = False
    """Answers CSV too."""
    status: int = 200
    """Status of an answer that is no error."""

    @property
    def tag(self) -> str:
        """Name of the group that the operation is shown in: the first word of its path."""
        return self.path.strip("/").partition("/")[0].partition(".")[0]

    @property
    def route(self) -> str:
        """The gateway's route key."""
        return f"{self.method} {self.path}"


RID_PARAMETER = Parameter("rid", RID, "A name that a caller was given: the rid, a Guid or a number", "path")
IDEMPOTENCY_KEY = Parameter("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255}, "", "header")
