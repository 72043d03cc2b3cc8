"""The transformed template fits AWS's quotas, and its resources can be made one after the other.

The numbers are AWS's own, for what nobody can raise without asking, less some room. A stack with a long name in the
region with the longest one counts.
"""

from __future__ import annotations

import functools
import graphlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from local.intrinsics import ACCOUNT, REGION, STACK, Intrinsics
from local.template import parse_template
from tests.support.transformed_template import PARAMETERS, TEMPLATE, resources_of, transformed

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_STACK = "linkgate-of-an-organisation-that-gives-long-names-production"
LONG_REGION = "ap-southeast-5"
SUFFIX = "-ABCDEFGHIJKL"
"""CloudFormation adds so many letters to the names that it makes."""
CONDITIONED = {"AlarmEmail": "ops@bank.example", "DomainName": "links.bank.example", "OtherSenders": "*@bank.example"}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def size(value: object) -> int:
    """Return the size of JSON without spaces, with long names in place of those of this machine."""
    text = json.dumps(value, separators=(",", ":"))
    text = text.replace(STACK, LONG_STACK).replace(REGION, LONG_REGION)
    made = re.sub(rf"({LONG_STACK}-\w+)", rf"\1{SUFFIX}", text)
    return len(made.encode())


def resolved(value: object) -> Any:
    return intrinsics().resolve(value)


@functools.cache
def intrinsics() -> Intrinsics:
    parameters = parse_template(TEMPLATE.read_text())["Parameters"]
    return Intrinsics({**transformed(), "Parameters": parameters}, {**PARAMETERS, **CONDITIONED})


def test_no_resource_waits_for_itself_and_none_is_missing() -> None:
    template = transformed()
    resources, parameters = template["Resources"], template["Parameters"]
    needs = {
        name: {each for each in references(resource) if not each.startswith("AWS::")}
        for name, resource in resources.items()
    }

    for name, needed in needs.items():
        assert needed <= resources.keys() | parameters.keys(), f"{name} names what is not in the template"
    order = list(graphlib.TopologicalSorter(needs).static_order())
    assert set(resources) <= set(order)


def references(value: object) -> Iterator[str]:
    """Yield the names that a resource refers to, also those it depends on."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            match key, each:
                case "Ref", str():
                    yield each
                case "Fn::GetAtt", [str() as name, *_]:
                    yield name
                case "Fn::Sub", str() | [str(), _]:
                    text, given = (each, {}) if isinstance(each, str) else each
                    names = re.findall(r"\$\{([\w:]+)(?:\.\w+)*\}", text)
                    yield from (name for name in names if name not in given)
                    yield from references(given)
                case "DependsOn", str():
                    yield each
                case "DependsOn", list():
                    yield from each
                case _:
                    yield from references(each)


def test_the_stack_fits_into_cloudformation() -> None:
    template = transformed()

    assert len(template["Resources"]) <= 450, "of 500 resources"
    assert size(template) <= 900_000, "of 1,000,000 bytes"
    assert len(template["Parameters"]) <= 150, "of 200 parameters"
    assert len(template["Outputs"]) <= 150, "of 200 outputs"
    assert len(template["Description"].encode()) <= 1024
    for name, parameter in template["Parameters"].items():
        assert len(parameter.get("Description", "")) <= 4000, name
        assert len(name) <= 255, name


def test_the_api_fits_into_api_gateway() -> None:
    template = transformed()
    routes = Counter(route["ApiId"]["Ref"] for route in resources_of(template, "AWS::ApiGatewayV2::Route").values())
    for name, api in resources_of(template, "AWS::ApiGatewayV2::Api").items():
        routes[name] += sum(len(verbs) for verbs in api.get("Body", {}).get("paths", {}).values())
        assert "FailOnWarnings" not in api, "a warning of the import must not end a deployment"

    assert routes.total() >= 70
    for name, count in routes.items():
        assert count <= 280, f"{name}: of 300 routes, and of 300 integrations"


def test_who_may_call_a_function_fits_into_its_policy() -> None:
    sizes = Counter[str]()
    for name, permission in resources_of(transformed(), "AWS::Lambda::Permission").items():
        function = permission["FunctionName"]["Ref"].removesuffix("Aliaslive")
        source = resolved(permission["SourceArn"]) if "SourceArn" in permission else ""
        statement = {
            "Sid": f"{STACK}-{name}{SUFFIX}",
            "Effect": "Allow",
            "Principal": {"Service": permission["Principal"]},
            "Action": "lambda:InvokeFunction",
            "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{'f' * 64}:live",
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": ACCOUNT},
                "ArnLike": {"AWS:SourceArn": str(source).replace(":Api/", ":a1b2c3d4e5/")},
            },
        }
        sizes[function] += size(statement) + 1

    (function, largest), *_ = sizes.most_common(1)
    assert largest <= 19_000, f"{function}: of 20,480 bytes; let a greedy route stand for several"


def test_a_functions_settings_fit() -> None:
    for name, function in resources_of(transformed(), "AWS::Lambda::Function").items():
        variables = resolved(function["Environment"]["Variables"])
        assert size(variables) <= 3_500, f"{name}: of 4,096 bytes, some of which operators' parameters need"
        assert len(function["Layers"]) <= 5, name
        assert len(function["Description"]) <= 256, name
        assert function["Timeout"] <= 900, name


def test_the_rights_of_a_role_fit_into_it() -> None:
    template = transformed()
    for name, role in resources_of(template, "AWS::IAM::Role").items():
        inline = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
        attached = [
            policy["PolicyDocument"]
            for policy in resources_of(template, "AWS::IAM::Policy").values()
            if {"Ref": name} in policy["Roles"]
        ]
        assert size(resolved([*inline, *attached])) <= 9_000, f"{name}: of 10,240 letters"
        assert len(role.get("ManagedPolicyArns", [])) <= 10, name
        assert size(resolved(role["AssumeRolePolicyDocument"])) <= 2_048, name
    for name, policy in resources_of(template, "AWS::IAM::ManagedPolicy").items():
        assert size(resolved(policy["PolicyDocument"])) <= 5_000, f"{name}: of 6,144 letters"


def test_queues_filters_and_alarms_fit() -> None:
    template = transformed()
    for name, mapping in resources_of(template, "AWS::Lambda::EventSourceMapping").items():
        filters = mapping.get("FilterCriteria", {}).get("Filters", [])
        assert len(filters) <= 5, name
        assert all(len(each["Pattern"]) <= 4_096 for each in filters), name
    for name, alarm in resources_of(template, "AWS::CloudWatch::Alarm").items():
        assert sum("MetricStat" in each for each in alarm.get("Metrics", [])) <= 10, f"{name}: 10 metrics at most"
        assert len(alarm["AlarmDescription"]) <= 1_024, name
    for name, dashboard in resources_of(template, "AWS::CloudWatch::Dashboard").items():
        widgets = json.loads(resolved(dashboard["DashboardBody"]))["widgets"]
        assert len(widgets) <= 500, name
        assert all(len(widget["properties"].get("metrics", [])) <= 500 for widget in widgets), name


def test_a_name_that_we_give_is_short_enough() -> None:
    names = {"AWS::Events::EventBus": ("Name", 256), "AWS::CloudWatch::Dashboard": ("DashboardName", 255)}
    names["AWS::Logs::LogGroup"] = ("LogGroupName", 512)
    for kind, (key, most) in names.items():
        for name, properties in resources_of(transformed(), kind).items():
            if key in properties:
                assert size(resolved(properties[key])) - 2 <= most, name
