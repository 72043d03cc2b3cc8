"""Pages of webhooks: the systems that are told of events, and how they answered. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.dialects.console.fields import select, tick, ticks
from linkgate.dialects.console.frame import HOME, back_to_setup, errors, moment, page, reader_of, way_back
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.words import refusal_in_words
from linkgate.pages.pieces import box, button, button_link, hidden, joined, paragraph
from linkgate.usecases.history.link_facts import EVENT_TYPES
from linkgate.usecases.staff.webhooks import settings_version
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.console.words import Reader
    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.model.webhook import Attempt, Webhook
    from linkgate.ports.history import Answer
    from linkgate.usecases.staff.webhooks import Replayed, WebhookState
    from linkgate.wire.message import Reply

WEBHOOKS = f"{HOME}/setup/webhooks"
REPLAYS = (1, 24, 72, 168, 720)
"""Hours back to which events can be sent again."""

_COLUMNS = ("when", "event", "answer", "took", "try", "next", "again")
_ANSWER_SHOWN = 500
_DONE = frozenset({"changed", "enabled", "disabled", "queued"})
_NO_TYPED: Mapping[str, str] = {}


def webhooks_page(staff: Staff, states: Sequence[WebhookState]) -> Reply:
    """Render all webhooks with their state."""
    reader = reader_of(staff)
    rows = [
        [
            Cell(Html('<a href="{}/{}">{}</a>').format(WEBHOOKS, each.webhook.id, receiver(each.webhook))),
            Cell(_events(each.webhook, reader)),
            webhook_state(each, reader),
            Cell(_last_success(each.attempts, reader)),
        ]
        for each in states
    ]
    names = [reader.text(f"column.{name}") for name in ("receiver", "events", "state", "delivered")]
    listed = table(reader.text("setup.webhooks"), names, rows) if rows else paragraph(reader.text("setup.no_webhooks"))
    add = button_link(f"{WEBHOOKS}/new", reader.text("webhook.add"))
    lead = paragraph(reader.text("webhook.lead"), "small")
    return page(staff, "setup", reader.text("setup.webhooks"), lead, listed, add, back_to_setup(reader))


def webhook_page(
    staff: Staff,
    state: WebhookState,
    said: Html | str = "",
    *,
    status: int = 200,
    typed: Mapping[str, str] = _NO_TYPED,
) -> Reply:
    """Render a webhook. `said` is what a request before led to, `typed` the fields of a form that was refused."""
    reader, webhook = reader_of(staff), state.webhook
    path, works = f"{WEBHOOKS}/{webhook.id}", webhook.disabled_at is None
    now = webhook_state(state, reader)
    about = Html('<p><strong class="{}">{}</strong></p><p>{} · {} {}{}</p>').format(
        now.style,
        now.content,
        _events(webhook, reader),
        reader.text("webhook.made"),
        moment(webhook.created_at, reader),
        joined(" · ", reader.text("webhook.test_links")) if webhook.test else "",
    )
    acts = joined(
        _press(f"{path}/test", reader.text("webhook.send_test"), "second"),
        _press(
            f"{path}/{'disable' if works else 'enable'}",
            reader.text("webhook.disable" if works else "webhook.enable"),
            "plain" if works else "",
        ),
    )
    return page(
        staff,
        "setup",
        receiver(webhook),
        said,
        about,
        acts,
        _attempts(state, reader),
        _replay(webhook, reader) if works else "",
        _change(webhook, typed, reader),
        _renewal(webhook, reader),
        _to_webhooks(reader),
        status=status,
    )


def new_webhook_page(staff: Staff, problem: str = "", typed: Mapping[str, str] = _NO_TYPED) -> Reply:
    """Render the form of a new webhook."""
    reader = reader_of(staff)
    test = tick("test", reader.text("field.webhook_test"), ticked=bool(typed.get("test")))
    form = Html('<form method="post" action="{}">{}</form>').format(
        WEBHOOKS,
        joined(_url(typed.get("url", ""), reader, "webhook_url"), _types(typed, reader), test, _go(reader, "add")),
    )
    said = errors(paragraph(problem)) if problem else ""
    status = 422 if problem else 200
    return page(staff, "setup", reader.text("webhook.add"), said, form, _to_webhooks(reader), status=status)


def secret_page(staff: Staff, webhook: Webhook, secret: str, *, new: bool) -> Reply:
    """Render a webhook's secret, which is shown once."""
    reader = reader_of(staff)
    said = box("good", paragraph(reader.text("webhook.is_made" if new else "webhook.is_renewed")))
    shown = Html('<p class="wide"><code>{}</code></p>').format(secret)
    go = button_link(f"{WEBHOOKS}/{webhook.id}", reader.text("webhook.secret_kept"))
    return page(staff, "setup", receiver(webhook), said, paragraph(reader.text("webhook.secret")), shown, go)


