"""Fixtures for the architecture tests: the repository's root, and template.yaml with intrinsics as plain mappings."""

from pathlib import Path
from typing import Any

import pytest

from local.template import parse_template


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def template(root: Path) -> dict[str, Any]:
    """Return the template, with `!Ref x` as `{"Ref": "x"}` and `!GetAtt x.y` as `{"Fn::GetAtt": ["x", "y"]}`."""
    return parse_template((root / "template.yaml").read_text())


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return dict(template["Resources"])


@pytest.fixture(scope="session")
def functions(resources: dict[str, Any]) -> dict[str, Any]:
    """Return properties by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
