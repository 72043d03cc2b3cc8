"""Questions that ask for files: what a page shows of them, and the page that sends one without a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.model.file import FileState
from linkgate.model.file_kinds import MEDIA_TYPES, FileKind
from linkgate.model.file_names import extensions
from linkgate.model.numbers import number_in_words
from linkgate.pages.frame import Frame, page
from linkgate.pages.pieces import button, hidden, joined, paragraph
from linkgate.usecases.form_files import file_rule
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.model.file import File
    from linkgate.pages.frame import Brand
    from linkgate.usecases.form_files import FileRule
    from linkgate.usecases.visits.uploads import Upload
    from linkgate.wire.message import Reply

CHOOSE, DROP = "file:", "drop:"
"""Beginnings of what the buttons send. The pointer of the question, or the id of the file, follows."""
WORDS = ("open", "failed", "wrong", "large", "empty", "full", "sent", "remove", "refused")
"""Words that the script needs while it sends a file."""

_KILOBYTE, _MEGABYTE = 1000, 1_000_000
_FAULTS = {FileState.INFECTED: "fault.file_infected", FileState.FAILED: "fault.file_failed"}


def file_control(field: Field, texts: Sequence[str], name: str, brand: Brand) -> Html:
    """Return the files of a question, each with a button that removes it, and buttons that send one.

    `name` is the id to which links lead. Without a script, a button leads to a page of its own.
    """
    rule, ids = file_rule(field.schema), ids_of(texts)
    rows = [_row(each, field.uploads.get(each), brand) for each in ids]
    # Where a browser says another type, the ending counts: it knows fewer types, and on Windows a CSV is Excel's.
    ends = [ending for kind in rule.kinds for ending in extensions(kind)]
    told = {"most": rule.most, "max": rule.size, "accept": accepted(rule), "ends": ends}
    value = f"{CHOOSE}{field.pointer}"
    buttons = [
        _button(brand.text(f"upload.{way}"), value, brand, id=f"{name}{ending}", **{"data-way": way})
        for way, ending in ((("camera", ""), ("choose", "b")) if rule.camera else (("choose", ""),))
    ]
    full = Html(" hidden") if len(ids) >= rule.most else Html("")
    return Html(
        '<div class="uploads" data-upload="{}">{}<ul>{}</ul>'
        '<p class="small">{}</p><div class="senders"{}>{}</div></div>'
    ).format(
        json.dumps(told, separators=(",", ":")),
        hidden(field.pointer, " ".join(ids)),
        joined(*rows),
        _taken(rule, brand),
        full,
        joined(*buttons),
    )


def upload_words(fields: Sequence[Field], brand: Brand) -> Html:
    """Return the words of the script, if a page asks for files."""
    if not any(field.control == "file" for field in fields):
        return Html("")
    words = joined(*(Html(' data-{}="{}"').format(word, brand.text(f"upload.{word}", name="{name}")) for word in WORDS))
    return Html('<p id="upload-words" hidden{}></p>').format(words)


def upload_faults(fields: Sequence[Field], texts: Mapping[str, Sequence[str]], brand: Brand) -> dict[str, str]:
    """Return a fault for each question with a file that the check refused."""
    found: dict[str, str] = {}
    for field in fields:
        if field.control == "file":
            states = [
                field.uploads[each].state for each in ids_of(texts.get(field.pointer, ())) if each in field.uploads
            ]
            if refused := [state for state in states if state in _FAULTS]:
                found[field.pointer] = brand.text(_FAULTS[refused[-1]])
    return found


def files_said(field: Field, texts: Sequence[str], brand: Brand) -> Html:
    """Return the names and sizes of an answer's files."""
    known = [field.uploads[each] for each in ids_of(texts) if each in field.uploads]
    return Html(", ").join(
        Html("<bdi>{}</bdi> ({})").format(file.name, size_shown(brand, file.size))
        if file.sha256
        else Html("<bdi>{}</bdi>").format(file.name)
        for file in known
    )


def upload_page(brand: Brand, upload: Upload, title: str, back: str, rule: FileRule, origin: str) -> Reply:  # noqa: PLR0913, PLR0917 - all that the page shows
    """Render the page that sends a file without a script, straight to the bucket."""
    fields = joined(*(hidden(name, value) for name, value in upload.form.fields.items()))
    form = Html(
        '<form method="post" action="{}" enctype="multipart/form-data">{}'
        '<div class="field"><label for="file">{}</label><span class="hint" id="file-hint">{}</span>'
        '<input type="file" id="file" name="file" accept="{}" aria-describedby="file-hint" required></div>{}</form>'
    ).format(
        upload.form.url,
        fields,
        brand.text("upload.file"),
        _taken(rule, brand),
        accepted(rule),
        button(brand.text("upload.send")),
    )
    leave = Html('<p><a href="{}">{}</a></p>').format(back, brand.text("upload.back"))
    warning = paragraph(brand.text("upload.warning"), "small")
    return page(brand, title, form, warning, leave, frame=Frame(uploads=origin))


def size_shown(brand: Brand, size: int) -> Html:
    """Return a number of bytes in words."""
    if size < _KILOBYTE:
        return brand.counted("file.bytes", size)
    if size < _MEGABYTE:
        return brand.text("file.kilobytes", number=-(-size // _KILOBYTE))
    return brand.text("file.megabytes", number=number_in_words(f"{round(size / _MEGABYTE, 1):g}", brand.language))


def ids_of(texts: Sequence[str]) -> list[str]:
    """Return the ids of files in a form's text."""
    return [each for text in texts for each in text.split()]


def accepted(rule: FileRule) -> str:
    """Return what a file box offers. Without HEIC in it, an iPhone sends its photos as JPEG."""
    return ",".join(MEDIA_TYPES[kind] for kind in rule.kinds if kind is not FileKind.HEIC)


def _row(file_id: str, file: File | None, brand: Brand) -> Html:
    name = file.name if file else brand.text("upload.unknown")
    about: Html = Html("")
    if file and file.state is FileState.AWAITED and not file.sha256:
        about = brand.text("upload.awaited")
    elif file:
        about = size_shown(brand, file.size)
    words = Html('{}<span class="spoken"> {}</span>').format(brand.text("upload.remove"), name)
    remove = button(words, "plain", name="go", value=f"{DROP}{file_id}", formaction=f"{brand.base}/step")
    return Html('<li data-id="{}"><bdi>{}</bdi> <span class="small">{}</span> {}</li>').format(
        file_id, name, about, remove
    )


def _button(words: str, value: str, brand: Brand, **attributes: str) -> Html:
    return button(words, "second", name="go", value=value, formaction=f"{brand.base}/step", **attributes)


def _taken(rule: FileRule, brand: Brand) -> Html:
    kinds = ", ".join(str(brand.text(f"upload.kind.{kind}")) for kind in rule.kinds if kind is not FileKind.HEIC)
    return brand.text("upload.taken", kinds=kinds, size=size_shown(brand, rule.size))
