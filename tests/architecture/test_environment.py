"""The template gives every function the environment that the settings read: no variable missing, none unread."""

from dataclasses import fields
from typing import Any

from linkgate.wiring import Settings

READ_BY_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}


def test_the_variables_are_the_settings(template: dict[str, Any]) -> None:
    variables = set(template["Globals"]["Function"]["Environment"]["Variables"])

    assert variables == {field.name.upper() for field in fields(Settings)} | READ_BY_POWERTOOLS


def test_no_function_has_variables_of_its_own(functions: dict[str, Any]) -> None:
    assert not [name for name, properties in functions.items() if "Environment" in properties]
