"""Once a day: deletes what TTL left of links beyond their tenant's retention, and says how much that was."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from linkgate.endpoint.timers import timer_handler
from linkgate.ports.deps import Deps
from linkgate.usecases.management.retention import sweep_all


@timer_handler("swept")
def handler(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Sweep tenant after tenant; what the time does not suffice for waits for the next day."""
    return sweep_all(deps, deadline)
