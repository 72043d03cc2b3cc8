"""`linkgate sign-in`: identity providers at which people sign in to the console."""

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_facts, print_json, print_rows
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.person import SignIn

app = typer.Typer(no_args_is_help=True)

SignInArgument = Annotated[str, typer.Argument(metavar="NAME", help="The provider's short name, such as entra.")]
POOL = "pool"
"""Short name of the stack's own user pool."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)


@app.command("list")
@on_table()
def list_sign_ins(operator: Operator) -> None:
    """List the providers of the stack."""
    rows = [_facts(each) for each in operator.deps.staff.sign_ins.all()]
    print_rows(
        rows,
        ("name", "issuer", "client_id", "groups"),
        as_json=operator.as_json,
        none="Nobody can sign in yet. Name a provider: linkgate sign-in create --help",
    )


@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    name: SignInArgument,
    *,
    issuer: Annotated[
        str | None, typer.Option(help="Its issuer, as it spells it itself: https://login.example.com/tenant")
    ] = None,
    client_id: Annotated[
        str | None, typer.Option("--client-id", help="Id of the client that you registered there.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Name that people see. Default: the short name.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="A group there and the role that it gives: linkgate-support=support. Repeatable."),
    ] = None,
    groups_claim: Annotated[str, typer.Option("--groups-claim", help="Claim that has the groups.")] = "groups",
    recheck: Annotated[
        bool, typer.Option(help="Ask the provider each hour whether a person may still sign in.")
    ] = True,
    tenant: TenantOption = None,
) -> None:
    """Let a tenant's people sign in at an OpenID Connect provider. `pool` is the stack's own user pool (StaffDomain).

    Another provider needs an issuer and a client. The client's secret is prompted for, or read from standard input,
    and stored as an encrypted parameter. Register the printed address at the provider as the one to which it sends
    people back.
    """
    from cli.sign_in_discovery import ANSWER_BYTES, discovered
    from linkgate.model.person import SignIn
    from linkgate.sending.receiver_post import ReceiverPost

    owner = operator.tenant(tenant)
    if not _NAME.fullmatch(name):
        raise CommandError("A short name has lower-case letters, digits and hyphens, at most 40.", MISUSED)
    groups = dict(_pair(each) for each in group or [])
    check_roles(groups.values())
    issuer, client_id, secret, recheck = _client(operator, name, issuer, client_id, recheck=recheck)
    http = ReceiverPost(loopback=operator.endpoint_url is not None, answer_bytes=ANSWER_BYTES)
    told = discovered(issuer, http, operator.now())
    sign_in = SignIn(
        id=name,
        tenant=owner.id,
        name=title or name,
        issuer=issuer,
        client_id=client_id,
        secret_name=_secret_name(operator, name),
        authorization_endpoint=told["authorization_endpoint"],
        token_endpoint=told["token_endpoint"],
        jwks_uri=told["jwks_uri"],
        end_session_endpoint=told.get("end_session_endpoint"),
        names_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        groups_claim=groups_claim,
        groups=groups,
        rechecks=recheck,
    )
    _keep(operator, sign_in, secret)
    shown = {**_facts(sign_in), "send_people_back_to": f"{_console(operator)}/console/signed-in/{name}"}
    if operator.as_json:
        shown["dry_run"] = operator.dry_run
    print_facts(shown, as_json=operator.as_json)


@app.command("delete")
@on_table(changes=True)
def delete(operator: Operator, name: SignInArgument, *, yes: YesOption = False) -> None:
    """Let nobody sign in at a provider any more. Sessions end when the provider would have to be asked again."""
    known = operator.deps.staff.sign_ins.get(name)
    if known is None:
        raise CommandError(f"There is no provider {name!r}; see `linkgate sign-in list`")
    confirm(operator, f"Nobody can sign in with {known.name} any more.", yes=yes)
    if not operator.dry_run:
        operator.deps.staff.sign_ins.remove(name)
        operator.client("ssm").delete_parameter(Name=known.secret_name)
    if operator.as_json:
        print_json({"name": name, "dry_run": operator.dry_run})
    else:
        print(f"{known.name} {'would be' if operator.dry_run else 'is'} removed")


def check_roles(roles: Iterable[str]) -> None:
    """Raise CommandError unless there are such roles."""
    from linkgate.model.person import ROLES

    if unknown := sorted(set(roles) - ROLES.keys()):
        raise CommandError(f"There is no role {unknown[0]!r}. The roles are {', '.join(ROLES)}.", MISUSED)


def _pair(text: str) -> tuple[str, str]:
    name, found, role = text.rpartition("=")
    if not found or not name:
        raise CommandError(
            f"--group needs a group and a role, such as linkgate-support=support, not {text!r}.", MISUSED
        )
    return name, role


def _client(
    operator: Operator, name: str, issuer: str | None, client_id: str | None, *, recheck: bool
) -> tuple[str, str, str, bool]:
    """Return issuer, client, its secret, and whether to ask again. The pool cannot be asked without a page."""
    if name != POOL:
        if issuer is None or client_id is None:
            raise CommandError("Name the provider's --issuer and the --client-id that you registered there.", MISUSED)
        return issuer, client_id, _secret(), recheck
    pool, client = operator.outputs.get("StaffPool"), operator.outputs.get("StaffClient")
    if pool is None or client is None:
        raise CommandError("The stack has no user pool. Deploy it with StaffDomain=<first part of an address>.")
    found = operator.client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=client)
    region = pool.partition("_")[0]
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool}"
    return issuer, client, found["UserPoolClient"]["ClientSecret"], False


def _secret() -> str:
    if sys.stdin.isatty():
        secret = str(typer.prompt("Secret of the client", hide_input=True, err=True))
    else:
        secret = sys.stdin.readline().rstrip("\r\n")
    if not secret or not secret.isprintable():
        raise CommandError("The client's secret is missing.", MISUSED)
    return secret


def _keep(operator: Operator, sign_in: "SignIn", secret: str) -> None:
    """Store the secret first: without it, nobody could sign in at the provider."""
    if operator.dry_run:
        return
    taken = CommandError(f"There is a provider {sign_in.id!r} already. Delete it first, or choose another name.")
    if operator.deps.staff.sign_ins.get(sign_in.id):
        raise taken
    operator.client("ssm").put_parameter(
        Name=sign_in.secret_name,
        Description="Secret with which Linkgate's console asks an identity provider",
        Type="SecureString",
        Value=secret,
        Overwrite=True,
    )
    if not operator.deps.staff.sign_ins.add(sign_in):
        raise taken


def _secret_name(operator: Operator, name: str) -> str:
    return f"{operator.environment['WEBHOOK_KEY'].rpartition('/')[0]}/sign-in/{name}"


def _console(operator: Operator) -> str:
    """Return the console's address, which only the stack or the runner itself knows."""
    return operator.endpoint_url.rstrip("/") if operator.endpoint_url else operator.outputs["ConsoleUrl"]


def _facts(sign_in: "SignIn") -> dict[str, Any]:
    return {
        "name": sign_in.id,
        "title": sign_in.name,
        "issuer": sign_in.issuer,
        "client_id": sign_in.client_id,
        "groups": ", ".join(f"{group}={role}" for group, role in sorted(sign_in.groups.items())),
        "tenant": sign_in.tenant,
    }
