"""template.yaml is read like CloudFormation and SAM read it, as far as the runner needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.intrinsics import Intrinsics, TemplateError
from local.template import Route, Trigger, read_template

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = {
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}, "Given": {"Type": "String"}},
    "Mappings": {"Sizes": {"dev": {"Memory": 128}}},
    "Conditions": {
        "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
        "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
        "Either": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
    },
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue"},
        "Named": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "jobs-${Stage}"}}},
        "Data": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Code": {"Type": "AWS::Serverless::Function", "Properties": {}},
    },
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Given"}, "by the caller"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Jobs"}, "https://sqs.us-east-1.amazonaws.com/123456789012/linkgate-local-Jobs"),
        ({"Fn::GetAtt": ["Named", "Arn"]}, "arn:aws:sqs:us-east-1:123456789012:jobs-dev"),
        (
            {"Fn::GetAtt": "Data.StreamArn"},
            "arn:aws:dynamodb:us-east-1:123456789012:table/linkgate-local-Data/stream/local",
        ),
        ({"Fn::GetAtt": ["Code", "Arn"]}, "arn:aws:lambda:us-east-1:123456789012:function:Code"),
        (
            {"Fn::Sub": "${Stage}-${AWS::AccountId}-${Jobs.QueueName}-${!Kept}"},
            "dev-123456789012-linkgate-local-Jobs-${Kept}",
        ),
        ({"Fn::Sub": ["${Own} in ${Stage}", {"Own": {"Ref": "AWS::Region"}}]}, "us-east-1 in dev"),
        ({"Fn::If": ["IsDev", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "no"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b,c"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}, 128),
        ({"Kept": 1, "Gone": {"Ref": "AWS::NoValue"}}, {"Kept": 1}),
        (["kept", {"Fn::If": ["IsProd", "gone", {"Ref": "AWS::NoValue"}]}], ["kept"]),
    ],
)
def test_intrinsic_functions(value: object, expected: object) -> None:
    assert Intrinsics(DOCUMENT, {"Given": "by the caller"}).resolve(value) == expected


def test_an_unknown_intrinsic_function_is_refused() -> None:
    with pytest.raises(TemplateError, match="Cidr"):
        Intrinsics(DOCUMENT, {}).resolve({"Fn::Cidr": ["10.0.0.0/16", 1]})


TEMPLATE = """
Parameters:
  Debug: {Type: String, Default: "false"}
Conditions:
  IsDebug: !Equals [!Ref Debug, "true"]
Globals:
  Function:
    Handler: app.handler
    Timeout: 15
    Environment: {Variables: {SHARED: !Ref AWS::Region, FLAG: true}}
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/one/
      MemorySize: 512
      Environment: {Variables: {OWN: !GetAtt Jobs.QueueName}}
      Events:
        A: {Type: HttpApi, Properties: {Method: post, Path: /a}}
        Any: {Type: HttpApi, Properties: {Method: any, Path: "/b/{proxy+}"}}
        Default: {Type: HttpApi}
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 5}}
  Debugger:
    Type: AWS::Serverless::Function
    Condition: IsDebug
    Properties: {CodeUri: functions/debugger/}
  Jobs: {Type: AWS::SQS::Queue}
"""


def test_functions_routes_and_triggers(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    template = read_template(path)

    [one] = template.functions.values()
    assert (one.module, one.handler, one.timeout, one.memory) == ("functions.one.app", "handler", 15, 512)
    assert template.environment() == {"SHARED": "us-east-1", "FLAG": "true", "OWN": "linkgate-local-Jobs"}
    assert template.routes == (
        Route("POST", "/a", "One"),
        Route("ANY", "/b/{proxy+}", "One"),
        Route("ANY", "$default", "One"),
    )
    queue = "arn:aws:sqs:us-east-1:123456789012:linkgate-local-Jobs"
    assert template.triggers == (Trigger("One", "SQS", {"Queue": queue, "BatchSize": 5}),)
    assert [queue["QueueName"] for queue in template.queues] == ["linkgate-local-Jobs"]


def test_parameters_win_over_defaults(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)

    assert set(read_template(path, {"Debug": "true"}).functions) == {"One", "Debugger"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Path: /a", "Path: /a/", "cannot have the route"),
        ("Path: /a", "Path: a", "cannot have the route"),
        ("Path: /a}", 'Path: /a, PayloadFormatVersion: "1.0"}', "payload format"),
    ],
)
def test_what_the_gateway_would_not_serve_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.replace(old, new))
    with pytest.raises(TemplateError, match=fault):
        read_template(path)


def test_functions_that_disagree_on_a_variable_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    other = "  Two:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: functions/two/\n"
    path.write_text(TEMPLATE + other + "      Environment: {Variables: {FLAG: false}}\n")
    with pytest.raises(TemplateError, match="FLAG"):
        read_template(path).environment()
