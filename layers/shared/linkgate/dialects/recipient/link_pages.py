"""Pages behind a link, one for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.drafts import SEEN, seen_with
from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import Field, fields_of, flat, groups_of
from linkgate.dialects.recipient.file_parts import CHOOSE, upload_faults, upload_words
from linkgate.dialects.recipient.form_state import rules_json, state_of
from linkgate.dialects.recipient.forms import FilledIn, answer_shown, data_shown, form_fields, summary
from linkgate.dialects.recipient.group_parts import ADD, REMOVE, default_button
from linkgate.dialects.recipient.labels import labelled
from linkgate.dialects.recipient.live_parts import presence
from linkgate.lazy_dataclass import dataclass, replace
from linkgate.model.kinds import KINDS
from linkgate.model.link import Kind
from linkgate.pages.form_script import FORM_SCRIPT
from linkgate.pages.frame import Frame, page
from linkgate.pages.live_scripts import live_script
from linkgate.pages.pieces import box, button, description_list, hidden, joined, paragraph
from linkgate.usecases.definitions import schema_of, translated_title
from linkgate.usecases.form_steps import STEPS
from linkgate.usecases.visits.fields import assembled
from linkgate.usecases.visits.role_rights import is_restricted
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linkgate.errors import Problem
    from linkgate.pages.frame import Brand
    from linkgate.usecases.form_parts import Schema
    from linkgate.usecases.visits.fields import Written
    from linkgate.usecases.visits.viewing import View
    from linkgate.wire.message import Reply

SAVE_STATES = (
    "saving",
    "saved",
    "retry",
    "offline",
    "over",
    "choose",
    "long",
    "clash",
    "mine",
    "theirs",
)
"""Words that the script needs while it saves a draft."""

PRESET = "preset"
"""Name of a hidden field of a form that was shown with a score from the message."""
CONFIRMED = "confirmed"
"""Name of the box by which a person confirms the data. It is no JSON Pointer, so it is not a field of the data."""


def thing_page(brand: Brand, view: View, entered: Entered) -> Reply:
    """Render the page that the link opens."""
    if view.link.submitted_at:
        from linkgate.dialects.recipient.receipt_pages import receipt_page

        return receipt_page(brand, view)
    return PAGES[view.link.kind](brand, view, entered)


@dataclass(frozen=True, slots=True)
class Entered:
    """State of a form that a person is filling in."""

    texts: Mapping[str, Sequence[str]] | None = None
    """Submitted texts that were refused."""
    problems: Sequence[Problem] = ()
    score: str = ""
    """Score chosen in the message, or on the page before."""
    own: bool = False
    """True if a person chose it on that page, and not only followed a link."""
    saved: bool = False
    """True if a draft has just been saved."""
    step: str = ""
    """Step of the form, by its number or as `review`. Empty for the one at which the reader goes on."""
    further: bool = False
    """True if the answers opened further questions in this step."""


def form_page(brand: Brand, view: View, entered: Entered) -> Reply:
    """Render a form or survey with the submitted texts, or else the draft, or else the data of the link."""
    if STEPS in view.schema:
        from linkgate.dialects.recipient.step_pages import step_page

        return step_page(brand, view, entered)
    brand = replace(brand, role=view.role)
    reviewed = KINDS[view.link.kind].reviewed
    prefilled = view.data if reviewed else {}
    state = state_of(view, brand.language, prefilled, entered.texts)
    fields, texts, preset = state.fields, state.texts, PRESET in state.texts
    if entered.texts is None:
        texts = _preselected(fields, state.kept, entered.score)
        preset = texts != state.kept and not entered.own
    text = "form.checked" if reviewed else "form.my_answers"
    confirming = (confirmation(brand, text),) if view.may_submit and (reviewed or preset) else ()
    asked = (*fields, *confirming)
    faults = upload_faults(flat(fields), texts, brand) | faults_of(asked, entered.problems, brand)
    filled = FilledIn(texts, faults, assembled(prefilled, view.fields) or {})
    rules = rules_json(state, fields)
    editable = any(field.control != "shown" for field in flat(fields))
    content = [
        box("good", paragraph(brand.text("form.saved"))) if entered.saved else "",
        summary(asked, faults, brand),
        about(brand, view),
        until(brand, view),
        paragraph(brand.text("form.required"), "small") if any(field.required for field in flat(asked)) else "",
        "" if "properties" in view.schema else _given(brand, prefilled),
        filled_form(
            view.link.rid,
            "submit",
            joined(
                form_fields(fields, filled, brand),
                hidden(PRESET, "true") if preset else "",
                form_fields(confirming, filled, brand),
                save_state(brand, view, promise=editable) if fields else "",
                upload_words(flat(fields), brand),
                _buttons(brand, view, editable=editable, asked=bool(fields)),
            ),
            seen=seen_with(fields, filled.texts if entered.texts is None else None, view.fields) if fields else None,
            unsaved=entered.texts is not None,
            rules=rules,
        ),
    ]
    return page(
        brand, title_of(brand, view), presence_in(brand, view), *content, frame=frame_of(view, entered, rules, fields)
    )


def frame_of(view: View, entered: Entered, rules: str | None, fields: Sequence[Field]) -> Frame:
    """Return the frame of a page on which a form is filled in, with the scripts that it needs."""
    live = tuple(map(live_script, ("live", "cobrowse"))) if view.live_url else ()
    grouped = (live_script("groups"),) if groups_of(fields) else ()
    sending = (live_script("upload"),) if any(field.control == "file" for field in flat(fields)) else ()
    shared = (live_script("shared"),) if _is_shared(view) else ()
    scripts = (FORM_SCRIPT, *((live_script("conditions"),) if rules else ()), *grouped, *sending, *shared, *live)
    return Frame(
        422 if entered.problems else 200,
        f"/v/{view.link.rid}" if entered.problems else "",
        scripts=scripts,
        uploads=view.uploads_origin if sending else "",
        sockets=(view.live_url,) if view.live_url else (),
        files=view.files_origin,
        wrong=bool(entered.problems),
        form="fill",
    )


def _is_shared(view: View) -> bool:
    """Tell whether the form has questions that not every role may see or answer."""
    return is_restricted(schema_of(view.definition))


def presence_in(
    brand: Brand, view: View, steps: Sequence[tuple[int, str, Sequence[str]]] = (), *, follows: bool = True
) -> Html:
    """Return the place that says who else has the form open, if it has a live channel."""
    return presence(brand, view.link.rid, steps, follows=follows) if view.live_url else Html("")


def saved_page(brand: Brand, rid: str, unsaved: Sequence[tuple[str, Html]] = ()) -> Reply:
    """Say that a draft was saved after its visit, and lead back to the link.

    `unsaved` has the questions that have newer answers, each with what was typed.
    """
    title, lost = "over.unsaved" if unsaved else "over.saved", Html("")
    if unsaved:
        lost = box("bad", joined(paragraph(brand.text("over.unsaved.text")), description_list(unsaved)))
    content = (lost, paragraph(brand.text("over.saved.text")), open_again(brand, rid))
    return page(brand, brand.text(title), *content, frame=Frame(409 if unsaved else 200))


def unsaved_in(
    form: Mapping[str, Sequence[str]], changed: Sequence[Written], schema: Schema, brand: Brand
) -> list[tuple[str, Html]]:
    """Return the questions whose answers were not saved, with what was typed, for `saved_page`."""
    named = {field.pointer: (label, field) for label, field in labelled(fields_of(schema, brand.language))}
    found = []
    for each in changed:
        label, field = named.get(each.pointer, (each.pointer.rpartition("/")[2], None))
        texts = [text for text in form.get(each.pointer, ()) if text.strip()]
        typed = answer_shown(field, texts, {}, brand) if field else Html("{}").format(", ".join(texts))
        found.append((label, typed or brand.text("review.none")))
    return found


def open_again(brand: Brand, rid: str) -> Html:
    """Return a button that leads back to the link's landing page."""
    return Html('<p><a class="button" href="/l/{}">{}</a></p>').format(rid, brand.text("over.open"))


