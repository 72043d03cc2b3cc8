"""Every command on the page about deploying exists, with its options."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator
from typer.main import get_command

from cli.main import app
from local.template import parse_template
from tests.support.cloud import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "deploy.md"
GLOBAL = {"query", "output", "profile", "region"}
"""Options of every AWS command."""


def commands(program: str) -> list[list[str]]:
    """Return the words of each call of a program, also within another command."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    found = [rest for line in lines for rest in re.findall(rf'(?:^|\$\(|&& |")({program} .*?)(?:\)"|$)', line)]
    assert found
    return [shlex.split(re.split(r" (?:>|\|) ", text)[0]) for text in found]


def options(words: list[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("--"):
            yield word.removeprefix("--").partition("=")[0]


@pytest.mark.parametrize("words", commands("linkgate"), ids=" ".join)
def test_a_command_of_ours_has_these_options(words: list[str]) -> None:
    command: Any = get_command(app)
    rest = words[1:]
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]

    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {f"--{option}" for option in options(rest)} <= known


@pytest.mark.parametrize("words", commands("aws"), ids=" ".join)
def test_a_command_of_aws_has_these_options(words: list[str]) -> None:
    if words[1] == "s3":  # commands of the AWS CLI itself
        assert words[2] == "rm"
        assert set(options(words)) == {"recursive"}
        return
    session = botocore.session.get_session()
    service = session.get_service_model(words[1])
    if words[2] == "wait":
        waiters = session.get_waiter_model(words[1])
        config = waiters.get_waiter(next(name for name in waiters.waiter_names if xform_name(name, "-") == words[3]))
        operation = service.operation_model(config.operation)
        given = words[4:]
    else:
        operation = service.operation_model(
            next(name for name in service.operation_names if xform_name(name, "-") == words[2])
        )
        given = words[3:]

    members = operation.input_shape.members if operation.input_shape else {}
    known = {xform_name(name, "-") for name in members} | GLOBAL
    assert set(options(given)) <= known


def test_every_parameter_is_one_of_the_template() -> None:
    known = set(parse_template(TEMPLATE.read_text())["Parameters"])

    named = set(re.findall(r"\b([A-Z]\w+)=", "\n".join(re.findall(r'PARAMETERS="([^"]*)"', PAGE.read_text()))))

    assert named
    assert named <= known


def test_every_output_is_one_of_the_template() -> None:
    outputs = set(parse_template(TEMPLATE.read_text())["Outputs"])

    assert set(re.findall(r"OutputKey=='(\w+)'", PAGE.read_text())) <= outputs


ADDED_BY_A_DEPLOYMENT = {
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "StreamSpecification",
    "TimeToLiveSpecification",
    "WarmThroughput",
}
"""Properties that DynamoDB does not restore."""


def test_the_template_of_an_import_is_the_table_as_a_restore_leaves_it() -> None:
    imported = parse_template((PAGE.parent / "operations" / "restored-table.yaml").read_text())["Resources"]["Table"]
    table = parse_template(TEMPLATE.read_text())["Resources"]["Table"]

    assert imported["DeletionPolicy"] == "Retain"  # CloudFormation asks for one
    kept = {name: value for name, value in table["Properties"].items() if name not in ADDED_BY_A_DEPLOYMENT}
    assert imported["Properties"] == kept


def test_the_import_names_a_table_as_cloudformation_wants_it() -> None:
    (words,) = [words for words in commands("aws") if "--resources-to-import" in words]
    given = {name: words[words.index(f"--{name}") + 1] for name in ("stack-name", "change-set-name", "change-set-type")}
    client = botocore.session.get_session().create_client("cloudformation", region_name="eu-west-1")
    body = Path(words[words.index("--template-body") + 1].removeprefix("file://"))

    parameters = {
        "StackName": given["stack-name"],
        "ChangeSetName": given["change-set-name"],
        "ChangeSetType": given["change-set-type"],
        "TemplateBody": (PAGE.parents[1] / body).read_text(),
        "ResourcesToImport": json.loads(words[words.index("--resources-to-import") + 1]),
    }
    model: Any = client.meta.service_model
    report = ParamValidator().validate(parameters, model.operation_model("CreateChangeSet").input_shape)

    assert not report.has_errors(), report.generate_report()
    assert given["change-set-type"] in model.shape_for("ChangeSetType").enum
    (resource,) = parameters["ResourcesToImport"]
    assert resource["ResourceType"] == "AWS::DynamoDB::Table"
    assert resource["LogicalResourceId"] == "Table"
