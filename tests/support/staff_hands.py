"""Hands of a person at pages of the console with a mouse, without JavaScript: presses are counted, typing is not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from linkgate.texts import console_texts
from tests.support.staff_browser import words

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.staff_browser import StaffBrowser


@dataclass
class _Form:
    """A form: where it leads, what it sends if nobody touches it, its fields by label, and its buttons by words."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Controls(HTMLParser):
    """Reads the links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.forms: list[_Form] = []
        self._labels: dict[str, str] = {}
        """Labels by the id of their field."""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._said = ""
        self._choice: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words_ = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(words_["method"], words_["action"]))
        elif tag == "input":
            self._field(words_)
        elif tag in {"a", "button", "label"}:
            self._open.append((tag, words_))
            self._said, self._choice = "", None

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, opened = self._open.pop()
        said = " ".join(self._said.split())
        if tag == "a":
            self.links[said] = opened["href"]
        elif tag == "button" and self.forms:
            self.forms[-1].buttons[said] = (opened.get("name", ""), opened.get("value", ""))
        elif self._choice:
            self.forms[-1].fields[said] = self._choice
        else:
            self._labels[opened.get("for", "")] = said

    def _field(self, words_: dict[str, str]) -> None:
        form, kind, name = self.forms[-1], words_.get("type", "text"), words_["name"]
        value = words_.get("value", "on" if kind == "checkbox" else "")
        if kind in {"radio", "checkbox"}:
            self._choice = (name, value)
            if "checked" not in words_:
                return
        elif kind != "hidden":
            form.fields[self._labels[words_["id"]]] = (name, "")
        form.values[name] = value


class Hands:
    """A person at a browser, who reads words, presses and types."""

    def __init__(self, browser: StaffBrowser, target: str = "/console") -> None:
        self.browser = browser
        self.presses = 0
        self._typed: dict[str, str] = {}
        self._see(browser.get(target))

    @property
    def reads(self) -> str:
        """Return what the page says."""
        return re.sub(r" (?=[.,;:])", "", words(self.page.text))

    @property
    def rid(self) -> str:
        """Return the rid of the link to which the page belongs, or no text."""
        return next(iter(re.findall(r"/console/links/([\w-]{22})", self.browser.at)), "")

    def text(self, key: str, **values: object) -> str:
        """Return a text of the console in the language of the browser."""
        return console_texts(self.browser.language)[key].format(**values)

    def find(self, text: str) -> None:
        """Type what the customer says into the only box, and press Enter, which are no clicks."""
        self.type("find.label", text)
        self.presses -= 1
        (form,) = [form for form in self._controls.forms if form.action.endswith("/find")]
        self._send(form)
        self.presses = 0

    def can_press(self) -> set[str]:
        """Return the words of every link and button of the page."""
        return {*self._controls.links, *(name for form in self._controls.forms for name in form.buttons)}

    def press(self, said: str) -> None:
        """Press the link or button that begins with these words."""
        self.presses += 1
        for form in self._controls.forms:
            for label, (name, value) in form.buttons.items():
                if label.startswith(said):
                    self._send(form, {name: value} if name else {})
                    return
        (href,) = [href for label, href in self._controls.links.items() if label.startswith(said)]
        self._see(self.browser.get(href))

    def choose(self, said: str) -> None:
        """Press a box to tick, or one of several options."""
        self.presses += 1
        name, value = self._field(said)
        self._typed[name] = value

    def type(self, key: str, text: str) -> None:
        """Type into a field. Only the first one of a page needs a press; Tab leads to the others."""
        self.presses += not self._typed
        name, _ = self._field(self.text(key))
        self._typed[name] = text

    def _field(self, said: str) -> tuple[str, str]:
        (found,) = [form.fields[said] for form in self._controls.forms if said in form.fields]
        return found

    def _send(self, form: _Form, more: dict[str, str] | None = None) -> None:
        values = {**form.values, **self._typed, **(more or {})}
        assert form.method == "post"
        self._see(self.browser.post(form.action, values))

    def _see(self, page: HttpResponse) -> None:
        self.page, self._typed, self._controls = page, {}, _Controls()
        self._controls.feed(page.text)
