"""Journal of what clients were told, one story for each link."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.http_messages import HttpResponse

_FIRST_REFUSAL, _FIRST_FAILURE = 400, 500


@dataclass(frozen=True)
class Act:
    """A request and its answer. `sent` is what the client asked for, as far as the audit compares it."""

    name: str
    sent: Any
    status: int
    began: float
    ended: float
    answer: Any = None

    @property
    def done(self) -> bool:
        """Tell whether the client was told that it is done."""
        return 0 < self.status < _FIRST_REFUSAL

    @property
    def unsure(self) -> bool:
        """Tell whether nobody knows: there was no answer, or one that a failure of ours may have lost."""
        return not 0 < self.status < _FIRST_FAILURE


@dataclass
class Story:
    """A link and all that its clients did."""

    number: int
    call: str
    email: str
    rid: str = ""
    url: str = ""
    acts: list[Act] = field(default_factory=list)

    def act(self, name: str, sent: object, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """Make a request and note its answer."""
        began = time.time()
        reply = ask()
        self.acts.append(Act(name, sent, reply.status, began, time.time()))
        return reply

    def told(self, name: str) -> list[Act]:
        """Return the acts of a name that are done."""
        return [act for act in self.acts if act.name == name and act.done]

    def unsure(self, name: str) -> list[Act]:
        return [act for act in self.acts if act.name == name and act.unsure]


@dataclass
class Journal:
    """All stories."""

    stories: list[Story] = field(default_factory=list)

    def counts(self) -> Iterator[tuple[str, dict[int, int]]]:
        """Yield each name of acts, with the statuses of their answers. 0 is none."""
        acts = [act for story in self.stories for act in story.acts]
        for name in sorted({act.name for act in acts}):
            yield name, dict(sorted(Counter(act.status for act in acts if act.name == name).items()))
