"""Options that every command on a table shares: which Linkgate to work on, and how to print the answer."""

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError, told_plainly

if TYPE_CHECKING:
    import boto3

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.measures import Measure
    from linkgate.store.registry import Registry
    from linkgate.store.table import Table
    from linkgate.store.tenants import DynamoTenants
    from linkgate.usecases.authentication import Caller

OPERATOR = "00000000000000000000000000000001"
"""Credential id recorded when this command line, not a caller, revokes or extends a link."""

LOCAL_AWS = {
    "AWS_ACCESS_KEY_ID": "linkgatelocal",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""Credentials of the local runner. DynamoDB Local keeps separate tables for each key and region."""

SERVING = "live"
"""Alias through which functions are called, as in template.yaml. Without it, a call reaches what was last deployed."""

_PANEL = "Connection and output"

StackOption = Annotated[
    str | None,
    typer.Option("--stack", envvar="LINKGATE_STACK", help="Name of the deployed stack.", rich_help_panel=_PANEL),
]
TableOption = Annotated[
    str | None,
    typer.Option(
        "--table", envvar="LINKGATE_TABLE", help="Name of the table, instead of --stack.", rich_help_panel=_PANEL
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        envvar="LINKGATE_ENDPOINT_URL",
        help="Address of `linkgate local` (http://127.0.0.1:3000) or DynamoDB Local, instead of AWS.",
        rich_help_panel=_PANEL,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.", rich_help_panel=_PANEL)]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Check everything and show what would change, but change nothing.")
]
TenantOption = Annotated[
    str | None,
    typer.Option(
        "--tenant", "-t", envvar="LINKGATE_TENANT", help="The tenant's id or name. Not needed if there is only one."
    ),
]


@dataclass(frozen=True)
class Operator:
    """Parsed options that commands share, and the clients and stores built from them on first use."""

    stack: str | None
    table_name: str | None
    endpoint_url: str | None
    as_json: bool
    dry_run: bool

    @cached_property
    def session(self) -> "boto3.Session":
        """Session with the operator's own credentials (AWS_PROFILE, AWS_REGION, ...), or made-up ones for this machine.

        Raises CommandError if the endpoint is not a URL.
        """
        import boto3
        from botocore.session import Session

        from linkgate.aws.lean_botocore import kept_loader

        session = Session()
        session.register_component("data_loader", kept_loader())
        if self.endpoint_url is None:
            # The AWS CLI honours AWS_REGION; boto3 does not.
            return boto3.Session(region_name=os.environ.get("AWS_REGION") or None, botocore_session=session)
        if not re.match(r"https?://[^/]", self.endpoint_url):
            raise CommandError("--endpoint-url must be a whole URL, such as http://127.0.0.1:3000.", MISUSED)
        return boto3.Session(
            LOCAL_AWS["AWS_ACCESS_KEY_ID"],
            LOCAL_AWS["AWS_SECRET_ACCESS_KEY"],
            region_name=LOCAL_AWS["AWS_DEFAULT_REGION"],
            botocore_session=session,
        )

    def client(self, service: Any) -> Any:  # noqa: ANN401 - boto3 has one overload per service
        """Return a client of an AWS service, or of its stand-in on this machine."""
        return self.session.client(service, endpoint_url=self.endpoint_url)

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """Outputs of the stack. Raises CommandError if no stack is named."""
        return {output["OutputKey"]: output["OutputValue"] for output in self._described.get("Outputs", [])}

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Parameters of the stack. Raises CommandError if no stack is named."""
        return {each["ParameterKey"]: each["ParameterValue"] for each in self._described.get("Parameters", [])}

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        if self.stack is None:
            raise CommandError("Name the stack with --stack or LINKGATE_STACK.", MISUSED)
        (found,) = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        described: Mapping[str, Any] = found
        return described

    @cached_property
    def table(self) -> "Table":
        from linkgate.store.table import Table

        client = self.client("dynamodb")
        return Table(self.table_named, lambda: client)

    @cached_property
    def table_named(self) -> str:
        """Name of the table. Raises CommandError if the options name none."""
        if self.table_name is not None:
            return self.table_name
        if self.stack is not None:
            if "TableName" not in self.outputs:
                raise CommandError(f"The stack {self.stack} is not a Linkgate stack: it has no output TableName.")
            return self.outputs["TableName"]
        if self.endpoint_url is None:
            raise CommandError(
                "Name the stack (--stack or LINKGATE_STACK) or the table (--table or LINKGATE_TABLE). For a "
                "Linkgate on this machine, pass --endpoint-url.",
                MISUSED,
            )
        names = self.client("dynamodb").list_tables().get("TableNames")
        if names is None:
            raise CommandError(f"Neither Linkgate nor DynamoDB answers at {self.endpoint_url}.")
        if len(names) != 1:
            raise CommandError(f"{self.endpoint_url} has {len(names)} tables; name one with --table.", MISUSED)
        return str(names[0])

    @cached_property
    def registry(self) -> "Registry":
        from linkgate.store.registry import Registry

        return Registry(self.table)

    @cached_property
    def tenants(self) -> "DynamoTenants":
        from linkgate.store.tenants import DynamoTenants

        return DynamoTenants(self.table, self.now)

    @cached_property
    def deps(self) -> "Deps":
        """Dependencies for use cases that only read and write the table. They must not send."""
        from linkgate.settings import Settings
        from linkgate.wiring import build

        nothing = dict.fromkeys((field.name for field in fields(Settings)), "")
        return replace(build(Settings(**nothing), table=self.table, now=self.now), measure=_measure_nothing)

    @cached_property
    def sending_deps(self) -> "Deps":
        """Dependencies for use cases that also send, set up as in the deployed functions."""
        from linkgate.settings import Settings
        from linkgate.wiring import build

        if self.endpoint_url is not None:
            os.environ |= {**LOCAL_AWS, "AWS_ENDPOINT_URL": self.endpoint_url}
        elif self.session.region_name:
            os.environ["AWS_DEFAULT_REGION"] = self.session.region_name
        deps = build(Settings.from_environ(self.environment), table=self.table, now=self.now)
        return replace(deps, measure=_measure_nothing)

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """Environment variables of the functions. Raises CommandError if the options name no whole stack."""
        if self.endpoint_url is None:
            return self.deployed_environment
        if told := _told_by(self.endpoint_url, "environment"):
            return told
        from pathlib import Path

        from local.template import PARAMETERS, read_template

        return read_template(Path(__file__).parents[1] / "template.yaml", PARAMETERS).environment()

    @cached_property
    def deployed_environment(self) -> Mapping[str, str]:
        """Environment variables of the management API's function as it serves; raises CommandError without a stack."""
        if self.stack is None:
            raise CommandError("This command needs the whole stack: pass --stack, not --table.", MISUSED)
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack, LogicalResourceId="ManageFunction"
        )
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        serving = self.client("lambda").get_function_configuration(FunctionName=name, Qualifier=SERVING)
        variables: Mapping[str, str] = serving["Environment"]["Variables"]
        return variables

    def now(self) -> datetime:
        """Return the time in UTC: that of the local runner's clock, or else of this machine."""
        from linkgate.wiring import system_now

        return system_now() + self._ahead

    @cached_property
    def _ahead(self) -> timedelta:
        """Time by which the local runner's clock is ahead of this machine's."""
        told = _told_by(self.endpoint_url, "clock") if self.endpoint_url else None
        ahead = datetime.fromisoformat(told["now"]) - datetime.now(UTC) if told else timedelta()
        return timedelta(milliseconds=ahead // timedelta(milliseconds=1))

    def caller(self, tenant: "Tenant", *, test: bool = False) -> "Caller":
        """Return the operator as a caller, as use cases expect one. `test` shows the lists of test links."""
        from linkgate.model.tenant import Credential
        from linkgate.tokens import Derivation
        from linkgate.usecases.authentication import Caller

        credential = Credential(hash="", id=OPERATOR, tenant=tenant.id, dialect="manage", salt=b"", test=test)
        return Caller(tenant, credential, Derivation(b"", ""), _person())

    def tenant(self, given: str | None) -> "Tenant":
        """Return the tenant with this id or name, or the only tenant; raises CommandError."""
        known = list(self.registry.tenants())
        wanted = given.strip().casefold() if given else None
        found = [tenant for tenant in known if wanted is None or wanted in _names(tenant)]
        if len(found) == 1:
            return found[0]
        if not known:
            raise CommandError("There are no tenants yet. Create one: linkgate tenant create --help")
        listed = "\n".join(f"  {tenant.id}  {tenant.name}" for tenant in found or known)
        said = f"{len(found)} tenants match {given!r}" if found and given else f"There is no tenant {given!r}"
        raise CommandError(f"{said if given else 'Name a tenant with --tenant or LINKGATE_TENANT'}:\n{listed}", MISUSED)


def _measure_nothing(_measures: "Sequence[Measure]") -> None:
    """Stand in for `ports.measures.Measures`. Metrics are log lines, and this machine's would reach no CloudWatch."""


def _told_by(endpoint_url: str, name: str) -> Mapping[str, str] | None:
    """Return a local runner's answer about its clock or environment. None if something else answers there."""
    import json
    import urllib.request

    try:
        with urllib.request.urlopen(f"{endpoint_url.rstrip('/')}/_local/{name}", timeout=5) as reply:  # noqa: S310 - checked
            told: Mapping[str, str] = json.load(reply)
            return told
    except (OSError, ValueError):
        return None


def _person() -> str:
    """Return who acts, for the record: LINKGATE_OPERATOR, or else the name of this machine's user."""
    import getpass

    try:
        return os.environ.get("LINKGATE_OPERATOR") or getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def _names(tenant: "Tenant") -> Iterable[str]:
    return {tenant.id, tenant.name.casefold(), *(name.casefold() for name in tenant.customer_names)}


def on_table(*, changes: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the shared options to a command and pass it an `operator`. `changes` adds --dry-run."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "operator"]
        shared = {"stack": StackOption, "table": TableOption, "endpoint_url": EndpointOption, "as_json": JsonOption}
        options = {**shared, "dry_run": DryRunOption} if changes else shared
        added = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=False if name in {"as_json", "dry_run"} else None,
                annotation=annotation,
            )
            for name, annotation in options.items()
        ]

        @functools.wraps(function)
        def run(**given: Any) -> None:  # noqa: ANN401 - typer checks them against the signature below
            operator = Operator(
                stack=given.pop("stack"),
                table_name=given.pop("table"),
                endpoint_url=given.pop("endpoint_url"),
                as_json=given.pop("as_json"),
                dry_run=given.pop("dry_run", False),
            )
            with told_plainly():
                function(operator=operator, **given)

        signature = inspect.Signature([*own, *added])
        described: Any = run
        described.__signature__ = signature
        described.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return run

    return decorate
