"""Edits of a form's schema, question by question. Whatever they do not know stays as it is. Pure."""

from __future__ import annotations

import copy
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.form_parts import choices, control_of, items_of, properties
from linkgate.usecases.form_steps import STEPS
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.usecases.form_parts import Schema

NEW_CONTROLS: Mapping[str, Mapping[str, object]] = {
    "text": {"type": "string", "maxLength": 200},
    "long": {"type": "string", "maxLength": 2000},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "agree": {"type": "boolean", "const": True},
    "date": {"type": "string", "format": "date"},
    "email": {"type": "string", "format": "email"},
    "phone": {"type": "string", "format": "phone"},
    "radio": {"type": "string"},
    "several": {"type": "array", "uniqueItems": True},
    "scale": {"type": "integer", "minimum": 1, "maximum": 5},
    "file": {"type": "string", "format": "file"},
}
"""Schemas of new questions by their control. Those of choices get their values."""
CHOSEN = frozenset({"radio", "select", "several"})
TITLE_LIMIT, HINT_LIMIT, CHOICES_LIMIT = 200, 500, 100
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody typed it. `titles` are its translations by language."""

    title: str
    hint: str = ""
    required: bool = False
    titles: Mapping[str, str] | None = None
    choices: Sequence[str] | None = None
    """Values of a choice. None leaves them as they are."""
    control: str = ""
    """Control of a new question."""
    name: str = ""
    """Name of a new question in the data. Empty means one that is made of the title."""


def part_of(schema: Schema, name: str) -> Schema:
    """Return a question. Raises NotFound."""
    found = properties(schema).get(name)
    if found is None:
        raise NotFound("question")
    return found


def own_choices(part: Schema) -> list[str] | None:
    """Return the values of a choice that can be edited as lines of text, None if they have words of their own."""
    place = items_of(part) if control_of(part) == "several" else part
    found = choices(place)
    plain = "oneOf" not in place and "x-enum-titles" not in place and all(isinstance(each, str) for each in found)
    return [str(each) for each in found] if found and plain else None


def pages_of(schema: Schema) -> list[tuple[str, list[str]]]:
    """Return the pages of a form, each with its title and the names of its questions. The last has what is on none."""
    order = list(properties(schema))
    declared = schema.get(STEPS)
    named = {f"/{escaped(name)}": name for name in order}
    found: list[tuple[str, list[str]]] = []
    for step in declared if isinstance(declared, list) else ():
        fields = step.get("fields") if isinstance(step, dict) else None
        names = [named.pop(each) for each in fields if each in named] if isinstance(fields, list) else []
        found.append((str(step.get("title", "")) if isinstance(step, dict) else "", names))
    rest = [name for name in order if name in named.values()]
    return [*found, ("", rest)] if rest or not found else found


def added(schema: Schema, asked: Asked) -> tuple[Schema, str]:
    """Return a form with another question at its end, and the question's name. Raises InvalidRequest."""
    known = properties(schema)
    name = asked.name or _free_name(asked.title, known)
    problems = _problems(asked)
    if not _NAME.fullmatch(name) or name in known:
        problems.append(Problem.of("question_name", "format", expected="a new name"))
    if asked.control not in NEW_CONTROLS:
        problems.append(Problem.of("control", "required"))
    elif asked.control in CHOSEN and not asked.choices:
        problems.append(Problem.of("choices", "required"))
    if problems:
        raise InvalidRequest(problems)
    made = _whole(schema)
    part: dict[str, Any] = dict(NEW_CONTROLS[asked.control])
    if asked.control == "several":
        part["items"] = {"type": "string"}
    made["properties"][name] = part
    if isinstance(made.get(STEPS), list) and made[STEPS]:
        made[STEPS][-1]["fields"].append(f"/{escaped(name)}")
    return changed(made, name, asked), name


def changed(schema: Schema, name: str, asked: Asked) -> Schema:
    """Return a form in which a question has other words. Raises NotFound and InvalidRequest."""
    part_of(schema, name)
    if problems := _problems(asked):
        raise InvalidRequest(problems)
    made = _whole(schema)
    part = made["properties"][name]
    _set(part, "title", asked.title)
    _set(part, "description", asked.hint)
    for language, title in (asked.titles or {}).items():
        _translate(part, language, title)
    if asked.choices is not None:
        (part["items"] if control_of(part) == "several" or "items" in part else part)["enum"] = list(asked.choices)
    required = [each for each in made.get("required", []) if each != name]
    if asked.required:
        required = [each for each in made["properties"] if each in {*required, name}]
    _set(made, "required", required)
    return made


def removed(schema: Schema, name: str) -> Schema:
    """Return a form without a question. Raises NotFound. Conditions that name it are left, and are faults then."""
    part_of(schema, name)
    made = _whole(schema)
    del made["properties"][name]
    _set(made, "required", [each for each in made.get("required", []) if each != name])
    _put_pages(made, [(title, [each for each in names if each != name]) for title, names in pages_of(schema)])
    return made


