"""Pages of messages: how each looks, and the tenant's own wording. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.frame import HOME, back_to_setup, errors, page, reader_of, way_back
from linkgate.dialects.console.previews import with_frames
from linkgate.dialects.console.tables import Cell, table
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Occasion
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.texts import OFFERED
from linkgate.usecases.staff.messages import NAMES
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.wire.message import Reply

MESSAGES = f"{HOME}/setup/messages"
PREVIEW = f"{HOME}/setup/preview"
SHARED = "link"
"""Name of the page with the texts that all messages share."""
SEGMENT = 160
LONGEST = 400

_DONE = frozenset({"saved", "sent"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a message. `own` is the tenant's wording, empty where it has none, and `fault` says what is wrong."""

    key: str
    standard: str
    own: str
    placeholders: Sequence[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it would leave. `sms` is None if none fits, `septets` its length."""

    subject: str
    sms: str | None
    septets: int


def messages_page(staff: Staff, language: str) -> Reply:
    """Render the list of messages."""
    reader = reader_of(staff)
    rows = [
        [Cell(Html('<a href="{}/{}?{}">{}</a>').format(MESSAGES, name, _query(language), title_of(name, reader)))]
        for name in (*NAMES, SHARED)
    ]
    return page(
        staff,
        "setup",
        reader.text("setup.messages"),
        paragraph(reader.text("messages.lead"), "small"),
        _languages(MESSAGES, language, reader),
        table(reader.text("setup.messages"), [reader.text("column.title")], rows),
        back_to_setup(reader),
    )


def message_page(  # noqa: PLR0913 - what the page shows
    staff: Staff,
    name: str,
    language: str,
    texts: Sequence[Text],
    version: str,
    *,
    shown: Shown | None,
    done: str | None = None,
    problem: str = "",
) -> Reply:
    """Render a message with its texts. `shown` is None for the texts that all messages share."""
    reader = reader_of(staff)
    said: Html | str = box("good", paragraph(reader.text(f"messages.{done}"))) if done in _DONE else ""
    if problem or any(text.fault for text in texts):
        said = errors(paragraph(problem or reader.text("messages.faults")))
    path = f"{MESSAGES}/{name}"
    form = Html('<h2>{}</h2><p class="small">{}</p><form method="post" action="{}">{}{}{}{}</form>').format(
        reader.text("messages.texts"),
        reader.text("messages.texts.says"),
        path,
        hidden("language", language),
        hidden("seen", version),
        joined(*(_text(each, reader) for each in texts)),
        button(reader.text("messages.save")),
    )
    reply = page(
        staff,
        "setup",
        title_of(name, reader),
        said,
        _languages(path, language, reader),
        _preview(name, language, shown, reader) if shown else "",
        form,
        way_back(f"{MESSAGES}?{_query(language)}", reader.text("messages.back")),
        status=422 if problem or any(text.fault for text in texts) else 200,
    )
    return with_frames(reply)


def title_of(name: str, reader: Reader) -> str:
    """Return what people call a message."""
    topic, _, occasion = name.partition(".")
    words = reader.text(f"messages.topic.{topic}")
    if occasion in {"", Occasion.FIRST}:
        return words
    return f"{words} - {reader.text(f'messages.occasion.{occasion}')}"


def _preview(name: str, language: str, shown: Shown, reader: Reader) -> Html:
    frame = Html('<iframe class="mail" sandbox title="{}" src="{}/{}?{}"></iframe>').format(
        reader.text("messages.preview"), PREVIEW, name, _query(language)
    )
    if shown.sms is None:
        sms = paragraph(reader.text("messages.no_sms"))
    else:
        length = reader.text("messages.length", septets=shown.septets, most=SEGMENT)
        sms = Html('<pre class="sms">{}</pre><p class="small">{}</p>').format(shown.sms, length)
    send = Html('<form method="post" action="{}/{}/test">{}{}</form><p class="small">{}</p>').format(
        MESSAGES,
        name,
        hidden("language", language),
        button(reader.text("messages.send"), "second"),
        reader.text("messages.send.says"),
    )
    return Html("<h2>{}</h2><p><strong>{}</strong></p>{}{}<h2>{}</h2>{}").format(
        reader.text("messages.email"), shown.subject, send, frame, reader.text("messages.sms"), sms
    )


def _text(text: Text, reader: Reader) -> Html:
    fault = Html('<span class="fault" id="{}-fault">{}</span>').format(text.key, text.fault) if text.fault else ""
    return Html(
        '<div class="field"><label for="{0}">{0}</label><span class="hint" id="{0}-hint">{1}<br>{2}</span>{3}'
        '<textarea id="{0}" name="text.{0}" rows="2" maxlength="{4}" aria-describedby="{0}-hint{5}"{6}>{7}</textarea>'
        "</div>"
    ).format(
        text.key,
        text.standard,
        reader.text("messages.placeholders", names=" ".join(text.placeholders)),
        fault,
        LONGEST,
        f" {text.key}-fault" if text.fault else "",
        Html(' aria-invalid="true"') if text.fault else "",
        text.own,
    )


def _languages(path: str, language: str, reader: Reader) -> Html:
    links = [
        Html('<li><a href="{}?{}"{}>{}</a></li>').format(
            path, _query(code), Html(' aria-current="true"') if code == language else "", name
        )
        for code, name in OFFERED.items()
    ]
    return Html('<nav aria-label="{}"><ul class="family">{}</ul></nav>').format(
        reader.text("messages.language"), joined(*links)
    )


def _query(language: str) -> str:
    return urlencode({"language": language})
