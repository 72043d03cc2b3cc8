"""CloudWatch metrics, written as log lines in the embedded metric format, which cost no call.

Dimensions are only the stack (`service`), the dialect and the tenant's id. Each combination of their values is a
metric, and AWS charges for it in every hour in which it is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.ports.measures import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.ports.measures import Measure


def tell_metrics(measures: Sequence[Measure]) -> None:
    """Write one line for each tenant and dialect, with counts added up."""
    groups: dict[tuple[str | None, str | None], list[Measure]] = {}
    for measure in measures:
        groups.setdefault((measure.dialect, measure.tenant), []).append(measure)
    for (dialect, tenant), group in groups.items():
        _write(dialect, tenant, group)


def _write(dialect: str | None, tenant: str | None, group: Sequence[Measure]) -> None:
    from aws_lambda_powertools.metrics import EphemeralMetrics

    # Namespace and service come from the environment. Instances of `Metrics` would share their data.
    metrics = EphemeralMetrics()
    service = metrics.service or ""
    if dialect and tenant:
        metrics.add_dimensions(service=service, dialect=dialect)
        metrics.add_dimensions(service=service, dialect=dialect, tenant=tenant)
    elif tenant:
        metrics.add_metadata("tenant", tenant)
    counts: dict[str, float] = {}
    for measure in group:
        if measure.unit is Unit.COUNT:
            counts[measure.metric] = counts.get(measure.metric, 0) + measure.value
        else:
            metrics.add_metric(measure.metric, measure.unit.value, measure.value)
    for name, count in counts.items():
        metrics.add_metric(name, Unit.COUNT.value, count)
    metrics.flush_metrics()
