"""`linkgate webhook`: where a tenant's own systems are told what happens. A secret is shown once and kept nowhere."""

import dataclasses
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError
from cli.link_commands import found_link
from cli.printing import print_facts, print_json, print_rows, shown
from cli.progress import progress
from cli.target import Operator, TenantOption, on_table
from cli.webhook_target import WebhookDesk

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Webhook
    from linkgate.ports.history import Event

app = typer.Typer(no_args_is_help=True)

PREFIX = "wh_"
COLUMNS = ("id", "url", "events", "state", "failing_since")
ANSWER_SHOWN = 500
_BEFORE_ANY_LINK = datetime(2026, 1, 1, tzinfo=UTC)

WebhookArgument = Annotated[str, typer.Argument(metavar="ID", help="As `linkgate webhook list` shows it.")]
UrlArgument = Annotated[str, typer.Argument(metavar="URL", help="https, on the internet; it is called with POST.")]
EventOption = Annotated[
    list[str] | None,
    typer.Option("--event", help="A type it is told, such as link.opened; repeatable. Default: every type."),
]
SinceOption = Annotated[str | None, typer.Option(help="From this moment on, such as 2026-11-22T09:00 (UTC).")]
UntilOption = Annotated[str | None, typer.Option(help="Before this moment. Default: now.")]


@app.command("add")
@on_table(changes=True)
def add(operator: Operator, url: UrlArgument, event: EventOption = None, tenant: TenantOption = None) -> None:
    """Tell a tenant's system what happens to its links, and show the secret that proves it, this once."""
    from linkgate.model.webhook import Webhook
    from linkgate.tokens import token

    owner, desk = operator.tenant(tenant), WebhookDesk(operator)
    made = Webhook(
        id=PREFIX + token(secrets.token_bytes(16)),
        tenant=owner.id,
        url=url,
        events=_types(event),
        created_at=_now(),
    )
    desk.check_url(url)
    if operator.dry_run:
        _said(operator, made, "added")
        return
    secret = desk.secret(made)
    desk.store.add(made)
    _show_secret(operator, made, secret, "added; events reach it within a minute")


@app.command("list")
@on_table()
def list_webhooks(operator: Operator, tenant: TenantOption = None) -> None:
    """List a tenant's webhooks and how they are."""
    rows = [_facts(operator, each) for each in WebhookDesk(operator).store.listed(operator.tenant(tenant).id)]
    none = "There is no webhook yet. Make one: linkgate webhook add --help"
    print_rows(rows, COLUMNS, as_json=operator.as_json, none=none)


