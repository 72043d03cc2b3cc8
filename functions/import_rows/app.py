"""Steps of imports: checks a file of rows, makes links from its parts, and joins their results."""

from collections.abc import Mapping
from typing import Any

from linkgate.endpoint.steps import step_handler
from linkgate.ports.deps import Deps
from linkgate.routes.import_steps import act


@step_handler
def handler(event: Mapping[str, Any], deps: Deps) -> dict[str, Any]:
    """Do one step. Any step may be repeated, because the engine calls again what did not answer."""
    return act(event, deps)
