"""Deploy the transformed template on moto's CloudFormation, and print what became of the stack as JSON.

It runs in a process of its own, because loading all of moto takes longer than most tests, and stays loaded.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from typing import Any

STACK = "linkgate"
REGION = "eu-west-1"
PARAMETERS = {
    "MailFrom": "links@bank.example",
    "Release": "one",
    "AlarmEmail": "ops@bank.example",
    "RelayKind": "secret",
    "MalwareScan": "GuardDuty",
    "FilesKeyArn": f"arn:aws:kms:{REGION}:123456789012:key/files",
}


def main() -> None:
    os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
    from moto import mock_aws
    from moto.cloudformation.parsing import get_model_map

    from tests.support.transformed_template import transformed

    with mock_aws():
        template, left_out = without(transformed(), set(get_model_map()))
        json.dump({**deployed(template), "left_out": sorted(left_out)}, sys.stdout)


def deployed(template: dict[str, Any]) -> dict[str, Any]:
    """Create the stack, and tell how that ended."""
    import boto3

    upload_code(template)
    client = boto3.client("cloudformation")
    options: dict[str, Any] = {"StackName": STACK, "TemplateBody": json.dumps(template)}
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS.items()]
    client.create_stack(**options, Parameters=given, Capabilities=["CAPABILITY_IAM"])
    (stack,) = client.describe_stacks(StackName=STACK)["Stacks"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName=STACK)
    made = [each["LogicalResourceId"] for page in pages for each in page["StackResourceSummaries"]]
    return {
        "status": stack["StackStatus"],
        "reason": stack.get("StackStatusReason"),
        "made": sorted(made),
        "expected": sorted(template["Resources"]),
        "outputs": {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]},
    }


def upload_code(template: dict[str, Any]) -> None:
    """Put an archive where each function and layer expects its code."""
    import boto3

    client: Any = boto3.client("s3")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "")
    client.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("Code", "Content"):
            if "S3Key" in properties.get(key, {}):
                client.put_object(Bucket="code", Key=properties[key]["S3Key"], Body=archive.getvalue())


def without(template: dict[str, Any], known: set[str]) -> tuple[dict[str, Any], set[str]]:
    """Leave out the resources of types that moto's CloudFormation does not know. Returns these types, too."""
    gone = {name: each for name, each in template["Resources"].items() if each["Type"] not in known}
    rest = {name: kept(each, gone) for name, each in template["Resources"].items() if name not in gone}
    for resource in rest.values():
        if isinstance(resource.get("DependsOn"), list):
            resource["DependsOn"] = [name for name in resource["DependsOn"] if name not in gone]
    outputs = {name: kept(output, gone) for name, output in template["Outputs"].items()}
    return {**template, "Resources": rest, "Outputs": outputs}, {each["Type"] for each in gone.values()}


def kept(value: Any, gone: dict[str, Any]) -> Any:
    """Return a part of the template with made-up ARNs in place of what is gone. A function stands for its alias."""
    match value:
        case list():
            return [kept(each, gone) for each in value]
        case {"Ref": str() as name} if name in gone and gone[name]["Type"] == "AWS::Lambda::Alias":
            return {"Fn::GetAtt": [gone[name]["Properties"]["FunctionName"]["Ref"], "Arn"]}
        case {"Ref": str() as name} | {"Fn::GetAtt": [str() as name, _]} if name in gone:
            return made_up(name)
        case {"Fn::Sub": str() as text}:
            return {"Fn::Sub": substituted(text, gone)}
        case {"Fn::Sub": [str() as text, given]}:
            return {"Fn::Sub": [substituted(text, gone), kept(given, gone)]}
        case dict():
            return {key: kept(each, gone) for key, each in value.items()}
        case _:
            return value


def substituted(text: str, gone: dict[str, Any]) -> str:
    return re.sub(r"\$\{(\w+)(?:\.\w+)*\}", lambda found: made_up(found[1]) if found[1] in gone else found[0], text)


def made_up(name: str) -> str:
    return f"arn:aws:left-out:{REGION}:123456789012:{name}"


if __name__ == "__main__":
    main()
