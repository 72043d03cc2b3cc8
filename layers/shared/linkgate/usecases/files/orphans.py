"""Find and delete objects that no item of a file names. If all went well, there are none."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from linkgate.model.file import place_of_key
from linkgate.ports.measures import Measure, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from linkgate.ports.deps import Deps

SUNDAY, LAST_HOUR = 6, 6
"""Day of the week and first hour (UTC) of the daily sweep's run that looks at the buckets."""
_AT_ONCE = 100


def sweep_orphans(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Delete objects without an item in the week's last run of the daily sweep, and yield the result.

    An object comes after its item and goes after it, so one without an item is wanted by nobody.
    """
    now = deps.now()
    if (now.weekday(), now.hour) < (SUNDAY, LAST_HOUR):
        return
    looked_at = deleted = 0
    complete, every = True, deps.files.objects.keys()
    while keys := list(itertools.islice(every, _AT_ONCE)):
        if deps.now() >= deadline:
            complete = False
            break
        looked_at += len(keys)
        names = {key: place_of_key(key) for key in keys}
        known = deps.files.store.known([name for name in names.values() if name])
        for key in (key for key, name in names.items() if name not in known):
            deps.files.objects.delete(key)
            deleted += 1
    deps.measure([Measure(Metric.FILES_ORPHANED, deleted)])
    yield {"looked_at": looked_at, "deleted": deleted, "complete": complete}