def tested(answer: Answer, reader: Reader) -> Html:
    """Say how a receiver answered a test event. Only here the answer's own words are shown."""
    words = reader.text("webhook.tested", answer=_answer(answer.status, answer.reason, reader))
    text = answer.body.decode(errors="replace")[:_ANSWER_SHOWN]
    body = Html('<pre class="wide">{}</pre>').format(text) if text.strip() else ""
    return box("good" if answer.delivered else "bad", paragraph(words), body)


def replayed(webhook: Webhook, found: Replayed, since: datetime, reader: Reader) -> Html:
    """Say how many events were queued again, and offer to go on where there are more links."""
    words = paragraph(reader.text("webhook.replayed", events=found.events, links=found.links))
    if found.cursor is None:
        return box("good", words)
    fields = joined(hidden("since", since.isoformat()), hidden("cursor", found.cursor))
    further = Html('<form method="post" action="{}/{}/replay">{}{}</form>').format(
        WEBHOOKS, webhook.id, fields, button(reader.text("webhook.replay_on"))
    )
    return box("", words, paragraph(reader.text("webhook.replay_more")), further)


def refused(error: LinkError, reader: Reader) -> Html:
    """Say why something was not done."""
    return errors(paragraph(refusal_in_words(error, reader)))


def done(name: str | None, reader: Reader) -> Html | str:
    """Say what the request before did."""
    return box("good", paragraph(reader.text(f"webhook.done.{name}"))) if name in _DONE else ""


def receiver(webhook: Webhook) -> str:
    """Return the host of a receiver. The rest of the address may hold a token of the receiver's."""
    return urlsplit(webhook.url).netloc


def webhook_state(state: WebhookState, reader: Reader) -> Cell:
    """Put a webhook's state into words."""
    webhook = state.webhook
    if webhook.disabled_at:
        words = reader.text(f"webhook.disabled.{webhook.disabled_because or 'operator'}")
        return Cell(joined(words, " ", moment(webhook.disabled_at, reader)), "lost")
    if webhook.failing_since:
        failed = next((each for each in state.attempts if not each.delivered), None)
        why = f" ({_answer(failed.status, failed.reason, reader)})" if failed else ""
        return Cell(joined(reader.text("webhook.failing"), " ", moment(webhook.failing_since, reader), why), "lost")
    return Cell(reader.text("webhook.works"))


def _attempts(state: WebhookState, reader: Reader) -> Html:
    if not state.attempts:
        return paragraph(reader.text("webhook.no_attempts"))
    names = [reader.text(f"column.{name}") for name in _COLUMNS]
    rows = [_attempt(state.webhook, each, reader) for each in state.attempts]
    return joined(
        table(reader.text("webhook.attempts"), names, rows), paragraph(reader.text("webhook.attempts_kept"), "small")
    )


