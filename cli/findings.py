"""Findings of `linkgate doctor`, one per line of output."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cli.target import Operator


class State(StrEnum):
    """Result of a check."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    CHANGED = "changed"


@dataclass(frozen=True)
class Finding:
    """One line of output. `advice` says what to do if the state is not ok."""

    about: str
    state: State
    text: str
    advice: str = ""


Check = Callable[[Operator], Iterator[Finding]]


def well(about: str, is_well: bool, text: str, advice: str, otherwise: State = State.WRONG) -> Finding:  # noqa: FBT001 - the finding itself
    """Return a finding whose state is ok if `is_well`, and `otherwise` if not."""
    return Finding(about, State.OK if is_well else otherwise, text, "" if is_well else advice)
