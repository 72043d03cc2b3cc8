"""Judge of the calls that functions make: what a function's policies do not allow is refused, as on AWS."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from local.asked_rights import rights_asked, rights_to_copy
from local.functions import RUNNING
from local.iam import Ask, granted

if TYPE_CHECKING:
    from local.iam import Grant
    from local.template import Template


class Judge:
    """Knows which function is running, and remembers which of its rights it used and which it lacked."""

    def __init__(self, template: Template) -> None:
        self._statements = {
            name: spec.statements for name, spec in template.functions.items() if spec.statements is not None
        }
        self._roles = template.roles
        self.used: set[tuple[str, Grant]] = set()
        self.lacked: set[tuple[str, str]] = set()
        """Functions, and the rights that their policies lack."""

    def refused(self, service: str, operation: str, url: str, body: bytes, source: str = "") -> Ask | None:
        """Return a right that the running function lacks for this call, or None. The runner may do everything.

        `source` is the object that the call copies, if it copies one.
        """
        function = RUNNING.get()
        statements = self._statements.get(function or "")
        if function is None or statements is None:
            return None
        for ask in (*rights_asked(service, operation, url, body), *rights_to_copy(source)):
            grant = granted(statements, ask)
            if grant is None:
                self.lacked.add((function, ask.action))
                print(f"{function} lacks a right in template.yaml: {ask.action}", file=sys.stderr)
                return ask
            self.used.add((function, grant))
        return self._refused_later(service, operation, body)

    def _refused_later(self, service: str, operation: str, body: bytes) -> Ask | None:
        """Return the right that a new schedule's role will lack when it is due, or None."""
        if (service, operation) != ("scheduler", "CreateSchedule"):
            return None
        target = json.loads(body)["Target"]
        ask = Ask("sqs:SendMessage", target["Arn"])
        if granted(self._roles.get(target["RoleArn"], ()), ask):
            return None
        self.lacked.add((target["RoleArn"], ask.action))
        print(f"{target['RoleArn']} lacks a right in template.yaml: {ask}", file=sys.stderr)
        return ask

    def unused(self) -> set[tuple[str, Grant]]:
        """Return the rights that no call has used."""
        every = {
            (name, grant)
            for name, statements in self._statements.items()
            for each in statements
            for grant in each.grants()
        }
        return every - self.used
