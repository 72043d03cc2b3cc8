"""Routes of the console for webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of, ticked
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.webhook_pages import (
    REPLAYS,
    done,
    new_webhook_page,
    refused,
    replayed,
    secret_page,
    tested,
    webhook_page,
    webhooks_page,
)
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest, NotFound, Problem, Unavailable
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.webhooks import (
    Settings,
    change_webhook,
    make_webhook,
    renew_secret,
    replay_since,
    send_event_again,
    send_test,
    switch_webhook,
    view_webhook,
    webhooks_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

_FURTHEST = timedelta(hours=max(REPLAYS))


def _webhooks(request: Request, staff: Staff, deps: Deps) -> Reply:
    return webhooks_page(staff, webhooks_of(staff.tenant, deps))


def _new(request: Request, staff: Staff, deps: Deps) -> Reply:
    return new_webhook_page(staff)


def _make(request: Request, staff: Staff, deps: Deps) -> Reply:
    form, reader = form_of(request), reader_of(staff)
    try:
        webhook, secret = make_webhook(staff, _settings(form), deps, test="test" in form)
    except InvalidRequest as error:
        return new_webhook_page(staff, refusal_in_words(error, reader), form)
    except Unavailable:
        return new_webhook_page(staff, reader.text("webhook.no_key"), form)
    return secret_page(staff, webhook, secret, new=True)


def _webhook(request: Request, staff: Staff, deps: Deps) -> Reply:
    state = view_webhook(staff.tenant, _id(request), deps)
    return webhook_page(staff, state, done(request.query.get("done"), reader_of(staff)))


def _change(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    try:
        change_webhook(staff, _id(request), _settings(form), deps)
    except InvalidRequest as error:
        return _refused(request, staff, error, deps, form)
    return _back(request, "changed")


def _switch(request: Request, staff: Staff, deps: Deps) -> Reply:
    on = request.path.endswith("/enable")
    try:
        switch_webhook(staff, _id(request), deps, on=on)
    except InvalidRequest as error:
        return _refused(request, staff, error, deps)
    return _back(request, "enabled" if on else "disabled")


def _secret(request: Request, staff: Staff, deps: Deps) -> Reply:
    try:
        webhook, secret = renew_secret(staff, _id(request), deps)
    except InvalidRequest as error:
        return _refused(request, staff, error, deps)
    return secret_page(staff, webhook, secret, new=False)


def _test(request: Request, staff: Staff, deps: Deps) -> Reply:
    answer = send_test(staff, _id(request), deps)
    return webhook_page(staff, view_webhook(staff.tenant, _id(request), deps), tested(answer, reader_of(staff)))


def _now(request: Request, staff: Staff, deps: Deps) -> Reply:
    form = form_of(request)
    try:
        send_event_again(staff, _id(request), form.get("rid", ""), form.get("event", ""), deps)
    except InvalidRequest as error:
        return _refused(request, staff, error, deps)
    except NotFound as error:
        if error.what == "webhook":
            raise
        return _refused(request, staff, InvalidRequest([Problem.of("event", "gone")]), deps)
    return _back(request, "queued")


def _replay(request: Request, staff: Staff, deps: Deps) -> Reply:
    form, state = form_of(request), view_webhook(staff.tenant, _id(request), deps)
    try:
        since = _since(form, state.webhook.failing_since, deps.now())
        found = replay_since(staff, state.webhook.id, since, form.get("cursor"), deps)
    except InvalidRequest as error:
        return _refused(request, staff, error, deps)
    return webhook_page(staff, state, replayed(state.webhook, found, since, reader_of(staff)))


def _since(form: Mapping[str, str], failing_since: datetime | None, now: datetime) -> datetime:
    """Return the beginning of the events that are sent again. A form that goes on names it itself."""
    asked, hours = form.get("since"), form.get("hours", "")
    if asked is not None:
        try:
            since = datetime.fromisoformat(asked).astimezone(UTC)
        except (OverflowError, ValueError) as error:
            raise InvalidRequest([Problem.of("since", "required")]) from error
        return min(max(since, now - 2 * _FURTHEST), now)
    if hours == "failing" and failing_since:
        return failing_since
    if hours not in map(str, REPLAYS):
        raise InvalidRequest([Problem.of("since", "required")])
    return now - timedelta(hours=int(hours))


def _settings(form: Mapping[str, str]) -> Settings:
    return Settings(form.get("url", "").strip(), ticked(form, "event."), form.get("seen"))


def _refused(
    request: Request, staff: Staff, error: LinkError, deps: Deps, typed: Mapping[str, str] | None = None
) -> Reply:
    state = view_webhook(staff.tenant, _id(request), deps)
    return webhook_page(staff, state, refused(error, reader_of(staff)), status=422, typed=typed or {})


def _back(request: Request, done_: str) -> Reply:
    return redirect(f"{HOME}/setup/webhooks/{_id(request)}?done={done_}")


def _id(request: Request) -> str:
    return request.path_params["webhook"]


_SETUP = frozenset({SCOPE_SETUP})
_ONE = f"{HOME}/setup/webhooks/{{webhook}}"

WEBHOOK_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/setup/webhooks": Screen(_webhooks, _SETUP),
    f"POST {HOME}/setup/webhooks": Screen(_make, _SETUP),
    f"GET {HOME}/setup/webhooks/new": Screen(_new, _SETUP),
    f"GET {_ONE}": Screen(_webhook, _SETUP),
    f"POST {_ONE}/change": Screen(_change, _SETUP),
    f"POST {_ONE}/enable": Screen(_switch, _SETUP),
    f"POST {_ONE}/disable": Screen(_switch, _SETUP),
    f"POST {_ONE}/secret": Screen(_secret, _SETUP),
    f"POST {_ONE}/test": Screen(_test, _SETUP),
    f"POST {_ONE}/now": Screen(_now, _SETUP),
    f"POST {_ONE}/replay": Screen(_replay, _SETUP),
}
