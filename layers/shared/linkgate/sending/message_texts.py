"""The words of messages by key, and how a tenant's own wording replaces them.

A key is `<message>.<part>`; messages are the kinds of link, `code`, `notice`, `receipt`, the occasions `reminder` and
`resend`, and `link` for what all kinds share. A tenant's own text stands under `<key>`, or under `<language>.<key>` for
one language only.
Texts are plain; what stands in braces is filled in. `{link}`, `{code}` and `{subject}` must stay where they are, others
may be left out. `{title}` is the tenant's title of the process, resource type, campaign or category, or the text
`untitled` where it has none. Subjects show on locked screens, so a document is not named there; a survey does not show
its campaign's title, which is an internal name with many tenants. Spanish SMS avoid the letters that their alphabet
lacks (á, í, ó, ú).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from linkgate import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 400
_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_TITLED = (".subject", ".heading", ".body")
_INDISPENSABLE = frozenset({"link", "code", "subject"})


def language_of(locale: str) -> str:
    """The language we write for a locale such as `es-MX`; English where we have no words for it."""
    return texts.offered(locale) or texts.DEFAULT_LANGUAGE


def text(key: str, language: str, own: Mapping[str, str]) -> str:
    """The tenant's own wording for this key where it has a sound one, else ours, with its placeholders."""
    for name in (f"{language}.{key}", key):
        if name in own and fault(name, own[name]) is None:
            return own[name]
    return texts.message_texts(language)[key]


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; values are not looked into."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def pieces(template: str) -> list[str]:
    """Alternately literal text and the name of a placeholder, beginning and ending with literal text."""
    return _PLACEHOLDER.split(template)


def fault(name: str, wording: str) -> str | None:
    """Return why a tenant's own wording cannot be used, or None. It is checked before storing and at each use."""
    found = wording_fault(name, wording)
    return _SENTENCES[found[0]].replace("*", found[1]) if found else None


def wording_fault(name: str, wording: str) -> tuple[str, str] | None:
    """Return the code of a fault of a tenant's own wording and what it is about, or None."""
    language, _, rest = name.partition(".")
    key = rest if language in texts.OFFERED else name
    known = texts.message_texts(texts.DEFAULT_LANGUAGE)
    if key not in known:
        return "key", ""
    ours = set(_PLACEHOLDER.findall(known[key]))
    theirs = _PLACEHOLDER.findall(wording)
    if not wording.strip() or len(wording) > _LONGEST:
        return "length", str(_LONGEST)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in wording):
        return "invisible", ""
    if _ADDRESS.search(wording):
        return "link", ""
    if set("{}") & set(_PLACEHOLDER.sub("", wording)):
        return "braces", ""
    if unknown := set(theirs) - placeholders(key):
        return "placeholder", f"{{{min(unknown)}}}"
    missing = next((each for each in sorted(ours & _INDISPENSABLE) if theirs.count(each) != 1), None)
    return ("needs", f"{{{missing}}}") if missing else None


def placeholders(key: str) -> set[str]:
    """Return the placeholders that a text may have."""
    ours = set(_PLACEHOLDER.findall(texts.message_texts(texts.DEFAULT_LANGUAGE)[key]))
    return ours | {"tenant"} | ({"title"} if key.endswith(_TITLED) else set())


_SENTENCES = {
    "key": "unknown text key",
    "length": "must have 1 to * characters",
    "invisible": "must not contain line breaks or invisible characters",
    "link": "must not contain a link",
    "braces": "must not contain braces, except around a placeholder",
    "placeholder": "unknown placeholder *",
    "needs": "must contain * once",
}
