"""Pages on which an administrator changes the form of a process or campaign. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.frame import HOME, errors, moment, page, reader_of, way_back
from linkgate.dialects.console.previews import with_frames
from linkgate.dialects.console.setup_pages import questions_table
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.usecases.staff.forms import text_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.ports.staff import KeptForm
    from linkgate.usecases.management.definition_use import DefinitionUse
    from linkgate.usecases.staff.forms import CheckedForm, FormDraft
    from linkgate.wire.message import Reply


def form_page(  # noqa: PLR0913 - what the page shows
    staff: Staff,
    draft: FormDraft,
    kept: KeptForm,
    names: Mapping[str, str],
    checked: CheckedForm | None = None,
    *,
    problem: str = "",
) -> Reply:
    """Render a form as text. `kept` is what is live, and `checked` what came of a check of the text."""
    reader = reader_of(staff, names)
    version = kept.definition.version or ""
    stale = draft.seen != version
    faults = bool(checked and checked.faults)
    said: list[Html] = [errors(paragraph(problem))] if problem else []
    if stale:
        said.append(_conflict(kept, reader))
    if checked and faults:
        said.append(_faults(checked))
    elif checked:
        said.append(_found(checked, reader))
    fields = joined(hidden("id", draft.id), hidden("seen", version), hidden("draft", draft.draft))
    live = ""
    if checked and not faults and not stale:
        live = button(reader.text("form.live"), name="do", value="live")
    check = button(reader.text("form.check"), "second" if live else "", name="do", value="check")
    keep = "" if stale else button(reader.text("form.keep"), "second", name="do", value="keep")
    form = Html(
        '<form method="post" action="{}/setup/{}/form">{}<div class="{}">'
        '<div class="field"><label for="schema">{}</label>'
        '<textarea class="code" id="schema" name="schema" rows="24" spellcheck="false" autocomplete="off">{}</textarea>'
        "</div>{}</div>{} {} {} {}</form>{}"
    ).format(
        HOME,
        draft.kind,
        fields,
        "pair" if stale else "",
        reader.text("form.yours" if stale else "form.text"),
        "\n" + draft.text,
        _theirs(kept, reader) if stale else "",
        live,
        check,
        keep,
        _preview_button(draft, reader),
        Html('<iframe class="mail" name="preview" sandbox title="{}"></iframe>').format(reader.text("form.preview")),
    )
    back = way_back(f"{HOME}/setup/{draft.kind}/editor?{urlencode({'id': draft.id})}", reader.text("editor.back"))
    title = reader.text("form.title", title=kept.definition.title)
    lead = paragraph(reader.text("form.lead"), "small")
    status = 409 if stale or problem else 422 if faults else 200
    return with_frames(page(staff, "setup", title, *said, lead, form, back, status=status))


def _preview_button(draft: FormDraft, reader: Reader) -> Html:
    """Return a button that sends the text as it is typed into the frame below."""
    return Html('<button class="second" formaction="{}/setup/{}/form/preview" formtarget="preview">{}</button>').format(
        HOME, draft.kind, reader.text("form.preview")
    )


def changed_by(kept: KeptForm, reader: Reader) -> Html | str:
    """Say who changed a form at the console last, and when."""
    if not kept.by or not kept.at:
        return ""
    return Html("<p>{} {}</p>").format(reader.text("form.changed", who=reader.name(kept.by)), moment(kept.at, reader))


def _conflict(kept: KeptForm, reader: Reader) -> Html:
    return errors(paragraph(reader.text("form.stale")), changed_by(kept, reader))


def _theirs(kept: KeptForm, reader: Reader) -> Html:
    return Html(
        '<div class="field"><label for="theirs">{}</label>'
        '<textarea class="code" id="theirs" rows="24" spellcheck="false" readonly>{}</textarea></div>'
    ).format(reader.text("form.theirs"), "\n" + text_of(kept.definition.schema))


def _faults(checked: CheckedForm) -> Html:
    """Return the faults. Their sentences are English, like the words of the schema that they are about."""
    rows = [
        Html("<li><code>{}</code> {}</li>").format(pointer or "/", sentence) for pointer, sentence in checked.faults
    ]
    return errors(Html('<ul lang="en">{}</ul>').format(joined(*rows)))


def _found(checked: CheckedForm, reader: Reader) -> Html:
    use = use_in_words(checked.use, reader) if checked.use else ""
    asked = questions_table(checked.questions, reader)
    return joined(box("good", paragraph(reader.text("form.sound")), use), asked)


def use_in_words(use: DefinitionUse, reader: Reader) -> Html:
    """Say how many open links keep the form that they have."""
    if not use.links:
        return paragraph(reader.text("form.no_links_cut" if use.cut else "form.no_links"))
    words = reader.text("form.links_cut" if use.cut else "form.links", links=use.links, drafts=use.drafts)
    old = paragraph(reader.text("form.unversioned", links=use.unversioned)) if use.unversioned else ""
    return joined(paragraph(words), old)