def filled_form(rid: str, action: str, content: Html, *, seen: str | None, unsaved: bool, rules: str | None) -> Html:  # noqa: PLR0913 - all that it has
    """Return the form that a reader fills in. `seen` says what each field was shown with, None if there is none."""
    return Html('<form id="fill" method="post" action="/v/{}/{}" novalidate{}{}>{}{}{}{}</form>').format(
        rid,
        action,
        Html(" data-unsaved") if unsaved else "",
        Html(' data-rules="{}"').format(rules) if rules else "",
        hidden("rid", rid),
        hidden(SEEN, seen) if seen else "",
        default_button() if any(f'value="{go}' in content for go in (ADD, REMOVE, CHOOSE)) else "",
        content,
    )


def _buttons(brand: Brand, view: View, *, editable: bool, asked: bool) -> Html:
    """Return the buttons of a form that is one page. Whoever may not send it is told so."""
    rid, save = view.link.rid, Html("")
    if editable and KINDS[view.link.kind].reviewed:
        save = button(brand.text("form.save"), "second" if view.may_submit else "", formaction=f"/v/{rid}/draft")
    send = button(brand.text("form.submit" if asked else "form.confirm"))
    if not view.may_submit:
        send = paragraph(brand.text("form.not_submitter" if editable else "form.looks_on"))
    return joined(send, save)