def _attempt(webhook: Webhook, attempt: Attempt, reader: Reader) -> list[Cell]:
    link = Html(' <a href="{0}/links/{1}">{1}</a>').format(HOME, attempt.rid) if attempt.rid else ""
    again = ""
    if attempt.rid and not attempt.delivered and webhook.disabled_at is None:
        fields = joined(hidden("rid", attempt.rid), hidden("event", attempt.event))
        again = Html('<form method="post" action="{}/{}/now">{}{}</form>').format(
            WEBHOOKS, webhook.id, fields, button(reader.text("webhook.now"), "plain")
        )
    return [
        Cell(moment(attempt.at, reader)),
        Cell(joined(attempt.kind, link)),
        Cell(_answer(attempt.status, attempt.reason, reader), "" if attempt.delivered else "lost"),
        Cell(reader.text("webhook.took", took=reader.number(attempt.took)), "number"),
        Cell(str(attempt.number), "number"),
        Cell(moment(attempt.next_at, reader) if attempt.next_at else ""),
        Cell(again),
    ]


def _answer(status: int | None, reason: str | None, reader: Reader) -> str:
    return str(status) if status else reader.text(f"webhook.reason.{reason or 'protocol'}")


def _last_success(attempts: Sequence[Attempt], reader: Reader) -> str:
    last = next((each for each in attempts if each.delivered), None)
    return moment(last.at, reader) if last else reader.text("webhook.never")


def _replay(webhook: Webhook, reader: Reader) -> Html:
    options = [(str(hours), _hours(hours, reader)) for hours in REPLAYS]
    chosen = "24"
    if webhook.failing_since:
        chosen = "failing"
        options.insert(0, (chosen, reader.text("webhook.failure")))
    return Html('<h2>{}</h2><p>{}</p><form method="post" action="{}/{}/replay">{}{}</form>').format(
        reader.text("webhook.replay"),
        reader.text("webhook.replay.says"),
        WEBHOOKS,
        webhook.id,
        select("hours", reader.text("filter.days"), options, chosen),
        button(reader.text("webhook.replay.go"), "second"),
    )


def _hours(hours: int, reader: Reader) -> str:
    days = hours // 24
    return reader.counted("filter.days", days) if days > 1 else reader.counted("webhook.hours", hours)


def _change(webhook: Webhook, typed: Mapping[str, str], reader: Reader) -> Html:
    return Html(
        '<details{}><summary>{}</summary><form method="post" action="{}/{}/change">{}{}{}{}</form></details>'
    ).format(
        Html(" open") if typed else "",
        reader.text("webhook.change"),
        WEBHOOKS,
        webhook.id,
        hidden("seen", settings_version(webhook)),
        _url(typed.get("url", ""), reader, "webhook_new_url"),
        _types({f"event.{kind}" for kind in webhook.events}, reader),
        _go(reader, "change"),
    )


def _renewal(webhook: Webhook, reader: Reader) -> Html:
    return Html("<details><summary>{}</summary><p>{}</p>{}</details>").format(
        reader.text("webhook.renew"),
        reader.text("webhook.renew.says"),
        _press(f"{WEBHOOKS}/{webhook.id}/secret", reader.text("webhook.renew"), "second"),
    )


def _url(value: str, reader: Reader, name: str) -> Html:
    return Html(
        '<div class="field"><label for="url">{}</label><span class="hint" id="url-hint">{}</span>'
        '<input type="text" inputmode="url" id="url" name="url" value="{}" maxlength="2000" autocomplete="off"'
        ' spellcheck="false" aria-describedby="url-hint"></div>'
    ).format(reader.text(f"field.{name}"), reader.text(f"field.{name}.hint"), value)


def _types(chosen: Container[str], reader: Reader) -> Html:
    """Return a box for each event type. `chosen` are names of boxes, and none ticked means all."""
    options = [(f"event.{kind}", kind) for kind in sorted(EVENT_TYPES)]
    return ticks(reader.text("column.events"), reader.text("field.webhook_events.hint"), options, chosen)


def _events(webhook: Webhook, reader: Reader) -> str:
    return ", ".join(sorted(webhook.events)) or reader.text("setup.every_event")


def _press(path: str, label: str, style: str) -> Html:
    return Html('<form class="press" method="post" action="{}">{}</form>').format(path, button(label, style))


def _go(reader: Reader, name: str) -> Html:
    return button(reader.text(f"webhook.{name}"))


def _to_webhooks(reader: Reader) -> Html:
    return way_back(WEBHOOKS, reader.text("webhook.back"))
