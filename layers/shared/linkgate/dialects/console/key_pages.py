"""Pages of callers' keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.fields import radios, text_field, tick, ticks
from linkgate.dialects.console.frame import HOME, back_to_setup, errors, moment, page, reader_of, way_back
from linkgate.dialects.console.tables import Cell, table
from linkgate.model.caller_keys import DEFAULT_SCOPES, DIALECTS, NAME_LIMIT, SCOPES
from linkgate.pages.pieces import box, button, button_link, joined, paragraph
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.model.proposal import Proposal
    from linkgate.model.tenant import Credential
    from linkgate.usecases.staff.keys import KeyState, MadeKey
    from linkgate.wire.message import Reply

KEYS = f"{HOME}/setup/keys"
ENDS = (30, 90, 365)
"""Days until a key ends, from which its maker chooses."""

_COLUMNS = ("key", "dialect", "scopes", "made", "used", "ends")
_DONE = frozenset({"ended", "proposed"})
_ID_SHOWN = 8
_NO_TYPED: Mapping[str, str] = {}


def keys_page(
    staff: Staff, states: Sequence[KeyState], approved: Sequence[Proposal], now: datetime, done: str | None = None
) -> Reply:
    """Render all keys. `approved` are the person's own requests that somebody else approved."""
    reader = reader_of(staff)
    said = box("good", paragraph(reader.text(f"keys.{done}"))) if done in _DONE else ""
    rows = [_row(each, now, reader) for each in states]
    names = [reader.text(f"column.{name}") for name in _COLUMNS]
    listed = table(reader.text("setup.keys"), names, rows) if rows else paragraph(reader.text("keys.none"))
    add = button_link(f"{KEYS}/new", reader.text("keys.make"))
    return page(
        staff,
        "setup",
        reader.text("setup.keys"),
        said,
        *(_approved(each, reader) for each in approved),
        paragraph(reader.text("keys.lead"), "small"),
        listed,
        add,
        back_to_setup(reader),
    )


def key_page(staff: Staff, credential: Credential, now: datetime, problem: str = "") -> Reply:
    """Render a key, with what can be done about it."""
    reader, ended = reader_of(staff), credential.has_ended(now)
    about = Html("<p>{}</p><p>{}</p>").format(
        joined(_dialect(credential.dialect, reader), " · ", reader.text("keys.id", id=credential.id)),
        ", ".join(sorted(credential.scopes)),
    )
    parts: list[Html] = []
    if credential.replaced_by:
        other = Html('<a href="{}/{}">{}</a>').format(KEYS, credential.replaced_by, reader.text("keys.newer"))
        parts.append(Html("<p>{} {}</p>").format(reader.text("keys.replaced"), other))
    if credential.expires_at:
        words = reader.text("keys.has_ended" if ended else "keys.ends")
        parts.append(Html("<p>{} {}</p>").format(words, moment(credential.expires_at, reader)))
    if not ended and not credential.replaced_by:
        parts.append(_rotation(credential, reader))
    if not ended:
        parts.append(_end(credential, reader))
    return page(
        staff, "setup", name_of(credential), _problem(problem), about, *parts, _back(reader), status=_status(problem)
    )


def new_key_page(staff: Staff, problem: str = "", typed: Mapping[str, str] = _NO_TYPED) -> Reply:
    """Render the form of a new key."""
    reader = reader_of(staff)
    scopes = [(f"scope.{scope}", scope) for scope in SCOPES]
    needs = " · ".join(
        reader.text("keys.needs", dialect=_dialect(name, reader), scopes=", ".join(DEFAULT_SCOPES[name]))
        for name in DIALECTS
    )
    dialects = [(name, _dialect(name, reader)) for name in DIALECTS]
    fields = joined(
        _text("name", typed, reader, NAME_LIMIT),
        radios("dialect", reader.text("field.key_dialect"), dialects, typed.get("dialect", "manage")),
        ticks(reader.text("field.key_scopes"), f"{reader.text('field.key_scopes.hint')} {needs}", scopes, typed),
        _text("user", typed, reader, 100),
        radios("days", reader.text("field.key_days"), _ends(reader), typed.get("days", "")),
        tick("test", reader.text("field.key_test"), ticked=bool(typed.get("test"))),
        button(reader.text("keys.make")),
    )
    form = Html('<form method="post" action="{}">{}</form>').format(KEYS, fields)
    title = reader.text("keys.make")
    return page(staff, "setup", title, _problem(problem), form, _back(reader), status=_status(problem))


