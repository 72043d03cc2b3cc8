"""Facts of a form's schema are looked up once, and never mixed up with another form's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.usecases.form_parts import once_a_form, properties

if TYPE_CHECKING:
    from linkgate.usecases.form_parts import Schema


def form(*names: str) -> Schema:
    return {"properties": {name: {"type": "string"} for name in names}}


def test_a_form_is_looked_at_once_for_each_question() -> None:
    looked: list[str] = []

    @once_a_form
    def longer_than(schema: Schema, name: str) -> bool:
        looked.append(name)
        return any(len(each) > len(name) for each in properties(schema))

    known = form("abc")
    assert [longer_than(known, name) for name in ("ab", "abcd", "ab", "abcd")] == [True, False, True, False]
    assert looked == ["ab", "abcd"]


def test_no_form_gets_what_another_one_says() -> None:
    @once_a_form
    def names(schema: Schema) -> tuple[str, ...]:
        return (*properties(schema),)

    # More forms than are kept. Each is gone before the next, which may then have its id.
    assert [names(form(str(number))) for number in range(500)] == [(str(number),) for number in range(500)]
