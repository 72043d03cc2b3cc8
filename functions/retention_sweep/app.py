"""Daily sweep: deletes links that TTL has left beyond their retention, and bytes that no file names any more."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from linkgate.endpoint.timers import timer_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.files.orphans import sweep_orphans
from linkgate.usecases.management.retention import sweep_all


@timer_handler("swept")
def handler(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Sweep one tenant after another, then the buckets. What remains when the time runs out waits for the next run."""
    yield from sweep_all(deps, deadline)
    yield from sweep_orphans(deps, deadline)
