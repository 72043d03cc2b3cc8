"""Pages on which an administrator changes a form question by question, in a draft. Pure."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.fields import radios, text_field, tick
from linkgate.dialects.console.form_pages import changed_by, use_in_words
from linkgate.dialects.console.frame import HOME, errors, moment, page, reader_of, way_back
from linkgate.dialects.console.previews import with_frames
from linkgate.lazy_dataclass import dataclass
from linkgate.pages.pieces import box, button, button_link, hidden, joined, paragraph
from linkgate.texts import OFFERED
from linkgate.usecases.form_parts import control_of, properties, translated, word
from linkgate.usecases.form_steps import STEPS
from linkgate.usecases.staff.form_edits import (
    HINT_LIMIT,
    NEW_CONTROLS,
    TITLE_LIMIT,
    own_choices,
    pages_of,
)
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.ports.staff import KeptForm
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.staff.drafts import Change, Prospect, Worked
    from linkgate.wire.message import Reply

_NAME_LIMIT = 60
_VERSION = 8
_DONE = frozenset({"kept", "dropped", "taken"})


@dataclass(frozen=True, slots=True)
class Place:
    """A form's place in the console: its kind and id."""

    kind: str
    id: str

    def path(self, page: str = "", **query: str) -> str:
        """Return the path of a page of the form."""
        below = f"/{page}" if page else ""
        return f"{HOME}/setup/{self.kind}{below}?{urlencode({'id': self.id, **query})}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as a page shows it. `names` are those of people, `problem` says why something was refused."""

    place: Place
    worked: Worked
    names: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def editor_page(staff: Staff, shown: Shown, done: str | None = None) -> Reply:
    """Render the questions of a form's draft, or of what is live if there is none. `done` names what was done."""
    reader, place, worked, problem = reader_of(staff, shown.names), shown.place, shown.worked, shown.problem
    definition = worked.kept.definition
    said: list[Html] = [box("good", paragraph(reader.text(f"editor.{done}")))] if done in _DONE else []
    if problem or worked.faults:
        refused = paragraph(problem) if problem else ""
        said.append(errors(refused, _faults(worked, reader) if worked.faults else ""))
    acts = [
        button_link(place.path("editor/question"), reader.text("editor.add")),
        _draft_acts(place, worked, reader) if worked.draft else "",
    ]
    ways = [
        (place.path("form"), "editor.as_text"),
        (place.path("versions"), "editor.versions"),
    ]
    links = joined(*(Html('<li><a href="{}">{}</a></li>').format(path, reader.text(key)) for path, key in ways))
    return with_frames(
        page(
            staff,
            "setup",
            reader.text("form.title", title=definition.title),
            *said,
            _state(worked, reader),
            _list(place, worked, reader),
            *acts,
            Html('<ul class="list">{}</ul>').format(links),
            _frame(place.path("form/preview"), reader),
            way_back(place.path(), reader.text("form.back")),
            status=422 if problem else 200,
        )
    )


