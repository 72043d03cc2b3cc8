"""Webhooks as administrators set them up: state, attempts, tests, and events that are sent again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.webhook import OVERLAP, PREFIX, Webhook
from linkgate.tokens import token
from linkgate.usecases.history.link_facts import EVENT_TYPES
from linkgate.usecases.history.webhook_notices import event_body, event_of_test
from linkgate.usecases.history.webhook_replay import events_of, links_told, replay
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.management.link_lists import ListWalk, cursor_problem
from linkgate.usecases.staff.journal import entry_of, record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.person import JournalEntry, Staff
    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Attempt
    from linkgate.ports.deps import Deps
    from linkgate.ports.history import Answer

SHOWN = 50
"""Failed attempts on a webhook's page."""

_KEY_BYTES = 32
_PAGE = 100
_LINKS_AT_ONCE = 300
"""Links whose events are looked for in one call, about two seconds' worth."""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """A webhook and its newest attempts, newest first."""

    webhook: Webhook
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True)
class Replayed:
    """Events that were queued again, and the links that were looked at. `cursor` goes on, and is None at the end."""

    events: int
    links: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    """Address and event types of a webhook, as somebody typed them. No types means all.

    `seen` is the version of what they changed, None for a new one.
    """

    url: str
    events: frozenset[str]
    seen: str | None = None


def webhooks_of(tenant: Tenant, deps: Deps) -> list[WebhookState]:
    """Return the webhooks of a tenant, each with its last failed attempt and its last success."""
    now = deps.now()
    return [WebhookState(each, deps.attempts.of(each.id, now, 1)) for each in deps.staff.webhooks.listed(tenant.id)]


def view_webhook(tenant: Tenant, id_: str, deps: Deps) -> WebhookState:
    """Return a webhook with its attempts. Raises NotFound."""
    webhook = _known(tenant, id_, deps)
    return WebhookState(webhook, deps.attempts.of(webhook.id, deps.now(), SHOWN))


def make_webhook(staff: Staff, settings: Settings, deps: Deps, *, test: bool) -> tuple[Webhook, str]:
    """Make a webhook, and return it with the secret that signs its events. The first of a stack makes its key, too.

    Raises InvalidRequest for an address that no webhook may have, and Unavailable if the stack's key cannot be read.
    """
    _check(settings, deps)
    made = Webhook(
        id=PREFIX + token(deps.random(16)),
        tenant=staff.tenant.id,
        url=settings.url,
        test=test,
        events=settings.events,
        created_at=deps.now(),
    )
    secret = _first_secret(made, staff, deps)
    deps.staff.webhooks.add(made, _entry("made", made, staff, deps))
    return made, secret


def settings_version(webhook: Webhook) -> str:
    """Return a version of a webhook's address and event types, by which it shows that somebody else changed them."""
    return hashlib.sha256("\n".join((webhook.url, *sorted(webhook.events))).encode()).hexdigest()[:16]


def _first_secret(webhook: Webhook, staff: Staff, deps: Deps) -> str:
    """Return a webhook's secret, and make the stack's key if nobody has a webhook. Else all secrets would change."""
    try:
        return deps.webhook_sender.secret(webhook)
    except Unavailable:
        if deps.staff.webhooks.any():
            raise
    record("webhook_key_made", {}, staff, deps)
    deps.webhook_sender.begin(deps.random(_KEY_BYTES))
    return deps.webhook_sender.secret(webhook)


def change_webhook(staff: Staff, id_: str, settings: Settings, deps: Deps) -> Webhook:
    """Change the event types, and the address unless it is empty.

    Raises NotFound, and InvalidRequest for settings that cannot be, or if somebody else changed them since they were
    seen.
    """
    known = _known(staff.tenant, id_, deps)
    if settings.seen != settings_version(known):
        raise InvalidRequest([Problem.of("webhook", "stale")])
    url = settings.url or known.url
    _check(Settings(url, settings.events), deps)
    entry = _entry("changed", known, staff, deps)
    return _written(deps.staff.webhooks.change(known, url, settings.events, entry))