def moved(schema: Schema, name: str, *, up: bool) -> Schema:
    """Return a form in which a question changed its place by one, also to the next page. Raises NotFound."""
    part_of(schema, name)
    pages = [(title, list(names)) for title, names in pages_of(schema)]
    page = next(number for number, (_, names) in enumerate(pages) if name in names)
    names = pages[page][1]
    place = names.index(name)
    other = place - 1 if up else place + 1
    if 0 <= other < len(names):
        names[place], names[other] = names[other], names[place]
    elif 0 <= (beyond := page - 1 if up else page + 1) < len(pages) and len(names) > 1:
        names.remove(name)
        pages[beyond][1].insert(len(pages[beyond][1]) if up else 0, name)
    return _arranged(schema, pages)


def begun_page(schema: Schema, name: str, title: str, first: str) -> Schema:
    """Return a form in which a page begins with a question. `first` is the title of what comes before, if it has none.

    Raises NotFound, and InvalidRequest for no title or a question that a page begins with.
    """
    part_of(schema, name)
    if not title or len(title) > TITLE_LIMIT:
        raise InvalidRequest([Problem.of("page_title", "required")])
    pages: list[tuple[str, list[str]]] = []
    for known, names in pages_of(schema):
        if name not in names:
            pages.append((known, names))
            continue
        place = names.index(name)
        if place == 0 and known:
            raise InvalidRequest([Problem.of("page_title", "conflict", other="page")])
        pages += [(known or first, names[:place])] if place else []
        pages.append((title, names[place:]))
    return _arranged(schema, pages, paged=True)


def renamed_page(schema: Schema, number: int, title: str) -> Schema:
    """Return a form in which a page has another title. Raises NotFound, and InvalidRequest for no title."""
    made = _whole(schema)
    if not title or len(title) > TITLE_LIMIT:
        raise InvalidRequest([Problem.of("page_title", "required")])
    _step(made, number)["title"] = title
    return made


def joined_page(schema: Schema, number: int) -> Schema:
    """Return a form in which a page is a part of the one before it. The first one's questions are of the next.

    Raises NotFound.
    """
    made = _whole(schema)
    step = _step(made, number)
    steps = made[STEPS]
    if len(steps) == 1:
        del made[STEPS]
        return made
    other = steps[number - 1] if number else steps[1]
    other["fields"] = [*other["fields"], *step["fields"]] if number else [*step["fields"], *other["fields"]]
    del steps[number]
    return made


def _step(schema: dict[str, Any], number: int) -> dict[str, Any]:
    steps = schema.get(STEPS)
    if not isinstance(steps, list) or not 0 <= number < len(steps) or not isinstance(steps[number], dict):
        raise NotFound("page")
    found: dict[str, Any] = steps[number]
    return found


def _arranged(schema: Schema, pages: Sequence[tuple[str, Sequence[str]]], *, paged: bool = False) -> Schema:
    made = _whole(schema)
    made["properties"] = {name: made["properties"][name] for _, names in pages for name in names}
    if paged and STEPS not in made:
        made[STEPS] = []
    _put_pages(made, pages)
    return made


def _put_pages(schema: dict[str, Any], pages: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Set the pages of a form that has pages. One of the same title keeps its translations, an empty one goes."""
    if STEPS not in schema:
        return
    known = {each.get("title"): each for each in schema[STEPS] if isinstance(each, dict)}
    steps = [
        {**known.get(title, {}), "title": title, "fields": [f"/{escaped(name)}" for name in names]}
        for title, names in pages
        if names and title
    ]
    if steps:
        schema[STEPS] = steps
    else:
        del schema[STEPS]


def _problems(asked: Asked) -> list[Problem]:
    problems = []
    if not asked.title:
        problems.append(Problem.of("title", "required"))
    if len(asked.title) > TITLE_LIMIT or len(asked.hint) > HINT_LIMIT:
        problems.append(Problem.of("title", "too_long", max=TITLE_LIMIT))
    values = asked.choices
    if values is not None and (not values or len(values) > CHOICES_LIMIT or len(set(values)) < len(values)):
        problems.append(Problem.of("choices", "required"))
    return problems


def _free_name(title: str, known: Mapping[str, object]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)[:4]
    name = "".join(word if n == 0 else word[:1].upper() + word[1:] for n, word in enumerate(words))
    name = name[:1].lower() + name[1:40]
    if not _NAME.fullmatch(name):
        name = "question"
    return next(each for each in (name, *(f"{name}{n}" for n in range(2, 1000))) if each not in known)


def _translate(part: dict[str, Any], language: str, title: str) -> None:
    translations = part.get("x-i18n")
    every = dict(translations) if isinstance(translations, dict) else {}
    own = dict(every[language]) if isinstance(every.get(language), dict) else {}
    _set(own, "title", title)
    _set(every, language, own)
    _set(part, "x-i18n", every)


def _set(place: dict[str, Any], name: str, value: object) -> None:
    if value:
        place[name] = value
    else:
        place.pop(name, None)


def _whole(schema: Schema) -> dict[str, Any]:
    """Return a copy that can be changed, of a form or of one that asks for nothing yet."""
    made = copy.deepcopy(dict(schema))
    made.setdefault("type", "object")
    if not isinstance(made.get("properties"), dict):
        made["properties"] = {}
    return made
