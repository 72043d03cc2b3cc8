"""Small systems for tests of the runner itself: a test's own template and handlers, in a temporary folder."""

from __future__ import annotations

import sys
import textwrap
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws import LocalAws
from local.clock import Clock
from local.faults import Faults
from local.functions import Functions
from local.gateway import Gateway
from local.outbox import Outbox
from local.pump import Pump
from local.resources import make_resources
from local.template import Template, read_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """Running system."""

    template: Template
    clock: Clock
    faults: Faults
    outbox: Outbox
    aws: LocalAws
    functions: Functions
    pump: Pump
    gateway: Gateway

    def seen(self, function: str) -> list[Any]:
        """Return the list `seen` of the handler's module."""
        found: list[Any] = sys.modules[self.template.functions[function].module].seen
        return found


def write_sample(folder: Path, resources: str, handlers: Mapping[str, str]) -> Path:
    """Write a template with these resources (YAML) and a function folder per handler. `$CODE` in the YAML names it.

    The folder's name is new each time, so that tests do not share modules.
    """
    code = f"sample_{uuid.uuid4().hex}"
    for name, source in handlers.items():
        (folder / code / name).mkdir(parents=True)
        (folder / code / name / "app.py").write_text(textwrap.dedent(source))
    body = textwrap.indent(textwrap.dedent(resources).replace("$CODE", code), "  ")
    path = folder / "template.yaml"
    path.write_text("Globals: {Function: {Handler: app.handler}}\nResources:\n" + body)
    return path


@contextmanager
def running(path: Path, *, domain: str = "abc.execute-api.us-east-1.amazonaws.com") -> Iterator[Sample]:
    """Start the system of a template, without the project's own layer and tenants."""
    template, clock, faults, outbox = read_template(path), Clock(), Faults(), Outbox()
    aws = LocalAws(clock, faults, outbox)
    aws.start()
    try:
        make_resources(template, aws)
        aws.objects.use(template.buckets)
        functions = Functions(template)
        pump = Pump(template, functions, aws, clock)
        gateway = Gateway(template.routes, functions, domain, clock)
        yield Sample(template, clock, faults, outbox, aws, functions, pump, gateway)
    finally:
        aws.stop()
        sys.path.remove(str(template.root))
