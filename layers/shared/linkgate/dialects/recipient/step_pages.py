"""Forms of several pages: a page for each step, and one that lists all answers before they are sent."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from linkgate.dialects.recipient.drafts import SEEN, seen_with, stored_versions
from linkgate.dialects.recipient.field_faults import faults_of
from linkgate.dialects.recipient.fields import LOCALE, flat, groups_of
from linkgate.dialects.recipient.file_parts import upload_faults, upload_words
from linkgate.dialects.recipient.form_state import rules_json, state_of
from linkgate.dialects.recipient.forms import FilledIn, answer_shown, first_id, form_fields, summary
from linkgate.dialects.recipient.labels import labelled
from linkgate.dialects.recipient.link_pages import (
    about,
    confirmation,
    filled_form,
    frame_of,
    presence_in,
    save_state,
    title_of,
    until,
)
from linkgate.dialects.recipient.signature_parts import signature_control
from linkgate.lazy_dataclass import dataclass
from linkgate.pages.frame import Frame, page
from linkgate.pages.live_scripts import live_script
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.usecases.form_parts import word
from linkgate.usecases.form_signatures import may_draw
from linkgate.usecases.form_steps import steps_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.dialects.recipient.form_state import FormState
    from linkgate.dialects.recipient.link_pages import Entered
    from linkgate.pages.frame import Brand
    from linkgate.usecases.form_steps import Step
    from linkgate.usecases.visits.viewing import View
    from linkgate.wire.message import Reply

REVIEW = "review"
"""Name of the page that lists all answers, in place of a step's number."""
STEP = "s"
"""Name of the step in the query of a page, and of the hidden field that says which step was posted."""
GO = "go"
"""Name of the buttons of a step."""


@dataclass(frozen=True, slots=True)
class StepOnPage:
    """A step with its fields, of which at least one is asked."""

    step: Step
    title: str
    fields: tuple[Field, ...]
    labels: Mapping[str, str]
    """Labels of its questions by their pointers, where they are listed."""


def asked_steps(state: FormState, view: View, language: str) -> list[StepOnPage]:
    """Return the steps in which something is asked. The others are passed over."""
    fields = {field.pointer: field for field in state.fields}
    found = []
    for step in steps_of(view.schema):
        own = tuple(fields[pointer] for pointer in step.pointers if pointer in fields)
        if any(map(_is_asked, own)):
            labels = {field.pointer: label for label, field in labelled(own)}
            found.append(StepOnPage(step, word(step.words, "title", language), own, labels))
    return found


def after(view: View, number: int) -> str:
    """Return the step that follows one, or the review."""
    steps = asked_steps(state_of(view, "", view.data), view, "")
    return next((str(each.step.number) for each in steps if each.step.number > number), REVIEW)


def before(view: View, number: int) -> str:
    """Return the step before one, or the first."""
    steps = asked_steps(state_of(view, "", view.data), view, "")
    earlier = [each.step.number for each in steps if each.step.number < number]
    return str(earlier[-1] if earlier else number)


def opened_by(view: View, number: int, shown: Sequence[str]) -> list[str]:
    """Return the pointers of what a step asks now and its page did not ask."""
    steps = asked_steps(state_of(view, "", view.data), view, "")
    asked = [pointer for each in steps if each.step.number == number for pointer in _conditional(each.fields)]
    return [pointer for pointer in asked if pointer not in shown]


def step_page(brand: Brand, view: View, entered: Entered) -> Reply:
    """Render a step, or the review."""
    brand = dataclasses.replace(brand, role=view.role)
    state = state_of(view, brand.language, view.data, entered.texts)
    steps = asked_steps(state, view, brand.language)
    chosen = next((each for each in steps if str(each.step.number) == entered.step), None)
    if chosen is None and entered.step != REVIEW:
        chosen = _unfinished(state, steps, begun=bool(view.fields) or view.draft is not None)
    if chosen is None:
        return _review_page(brand, view, state, steps, entered)
    return _step_page(brand, view, state, steps, chosen, entered)