def made_key_page(staff: Staff, made: MadeKey) -> Reply:
    """Render a key that was just made. It is shown once."""
    reader = reader_of(staff)
    shown = Html('<p class="wide"><code>{}</code></p>').format(made.secret)
    ends = (
        Html("<p>{} {}</p>").format(reader.text("keys.old_ends"), moment(made.old_ends, reader))
        if made.old_ends
        else ""
    )
    go = button_link(KEYS, reader.text("keys.kept"))
    said = box("good", paragraph(reader.text("keys.made")))
    return page(staff, "setup", name_of(made.credential), said, paragraph(reader.text("keys.once")), shown, ends, go)


def name_of(credential: Credential) -> str:
    """Return a key's name, or the beginning of its id."""
    return credential.name or credential.id[:_ID_SHOWN]


def _row(state: KeyState, now: datetime, reader: Reader) -> list[Cell]:
    key = state.credential
    name = Html('<a href="{}/{}"><bdi>{}</bdi></a>{}').format(
        KEYS, key.id, name_of(key), joined(" · ", reader.text("keys.test")) if key.test else ""
    )
    ends = moment(key.expires_at, reader) if key.expires_at else reader.text("keys.never_ends")
    return [
        Cell(name),
        Cell(_dialect(key.dialect, reader)),
        Cell(", ".join(sorted(key.scopes))),
        Cell(moment(key.created_at, reader) if key.created_at else ""),
        Cell(state.last_used.isoformat() if state.last_used else reader.text("keys.not_used")),
        Cell(joined(reader.text("keys.has_ended"), " ", ends), "lost") if key.has_ended(now) else Cell(ends),
    ]


def _approved(proposal: Proposal, reader: Reader) -> Html:
    take = Html('<form method="post" action="{}/approved/{}">{}</form>').format(
        KEYS, proposal.id, button(reader.text("keys.take"))
    )
    return box("", paragraph(reader.text("keys.approved", name=proposal.about["key"])), take)


def _rotation(credential: Credential, reader: Reader) -> Html:
    user = _text("user", {}, reader, 100) if credential.dialect == "digidesk" else ""
    return Html('<h2>{}</h2><p>{}</p><form method="post" action="{}/{}/rotate">{}{}</form>').format(
        reader.text("keys.rotate"),
        reader.text("keys.rotate.says"),
        KEYS,
        credential.id,
        user,
        button(reader.text("keys.rotate"), "second"),
    )


def _end(credential: Credential, reader: Reader) -> Html:
    return Html('<h2>{}</h2><p>{}</p><form method="post" action="{}/{}/end">{}</form>').format(
        reader.text("keys.end"),
        reader.text("keys.end.says"),
        KEYS,
        credential.id,
        button(reader.text("keys.end"), "stop"),
    )


def _text(name: str, typed: Mapping[str, str], reader: Reader, most: int) -> Html:
    words = reader.text(f"field.key_{name}"), reader.text(f"field.key_{name}.hint")
    return text_field(name, words, typed.get(name, ""), most)


def _ends(reader: Reader) -> list[tuple[str, str]]:
    return [("", reader.text("keys.never_ends")), *((str(days), reader.counted("keys.days", days)) for days in ENDS)]


def _dialect(name: str, reader: Reader) -> str:
    return reader.text(f"dialect.{name}")


def _problem(words: str) -> Html | str:
    return errors(paragraph(words)) if words else ""


def _status(problem: str) -> int:
    return 422 if problem else 200


def _back(reader: Reader) -> Html:
    return way_back(KEYS, reader.text("keys.back"))
