"""`Html` fills a template as the library's own markup does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from linkgate.wire.html import Html

VALUE = st.text("<>&'\"{}a é\u2028", max_size=8) | st.integers() | st.text("<b>&", max_size=3).map(Markup)


@given(VALUE, VALUE, VALUE)
def test_values_are_escaped_as_the_library_escapes_them(first: object, second: object, named: object) -> None:
    ours, theirs = (kind('<a href="{}" title="{name}">{}</a>{{}}') for kind in (Html, Markup))

    assert ours.format(first, second, name=named) == theirs.format(first, second, name=named)


@given(VALUE)
def test_what_was_filled_in_once_is_not_escaped_again(value: object) -> None:
    inner = Html("<b>{}</b>").format(value)

    assert Html("<p>{}</p>").format(inner) == Html("<p>") + inner + Html("</p>")
    assert isinstance(Html("").join([inner, "<"]), Html)
