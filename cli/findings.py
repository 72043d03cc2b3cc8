"""What `linkgate doctor` finds: one line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cli.target import Operator


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    CHANGED = "changed"


@dataclass(frozen=True)
class Finding:
    """One line of the answer; `advice` says what to do where it is not well."""

    about: str
    state: State
    text: str
    advice: str = ""


Check = Callable[[Operator], Iterator[Finding]]


def well(about: str, is_well: bool, text: str, advice: str, otherwise: State = State.WRONG) -> Finding:  # noqa: FBT001 - what was found
    """A finding that is either well or `otherwise`."""
    return Finding(about, State.OK if is_well else otherwise, text, "" if is_well else advice)