def question_page(staff: Staff, shown: Shown, name: str, typed: Mapping[str, str] | None = None) -> Reply:
    """Render a question, or with an empty name the form of a new one. `typed` is what was refused."""
    reader, place, worked, problem = reader_of(staff), shown.place, shown.worked, shown.problem
    part = properties(worked.schema).get(name, {})
    base = worked.kept.definition.locale or staff.tenant.locale
    values = typed if typed is not None else _values(part, name, worked.schema)
    fields = [
        hidden("id", place.id),
        hidden("seen", worked.seen),
        hidden("name", name),
        text_field("title", _words("title", reader), values.get("title", ""), TITLE_LIMIT),
        text_field("hint", _words("hint", reader), values.get("hint", ""), HINT_LIMIT),
    ]
    for language, own_name in OFFERED.items():
        if language != base.partition("-")[0]:
            words = reader.text("editor.title_in", language=own_name), reader.text("editor.title_in.hint")
            fields.append(text_field(f"title.{language}", words, values.get(f"title.{language}", ""), TITLE_LIMIT))
    fields.append(tick("required", reader.text("editor.required"), ticked=bool(values.get("required"))))
    if not name:
        options = [(control, reader.text(f"control.{control}")) for control in NEW_CONTROLS]
        fields.append(radios("control", reader.text("column.control"), options, values.get("control", "text")))
    if not name or own_choices(part) is not None:
        fields.append(_choices(values.get("choices", ""), reader))
    if not name:
        fields.append(
            text_field("question_name", _words("question_name", reader), values.get("question_name", ""), _NAME_LIMIT)
        )
    form = Html('<form method="post" action="{}/setup/{}/editor/question">{}{}</form>').format(
        HOME, place.kind, joined(*fields), button(reader.text("editor.save"))
    )
    title = (word(part, "title", staff.language) or name) if name else reader.text("editor.add")
    further = _page_form(place, worked, name, reader) if name and place.kind == "process" else ""
    said = errors(paragraph(problem)) if problem else ""
    kind = paragraph(_kind(part, reader)) if name else ""
    back = way_back(place.path("editor"), reader.text("editor.back"))
    return page(staff, "setup", title, said, kind, form, further, back, status=422 if problem else 200)


def live_page(staff: Staff, shown: Shown, found: Prospect) -> Reply:
    """Render what follows if a draft is put live."""
    reader, place, worked, problem = reader_of(staff, shown.names), shown.place, shown.worked, shown.problem
    live = worked.kept.definition.version or ""
    said: list[Html | str] = [errors(paragraph(problem))] if problem else []
    if worked.draft and worked.draft.base != live:
        said.append(box("bad", paragraph(reader.text("editor.other_live")), changed_by(worked.kept, reader)))
    said += [Html("<h2>{}</h2>").format(reader.text("editor.since")), _change(found.since, reader)]
    said += [Html("<h2>{}</h2>").format(reader.text("editor.open_links")), use_in_words(found.use, reader)]
    if found.use.versions - {live}:
        said += [paragraph(reader.text("editor.kept_versions")), _change(found.kept, reader)]
    form = Html('<form method="post" action="{}/setup/{}/live">{}{}{}{}</form>').format(
        HOME,
        place.kind,
        hidden("id", place.id),
        hidden("seen", worked.seen),
        hidden("live", live),
        button(reader.text("form.live")),
    )
    back = way_back(place.path("editor"), reader.text("editor.back"))
    title = reader.text("editor.live_title", title=worked.kept.definition.title)
    status = 409 if problem else 200
    return page(staff, "setup", title, *said, paragraph(reader.text("editor.live_says")), form, back, status=status)


def versions_page(
    staff: Staff, place: Place, kept: KeptForm, earlier: Sequence[KeptForm], names: Mapping[str, str]
) -> Reply:
    """Render the earlier versions of a form."""
    reader = reader_of(staff, names)
    rows = [_version(place, each, reader, live=each is kept) for each in (kept, *earlier)]
    listed = Html('<ul class="questions">{}</ul>').format(joined(*rows))
    back = way_back(place.path("editor"), reader.text("editor.back"))
    title = reader.text("editor.versions_title", title=kept.definition.title)
    return page(staff, "setup", title, paragraph(reader.text("editor.versions_says"), "small"), listed, back)


def version_page(staff: Staff, shown: Shown, version: str, change: Change, questions: Html | str) -> Reply:
    """Render an earlier version: its questions, what it changes against what is live, and how it looks."""
    reader, place, worked = reader_of(staff), shown.place, shown.worked
    fields = joined(hidden("id", place.id), hidden("seen", worked.seen), hidden("version", version))
    take = Html('<form class="press" method="post" action="{}/setup/{}/version">{}{}</form>').format(
        HOME, place.kind, fields, button(reader.text("editor.take"))
    )
    warn = paragraph(reader.text("editor.take_over")) if worked.draft else ""
    return with_frames(
        page(
            staff,
            "setup",
            reader.text("editor.version_title", version=version[:_VERSION], title=worked.kept.definition.title),
            questions,
            Html("<h2>{}</h2>").format(reader.text("editor.against_live")),
            _change(change, reader),
            warn,
            take,
            _try(place, version, reader),
            _frame(place.path("form/preview", version=version), reader),
            way_back(place.path("versions"), reader.text("editor.versions_back")),
        )
    )


