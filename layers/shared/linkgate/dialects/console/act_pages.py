"""Pages for the acts on a link. Each names its consequence before its button. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.dialects.console import fields
from linkgate.dialects.console.frame import HOME, errors, moment, page, reader_of
from linkgate.dialects.console.link_pages import SEND_ANYWAY, act_path, back_to, customer
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest
from linkgate.model.link import Channel
from linkgate.pages.pieces import button, hidden, joined, paragraph
from linkgate.pages.replies import redirect
from linkgate.usecases.authentication import REASON_LIMIT
from linkgate.usecases.delivery.suppression import LIFTABLE
from linkgate.usecases.staff.possible_acts import Act
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.usecases.staff.acting import Acted
    from linkgate.usecases.staff.link_view import LinkView
    from linkgate.wire.message import Reply

REASONS = ("other", "wrong_person", "asked", "mistake", "fraud")
"""Reasons for taking a link back, by name. Enter in the field above their buttons presses the first."""
_DAYS = (1, 7, 14, 30)
_NO_TYPED: Mapping[str, str] = {}


def act_page(  # noqa: PLR0913 - the parts of a form
    staff: Staff,
    view: LinkView,
    act: str,
    refusal: LinkError | None = None,
    typed: Mapping[str, str] = _NO_TYPED,
    *,
    alone: bool = False,
) -> Reply:
    """Render the form of an act, or why it is not possible now.

    `refusal` is the error of the try before, `typed` what that had in its fields, or the query of the first request.
    `alone` says that nobody else may approve the act, or has to.
    """
    reader, link = reader_of(staff), view.link
    title = reader.text(f"act.{act}.title")
    barrier = _barrier(view, act, typed)
    said = errors(paragraph(refusal_in_words(refusal, reader))) if refusal else ""
    about = Html("<p><bdi>{}</bdi> · <bdi>{}</bdi></p>").format(customer(link, reader), view.title)
    back = back_to(link.rid, reader)
    if barrier is not None:
        why = Html('<div class="box bad"><p>{}</p></div>').format(
            reader.text("act.impossible", why=refusal_in_words(barrier, reader))
        )
        return page(staff, "find", title, about, why, back, status=409)
    form = Html('<form method="post" action="{}">{}</form>').format(
        act_path(link, act), joined(*_FORMS[act](_Draft(view, typed, reader, alone=alone)))
    )
    status = 200 if refusal is None else 400
    return page(staff, "find", title, about, said, form, back, status=status)


def acted_reply(act: str, acted: Acted) -> Reply:
    """Lead to the page of the link after an act, which says what was done."""
    done = "unsent" if acted.unsent else "proposed" if acted.proposed else act
    return redirect(f"{HOME}/links/{acted.link.rid}?done={done}")


class _Draft:
    """A form that is being built: the link, what was typed before, and the language."""

    def __init__(self, view: LinkView, typed: Mapping[str, str], reader: Reader, *, alone: bool) -> None:
        self.view = view
        self.alone = alone
        self.typed = typed
        self.reader = reader

    def said(self, key: str, **values: object) -> Html:
        return paragraph(self.reader.text(key, **values))

    def text(self, name: str, kind: str = "text", *, long: bool = False, now: str | None = None) -> Html:
        """Return a field with its hint, and with what it would replace, if there is something."""
        hint = self.reader.text(f"field.{name}.hint")
        if now:
            hint = f"{self.reader.text('field.now', value=self.reader.address(now))} {hint}"
        words = self.reader.text(f"field.{name}"), hint
        return fields.text_field(name, words, self.typed.get(name, ""), REASON_LIMIT if long else 320, kind)

    def tick(self, name: str) -> Html:
        return fields.tick(name, self.reader.text(f"field.{name}"), ticked=bool(self.typed.get(name)))

    def choices(self, name: str, options: Iterable[tuple[str, str]], chosen: str) -> Html:
        """Return radio buttons."""
        return fields.radios(name, self.reader.text(f"field.{name}"), options, self.typed.get(name, chosen))


def _resend(draft: _Draft) -> Iterable[Html]:
    view, reader = draft.view, draft.reader
    yield draft.said("act.resend.says")
    known = [
        (channel.value, reader.text(f"message.{channel}", to=reader.address(view.link.address(channel))))
        for channel in Channel
        if view.link.address(channel) and channel not in view.bars
    ]
    yield draft.choices("channel", known, view.channel or "")
    yield draft.tick("earlier")
    yield draft.text("reason", long=True)
    yield button(reader.text("act.resend"))


def _extend(draft: _Draft) -> Iterable[Html]:
    view, reader = draft.view, draft.reader
    yield draft.said("act.extend.says", ends=reader.moment(view.link.expires_at))
    start = max(view.link.expires_at, view.now)
    ends = [end for days in _DAYS if (end := start + timedelta(days=days)) < view.latest]
    options = [(end.isoformat(), joined(moment(end, reader))) for end in ends]
    options.append((view.latest.isoformat(), joined(moment(view.latest, reader), " ", reader.text("act.extend.most"))))
    yield draft.choices("until", options, view.longer.isoformat())
    yield draft.tick("send")
    yield draft.text("reason", long=True)
    yield button(reader.text("act.extend"))


def _revoke(draft: _Draft) -> Iterable[Html]:
    reader = draft.reader
    yield draft.said("act.revoke.says")
    if draft.view.open_in:
        yield draft.said("act.revoke.open", count=draft.view.open_in)
    yield draft.text("reason", long=True)
    options = [(name, reader.text(f"why_revoked.{name}")) for name in REASONS]
    yield fields.presses("why", reader.text("act.revoke.because"), options, "stop")


def _send_anyway(draft: _Draft) -> Iterable[Html]:
    view, reader = draft.view, draft.reader
    channel = Channel(draft.typed["channel"])
    to = reader.address(view.link.address(channel))
    yield draft.said("barred", to=to, **reader.reason(view.bars[channel]))
    yield draft.said("act.unsuppress.says")
    yield hidden("channel", channel.value)
    yield draft.text("reason", long=True)
    yield button(reader.text("act.unsuppress", channel=reader.text(f"channel.{channel}")))


def _replace(draft: _Draft) -> Iterable[Html]:
    view, reader = draft.view, draft.reader
    yield draft.said("act.replace.says")
    if view.link.code:
        yield draft.said("act.replace.alone" if draft.alone else "act.replace.code")
    yield draft.text("email", "email", now=view.link.recipient.email)
    yield draft.text("phone", "tel", now=view.link.recipient.phone)
    yield draft.tick("sms_consent")
    yield draft.text("checked", long=True)
    yield button(reader.text("act.replace"))


def _reopen(draft: _Draft) -> Iterable[Html]:
    yield draft.said("act.reopen.says")
    yield draft.text("reason", long=True)
    yield button(draft.reader.text("act.reopen"))


_FORMS: Mapping[str, Callable[[_Draft], Iterable[Html]]] = {
    Act.RESEND: _resend,
    Act.EXTEND: _extend,
    Act.REVOKE: _revoke,
    Act.REPLACE: _replace,
    Act.REOPEN: _reopen,
    SEND_ANYWAY: _send_anyway,
}
ACTS = frozenset(_FORMS)
"""Names of the acts that have a page, as they stand in its path."""


def _barrier(view: LinkView, act: str, typed: Mapping[str, str]) -> LinkError | None:
    """Return the error that the act would raise now whatever was typed, or None."""
    if act != SEND_ANYWAY:
        return view.acts.get(Act(act))
    channel = typed.get("channel", "")
    if channel in view.bars and view.bars[Channel(channel)] in LIFTABLE:
        return view.link.closed(view.now)
    return InvalidRequest([])
