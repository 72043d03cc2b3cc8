"""`linkgate key`: manages the credentials of callers. A key is shown once and never stored."""

import dataclasses
import secrets
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_facts, print_json, print_rows
from cli.target import Operator, TenantOption, on_table
from linkgate.model.caller_keys import (
    DEFAULT_SCOPES,
    DIALECTS,
    LONGEST_DAYS,
    NAME_LIMIT,
    OVERLAP,
    SCOPES,
    new_secret,
    whole_key,
)

if TYPE_CHECKING:
    from linkgate.model.tenant import Credential, Tenant

app = typer.Typer(no_args_is_help=True)

LEAST_LENGTH = 22
LEAST_PASSWORD = 16
"""Minimum lengths of an imported key and an imported DigiDesk password."""
LEAST_GUESSES = 1e15
"""Guesses that an imported key must withstand, because whoever steals the table tries billions a second."""
_ESTIMATED = 72
"""Characters that are estimated. The estimate's time grows with the square of the length."""

DialectArgument = Annotated[str, typer.Argument(metavar="DIALECT", help=f"One of {', '.join(DIALECTS)}.")]
UserOption = Annotated[
    str | None, typer.Option("--user", help="DigiDesk only: the user name that goes with the password.")
]
ScopeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help=f"A scope: {', '.join(SCOPES)}, or all. Repeatable. Default: what the vendor's API needs; links:read for "
        "manage.",
    ),
]
DaysOption = Annotated[
    int | None, typer.Option("--days", min=1, max=LONGEST_DAYS, help="Days until the key expires. Default: never.")
]
NameOption = Annotated[
    str | None, typer.Option("--name", help=f"A name by which people know the key, of at most {NAME_LIMIT} characters.")
]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY_ID", help="The id that `linkgate key list` shows.")]


@app.command("list")
@on_table()
def list_keys(operator: Operator, tenant: TenantOption = None) -> None:
    """List a tenant's keys with their scopes and expiry. The keys themselves are not shown."""
    from linkgate.store.key_uses import DynamoKeyUses

    now, found = operator.now(), list(operator.registry.credentials(operator.tenant(tenant).id))
    used = DynamoKeyUses(operator.table).last([each.id for each in found])
    days = {id_: day.isoformat() for id_, day in used.items()}
    rows = [_facts(each, now) | {"last_used": days.get(each.id)} for each in found]
    print_rows(
        rows,
        ("id", "name", "dialect", "scopes", "created_at", "last_used", "expires_at", "valid", "test"),
        as_json=operator.as_json,
        none="There are no keys yet. Create one: linkgate key create --help",
    )


@app.command("show")
@on_table()
def show(operator: Operator, key: KeyArgument, tenant: TenantOption = None) -> None:
    """Show a key's dialect, scopes and expiry. The key itself is not stored."""
    known = _known(operator, operator.tenant(tenant), key)
    print_facts(_facts(known, operator.now()), as_json=operator.as_json)


@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    dialect: DialectArgument,
    *,
    scope: ScopeOption = None,
    days: DaysOption = None,
    user: UserOption = None,
    test: Annotated[bool, typer.Option("--test", help="A key for trying: its links are test links.")] = False,
    name: NameOption = None,
    tenant: TenantOption = None,
) -> None:
    """Create a key of 256 random bits for callers of one API. It is shown only once.

    The messages of test links go to no provider, and the links are deleted after 7 days.
    """
    owner = operator.tenant(tenant)
    _check(dialect, user)
    secret = new_secret(secrets.token_bytes)
    end, now = _end(operator, days), operator.now()
    credential = _credential(owner, dialect, whole_key(secret, user), _scopes(dialect, scope), end, now=now)
    credential = dataclasses.replace(credential, test=test, name=_name(name))
    _put(operator, credential, secret)


