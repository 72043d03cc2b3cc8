"""Report the faults of a request's values together with those of its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.errors import InvalidRequest, LinkClosed, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps

R = TypeVar("R")


def with_every_fault(
    parse: Callable[[], Any],
    use_case: Callable[[Any, Deps], R],
    deps: Deps,
    fields: Mapping[str, str],
    check: Callable[[Any, Deps], object] | None = None,
) -> R:
    """Parse a command and run its use case.

    If parsing finds faults, `check` looks for further ones in what could be read. Without one, the use case does, and
    changes nothing because the command names its faults. `fields` has the dialect's names of the use case's fields.
    Raises InvalidRequest with all.
    """
    try:
        command = parse()
    except InvalidRequest as error:
        raise every_fault(error, check or refusal_of(use_case), deps, fields) from error
    return use_case(command, deps)


def every_fault(
    error: InvalidRequest, check: Callable[[Any, Deps], object], deps: Deps, fields: Mapping[str, str]
) -> InvalidRequest:
    """Return the error with the further faults that `check` raises for what could be read."""
    if error.command is None:
        return error
    return InvalidRequest([*error.problems, *_further(error, check, deps, fields)])


def refusal_of(use_case: Callable[[Any, Deps], object]) -> Callable[[Any, Deps], None]:
    """Return a check that has a use case refuse a command with faults."""

    def check(command: Any, deps: Deps) -> None:  # noqa: ANN401 - each use case's own
        use_case(command, deps)
        raise AssertionError("a command with faults was carried out")

    return check


def _further(
    error: InvalidRequest, check: Callable[[Any, Deps], object], deps: Deps, fields: Mapping[str, str]
) -> list[Problem]:
    told = {problem.field for problem in error.problems}
    try:
        check(error.command, deps)
    except InvalidRequest as further:
        # What could not be read may have been the missing address.
        return [p for p in further.problems if p.code != "no_channel" and fields.get(p.field, p.field) not in told]
    except NotFound as missing:
        field = fields.get(missing.what)
        return [Problem.of(field, "unknown")] if field and field not in told else []
    except LinkClosed:
        pass  # the link's end is told once the request can be read
    return []
