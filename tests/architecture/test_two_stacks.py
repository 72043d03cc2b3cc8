"""Two stacks share an account and a region, and stacks of one name share an account: no name is taken twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.transformed_template import transformed

NAMED = {
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::KinesisVideo::SignalingChannel": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SES::ConfigurationSet": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""Properties with which a template names a resource itself. Without it, CloudFormation makes a name of its own."""

IN_ALL_REGIONS = {"AWS::CloudWatch::Dashboard", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::S3::Bucket"}
"""Types whose names all regions of an account share."""


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def names() -> list[tuple[str, str, Any]]:
    return [
        (logical_id, resource["Type"], resource["Properties"][NAMED[resource["Type"]]])
        for logical_id, resource in transformed()["Resources"].items()
        if NAMED.get(resource["Type"]) in resource.get("Properties", {})
    ]


def test_a_name_of_ours_says_whose_stack_it_is() -> None:
    for logical_id, _, name in names():
        assert "AWS::StackName" in json.dumps(name), logical_id


def test_a_name_that_all_regions_share_says_the_region() -> None:
    shared = [(logical_id, name) for logical_id, kind, name in names() if kind in IN_ALL_REGIONS]

    assert shared
    for logical_id, name in shared:
        assert "AWS::Region" in json.dumps(name), logical_id


def test_every_kind_of_resource_that_could_have_a_name_is_known_here() -> None:
    """A type that the template begins to use must be looked up: can it be named, and do regions share the names?"""
    without = {
        *("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::DomainName"),
        *("AWS::ApiGatewayV2::Deployment", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route"),
        *("AWS::ApiGatewayV2::Stage", "AWS::CloudWatch::Alarm", "AWS::KMS::Key", "AWS::IAM::Policy"),
        *("AWS::Cognito::ManagedLoginBranding", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient"),
        "AWS::Cognito::UserPoolDomain",  # named by the operator
        *("AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"),
        *("AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Lambda::Version"),
        *("AWS::SES::ConfigurationSetEventDestination", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy"),
        *(
            "AWS::GuardDuty::MalwareProtectionPlan",
            "AWS::IAM::RolePolicy",
            "AWS::S3::BucketPolicy",
            "AWS::SQS::QueuePolicy",
        ),
    }

    assert {resource["Type"] for resource in transformed()["Resources"].values()} <= without | NAMED.keys()


def test_a_first_deployment_that_fails_leaves_no_table() -> None:
    table = transformed()["Resources"]["Table"]

    assert table["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["UpdateReplacePolicy"] == "Retain"