@app.command("import")
@on_table(changes=True)
def import_key(
    operator: Operator,
    dialect: DialectArgument,
    *,
    scope: ScopeOption = None,
    days: DaysOption = None,
    user: UserOption = None,
    name: NameOption = None,
    tenant: TenantOption = None,
) -> None:
    """Import a key that callers already have from the vendor. It is prompted for, or read from standard input.

    It must be hard to guess: at least 22 characters, or 16 for a DigiDesk password, without words, dates and sequences.
    """
    owner = operator.tenant(tenant)
    _check(dialect, user)
    if sys.stdin.isatty():
        secret = typer.prompt("Key", hide_input=True, err=True)
    else:
        secret = sys.stdin.readline().rstrip("\r\n")
    least = LEAST_PASSWORD if dialect == "digidesk" else LEAST_LENGTH
    if len(secret) < least or not secret.isprintable() or _guesses(secret, user) < LEAST_GUESSES:
        raise CommandError(
            f"The key is too easy to guess. Use at least {least} printable characters that were drawn at random.",
            MISUSED,
        )
    if secret != secret.strip():
        # A header loses such a blank on its way to us, so the key would never match.
        raise CommandError("The key must not begin or end with a blank.", MISUSED)
    end, now = _end(operator, days), operator.now()
    credential = _credential(owner, dialect, whole_key(secret, user), _scopes(dialect, scope), end, now=now)
    _put(operator, dataclasses.replace(credential, name=_name(name)), None)


@app.command("rotate")
@on_table(changes=True)
def rotate(
    operator: Operator,
    key: KeyArgument,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=24 * 90, help="Hours for which the old key keeps working.")
    ] = OVERLAP // timedelta(hours=1),
    user: UserOption = None,
    tenant: TenantOption = None,
) -> None:
    """Replace a key: create a new one, show it once, and let the old one expire.

    The new key has the scopes of the old one, and the expiry that the old one had before the rotation.
    """
    owner = operator.tenant(tenant)
    old = _known(operator, owner, key)
    _check_rotation(old, operator.now())
    _check(old.dialect, user)
    secret = new_secret(secrets.token_bytes)
    fresh = _credential(owner, old.dialect, whole_key(secret, user), old.scopes, old.expires_at, now=operator.now())
    fresh = dataclasses.replace(fresh, test=old.test, name=old.name)
    overlap = operator.now() + timedelta(hours=overlap_hours)
    end = min(overlap, old.expires_at or overlap)
    _keep(
        operator,
        fresh,
        secret,
        lambda: operator.tenants.replace_credential(old, fresh, end),
        refused=f"The key {old.id} was rotated or revoked just now; see `linkgate key list`.",
    )
    doing = "would expire" if operator.dry_run else "expires"
    print(
        f"The old key {old.id} {doing} at {_minute(end)}. Expiry of the new key: {_minute(old.expires_at)}.",
        file=sys.stderr,
    )


@app.command("scope")
@on_table(changes=True)
def scope_key(
    operator: Operator,
    key: KeyArgument,
    *,
    scope: ScopeOption = None,
    tenant: TenantOption = None,
) -> None:
    """Give a key other scopes, in place of those that it has. Functions that have it cached take up to 60 seconds."""
    known = _known(operator, operator.tenant(tenant), key)
    scopes = _scopes(known.dialect, scope)
    if not operator.dry_run and not operator.registry.set_scopes(known, scopes):
        raise CommandError(f"The key {known.id} no longer exists.")
    if operator.as_json:
        print_json({"id": known.id, "would_have" if operator.dry_run else "scopes": scopes})
    else:
        doing = "would have" if operator.dry_run else "has"
        print(f"key {known.id} {doing} {', '.join(sorted(scopes))}")


@app.command("revoke")
@on_table(changes=True)
def revoke(operator: Operator, key: KeyArgument, *, tenant: TenantOption = None, yes: YesOption = False) -> None:
    """Revoke a key now. Functions that have it cached accept it for up to 60 more seconds."""
    known = _known(operator, operator.tenant(tenant), key)
    confirm(operator, f"Callers with the key {known.id} will be refused. This cannot be undone.", yes=yes)
    ended = operator.dry_run or operator.registry.expire_credential(known, operator.now())
    if operator.as_json:
        print_json({"id": known.id, "would_revoke" if operator.dry_run else "revoked": ended})
    elif operator.dry_run:
        print(f"key {known.id} would be revoked")
    else:
        print(f"key {known.id} revoked" if ended else f"key {known.id} had already ended")


def _facts(credential: "Credential", now: datetime) -> dict[str, object]:
    return {
        "id": credential.id,
        "name": credential.name,
        "dialect": credential.dialect,
        "scopes": sorted(credential.scopes),
        "created_at": credential.created_at,
        "expires_at": credential.expires_at,
        "valid": not credential.has_ended(now),
        "test": credential.test,
        "replaced_by": credential.replaced_by,
    }