def _state(worked: Worked, reader: Reader) -> Html:
    """Say whether what is shown is a draft, and whose."""
    if worked.draft is None:
        return joined(paragraph(reader.text("editor.no_draft"), "small"), changed_by(worked.kept, reader))
    who = Html("<p>{} {}</p>").format(
        reader.text("editor.draft", who=reader.name(worked.draft.by)), moment(worked.draft.at, reader)
    )
    live = worked.kept.definition.version or ""
    other = box("bad", paragraph(reader.text("editor.other_live"))) if worked.draft.base != live else ""
    return joined(who, other)


def _faults(worked: Worked, reader: Reader) -> Html:
    rows = [Html("<li><code>{}</code> {}</li>").format(pointer or "/", sentence) for pointer, sentence in worked.faults]
    return joined(paragraph(reader.text("editor.faults")), Html('<ul lang="en">{}</ul>').format(joined(*rows)))


def _list(place: Place, worked: Worked, reader: Reader) -> Html:
    """Return the questions by page, each with the buttons that move and remove it."""
    schema, found = worked.schema, pages_of(worked.schema)
    paged = STEPS in schema
    if not properties(schema):
        return paragraph(reader.text("editor.nothing"))
    parts = []
    for number, (title, names) in enumerate(found):
        rows = joined(*(_row(place, schema, name, reader) for name in names))
        head = _page_head(number, title, len(found), reader) if paged and title else ""
        parts.append(Html('{}<ol class="questions">{}</ol>').format(head, rows))
    return Html('<form method="post" action="{}/setup/{}/editor">{}{}{}</form>').format(
        HOME, place.kind, hidden("id", place.id), hidden("seen", worked.seen), joined(*parts)
    )


def _row(place: Place, schema: Schema, name: str, reader: Reader) -> Html:
    part = properties(schema)[name]
    title = word(part, "title", reader.language) or name
    required = schema.get("required")
    must = isinstance(required, list) and name in required
    facts = [_kind(part, reader), *([reader.text("setup.required")] if must else [])]
    choices = own_choices(part)
    if choices:
        facts.append(", ".join(choices[:5]) + (" …" if len(choices) > 5 else ""))  # noqa: PLR2004 - as many as fit
    buttons = [
        Html('<button class="plain" name="do" value="{}:{}" aria-label="{}">{}</button>').format(
            act, name, reader.text(f"editor.{act}.of", title=title), reader.text(f"editor.{act}")
        )
        for act in ("up", "down", "remove")
    ]
    return Html('<li><a href="{}">{}</a><span class="hint">{}</span>{}</li>').format(
        place.path("editor/question", name=name), title, " · ".join(facts), Html(" ").join(buttons)
    )


def _page_head(number: int, title: str, pages: int, reader: Reader) -> Html:
    join = "editor.join" if number else "editor.join_next" if pages > 1 else "editor.join_none"
    return Html(
        '<h2>{}</h2><p><label for="page-{}" class="hint">{}</label><input type="text" id="page-{}" name="page.{}"'
        ' value="{}" maxlength="{}" autocomplete="off"></p><p>{} {}</p>'
    ).format(
        reader.text("editor.page", number=number + 1),
        number,
        reader.text("editor.page_title"),
        number,
        number,
        title,
        TITLE_LIMIT,
        Html('<button class="plain" name="do" value="rename:{}">{}</button>').format(
            number, reader.text("editor.rename", number=number + 1)
        ),
        Html('<button class="plain" name="do" value="join:{}">{}</button>').format(
            number, reader.text(join, number=number + 1)
        ),
    )


