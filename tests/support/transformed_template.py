"""template.yaml as CloudFormation sees it: transformed by SAM's own library, with made-up addresses of the code."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
REGION = "eu-west-1"
PARAMETERS = {"MailFrom": "links@bank.example"}
CODE = ("CodeUri", "ContentUri")


class _NoManagedPolicies:
    """Answer of IAM for the names of managed policies, of which the template has none."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(code: Mapping[str, str] | None = None, **parameters: str) -> dict[str, Any]:
    """Return the transformed template. `code` has the object in S3 of a function or layer where it is not the usual."""
    found: dict[str, Any] = json.loads(_transformed(tuple((code or {}).items()), tuple(parameters.items())))
    return found


@functools.cache
def _transformed(code: tuple[tuple[str, str], ...], parameters: tuple[tuple[str, str], ...]) -> str:
    from samtranslator.translator.transform import transform

    template, objects = parse_template(TEMPLATE.read_text()), dict(code)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        for key in CODE:
            if key in properties:
                properties[key] = f"s3://code/{objects.get(name, name)}"
    return json.dumps(transform(template, {**PARAMETERS, **dict(parameters)}, _NoManagedPolicies()))


def resources_of(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }
