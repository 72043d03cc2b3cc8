"""A deployment reaches what serves: each release publishes a version of every function, and the alias names it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.transformed_template import resources_of, transformed

NAMES_THE_FUNCTION_ITSELF = {
    *("AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig"),  # each has the alias beside it
    "AWS::CloudWatch::Alarm",  # a metric's dimension
}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def served(template: dict[str, Any]) -> dict[str, str]:
    """Map each function to the logical id of the version that its alias names."""
    return {
        alias["FunctionName"]["Ref"]: alias["FunctionVersion"]["Fn::GetAtt"][0]
        for alias in resources_of(template, "AWS::Lambda::Alias").values()
        if alias["Name"] == "live"
    }


def test_a_release_publishes_every_function_anew(functions: dict[str, Any]) -> None:
    before, after = served(transformed(Release="one")), served(transformed(Release="two"))

    assert before.keys() == after.keys() == functions.keys()
    assert not set(before.values()) & set(after.values())


def test_the_same_release_is_the_same_again() -> None:
    assert served(transformed(Release="one")) == served(transformed({"SharedLayer": "another"}, Release="one"))


def test_lambda_sees_a_change_in_every_function_of_a_release() -> None:
    """Lambda publishes no version of a function whose code and settings are those of its last one."""
    for name, function in resources_of(transformed(), "AWS::Lambda::Function").items():
        assert function["Environment"]["Variables"]["RELEASE"] == {"Ref": "Release"}, name


def test_every_function_has_the_shared_layer_whatever_else_it_has() -> None:
    """SAM adds a function's own list of layers to that of Globals, but an `!If` replaces it."""
    for name, function in resources_of(transformed(), "AWS::Lambda::Function").items():
        layers = references(function["Layers"])
        assert any(each.startswith("SharedLayer") for each in layers), name
        assert any(each.startswith("ReceiptsLayer") for each in layers) is (name == "ReceiptsFunction"), name


def test_nothing_calls_a_function_past_its_alias(functions: dict[str, Any]) -> None:
    template = transformed()
    for name, resource in template["Resources"].items():
        if resource["Type"] in NAMES_THE_FUNCTION_ITSELF:
            continue
        for reference in references(resource):
            assert reference not in functions, f"{name} names {reference} without its alias"


def references(value: Any) -> list[str]:
    """Return the logical ids that a part of a template refers to."""
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict):
        return []
    found = [each for key, each in value.items() if key == "Ref" and isinstance(each, str)]
    found += [each[0] for key, each in value.items() if key == "Fn::GetAtt"]
    return found + [each for part in value.values() for each in references(part)]