def _draft_acts(place: Place, worked: Worked, reader: Reader) -> Html:
    draft = worked.draft
    live = button_link(place.path("live"), reader.text("editor.put_live")) if not worked.faults else ""
    trial = _try(place, "draft", reader) if not worked.faults else ""
    drop = Html('<form class="press" method="post" action="{}/setup/{}/editor">{}{}{}</form>').format(
        HOME,
        place.kind,
        hidden("id", place.id),
        hidden("seen", draft.version if draft else ""),
        button(reader.text("editor.drop"), "plain", name="do", value="drop:"),
    )
    return joined(live, trial, drop)


def _try(place: Place, version: str, reader: Reader) -> Html:
    """Return the button that makes a test link, which another function of the console does."""
    fields = joined(hidden("kind", place.kind), hidden("id", place.id), hidden("version", version))
    return Html('<form class="press" method="post" action="{}/trials">{}{}</form><p class="small">{}</p>').format(
        HOME, fields, button(reader.text("editor.try"), "second"), reader.text("editor.try_says")
    )


def _page_form(place: Place, worked: Worked, name: str, reader: Reader) -> Html:
    return Html('<h2>{}</h2><form method="post" action="{}/setup/{}/editor">{}{}{}{}</form>').format(
        reader.text("editor.begin"),
        HOME,
        place.kind,
        hidden("id", place.id),
        hidden("seen", worked.seen),
        text_field("page_title", _words("page_title", reader), "", TITLE_LIMIT),
        button(reader.text("editor.begin_here"), "second", name="do", value=f"begin:{name}"),
    )


def _change(change: Change, reader: Reader) -> Html:
    """Name the questions that a form changes for those who answer."""
    kinds = (
        ("removed", change.removed),
        ("required", change.required),
        ("others", change.others),
        ("added", change.added),
    )
    rows = [
        Html("<li><strong>{}</strong> {}</li>").format(reader.text(f"editor.change.{kind}"), ", ".join(titles))
        for kind, titles in kinds
        if titles
    ]
    return Html("<ul>{}</ul>").format(joined(*rows)) if rows else paragraph(reader.text("editor.change.none"))


def _version(place: Place, kept: KeptForm, reader: Reader, *, live: bool) -> Html:
    version = kept.definition.version or ""
    name = reader.text("editor.version", version=version[:_VERSION])
    link = Html('<a href="{}">{}</a>').format(place.path("version", version=version), name) if version else name
    when = changed_by(kept, reader) if kept.by else _at(kept, reader)
    return Html("<li>{}{}{}</li>").format(link, f" · {reader.text('editor.is_live')}" if live else "", when)


def _at(kept: KeptForm, reader: Reader) -> Html | str:
    if not kept.at:
        return ""
    return Html("<p>{} {}</p>").format(reader.text("editor.by_operator"), moment(kept.at, reader))


def _values(part: Schema, name: str, schema: Schema) -> dict[str, str]:
    required = schema.get("required")
    values = {"title": str(part.get("title") or name), "hint": str(part.get("description") or "")}
    for language in OFFERED:
        own = translated(part, "title", "", language)
        values[f"title.{language}"] = own if isinstance(own, str) else ""
    if isinstance(required, list) and name in required:
        values["required"] = "on"
    return {**values, "choices": "\n".join(own_choices(part) or [])}


def _choices(value: str, reader: Reader) -> Html:
    return Html(
        '<div class="field"><label for="choices">{}</label><span class="hint" id="choices-hint">{}</span>'
        '<textarea id="choices" name="choices" rows="6" aria-describedby="choices-hint">{}</textarea></div>'
    ).format(reader.text("editor.choices"), reader.text("editor.choices.hint"), "\n" + value)


def _kind(part: Schema, reader: Reader) -> str:
    key = f"control.{control_of(part)}"
    return reader.text(key if reader.has(key) else "control.none")


def _words(name: str, reader: Reader) -> tuple[str, str]:
    return reader.text(f"editor.{name}"), reader.text(f"editor.{name}.hint")


def _frame(path: str, reader: Reader) -> Html:
    return Html('<h2>{0}</h2><iframe class="mail" sandbox title="{0}" src="{1}"></iframe>').format(
        reader.text("brand.preview"), path
    )
