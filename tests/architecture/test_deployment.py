"""The template is deployed on moto's CloudFormation, as far as that goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
LONGEST = 180
"""Seconds after which the deployment is ended. It takes about ten on a quiet machine."""

UNKNOWN_TO_MOTO = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::Cognito::ManagedLoginBranding",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::GuardDuty::MalwareProtectionPlan",
    "AWS::IAM::RolePolicy",
    "AWS::KinesisVideo::SignalingChannel",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
}


@pytest.fixture(scope="module")
def deployment() -> dict[str, Any]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/shared")])
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.deployment_on_moto"],
        cwd=ROOT,
        env={**variables, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_first_deployment_creates_every_resource(
    deployment: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    assert (deployment["status"], deployment["reason"]) == ("CREATE_COMPLETE", None)
    assert deployment["made"] == deployment["expected"]
    assert deployment["outputs"]["TableName"]
    record_property("measured", f"{len(deployment['made'])} resources created by moto's CloudFormation")


def test_only_what_moto_does_not_know_is_left_out(deployment: dict[str, Any]) -> None:
    assert set(deployment["left_out"]) <= UNKNOWN_TO_MOTO