@app.command("show")
@on_table()
def show(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Show one, also since when it fails and why it is disabled."""
    _, known = _known(operator, tenant, webhook)
    print_facts(_facts(operator, known), as_json=operator.as_json)


@app.command("update")
@on_table(changes=True)
def update(  # noqa: PLR0913 - one parameter for each option
    operator: Operator,
    webhook: WebhookArgument,
    *,
    url: Annotated[str | None, typer.Option(help="Where it leads from now on, waiting events too.")] = None,
    event: EventOption = None,
    every_event: Annotated[bool, typer.Option("--every-event", help="It is told every type again.")] = False,
    tenant: TenantOption = None,
) -> None:
    """Change where it leads, or what it is told."""
    desk, known = _known(operator, tenant, webhook)
    if every_event and event:
        raise CommandError("Give --event or --every-event, not both.", MISUSED)
    if url is not None:
        desk.check_url(url)
    events = frozenset[str]() if every_event else _types(event) if event else known.events
    changed = dataclasses.replace(known, url=url or known.url, events=events)
    _write(operator, changed, "changed", lambda: desk.store.change(known, changed.url, changed.events))


@app.command("enable")
@on_table(changes=True)
def enable(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Tell it events again; what it missed is told with `linkgate webhook replay`."""
    desk, known = _known(operator, tenant, webhook)
    if known.disabled_at is None:
        _said(operator, known, "enabled")
        return
    enabled = dataclasses.replace(known, disabled_at=None, disabled_because=None, failing_since=None)
    _write(operator, enabled, "enabled", lambda: desk.store.enable(known))


@app.command("disable")
@on_table(changes=True)
def disable(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Tell it nothing more, events that wait included."""
    from linkgate.model.webhook import Because

    desk, known = _known(operator, tenant, webhook)
    if known.disabled_at is not None:
        _said(operator, known, "disabled")
        return
    now = _now()
    disabled = dataclasses.replace(known, disabled_at=now, disabled_because=Because.OPERATOR)
    _write(operator, disabled, "disabled", lambda: desk.store.disable_by_operator(known, now))


@app.command("rotate")
@on_table(changes=True)
def rotate(
    operator: Operator,
    webhook: WebhookArgument,
    overlap_hours: Annotated[int, typer.Option(min=0, max=24 * 90, help="How long the old one signs, too.")] = 24,
    tenant: TenantOption = None,
) -> None:
    """Sign with a further secret, shown this once; for a while events carry both signatures."""
    desk, known = _known(operator, tenant, webhook)
    if operator.dry_run:
        _said(operator, known, "given a further secret")
        return
    desk.key()
    rotated = _refusable(known, lambda: desk.store.rotate(known, _now(), timedelta(hours=overlap_hours)))
    _show_secret(operator, rotated, desk.secret(rotated), "has a further secret")


@app.command("remove")
@on_table(changes=True)
def remove(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Forget it, and the events that wait for it."""
    desk, known = _known(operator, tenant, webhook)
    if not operator.dry_run:
        desk.store.remove(known)
    _said(operator, known, "removed")


@app.command("test")
@on_table()
def send_test(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Send it a `webhook.test` event from this machine, now, and show its answer. Exit code 1 unless that is 2xx."""
    from linkgate.model.webhook import TEST
    from linkgate.ports.history import Event
    from linkgate.usecases.history.webhook_notices import event_body

    desk, known = _known(operator, tenant, webhook)
    now = _now()
    event = Event(
        id=f"evt_{secrets.token_hex(16)}", kind=TEST, detail={"tenant": known.tenant, "webhook": known.id}, at=now
    )
    answer = desk.send(known, event.id, event_body(event), now)
    facts = {
        "event": event.id,
        "delivered": answer.delivered,
        "status": answer.status,
        "reason": answer.reason,
        "answer": answer.body.decode(errors="replace")[:ANSWER_SHOWN] or None,
    }
    print_facts(facts, as_json=operator.as_json)
    if not answer.delivered:
        raise typer.Exit(1)


@app.command("replay")
@on_table(changes=True)
def replay(  # noqa: PLR0913 - one parameter for each option
    operator: Operator,
    webhook: WebhookArgument,
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    link: Annotated[str | None, typer.Option(metavar="RID", help="Only what happened to this link.")] = None,
    tenant: TenantOption = None,
) -> None:
    """Tell it again what happened, with the ids the events had, so that nothing it has seen counts twice."""
    from linkgate.usecases.history.webhook_replay import replay as put_again

    if (link is None) == (since is None):
        raise CommandError("Give --since (and perhaps --until), or --link.", MISUSED)
    owner = operator.tenant(tenant)
    desk, known = _known(operator, tenant, webhook)
    if known.disabled_at is not None:
        raise CommandError(f"{known.id} is disabled; first: linkgate webhook enable {known.id}")
    # Nothing has happened after today, and every month of a window is looked through.
    window = (_moment(since), min(_moment(until), _now() + timedelta(days=1))) if since else None
    links = events = 0
    with progress("Links", None) as advance:
        for looked_at, found in _told(operator, owner, known, window or str(link)):
            if not operator.dry_run:
                put_again(found, known, desk.deps)
            links, events = links + looked_at, events + len(found)
            advance(looked_at)
    if operator.as_json:
        print_json({"webhook": known.id, "links": links, "events": events, "dry_run": operator.dry_run})
    else:
        print(
            f"{events} events of {links} links {'would be' if operator.dry_run else 'are'} on their way to {known.id}"
        )


def _told(
    operator: Operator, tenant: "Tenant", webhook: "Webhook", what: tuple[datetime, datetime] | str
) -> Iterator[tuple[int, list["Event"]]]:
    """Links looked at and their events, page by page: of a window of time, or of one link of the tenant's own."""
    from linkgate.usecases.history.webhook_replay import events_between, events_of

    if not isinstance(what, str):
        yield from events_between(tenant, webhook, *what, operator.deps)
        return
    link = found_link(operator, what)
    if link.tenant != tenant.id:
        raise CommandError(f"{link.rid} is no link of {tenant.name}.")
    yield 1, events_of(link, webhook, operator.deps)


def _known(operator: Operator, tenant: str | None, webhook: str) -> tuple[WebhookDesk, "Webhook"]:
    desk = WebhookDesk(operator)
    return desk, desk.found(operator.tenant(tenant), webhook)


def _facts(operator: Operator, webhook: "Webhook") -> dict[str, object]:
    because, events = webhook.disabled_because, sorted(webhook.events)
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": events if events or operator.as_json else "every",
        "state": "enabled" if webhook.disabled_at is None else f"disabled ({because.value if because else '-'})",
        "created_at": webhook.created_at,
        "disabled_at": webhook.disabled_at,
        "failing_since": webhook.failing_since,
        "secrets": len(webhook.signing_versions(_now())),
    }


def _types(given: list[str] | None) -> frozenset[str]:
    from linkgate.usecases.history.link_facts import KINDS

    if unknown := set(given or ()) - KINDS:
        raise CommandError(f"{', '.join(sorted(unknown))}: no event. There are {', '.join(sorted(KINDS))}.", MISUSED)
    return frozenset(given or ())


def _write(operator: Operator, after: "Webhook", done: str, write: Callable[[], Any]) -> None:
    if not operator.dry_run:
        after = _refusable(after, write)
    _said(operator, after, done)


def _refusable(webhook: "Webhook", write: Callable[[], "Webhook"]) -> "Webhook":
    from linkgate.store.table import ConditionRefused

    try:
        return write()
    except ConditionRefused as error:
        raise CommandError(f"{webhook.id} was changed or removed at this moment; look again.") from error


def _said(operator: Operator, webhook: "Webhook", done: str) -> None:
    if operator.as_json:
        print_json({**_facts(operator, webhook), "done": done, "dry_run": operator.dry_run})
    else:
        print(f"webhook {webhook.id} {'would be ' if operator.dry_run else ''}{done}")


def _show_secret(operator: Operator, webhook: "Webhook", secret: str, done: str) -> None:
    if operator.as_json:
        print_json({**_facts(operator, webhook), "secret": secret})
        return
    print(f"webhook {webhook.id} {done}: {shown(webhook.url)}", file=sys.stderr)
    print("Its secret is shown this once; the receiver verifies with it (docs/webhooks.md):", file=sys.stderr)
    print(secret)


def _moment(text: str | None) -> datetime:
    if text is None:
        return _now()
    try:
        found = datetime.fromisoformat(text)
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise CommandError(f"{text}: no moment; one is written as 2026-11-22T09:00.", MISUSED) from error
    return max(moment, _BEFORE_ANY_LINK)


def _now() -> datetime:
    from linkgate.wiring import system_now

    return system_now()
