"""Which Linkgate a command works on: a deployed stack's, or one on this machine; and how it answers."""

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError, told_plainly

if TYPE_CHECKING:
    import boto3

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.store.registry import Registry
    from linkgate.store.table import Table
    from linkgate.store.tenants import DynamoTenants
    from linkgate.usecases.authentication import Caller

OPERATOR = "00000000000000000000000000000001"
"""Who revoked or extended a link where it was no caller's key but this command line."""

LOCAL_AWS = {
    "AWS_ACCESS_KEY_ID": "linkgatelocal",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""The local runner's: DynamoDB Local keeps the tables of different keys and regions apart."""

_PANEL = "Where and how"

StackOption = Annotated[
    str | None,
    typer.Option("--stack", envvar="LINKGATE_STACK", help="The deployed stack's name.", rich_help_panel=_PANEL),
]
TableOption = Annotated[
    str | None,
    typer.Option(
        "--table", envvar="LINKGATE_TABLE", help="The table's name, instead of --stack.", rich_help_panel=_PANEL
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        envvar="LINKGATE_ENDPOINT_URL",
        help="`linkgate local` (http://127.0.0.1:3000) or a DynamoDB Local, instead of AWS.",
        rich_help_panel=_PANEL,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.", rich_help_panel=_PANEL)]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Check everything, say what would change, change nothing.")
]
TenantOption = Annotated[
    str | None,
    typer.Option(
        "--tenant", "-t", envvar="LINKGATE_TENANT", help="The tenant's id or name; not needed where there is only one."
    ),
]


@dataclass(frozen=True)
class Operator:
    """What a command is given: the table behind the options, and the way to answer."""

    stack: str | None
    table_name: str | None
    endpoint_url: str | None
    as_json: bool
    dry_run: bool

    @cached_property
    def session(self) -> "boto3.Session":
        """The operator's own credentials (AWS_PROFILE, AWS_REGION, ...); made-up ones for this machine.

        Raises CommandError for an endpoint that is no address.
        """
        import boto3
        from botocore.session import Session

        from linkgate.aws.lean_botocore import data_loader

        session = Session()
        session.register_component("data_loader", data_loader())
        if self.endpoint_url is None:
            # AWS's own command line heeds AWS_REGION, its SDK for Python does not.
            return boto3.Session(region_name=os.environ.get("AWS_REGION") or None, botocore_session=session)
        if not re.match(r"https?://[^/]", self.endpoint_url):
            raise CommandError("--endpoint-url begins with http://, such as http://127.0.0.1:3000.", MISUSED)
        return boto3.Session(
            LOCAL_AWS["AWS_ACCESS_KEY_ID"],
            LOCAL_AWS["AWS_SECRET_ACCESS_KEY"],
            region_name=LOCAL_AWS["AWS_DEFAULT_REGION"],
            botocore_session=session,
        )

    def client(self, service: Any) -> Any:  # noqa: ANN401 - boto3 has one overload per service
        """A client of an AWS service, or of what stands in for it on this machine."""
        return self.session.client(service, endpoint_url=self.endpoint_url)

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs; raises CommandError where no stack is named."""
        if self.stack is None:
            raise CommandError("Name the stack: --stack, or LINKGATE_STACK in the environment.", MISUSED)
        (found,) = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    @cached_property
    def table(self) -> "Table":
        from linkgate.store.table import Table

        client = self.client("dynamodb")
        return Table(self.table_named, lambda: client)

    @cached_property
    def table_named(self) -> str:
        """The table's name; raises CommandError where the options name none."""
        if self.table_name is not None:
            return self.table_name
        if self.stack is not None:
            if "TableName" not in self.outputs:
                raise CommandError(f"The stack {self.stack} is no Linkgate: it has no output TableName.")
            return self.outputs["TableName"]
        if self.endpoint_url is None:
            raise CommandError(
                "Name the stack or the table: --stack or --table, or LINKGATE_STACK or LINKGATE_TABLE in the "
                "environment; for a Linkgate on this machine --endpoint-url.",
                MISUSED,
            )
        names = self.client("dynamodb").list_tables().get("TableNames")
        if names is None:
            raise CommandError(f"What answers at {self.endpoint_url} is no Linkgate and no DynamoDB.")
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
        from linkgate.wiring import system_now

        return DynamoTenants(self.table, system_now)

    @cached_property
    def deps(self) -> "Deps":
        """What use cases need that read and write the table; they must not send."""
        from dataclasses import replace

        from linkgate.store.history.timelines import DynamoTimelines
        from linkgate.store.links import DynamoLinks
        from linkgate.store.management.administration import DynamoAdministration
        from linkgate.store.management.link_lists import DynamoLists
        from linkgate.store.management.retention import DynamoRetention
        from linkgate.wiring import Settings, build

        nothing = dict.fromkeys((field.name for field in fields(Settings)), "")
        return replace(
            build(Settings(**nothing)),
            links=DynamoLinks(self.table),
            lists=DynamoLists(self.table),
            administration=DynamoAdministration(self.table),
            retention=DynamoRetention(self.table),
            timeline=DynamoTimelines(self.table),
            tenants=self.tenants,
        )

    @cached_property
    def sending_deps(self) -> "Deps":
        """What use cases need that send too: all as the deployed functions have it."""
        from linkgate.wiring import Settings, build

        if self.endpoint_url is not None:
            os.environ |= {**LOCAL_AWS, "AWS_ENDPOINT_URL": self.endpoint_url}
        elif self.session.region_name:
            os.environ["AWS_DEFAULT_REGION"] = self.session.region_name
        return build(Settings.from_environ(self.environment))

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The variables that functions have; raises CommandError where the options name no whole stack."""
        if self.endpoint_url is None:
            return self.deployed_environment
        from pathlib import Path

        from local.template import PARAMETERS, read_template

        return read_template(Path(__file__).parents[1] / "template.yaml", PARAMETERS).environment()

    @cached_property
    def deployed_environment(self) -> Mapping[str, str]:
        """The variables of the management API's function; raises CommandError where no stack is named."""
        if self.stack is None:
            raise CommandError("This needs the whole stack: --stack, not --table.", MISUSED)
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack, LogicalResourceId="ManageFunction"
        )
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        variables: Mapping[str, str] = self.client("lambda").get_function_configuration(FunctionName=name)[
            "Environment"
        ]["Variables"]
        return variables

    def caller(self, tenant: "Tenant") -> "Caller":
        """The operator, as the caller that use cases want."""
        from linkgate.model.tenant import Credential
        from linkgate.tokens import Derivation
        from linkgate.usecases.authentication import Caller

        credential = Credential(hash="", id=OPERATOR, tenant=tenant.id, dialect="manage", salt=b"")
        return Caller(tenant, credential, Derivation(b"", ""))

    def tenant(self, given: str | None) -> "Tenant":
        """The tenant with this id or name, or the only one; raises CommandError."""
        known = list(self.registry.tenants())
        wanted = given.strip().casefold() if given else None
        found = [tenant for tenant in known if wanted is None or wanted in _names(tenant)]
        if len(found) == 1:
            return found[0]
        if not known:
            raise CommandError("There is no tenant yet. Make one: linkgate tenant create --help")
        listed = "\n".join(f"  {tenant.id}  {tenant.name}" for tenant in found or known)
        said = f"{len(found)} tenants answer to {given!r}" if found and given else f"There is no tenant {given!r}"
        raise CommandError(f"{said if given else 'Say which tenant is meant, with --tenant'}:\n{listed}", MISUSED)


def _names(tenant: "Tenant") -> Iterable[str]:
    return {tenant.id, tenant.name.casefold(), *(name.casefold() for name in tenant.customer_names)}


def on_table(*, changes: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command its `operator`, made from options that each such command has; `changes` adds --dry-run."""

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
