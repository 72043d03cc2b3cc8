"""Make the links of one part of an import."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from linkgate.errors import IdempotencyMismatch, LinkError, Throttled, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.imports import Tally
from linkgate.model.link import Channel
from linkgate.model.tenant import Process
from linkgate.usecases.issuing.link_batches import create_links
from linkgate.usecases.issuing.process_links import RequestProcess
from linkgate.usecases.issuing.resource_links import ShareResource
from linkgate.usecases.issuing.survey_links import InviteToSurvey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.imports import Import
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.issuing.link_batches import Create, EntryResult

_LONGEST_WAIT = 3600
"""Seconds after which a part looks again, although its limit has not ended: the limit may have been raised."""


@dataclass(frozen=True, slots=True)
class Made:
    """Results of a part's rows, in order. With `wait`, the part must be made again after so many seconds."""

    results: Sequence[EntryResult] = ()
    wait: int = 0

    @property
    def tally(self) -> Tally:
        """Numbers of rows by outcome."""
        made = sum(result.issued is not None for result in self.results)
        duplicates = sum(isinstance(result.error, IdempotencyMismatch) for result in self.results)
        return Tally(made, duplicates, len(self.results) - made - duplicates)


def make_rows(
    known: Import, commands: Sequence[Create | LinkError], tenant: Tenant, deps: Deps, fields: Mapping[str, str]
) -> Made:
    """Make a part's links, within the limits of the tenant. A repeat makes none twice. Raises Unavailable."""
    now = deps.now()
    asked = [command for command in commands if not isinstance(command, LinkError)]
    hold = deps.imports.budget.take(tenant, len(asked), _messages(asked, tenant, deps), now) if asked else None
    if hold:
        deps.imports.store.hold(known, hold)
        return Made(wait=min(math.ceil((hold.until - now).total_seconds()), _LONGEST_WAIT))
    results = create_links(commands, deps, fields)
    busy = [result.error for result in results if isinstance(result.error, Throttled | Unavailable)]
    if busy:
        return Made(wait=max(error.retry_after for error in busy))
    return Made(results)


def _messages(commands: Sequence[Create], tenant: Tenant, deps: Deps) -> Counter[Channel]:
    """Count the messages that the rows may cause."""
    counts: Counter[Channel] = Counter()
    for command in commands:
        match command:
            case InviteToSurvey():
                counts[Channel.EMAIL if "@" in command.contact else Channel.SMS] += 1
            case ShareResource():
                counts.update(command.channels)
            case RequestProcess():
                process = deps.tenants.definition(Process, tenant.id, command.process_id)
                counts.update(process.channels if process else ())
    return counts
