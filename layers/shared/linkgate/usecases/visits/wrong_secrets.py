"""Wrong secrets of links, counted for the source that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps


def wrong_secret(source: str, deps: Deps) -> NotFound:
    """Count a wrong secret, and return the error that tells nothing about it."""
    # Only refusals are measured, so only they load what measures.
    from linkgate.ports.measures import Measure, Metric

    deps.guesses.count(source, deps.now())
    deps.measure([Measure(Metric.SECRETS_REFUSED)])
    return NotFound("link")
