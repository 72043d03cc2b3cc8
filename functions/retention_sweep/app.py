"""Daily sweep: deletes links that TTL has left beyond their tenant's retention, and reports their number."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from linkgate.endpoint.timers import timer_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.management.retention import sweep_all


@timer_handler("swept")
def handler(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Sweep one tenant after another. What remains when the time runs out waits for the next run."""
    return sweep_all(deps, deadline)
