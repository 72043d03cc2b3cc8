"""`linkgate webhook`: manages the URLs that receive a tenant's events. A secret is shown once and never stored."""

import dataclasses
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_facts, print_json, print_rows, shown
from cli.progress import progress
from cli.rid_arguments import found_link
from cli.target import Operator, TenantOption, on_table
from cli.webhook_target import WebhookDesk
from linkgate.model.webhook import OVERLAP, PREFIX

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Webhook
    from linkgate.ports.history import Event

app = typer.Typer(no_args_is_help=True)

COLUMNS = ("id", "url", "events", "state", "failing_since", "test")
ATTEMPT_COLUMNS = ("at", "type", "rid", "answer", "milliseconds", "try", "next_at")
ANSWER_SHOWN = 500
_BEFORE_ANY_LINK = datetime(2026, 1, 1, tzinfo=UTC)

WebhookArgument = Annotated[str, typer.Argument(metavar="ID", help="The id that `linkgate webhook list` shows.")]
UrlArgument = Annotated[
    str, typer.Argument(metavar="URL", help="An https URL on the internet. Events are sent to it with POST.")
]
EventOption = Annotated[
    list[str] | None,
    typer.Option("--event", help="An event type to send, such as link.opened. Repeatable. Default: every type."),
]
SinceOption = Annotated[str | None, typer.Option(help="Start of the time span, such as 2026-11-22T09:00 (UTC).")]
UntilOption = Annotated[str | None, typer.Option(help="End of the time span. Default: now.")]


@app.command("add", hidden=True)
@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    url: UrlArgument,
    *,
    event: EventOption = None,
    test: Annotated[bool, typer.Option("--test", help="Send it the events of test links, and no others.")] = False,
    tenant: TenantOption = None,
) -> None:
    """Create a webhook for a tenant's events. Its signing secret is shown only once."""
    from linkgate.model.webhook import Webhook
    from linkgate.tokens import token

    owner, desk = operator.tenant(tenant), WebhookDesk(operator)
    made = Webhook(
        id=PREFIX + token(secrets.token_bytes(16)),
        tenant=owner.id,
        url=url,
        test=test,
        events=_types(event),
        created_at=operator.now(),
    )
    desk.check_url(url)
    if operator.dry_run:
        _said(operator, made, "created")
        return
    secret = desk.secret(made)
    desk.store.add(made)
    _show_secret(operator, made, secret, "created; events reach it within a minute")


@app.command("list")
@on_table()
def list_webhooks(operator: Operator, tenant: TenantOption = None) -> None:
    """List a tenant's webhooks and their state."""
    rows = [_facts(operator, each) for each in WebhookDesk(operator).store.listed(operator.tenant(tenant).id)]
    none = "There are no webhooks yet. Create one: linkgate webhook create --help"
    print_rows(rows, COLUMNS, as_json=operator.as_json, none=none)


@app.command("show")
@on_table()
def show(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Show a webhook, with the start of its failures and the reason if it is disabled."""
    _, known = _known(operator, tenant, webhook)
    print_facts(_facts(operator, known), as_json=operator.as_json)


@app.command("attempts")
@on_table()
def attempts(
    operator: Operator,
    webhook: WebhookArgument,
    *,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most failed attempts, and most successes.")] = 50,
    tenant: TenantOption = None,
) -> None:
    """List how the receiver answered: each failed attempt of 30 days, and the last success of each hour."""
    from linkgate.store.history.attempts import DynamoAttempts

    _, known = _known(operator, tenant, webhook)
    found = DynamoAttempts(operator.table).of(known.id, operator.now(), limit)
    rows = [
        {
            "at": each.at,
            "event": each.event,
            "type": each.kind,
            "rid": each.rid,
            "delivered": each.delivered,
            "answer": each.status or each.reason,
            "milliseconds": each.took,
            "try": each.number,
            "next_at": each.next_at,
        }
        for each in found
    ]
    none = f"No event was sent to {known.id} in the last 30 days."
    print_rows(rows, ATTEMPT_COLUMNS, as_json=operator.as_json, none=none)


@app.command("update")
@on_table(changes=True)
def update(
    operator: Operator,
    webhook: WebhookArgument,
    *,
    url: Annotated[str | None, typer.Option(help="The new URL. Waiting events go there, too.")] = None,
    event: EventOption = None,
    every_event: Annotated[bool, typer.Option("--every-event", help="Send every event type again.")] = False,
    tenant: TenantOption = None,
) -> None:
    """Change a webhook's URL or its event types."""
    desk, known = _known(operator, tenant, webhook)
    if every_event and event:
        raise CommandError("Pass --event or --every-event, not both.", MISUSED)
    if url is not None:
        desk.check_url(url)
    events = frozenset[str]() if every_event else _types(event) if event else known.events
    changed = dataclasses.replace(known, url=url or known.url, events=events)
    _write(operator, changed, "changed", lambda: desk.store.change(known, changed.url, changed.events))


@app.command("enable")
@on_table(changes=True)
def enable(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Enable a webhook again. To send the events it missed, use `linkgate webhook replay`."""
    desk, known = _known(operator, tenant, webhook)
    if known.disabled_at is None:
        _said(operator, known, "enabled")
        return
    enabled = dataclasses.replace(known, disabled_at=None, disabled_because=None, failing_since=None)
    _write(operator, enabled, "enabled", lambda: desk.store.enable(known))


@app.command("disable")
@on_table(changes=True)
def disable(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Disable a webhook. Waiting events are not sent either."""
    from linkgate.model.webhook import DisableReason

    desk, known = _known(operator, tenant, webhook)
    if known.disabled_at is not None:
        _said(operator, known, "disabled")
        return
    now = operator.now()
    disabled = dataclasses.replace(known, disabled_at=now, disabled_because=DisableReason.OPERATOR)
    _write(operator, disabled, "disabled", lambda: desk.store.disable_by_operator(known, now))


@app.command("rotate")
@on_table(changes=True)
def rotate(
    operator: Operator,
    webhook: WebhookArgument,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=24 * 90, help="Hours for which the old secret also signs.")
    ] = OVERLAP // timedelta(hours=1),
    tenant: TenantOption = None,
) -> None:
    """Add a new signing secret, shown only once. For a while, events carry both signatures."""
    desk, known = _known(operator, tenant, webhook)
    if operator.dry_run:
        _said(operator, known, "given a new secret")
        return
    desk.key()
    rotated = _refusable(known, lambda: desk.store.rotate(known, operator.now(), timedelta(hours=overlap_hours)))
    _show_secret(operator, rotated, desk.secret(rotated), "has a new secret")