def _name(name: str | None) -> str | None:
    if name and (len(name) > NAME_LIMIT or not name.isprintable()):
        raise CommandError(f"The name must have at most {NAME_LIMIT} characters, without control characters.", MISUSED)
    return name or None


def _guesses(secret: str, user: str | None) -> float:
    """Estimate how many guesses somebody needs who tries words, repetitions, sequences and dates first."""
    from zxcvbn import zxcvbn

    return float(zxcvbn(secret[:_ESTIMATED], [user] if user else [], max_length=_ESTIMATED)["guesses"])


def _check(dialect: str, user: str | None) -> None:
    if dialect not in DIALECTS:
        raise CommandError(f"The dialect must be one of {', '.join(DIALECTS)}.", MISUSED)
    if dialect == "digidesk" and (not user or ":" in user):
        raise CommandError("DigiDesk callers also have a user name: pass --user NAME, without a colon.", MISUSED)
    if dialect != "digidesk" and user is not None:
        raise CommandError("Only DigiDesk callers have a user name: leave out --user.", MISUSED)


def _check_rotation(old: "Credential", now: datetime) -> None:
    if old.replaced_by:
        raise CommandError(f"The key {old.id} has already been rotated; the key {old.replaced_by} replaced it.")
    if old.has_ended(now):
        raise CommandError(
            f"The key {old.id} ended at {_minute(old.expires_at)}; create a new one with `linkgate key create`."
        )


def _minute(end: datetime | None) -> str:
    return f"{end.astimezone():%Y-%m-%d %H:%M %Z}" if end else "never"


def _end(operator: Operator, days: int | None) -> datetime | None:
    return operator.now() + timedelta(days=days) if days else None


def _scopes(dialect: str, given: list[str] | None) -> frozenset[str]:
    if given and "all" in given:
        return frozenset(SCOPES)
    if unknown := set(given or ()) - set(SCOPES):
        raise CommandError(f"{', '.join(sorted(unknown))}: no such scope. The scopes are {', '.join(SCOPES)}.", MISUSED)
    return frozenset(given or DEFAULT_SCOPES[dialect])


def _credential(
    tenant: "Tenant", dialect: str, key: str, scopes: frozenset[str], expires_at: datetime | None, *, now: datetime
) -> "Credential":
    from linkgate.model.tenant import Credential
    from linkgate.tokens import credential_hash

    return Credential(
        hash=credential_hash(dialect, key),
        id=secrets.token_hex(16),
        tenant=tenant.id,
        dialect=dialect,
        salt=secrets.token_bytes(32),
        scopes=scopes,
        expires_at=expires_at,
        created_at=now,
    )


def _put(operator: Operator, credential: "Credential", secret: str | None) -> None:
    from linkgate.store.tenants import Only

    _keep(
        operator,
        credential,
        secret,
        lambda: operator.tenants.put_credential(credential, Only.NEW),
        refused="This key is already in use.",
    )


def _keep(
    operator: Operator, credential: "Credential", secret: str | None, write: Callable[[], None], *, refused: str
) -> None:
    """Write the credential, then show the key. `secret` is None for an imported key, which is not shown."""
    from linkgate.store.table import ConditionRefused

    if operator.dry_run and operator.as_json:
        print_json({"would_make": {"dialect": credential.dialect, "scopes": credential.scopes}})
        return
    if operator.dry_run:
        print(f"a {credential.dialect} key with {', '.join(sorted(credential.scopes))} would be created")
        return
    try:
        write()
    except ConditionRefused as error:
        raise CommandError(refused) from error
    if operator.as_json:
        print_json(
            {"id": credential.id, "scopes": credential.scopes, "expires_at": credential.expires_at, "key": secret}
        )
        return
    print(f"key {credential.id} created: {credential.dialect}, {', '.join(sorted(credential.scopes))}", file=sys.stderr)
    if secret is not None:
        print("It is shown only once and is not stored. Hand it over safely:", file=sys.stderr)
        print(secret)


def _known(operator: Operator, tenant: "Tenant", key: str) -> "Credential":
    found = operator.registry.credential(tenant.id, key)
    if found is None:
        raise CommandError(f"{tenant.name} has no key {key!r}; see `linkgate key list`")
    return found
