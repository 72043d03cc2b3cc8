"""Whatever a form is prefilled with comes back as it was, through the page and what a browser sends of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from linkgate.dialects.recipient.answers import answers_in, texts_of
from linkgate.dialects.recipient.fields import conditioned, fields_of
from linkgate.dialects.recipient.forms import FilledIn, form_fields
from linkgate.dialects.recipient.requests import posted
from linkgate.pages.frame import Brand
from linkgate.usecases.conditions import Asked
from linkgate.usecases.form_groups import collected, expanded, keys_in, spread
from linkgate.usecases.form_rules import faults_of
from linkgate.wire.message import Request
from tests.support.form_posts import sent_by

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ENGLISH = Brand("en", "links.example.com")

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
DAYS = st.dates().filter(lambda day: day.year >= 1000).map(str)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=3).map(float)
CHOICES = st.lists(WORDS, min_size=1, max_size=8, unique=True)


def question(part: dict[str, Any], answers: SearchStrategy[Any]) -> SearchStrategy[tuple[dict[str, Any], Any]]:
    return st.tuples(st.just({**part, "title": "Question"}), answers)


QUESTIONS = st.one_of(
    question({"type": "string"}, WORDS),
    question({"type": "string", "maxLength": 500}, st.lists(WORDS, min_size=1, max_size=3).map("\n".join)),
    question({"type": "string", "format": "date"}, DAYS),
    question({"type": "string", "format": "date", "x-control": "date-boxes"}, DAYS),
    question({"type": "number"}, NUMBERS),
    question({"type": "number", "x-control": "money", "x-currency": "EUR"}, NUMBERS),
    question({"type": "integer", "minimum": 0, "maximum": 10}, st.integers(0, 10)),
    question({"type": "boolean"}, st.booleans()),
    question({"type": "boolean", "const": True}, st.just(value=True)),
    CHOICES.flatmap(lambda words: question({"enum": words}, st.sampled_from(words))),
    CHOICES.flatmap(
        lambda words: question(
            {"type": "array", "items": {"enum": words}},
            st.lists(st.sampled_from(words), min_size=1, unique=True).map(lambda some: sorted(some, key=words.index)),
        )
    ),
)
NAMES = st.sampled_from(["a", "b", "a/b", "~", "c d", "é"])


@st.composite
def filled_in(draw: st.DrawFn, depth: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of an object, and data that answers some of its questions."""
    parts, data = dict[str, Any](), dict[str, Any]()
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        if depth and draw(st.integers(0, 5)) == 0:
            parts[name], data[name] = draw(repeated())
            continue
        if depth and draw(st.integers(0, 4)) == 0:
            parts[name], inner = draw(filled_in(depth=0))
            if inner:
                data[name] = inner
            continue
        parts[name], answer = draw(QUESTIONS)
        if draw(st.booleans()):
            data[name] = answer
    return {"type": "object", "properties": parts}, data


@st.composite
def repeated(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the schema of a group, and entries of which some have no answer."""
    items, first = draw(filled_in(depth=0))
    some = {name: value for name, value in first.items() if draw(st.booleans())}
    entries = draw(st.lists(st.sampled_from([first, some, {}]), min_size=1, max_size=3))
    return {"type": "array", "items": items}, entries


@given(filled_in(), st.sampled_from(["en", "es"]))
def test_data_comes_back_through_the_page(form: tuple[dict[str, Any], dict[str, Any]], language: str) -> None:
    schema, data = form
    assert faults_of(schema) == []
    shown = expanded(schema, keys_in(schema, data, {}, exactly=True))
    fields = fields_of(shown, language)
    page = form_fields(conditioned(fields, Asked()), FilledIn(texts_of(fields, spread(data, schema)), {}), ENGLISH)

    body = urlencode(sent_by(page), doseq=True).encode()
    sent = posted(Request("POST", "/", headers={"content-type": "application/x-www-form-urlencoded"}, body=body))

    # Even without the data to compare with, and however the reader's language writes numbers.
    assert collected(answers_in(fields, sent.form, {}, language), shown) == data
