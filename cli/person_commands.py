"""`linkgate person`: people who may sign in to the console."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_facts, print_json, print_rows
from cli.sign_in_commands import POOL, check_roles
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.person import Person, SignIn

app = typer.Typer(no_args_is_help=True)

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON_ID", help="The id that `linkgate person list` shows.")]


@app.command("list")
@on_table()
def list_people(operator: Operator, tenant: TenantOption = None) -> None:
    """List everybody who signed in or was added, and whose access ended."""
    rows = [_facts(each) for each in operator.deps.staff.people.of(operator.tenant(tenant).id)]
    print_rows(
        rows,
        ("id", "name", "email", "roles", "seen_at", "ended_at"),
        as_json=operator.as_json,
        none="Nobody has signed in yet.",
    )


@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their e-mail address.")],
    *,
    role: Annotated[list[str], typer.Option("--role", help="support, results, agent, admin or auditor. Repeatable.")],
    sign_in: Annotated[str, typer.Option("--sign-in", help="Short name of the provider.")],
    subject: Annotated[
        str | None,
        typer.Option(
            help="The provider's own id of the person: `sub` in its tokens. The stack's pool gives one itself."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Their name. Default: the address.")] = None,
    tenant: TenantOption = None,
) -> None:
    """Add a person at a provider without groups, such as the first administrator. The stack's own pool invites them.

    Where a provider's groups give roles, people appear by themselves when they first sign in.
    """
    from linkgate.model.person import Person
    from linkgate.tokens import subject_hash

    owner = operator.tenant(tenant)
    provider = operator.deps.staff.sign_ins.get(sign_in)
    if provider is None or provider.tenant != owner.id:
        raise CommandError(f"{owner.name} has no provider {sign_in!r}; see `linkgate sign-in list`")
    if provider.groups:
        raise CommandError(f"At {provider.name}, groups give the roles. Put the person in one of them there.", MISUSED)
    check_roles(role)
    person = Person(
        id=secrets.token_hex(16),
        tenant=owner.id,
        name=name or email,
        email=email,
        roles=frozenset(role),
        subject=subject_hash(provider.issuer, subject or _invited(operator, provider, email)),
        added_by="operator",
        added_at=operator.now(),
    )
    if not operator.dry_run and not operator.deps.staff.people.add(person):
        raise CommandError(f"{owner.name} has a person of this subject already; see `linkgate person list`")
    if operator.as_json:
        print_json({**_facts(person), "dry_run": operator.dry_run})
    else:
        print_facts(_facts(person), as_json=False)


@app.command("revoke")
@on_table(changes=True)
def revoke(operator: Operator, person: PersonArgument, *, yes: YesOption = False, tenant: TenantOption = None) -> None:
    """End a person's access. Their next click in the console finds it, and their desks end within seconds.

    What they did stays on record.
    """
    from linkgate.usecases.staff.people import EndPerson, end_person

    owner = operator.tenant(tenant)
    known = operator.deps.staff.people.get(owner.id, person)
    if known is None:
        raise CommandError(f"There is no person {person!r}; see `linkgate person list`")
    confirm(operator, f"{known.name} is signed out and cannot come back.", yes=yes)
    if not operator.dry_run:
        end_person(EndPerson(operator.caller(owner), known.id), operator.deps)
    if operator.as_json:
        print_json({"id": known.id, "dry_run": operator.dry_run})
    else:
        print(f"{known.name}'s access {'would end' if operator.dry_run else 'has ended'}")


def _invited(operator: Operator, provider: "SignIn", email: str) -> str:
    """Let the stack's pool send an invitation, and return its id of the person. One who was invited before has one."""
    if provider.id != POOL:
        raise CommandError("Pass --subject: the provider's own id of the person.", MISUSED)
    if operator.dry_run:
        return ""
    client, pool = operator.client("cognito-idp"), provider.issuer.rpartition("/")[2]
    try:
        made = client.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )["User"]["Attributes"]
    except client.exceptions.UsernameExistsException:
        made = client.admin_get_user(UserPoolId=pool, Username=email)["UserAttributes"]
    return next(str(each["Value"]) for each in made if each["Name"] == "sub")


def _facts(person: "Person") -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": ", ".join(sorted(person.roles)),
        "added_by": person.added_by,
        "added_at": person.added_at,
        "seen_at": person.seen_at,
        "ended_at": person.ended_at,
    }
