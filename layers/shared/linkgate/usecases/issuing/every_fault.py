"""Report the faults of a request's values together with those of its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.errors import InvalidRequest, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps

R = TypeVar("R")


def with_every_fault(
    parse: Callable[[], Any], use_case: Callable[[Any, Deps], R], deps: Deps, fields: Mapping[str, str]
) -> R:
    """Parse a command and run its use case.

    If parsing finds faults, the use case looks for further ones in what could be read, and changes nothing because the
    command names its faults. `fields` has the dialect's names of the use case's fields. Raises InvalidRequest with all.
    """
    try:
        command = parse()
    except InvalidRequest as error:
        if error.command is None:
            raise
        raise InvalidRequest([*error.problems, *_further(error, use_case, deps, fields)]) from error
    return use_case(command, deps)


def _further(
    error: InvalidRequest, use_case: Callable[[Any, Deps], object], deps: Deps, fields: Mapping[str, str]
) -> list[Problem]:
    told = {problem.field for problem in error.problems}
    try:
        use_case(error.command, deps)
    except InvalidRequest as further:
        # What could not be read may have been the missing address.
        return [p for p in further.problems if p.code != "no_channel" and fields.get(p.field, p.field) not in told]
    except NotFound as missing:
        field = fields.get(missing.what)
        return [Problem.of(field, "unknown")] if field and field not in told else []
    raise AssertionError("a command with faults was carried out")
