"""Reader of template.yaml. It covers what one machine needs: functions, routes, triggers, tables and queues."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from local.iam import read_statements
from local.intrinsics import Intrinsics, TemplateError, function_arn, machine_arn, text_of
from local.state_machine import check_definition, substituted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.iam import Statement


_SCAN_PLAN = "AWS::GuardDuty::MalwareProtectionPlan"
PARAMETERS = {
    "MailFrom": "links@example.com",
    "MalwareScan": "GuardDuty",
    "OtherSenders": "*",
    "SignEvidence": "false",
    "BusEvents": "all",
    "EmailsPerSecond": "10000",
    "SmsPerSecond": "10000",
}
"""Parameters that a person would pass when deploying, for this machine. It has no key that could prove
anything, and messages that go nowhere need not wait."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the HTTP API. `method` is `ANY` or upper case; `path` is `$default` for the catch-all route."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """API Gateway's name of the route: `POST /v1/customerlink`, or `$default`."""
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Event source of a function other than a route. `kind` is SAM's event type; `properties` are resolved."""

    function: str
    kind: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of Amazon S3."""

    name: str
    versioned: bool = False
    tells_events: bool = False
    """True if its events go to the default bus."""
    scanned: bool = False
    """True if GuardDuty looks for malware in what is stored."""
    cors: tuple[Mapping[str, Any], ...] = ()
    statements: tuple[Statement, ...] = ()
    """Statements of its policy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of EventBridge that is not a function's own trigger."""

    pattern: Mapping[str, Any]
    targets: tuple[str, ...]
    """ARNs of functions and queues."""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A Lambda function. `module` is its import name, relative to the template's folder."""

    name: str
    module: str
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]
    dead_letters: str | None = None
    """ARN of the dead-letter queue, if any."""
    statements: tuple[Statement, ...] | None = None
    """Statements of its policies. None if the template gives it none: then its calls are not judged."""


@dataclass(frozen=True, slots=True)
class Template:
    """The resolved resources of a template."""

    root: Path
    functions: Mapping[str, FunctionSpec]
    routes: tuple[Route, ...]
    triggers: tuple[Trigger, ...]
    tables: tuple[Mapping[str, Any], ...] = ()
    """Properties of each table, `TableName` always set."""
    queues: tuple[Mapping[str, Any], ...] = ()
    """Properties of each queue, `QueueName` always set."""
    roles: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Statements of each role of the template's own, by ARN."""
    schedule_groups: tuple[str, ...] = ()
    buses: tuple[str, ...] = ()
    sockets: Mapping[str, str] = field(default_factory=dict)
    """Function of each route of the WebSocket API: `$connect`, `$default` and `$disconnect`."""
    machines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Definition of each state machine by its ARN."""
    buckets: tuple[Bucket, ...] = ()
    rules: tuple[Rule, ...] = ()

    def environment(self) -> dict[str, str]:
        """Merge the variables of all functions. Raises TemplateError if two functions disagree on a value."""
        merged: dict[str, str] = {}
        for function in self.functions.values():
            for name, value in function.environment.items():
                if merged.setdefault(name, value) != value:
                    raise TemplateError(
                        f"functions disagree on {name}, but the runner serves all of them in one process"
                    )
        return merged


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> Template:
    """Read and resolve a template. `parameters` override its defaults; raises TemplateError."""
    return _read(path.read_text(encoding="utf-8"), path.resolve().parent, tuple((parameters or {}).items()))


@cache  # a test run starts hundreds of clouds from the same text
def _read(text: str, root: Path, parameters: tuple[tuple[str, str], ...]) -> Template:
    document = parse_template(text)
    return _Reader(document, Intrinsics(document, dict(parameters))).template(root)


def parse_template(text: str) -> dict[str, Any]:
    """Parse a template; `!Ref x` becomes `{"Ref": "x"}`, `!GetAtt x.y` becomes `{"Fn::GetAtt": ["x", "y"]}`."""
    document: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from the safe one
    return document


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the fast loader, if it is built
    """YAML loader that knows CloudFormation's short tags."""