def switch_webhook(staff: Staff, id_: str, deps: Deps, *, on: bool) -> Webhook:
    """Enable or disable a webhook. One that is so already is left as it is. Raises NotFound and InvalidRequest."""
    known = _known(staff.tenant, id_, deps)
    if (known.disabled_at is None) is on:
        return known
    store, entry = deps.staff.webhooks, _entry("enabled" if on else "disabled", known, staff, deps)
    return _written(store.enable(known, entry) if on else store.disable_by_operator(known, deps.now(), entry))


def renew_secret(staff: Staff, id_: str, deps: Deps) -> tuple[Webhook, str]:
    """Add a secret, and return it. The one before signs for a day, too. Raises NotFound and InvalidRequest."""
    known = _known(staff.tenant, id_, deps)
    deps.webhook_sender.secret(known)  # fails before anything is written
    entry = _entry("secret", known, staff, deps)
    rotated = _written(deps.staff.webhooks.rotate(known, deps.now(), OVERLAP, entry))
    return rotated, deps.webhook_sender.secret(rotated)


def send_test(staff: Staff, id_: str, deps: Deps) -> Answer:
    """Send a `webhook.test` event at once and return the answer. Raises NotFound."""
    known, now = _known(staff.tenant, id_, deps), deps.now()
    event = event_of_test(known, deps.random(16), now)
    _record("tested", known, staff, deps)
    return deps.webhook_sender.send(known, event.id, event_body(event), now)


def send_event_again(staff: Staff, id_: str, rid: str, event: str, deps: Deps) -> None:
    """Queue an event of a link again, with its id. Raises NotFound, and InvalidRequest if the webhook is disabled."""
    known = _enabled(staff.tenant, id_, deps)
    found = [each for each in events_of(owned_link(staff.tenant.id, rid, deps), known, deps) if each.id == event]
    if not found:
        raise NotFound("event")
    _record("event", known, staff, deps)
    replay(found, known, deps)


def replay_since(staff: Staff, id_: str, since: datetime, cursor: str | None, deps: Deps) -> Replayed:
    """Queue the events since a moment again, of as many links as one call can look at.

    Raises NotFound, and InvalidRequest if the webhook is disabled or the cursor belongs to another request.
    """
    known = _enabled(staff.tenant, id_, deps)
    which = links_told(staff.tenant, known, since, deps.now())
    asked = ("replay", known.id, since)
    walk = ListWalk.resumed(cursor, which, *asked) if cursor else ListWalk.of(which, *asked)
    try:
        page = deps.lists.page(walk.which, walk.position, _PAGE)
    except (TypeError, ValueError) as error:
        raise cursor_problem() from error
    _record("replayed", known, staff, deps)
    links = events = 0
    while True:
        found = [each for link in page.links for each in events_of(link, known, deps)]
        meant = [each for each in found if since <= each.at < walk.which.until]
        replay(meant, known, deps)
        links, events = links + len(page.links), events + len(meant)
        if page.following is None or links >= _LINKS_AT_ONCE:
            return Replayed(events, links, walk.cursor(page.following))
        page = deps.lists.page(walk.which, page.following, _PAGE)


def _entry(act: str, webhook: Webhook, staff: Staff, deps: Deps) -> JournalEntry:
    return entry_of(f"webhook_{act}", {"webhook": webhook.id}, staff, deps)


def _record(act: str, webhook: Webhook, staff: Staff, deps: Deps) -> None:
    record(f"webhook_{act}", {"webhook": webhook.id}, staff, deps)


def _known(tenant: Tenant, id_: str, deps: Deps) -> Webhook:
    found = deps.staff.webhooks.get(tenant.id, id_)
    if found is None:
        raise NotFound("webhook")
    return found


def _enabled(tenant: Tenant, id_: str, deps: Deps) -> Webhook:
    known = _known(tenant, id_, deps)
    if known.disabled_at is not None:
        raise InvalidRequest([Problem.of("webhook", "conflict", other="webhook")])
    return known


def _check(settings: Settings, deps: Deps) -> None:
    if not settings.events <= EVENT_TYPES:
        raise InvalidRequest([Problem.of("events", "unknown")])
    refusal = deps.webhook_sender.refusal(settings.url)
    if refusal is not None:
        raise InvalidRequest([Problem.of("url", "unknown" if refusal == "unresolved" else "format", expected="a URL")])


def _written(webhook: Webhook | None) -> Webhook:
    if webhook is None:
        raise InvalidRequest([Problem.of("webhook", "stale")])
    return webhook