def _step_page(  # noqa: PLR0913, PLR0917 - all that the page shows
    brand: Brand, view: View, state: FormState, steps: Sequence[StepOnPage], chosen: StepOnPage, entered: Entered
) -> Reply:
    fields, number = chosen.fields, str(chosen.step.number)
    faults = upload_faults(flat(fields), state.texts, brand) | faults_of(fields, entered.problems, brand)
    rules = rules_json(state, fields)
    editable = any(field.control != "shown" for field in _questions(fields))
    buttons = [button(brand.text("step.next"), name=GO, value="next")]
    if chosen is not steps[0]:
        buttons.append(button(brand.text("step.back"), "second", name=GO, value="back"))
    if editable:
        buttons.append(button(brand.text("form.save"), "second", name=GO, value="save"))
    form = filled_form(
        view.link.rid,
        "step",
        joined(
            hidden(STEP, number),
            hidden(LOCALE, brand.language),
            form_fields(fields, FilledIn(state.texts, faults, state.known), brand),
            save_state(brand, view, promise=editable),
            upload_words(flat(fields), brand),
            *buttons,
        ),
        seen=seen_with(fields, None if entered.texts is not None else state.texts, view.fields),
        unsaved=entered.texts is not None,
        rules=rules,
    )
    place = brand.text("step.place", number=steps.index(chosen) + 1, of=len(steps))
    frame = dataclasses.replace(
        frame_of(view, entered, rules, fields),
        caption=Html("<bdi>{}</bdi> · {}").format(title_of(brand, view), place),
        within=title_of(brand, view),
        # Whoever comes back by the browser's Back finds this step, and not the one at which to go on.
        here=f"/v/{view.link.rid}?{STEP}={number}" if entered.problems or entered.step != number else "",
    )
    return page(
        brand,
        chosen.title,
        presence_in(brand, view, [(each.step.number, each.title, each.step.pointers) for each in steps]),
        box("good", paragraph(brand.text("form.saved"))) if entered.saved else "",
        box("", paragraph(brand.text("step.further"))) if entered.further else "",
        summary(fields, faults, brand),
        about(brand, view),
        paragraph(brand.text("form.required"), "small") if any(each.required for each in _questions(fields)) else "",
        form,
        until(brand, view),
        frame=frame,
    )


def _review_page(brand: Brand, view: View, state: FormState, steps: Sequence[StepOnPage], entered: Entered) -> Reply:
    confirming: tuple[Field, ...] = ()
    if view.may_submit and not view.fields and view.draft is None:
        confirming = (confirmation(brand, "form.checked"),)
    every = (*state.fields, *confirming)
    signatures = [field for field in state.fields if field.control == "signature" and field.asked is not False]
    faults = upload_faults(flat(every), state.texts, brand) | faults_of(every, entered.problems, brand)
    sections = [_section(brand, state, each, faults) for each in steps]
    signing = [_signature(brand, view, state, field, faults) for field in signatures] if view.may_submit else []
    send = button(brand.text("form.submit")) if view.may_submit else paragraph(brand.text("form.not_submitter"))
    form = Html('<form method="post" action="/v/{}/submit" novalidate>{}{}{}{}{}{}</form>').format(
        view.link.rid,
        hidden("rid", view.link.rid),
        hidden(REVIEW, "true"),
        hidden(SEEN, json.dumps(stored_versions(view.fields), separators=(",", ":"))),
        form_fields(confirming, FilledIn({}, faults), brand),
        joined(*signing),
        send,
    )
    last = steps[-1].step.number if steps else 1
    back = Html('<p><a href="?{}={}">{}</a></p>').format(STEP, last, brand.text("step.back"))
    live = (live_script("live"),) if view.live_url else ()
    drawing = (live_script("sign"),) if any(may_draw(field.schema) for field in signatures) else ()
    frame = Frame(
        422 if entered.problems else 200,
        f"/v/{view.link.rid}?{STEP}={REVIEW}" if entered.problems or entered.step != REVIEW else "",
        files=view.files_origin,
        wrong=bool(entered.problems),
        scripts=(*live, *drawing),
        sockets=(view.live_url,) if view.live_url else (),
        caption=title_of(brand, view),
        within=title_of(brand, view),
    )
    return page(
        brand,
        brand.text("review.title"),
        # Who checks the answers is still there for the others.
        presence_in(brand, view, follows=False),
        _review_faults(brand, state, steps, faults),
        about(brand, view),
        *sections,
        form,
        back,
        until(brand, view),
        frame=frame,
    )


def _signature(brand: Brand, view: View, state: FormState, field: Field, faults: Mapping[str, str]) -> Html:
    """Return the place for a signature of the answers above."""
    stored = view.fields.get(field.pointer)
    return signature_control(
        field,
        next(iter(state.texts.get(field.pointer, ())), ""),
        view.signing.get(field.pointer, ""),
        stored.version if stored else 0,
        faults.get(field.pointer, ""),
        first_id(field.pointer),
        brand,
    )