def _tagged(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
            if suffix == "GetAtt":
                value = value.split(".", 1)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tagged)


@dataclass(frozen=True, slots=True)
class _Reader:
    document: Mapping[str, Any]
    intrinsics: Intrinsics

    def template(self, root: Path) -> Template:
        functions = dict(self.of_type("AWS::Serverless::Function"))
        events = [(name, event) for name, body in functions.items() for event in (body.get("Events") or {}).values()]
        return Template(
            root=root,
            functions={name: self.function(name, body) for name, body in functions.items()},
            routes=tuple(_route(name, event) for name, event in events if event["Type"] == "HttpApi"),
            triggers=(
                *(Trigger(name, e["Type"], e.get("Properties") or {}) for name, e in events if e["Type"] != "HttpApi"),
                *(Trigger(name, "CloudWatchLogs", {}) for name in sorted(self.log_readers(functions))),
            ),
            tables=tuple(self.named("AWS::DynamoDB::Table", "TableName")),
            queues=tuple(self.named("AWS::SQS::Queue", "QueueName")),
            roles=dict(self.roles()),
            schedule_groups=tuple(p["Name"] for p in self.named("AWS::Scheduler::ScheduleGroup", "Name")),
            buses=tuple(p["Name"] for p in self.named("AWS::Events::EventBus", "Name")),
            sockets=self.sockets(functions),
            machines=dict(self.machines()),
            buckets=tuple(self.buckets()),
            rules=tuple(self.rules()),
        )

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield logical id and resolved properties of each resource of a type whose condition holds."""
        for name, body in self.document["Resources"].items():
            if body["Type"] == kind and ("Condition" not in body or self.intrinsics.condition(body["Condition"])):
                yield name, self.intrinsics.resolve(body.get("Properties") or {})

    def machines(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, properties in self.of_type("AWS::StepFunctions::StateMachine"):
            # Taken as it stands, because a null has a meaning there.
            definition = self.document["Resources"][name]["Properties"]["Definition"]
            names = properties["DefinitionSubstitutions"]
            yield machine_arn(self.intrinsics.physical_name(name)), check_definition(substituted(definition, names))

    def buckets(self) -> Iterator[Bucket]:
        scanned = {p["ProtectedResource"]["S3Bucket"]["BucketName"] for _, p in self.of_type(_SCAN_PLAN)}
        policies = [properties for _, properties in self.of_type("AWS::S3::BucketPolicy")]
        for bucket in self.named("AWS::S3::Bucket", "BucketName"):
            name = bucket["BucketName"]
            told = (bucket.get("NotificationConfiguration") or {}).get("EventBridgeConfiguration") or {}
            yield Bucket(
                name,
                versioned=(bucket.get("VersioningConfiguration") or {}).get("Status") == "Enabled",
                tells_events=text_of(told.get("EventBridgeEnabled")) == "true",
                scanned=name in scanned,
                cors=tuple((bucket.get("CorsConfiguration") or {}).get("CorsRules") or ()),
                statements=tuple(
                    statement
                    for policy in policies
                    if policy["Bucket"] == name
                    for statement in read_statements(policy["PolicyDocument"], of_everybody=True)
                ),
            )

    def rules(self) -> Iterator[Rule]:
        for name, properties in self.of_type("AWS::Events::Rule"):
            if unknown := properties.keys() - {"Name", "Description", "State", "EventPattern", "Targets"}:
                raise TemplateError(f"{name}: {min(unknown)} of a rule is not supported here")
            targets = properties["Targets"]
            if any(target.keys() & {"Input", "InputPath", "InputTransformer"} for target in targets):
                raise TemplateError(f"{name}: a rule that changes events is not supported here")
            if properties.get("State") != "DISABLED":
                yield Rule(properties["EventPattern"], tuple(target["Arn"] for target in targets))

    def named(self, kind: str, key: str) -> Iterator[dict[str, Any]]:
        for name, properties in self.of_type(kind):
            yield {**properties, key: self.intrinsics.physical_name(name)}

    def function(self, name: str, properties: Mapping[str, Any]) -> FunctionSpec:
        shared = self.intrinsics.resolve((self.document.get("Globals") or {}).get("Function") or {})
        merged = {**shared, **properties}
        variables = {**_variables(shared), **_variables(properties)}
        module, _, handler = merged["Handler"].rpartition(".")
        on_failure = ((merged.get("EventInvokeConfig") or {}).get("DestinationConfig") or {}).get("OnFailure") or {}
        return FunctionSpec(
            name=name,
            module=".".join((*Path(merged["CodeUri"]).parts, *module.split("/"))),
            handler=handler,
            timeout=int(merged.get("Timeout", 3)),
            memory=int(merged.get("MemorySize", 128)),
            environment={key: text_of(value) for key, value in variables.items()},
            statements=self.statements(name, merged["Policies"]) if "Policies" in merged else None,
            dead_letters=(merged.get("DeadLetterQueue") or {}).get("TargetArn") or on_failure.get("Destination"),
        )

    def sockets(self, functions: Mapping[str, Any]) -> dict[str, str]:
        """Return the functions of a WebSocket API's routes."""
        names = {function_arn(name): name for name in functions}
        return {
            route: names[target["FunctionArn"]]
            for _, properties in self.of_type("AWS::Serverless::WebSocketApi")
            for route, target in properties["Routes"].items()
            if target["FunctionArn"] in names
        }

    def roles(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Yield ARN and statements of each role that the template itself defines."""
        for name, properties in self.of_type("AWS::IAM::Role"):
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            statements = tuple(each for document in documents for each in read_statements(document))
            yield self.intrinsics.attribute(name, "Arn"), statements

    def statements(self, function: str, policies: list[Any]) -> tuple[Statement, ...]:
        """Return the statements of a function's own, managed and attached policies."""
        managed = dict(self.of_type("AWS::IAM::ManagedPolicy"))
        attached = [p for _, p in self.of_type("AWS::IAM::Policy") if f"{function}Role" in p.get("Roles", [])]
        documents = [managed[each]["PolicyDocument"] if isinstance(each, str) else each for each in policies]
        documents += [policy["PolicyDocument"] for policy in attached]
        return tuple(statement for document in documents for statement in read_statements(document))

    def log_readers(self, functions: Mapping[str, Any]) -> set[str]:
        """Return the functions that CloudWatch Logs may call: those with a subscription or a permission."""
        names = {function_arn(name): name for name in functions} | {name: name for name in functions}
        targets = [properties["DestinationArn"] for _, properties in self.of_type("AWS::Logs::SubscriptionFilter")]
        for _, properties in self.of_type("AWS::Lambda::Permission"):
            if str(properties["Principal"]).startswith("logs."):
                targets.append(properties["FunctionName"])
        return {names[target] for target in targets if target in names}


def _variables(function: Mapping[str, Any]) -> Mapping[str, Any]:
    variables: Mapping[str, Any] = (function.get("Environment") or {}).get("Variables") or {}
    return variables


def _route(name: str, event: Mapping[str, Any]) -> Route:
    properties = event.get("Properties") or {}
    path, method = properties.get("Path"), str(properties.get("Method", "ANY")).upper()
    if str(properties.get("PayloadFormatVersion", "2.0")) != "2.0":
        raise TemplateError(f"{name}: only payload format 2.0 is served")
    if path in {None, "$default"}:
        return Route("ANY", "$default", name)
    if not path.startswith("/") or (path.endswith("/") and path != "/"):
        raise TemplateError(f"{name}: an HTTP API cannot have the route {path}")
    return Route("ANY" if method in {"ANY", "*"} else method, path, name)
