"""CloudFormation's intrinsic functions, resolved for one machine.

moto's CloudFormation is not used, because importing it takes longer than the rest of the start. A table or queue
without a name in the template is named after the stack and its logical id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REGION = "us-east-1"
ACCOUNT = "123456789012"
STACK = "linkgate-local"

PSEUDO_PARAMETERS: dict[str, Any] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NotificationARNs": [],
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/local",
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}

NAME_PROPERTIES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Events::EventBus": "Name",
    "AWS::SES::ConfigurationSet": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}


class TemplateError(Exception):
    """The template contains something that this runner does not support. Refusing is better than serving it wrongly."""


def queue_url(name: str) -> str:
    """Return the value of `!Ref` for a queue."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def queue_arn(name: str) -> str:
    """Return the value of `!GetAtt Queue.Arn`."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def function_arn(name: str) -> str:
    """Return the value of `!GetAtt Function.Arn`."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def table_arn(name: str) -> str:
    """Return the value of `!GetAtt Table.Arn`."""
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def event_bus_arn(name: str) -> str:
    """Return the value of `!GetAtt Bus.Arn`."""
    return f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"


def machine_arn(name: str) -> str:
    """Return the value of `!Ref` for a state machine."""
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


class Intrinsics:
    """Resolves values of one template. `parameters` override its defaults."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        self._document = document
        self._parameters = {
            name: parameters.get(name, body.get("Default", ""))
            for name, body in (document.get("Parameters") or {}).items()
        }
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self.reference,
            "GetAtt": lambda a: self.attribute(*(a.split(".", 1) if isinstance(a, str) else a)),
            "Condition": self.condition,
            "Equals": lambda a: a[0] == a[1],
            "Not": lambda a: not a[0],
            "And": all,
            "Or": any,
            "Join": lambda a: a[0].join(map(text_of, a[1])),
            "Split": lambda a: a[1].split(a[0]),
            "Select": lambda a: a[1][int(a[0])],
            "FindInMap": lambda a: self.resolve(document["Mappings"][a[0]][a[1]][a[2]]),
        }

    def condition(self, name: str) -> bool:
        """Return the value of one of the template's conditions."""
        return bool(self.resolve((self._document.get("Conditions") or {})[name]))

    def resolve(self, value: Any) -> Any:  # noqa: ANN401 - any YAML
        """Replace every intrinsic function in the value, and remove entries that become AWS::NoValue."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::") or (name == "Condition" and isinstance(argument, str)):
                return self._call(name.removeprefix("Fn::"), argument)
        return {key: item for key, item in ((k, self.resolve(v)) for k, v in value.items()) if item is not None}

    def reference(self, name: str) -> Any:  # noqa: ANN401 - a parameter may be a list
        """Return the value of `!Ref`."""
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        if name.endswith(".Alias"):
            return function_arn(name.removesuffix(".Alias"))
        physical = self.physical_name(name)
        match self._kind(name):
            case "AWS::SQS::Queue":
                return queue_url(physical)
            case "AWS::StepFunctions::StateMachine":
                return machine_arn(physical)
            case _:
                return physical

    def attribute(self, name: str, attribute: str) -> str:
        """Return the value of `!GetAtt`."""
        physical = self.physical_name(name)
        match self._kind(name), attribute:
            case "AWS::DynamoDB::Table", "StreamArn":
                return f"{table_arn(physical)}/stream/local"
            case "AWS::DynamoDB::Table", "Arn":
                return table_arn(physical)
            case "AWS::SQS::Queue", "Arn":
                return queue_arn(physical)
            case ("AWS::SQS::Queue", "QueueName") | ("AWS::StepFunctions::StateMachine", "Name"):
                return physical
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{physical}"
            case "AWS::Events::EventBus", "Arn":
                return event_bus_arn(physical)
            case "AWS::Serverless::Function", "Arn":
                return function_arn(name)
            case _:
                # Roles, log groups and the API itself are not used here, so a recognisable name is enough.
                return f"arn:aws:local:{REGION}:{ACCOUNT}:{physical}/{attribute}"

    def physical_name(self, name: str) -> str:
        """Return the name of a resource outside the template. Functions keep their logical id."""
        body = self._document["Resources"].get(name) or {}
        key = NAME_PROPERTIES.get(body.get("Type", ""))
        if key is None:
            return name
        given = (body.get("Properties") or {}).get(key)
        return f"{STACK}-{name}" if given is None else str(self.resolve(given))

    def _call(self, name: str, argument: Any) -> Any:  # noqa: ANN401 - any YAML
        if name == "If":
            condition, yes, no = argument
            return self.resolve(yes if self.condition(condition) else no)
        if name == "Sub":
            return self._substitute(argument)
        if name not in self._functions:
            raise TemplateError(f"the intrinsic function {name} is not supported here")
        return self._functions[name](self.resolve(argument))

    def _substitute(self, argument: str | list[Any]) -> str:
        text, local = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def replacement(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in local:
                return text_of(local[name])
            return text_of(self.attribute(*name.split(".", 1)) if "." in name else self.reference(name))

        return re.sub(r"\$\{([^}]+)\}", replacement, text)

    def _kind(self, name: str) -> str:
        """Return the resource's type, or an empty string for resources that SAM generates, such as MyFunctionRole."""
        return str((self._document["Resources"].get(name) or {}).get("Type", ""))


def text_of(value: object) -> str:
    """Return a value as CloudFormation inserts it into a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)