def _section(brand: Brand, state: FormState, shown: StepOnPage, faults: Mapping[str, str]) -> Html:
    """Return the answers of a step, each with a link that leads to its field."""
    return Html("<h2>{}</h2>{}").format(shown.title, _answers(brand, state, shown, shown.fields, faults))


def _answers(  # noqa: PLR0913, PLR0917 - all that the list shows
    brand: Brand,
    state: FormState,
    shown: StepOnPage,
    fields: Sequence[Field],
    faults: Mapping[str, str],
    entry: str = "",
) -> Html:
    """Return the answers to fields in order. The entries of a group have headings of their own.

    `entry` is the part of the fields' labels that such a heading says already.
    """
    parts, rows = list[Html](), list[Html]()

    def end_list() -> None:
        if rows:
            parts.append(Html('<dl class="answers">{}</dl>').format(joined(*rows)))
            rows.clear()

    for field in fields:
        if _hidden(shown.fields, field.pointer):
            continue
        if field.control == "section":
            end_list()
            parts.append(_answers(brand, state, shown, field.parts, faults, entry))
        elif field.control == "group":
            if not field.parts or field.pointer in faults:
                rows.append(_row(brand, state, shown, field, faults, entry))
            end_list()
            for each in field.parts:
                parts.append(Html("<h3>{}</h3>").format(each.label))
                parts.append(_answers(brand, state, shown, each.parts, faults, f"{entry}{each.label}: "))
        else:
            rows.append(_row(brand, state, shown, field, faults, entry))
    end_list()
    return joined(*parts)


def _row(  # noqa: PLR0913, PLR0917 - all that the row shows
    brand: Brand, state: FormState, shown: StepOnPage, field: Field, faults: Mapping[str, str], entry: str
) -> Html:
    named, fault = shown.labels.get(field.pointer, field.label), faults.get(field.pointer, "")
    label = named.removeprefix(entry)
    texts = state.texts.get(field.pointer, ())
    answer = answer_shown(field, texts, state.known, brand)
    if field.control == "shown":
        return Html("<div><dt>{}</dt><dd>{}</dd></div>").format(label, answer) if answer else Html("")
    missing = not answer and field.required
    wrong = fault or (brand.text("form.empty") if missing else "")
    said = Html('<dd class="fault">{}</dd>').format(wrong) if wrong else Html("")
    return Html(
        '<div><dt>{}</dt><dd>{}</dd>{}<dd class="change"><a href="?{}={}#{}">{}<span class="spoken"> {}</span></a></dd>'
        "</div>"
    ).format(
        label,
        answer or ("" if wrong else brand.text("review.none")),
        said,
        STEP,
        shown.step.number,
        first_id(field.pointer),
        brand.text("review.change"),
        named,
    )


def _review_faults(brand: Brand, state: FormState, steps: Sequence[StepOnPage], faults: Mapping[str, str]) -> Html:
    """Return all faults as links to the fields in their steps."""
    places = {field.pointer: each.step.number for each in steps for field in _questions(each.fields)}
    asked = [each for each in _questions(state.fields) if each.pointer in places or each.control == "signature"]
    return summary(asked, faults, brand, {pointer: f"?{STEP}={number}" for pointer, number in places.items()})


def _unfinished(state: FormState, steps: Sequence[StepOnPage], *, begun: bool) -> StepOnPage | None:
    """Return the step at which somebody goes on who comes back: the first that lacks an answer, or None."""
    if not begun:
        return steps[0] if steps else None
    for each in steps:
        for field in _questions(each.fields):
            given = field.parts or state.texts.get(field.pointer)
            missing = field.required and field.control != "shown" and not given
            if missing and not _hidden(each.fields, field.pointer):
                return each
    return None


def _questions(fields: Sequence[Field]) -> list[Field]:
    """Return all fields and all groups."""
    return [*flat(fields), *groups_of(fields)]


def _is_asked(field: Field) -> bool:
    inside = field.control != "section" or any(map(_is_asked, field.parts))
    return field.asked is not False and inside


def _hidden(fields: Sequence[Field], pointer: str) -> bool:
    """Tell whether a field or a section around it is not asked."""
    for field in fields:
        if pointer == field.pointer or pointer.startswith(f"{field.pointer}/"):
            return field.asked is False or _hidden(field.parts, pointer)
    return False


def _conditional(fields: Sequence[Field]) -> list[str]:
    """Return the pointers of the conditional questions and sections that are asked."""
    found: list[str] = []
    for field in fields:
        if field.asked is not False:
            found += [field.pointer] if field.asked else []
            found += _conditional(field.parts)
    return found