@app.command("remove", hidden=True)
@app.command("delete")
@on_table(changes=True)
def delete(
    operator: Operator, webhook: WebhookArgument, *, tenant: TenantOption = None, yes: YesOption = False
) -> None:
    """Delete a webhook and its waiting events."""
    desk, known = _known(operator, tenant, webhook)
    confirm(operator, f"{known.id} ({known.url}) and its waiting events will be deleted.", yes=yes)
    if not operator.dry_run:
        desk.store.remove(known)
    _said(operator, known, "deleted")


@app.command("test")
@on_table()
def send_test(operator: Operator, webhook: WebhookArgument, tenant: TenantOption = None) -> None:
    """Send a `webhook.test` event from this machine and show the answer. Exits with code 1 unless the answer is 2xx."""
    from linkgate.usecases.history.webhook_notices import event_body, event_of_test

    desk, known = _known(operator, tenant, webhook)
    now = _now()
    event = event_of_test(known, secrets.token_bytes(16), now)
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
def replay(
    operator: Operator,
    webhook: WebhookArgument,
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    link: Annotated[str | None, typer.Option(metavar="RID", help="Only events of this link.")] = None,
    tenant: TenantOption = None,
) -> None:
    """Send past events again. They keep their ids, so a receiver can skip those it has seen."""
    from linkgate.usecases.history.webhook_replay import replay as put_again

    if (link is None) == (since is None):
        raise CommandError("Pass --since (optionally with --until), or --link.", MISUSED)
    owner = operator.tenant(tenant)
    _, known = _known(operator, tenant, webhook)
    if known.disabled_at is not None:
        raise CommandError(f"{known.id} is disabled. Enable it first: linkgate webhook enable {known.id}")
    # Nothing has happened after today, and each month of the window is searched.
    window = (_moment(since), min(_moment(until), operator.now() + timedelta(days=1))) if since else None
    links = events = 0
    with progress("Links", None) as advance:
        for looked_at, found in _told(operator, owner, known, window or str(link)):
            if not operator.dry_run:
                put_again(found, known, operator.sending_deps)
            links, events = links + looked_at, events + len(found)
            advance(looked_at)
    if operator.as_json:
        print_json({"webhook": known.id, "links": links, "events": events, "dry_run": operator.dry_run})
    else:
        print(f"{events} events of {links} links {'would be queued' if operator.dry_run else 'queued'} for {known.id}")


def _told(
    operator: Operator, tenant: "Tenant", webhook: "Webhook", what: tuple[datetime, datetime] | str
) -> Iterator[tuple[int, list["Event"]]]:
    """Yield the number of links and their events, page by page: for a time span, or for one of the tenant's links."""
    from linkgate.usecases.history.webhook_replay import events_between, events_of

    if not isinstance(what, str):
        yield from events_between(tenant, webhook, *what, operator.deps)
        return
    link = found_link(operator, what)
    if link.tenant != tenant.id:
        raise CommandError(f"{link.rid} is not a link of {tenant.name}.")
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
        "test": webhook.test,
        "created_at": webhook.created_at,
        "disabled_at": webhook.disabled_at,
        "failing_since": webhook.failing_since,
        "secrets": len(webhook.signing_versions(operator.now())),
    }


def _types(given: list[str] | None) -> frozenset[str]:
    from linkgate.usecases.history.link_facts import EVENT_TYPES

    if unknown := set(given or ()) - EVENT_TYPES:
        raise CommandError(
            f"{', '.join(sorted(unknown))}: no such event. The events are {', '.join(sorted(EVENT_TYPES))}.", MISUSED
        )
    return frozenset(given or ())


def _write(operator: Operator, after: "Webhook", done: str, write: Callable[[], "Webhook | None"]) -> None:
    if not operator.dry_run:
        after = _refusable(after, write)
    _said(operator, after, done)


def _refusable(webhook: "Webhook", write: Callable[[], "Webhook | None"]) -> "Webhook":
    changed = write()
    if changed is None:
        raise CommandError(f"{webhook.id} was changed or removed just now; try again.")
    return changed


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
    print(
        "This is the signing secret, shown only once. The receiver verifies events with it (docs/webhooks.md):",
        file=sys.stderr,
    )
    print(secret)


def _moment(text: str | None) -> datetime:
    if text is None:
        return _now()
    try:
        found = datetime.fromisoformat(text)
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise CommandError(f"{text}: not a date and time. Write it as 2026-11-22T09:00.", MISUSED) from error
    return max(moment, _BEFORE_ANY_LINK)


def _now() -> datetime:
    from linkgate.wiring import system_now

    return system_now()
