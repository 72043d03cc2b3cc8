"""`Html` fills a template as the library's own markup does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from linkgate.wire.html import Html

MARKED = st.text("<b>&", max_size=3)
VALUE = st.text("<>&'\"{}a é\u2028", max_size=8) | st.integers() | MARKED.map(Markup) | MARKED.map(Html)


@given(VALUE, VALUE, VALUE)
def test_values_are_escaped_as_the_library_escapes_them(first: object, second: object, named: object) -> None:
    ours, theirs = (kind('<a href="{}" title="{name}">{}</a>{{}}') for kind in (Html, Markup))

    assert ours.format(first, second, name=named) == theirs.format(first, second, name=named)


@given(st.lists(VALUE, max_size=4))
def test_parts_are_joined_as_the_library_joins_them(parts: list[object]) -> None:
    ours, theirs = Html("<br>").join(parts), Markup("<br>").join(parts)  # type: ignore[arg-type]  # it escapes anything

    assert ours == theirs
    assert type(ours) is Html


@given(VALUE)
def test_what_was_filled_in_once_is_not_escaped_again(value: object) -> None:
    inner = Html("<b>{}</b>").format(value)

    assert Html("<p>{}</p>").format(inner) == Html("<p>") + inner + Html("</p>")
    assert isinstance(Html("").join([inner, "<"]), Html)