def save_state(brand: Brand, view: View, *, promise: bool) -> Html:
    """Return the line in which the script says what was saved, with its words."""
    words = joined(
        *(
            Html(' data-{}="{}"').format(state, brand.text(f"save.{state}", time="{time}", value="{value}"))
            for state in (*SAVE_STATES, *(("given",) if _is_shared(view) else ()))
        )
    )
    return Html(
        '<p class="small" id="save-hint" hidden><span id="save-promise">{}</span> '
        '<strong id="save-state" role="status"{}></strong></p>'
    ).format(brand.text("form.autosave") if promise else "", words)


def confirmation(brand: Brand, text: str) -> Field:
    """Return a box that robots which press every button do not tick, so that only people can submit."""
    return Field(CONFIRMED, "agree", brand.text(text), required=True)


def _preselected(
    fields: Sequence[Field], texts: Mapping[str, Sequence[str]], score: str
) -> Mapping[str, Sequence[str]]:
    """Preselect the score chosen in the message, on the first scale that has it, if there is no answer yet."""
    for field in flat(fields):
        if field.control == "scale" and any(option.key == score for option in field.options):
            return texts if field.pointer in texts else {**texts, field.pointer: [score]}
    return texts


def title_of(brand: Brand, view: View) -> str:
    """Return the title of what the link leads to."""
    if view.definition is None:
        return brand.text(f"what.{view.link.kind}")
    return translated_title(view.definition, brand.language)


def about(brand: Brand, view: View) -> Html:
    """Return the reader's role, the agent that a survey is about, and what there is to read."""
    agent = view.link.reference if KINDS[view.link.kind].reference == "agent" else None
    role = paragraph(brand.text("form.role", role=view.role)) if view.role else ""
    asked = paragraph(brand.text("form.agent", agent=agent)) if agent else ""
    return joined(role, asked, attached(brand, view))


def attached(brand: Brand, view: View) -> Html:
    """Return the files that the owner attached to the link, such as terms to read before sending."""
    if view.documents is None or not view.documents.files:
        return Html("")
    from linkgate.dialects.recipient.document_pages import attachments

    return attachments(brand, view.link.rid, view.documents.files)


def until(brand: Brand, view: View) -> Html:
    """Return the time until which the link works."""
    return paragraph(brand.text("until", time=brand.time(view.link.expires_at)), "small")


def _given(brand: Brand, data: Mapping[str, object]) -> Html:
    """Return the prefilled data of a process that asks only for a confirmation."""
    shown = data_shown(data, brand)
    return joined(Html("<h2>{}</h2>").format(brand.text("form.given")), shown) if shown else shown


def _resource_page(brand: Brand, view: View, _entered: Entered) -> Reply:
    from linkgate.dialects.recipient.document_pages import resource_page

    return resource_page(brand, view, title_of(brand, view))


def _session_page(brand: Brand, view: View, entered: Entered) -> Reply:
    from linkgate.dialects.recipient.session_pages import session_page

    return session_page(brand, view, entered.texts, entered.problems)


PAGES: Mapping[Kind, Callable[[Brand, View, Entered], Reply]] = {
    Kind.PROCESS: form_page,
    Kind.RESOURCE: _resource_page,
    Kind.SURVEY: form_page,
    Kind.SESSION: _session_page,
}
"""Page of each kind of link, until it is submitted. A desk has an address of its own."""
