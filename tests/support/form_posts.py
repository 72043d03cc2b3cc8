"""Forms as a browser without JavaScript sends them: every control of the page that is not disabled."""

from __future__ import annotations

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """Reads what the form of a page would send, and which of its fieldsets are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.closed: list[bool] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        name, value = words.get("name"), words.get("value") or ""
        if tag == "fieldset":
            self.closed.append("disabled" in words)
        if any(self.closed):
            return
        if tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select = name
        elif (tag == "option" and self._select and "selected" in words) or (tag == "input" and name and _sent(words)):
            self.values.setdefault(self._select or name or "", []).append(value)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset":
            self.closed.pop()
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def _sent(words: dict[str, str | None]) -> bool:
    return words.get("type") not in {"radio", "checkbox"} or "checked" in words


def sent_by(page: str) -> dict[str, list[str]]:
    """Return what the form on a page would send if it were left as it is."""
    controls = _Controls()
    controls.feed(page)
    return controls.values
