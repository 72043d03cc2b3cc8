"""A table of people becomes links: each row makes one, and a second run makes no duplicates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.failures import CommandError
from cli.link_rows import BATCH_BYTES, About, batches, entry_of, keyed, read_table
from linkgate.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path


def test_a_row_prefills_a_process_at_its_pointers() -> None:
    row = {"email": " ada@example.com ", "name": "Ada", "phone": "", "/address/city": "Leeds", "/a~1b": "x"}

    assert entry_of(row, About(process="p", notify=False)) == {
        "kind": "process",
        "process": "p",
        "data": {
            "metadata": {"email": "ada@example.com", "name": "Ada"},
            "address": {"city": "Leeds"},
            "a/b": "x",
        },
        "notify": False,
    }


def test_columns_of_no_meaning_become_columns_of_the_results() -> None:
    row = {"email": "ada@example.com", "name": "Ada", "branch": "Leeds"}

    assert entry_of(row, About(campaign="c")) == {
        "kind": "survey",
        "campaign": "c",
        "contact": "ada@example.com",
        "customerName": "Ada",
        "miscData": {"branch": "Leeds"},
    }


def test_numbers_are_numbers_and_the_rest_is_for_the_api_to_refuse() -> None:
    about = About(resource_type="Invoice", channels=("email",))

    assert entry_of({"resource_uid": "u", "contact_id": "7", "hours": "x"}, about) == {
        "kind": "resource",
        "resourceType": "Invoice",
        "channels": ["email"],
        "resourceUid": "u",
        "contactId": 7,
        "hours": "x",
    }


@pytest.mark.parametrize(
    ("row", "about"),
    [
        ({"colour": "red"}, About(resource_type="Invoice")),
        ({"colour": "red"}, About(session=True)),
        ({"colour": "red"}, About(process="p")),
        ({"/a": "x", "/a/b": "y"}, About(process="p")),
        ({"email": "ada@example.com", "phone": "+447700900001"}, About(campaign="c")),
        ({"name": "Ada", "customer_name": "Bob"}, About(campaign="c")),
    ],
)
def test_a_column_that_means_nothing_or_what_another_does_is_told(row: dict[str, str], about: About) -> None:
    with pytest.raises(InvalidRequest):
        entry_of(row, about)


def test_exactly_one_thing_is_asked_for() -> None:
    for about in (About(), About(process="p", campaign="c")):
        with pytest.raises(CommandError):
            about.check()


def keys(entries: list[dict[str, object]], run: str = "r") -> list[object]:
    return [entry["idempotencyKey"] for entry in keyed(entries, run)]


def test_a_row_keeps_its_key_wherever_it_moves() -> None:
    one: dict[str, object] = {"contact": "a"}
    two: dict[str, object] = {"contact": "b"}

    assert keys([one, two]) == keys([two, one])[::-1]
    assert keys([one, two])[0] == keys([one])[0]
    assert keys([one], "r") != keys([one], "s")


def test_twins_are_two_links() -> None:
    first, second = keys([{"contact": "a"}, {"contact": "a"}])

    assert first != second


def test_a_table_has_a_heading_and_rows_of_its_length(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text('\ufeffemail,name\na@example.com,"Ana, A"\n', encoding="utf-8")
    assert list(read_table(file)) == [{"email": "a@example.com", "name": "Ana, A"}]

    file.write_text("email,name\na@example.com\n")
    with pytest.raises(CommandError, match=r"people.csv:2: must have 2 cells"):
        list(read_table(file))

    file.write_text("email,name,email\na@example.com,Ana,b@example.com\n")
    with pytest.raises(CommandError, match=r"people.csv:1: email: duplicate column"):
        list(read_table(file))


def test_no_call_holds_more_than_the_api_reads() -> None:
    small: list[dict[str, object]] = [{"n": n} for n in range(250)]
    assert [len(some) for some in batches(small)] == [100, 100, 50]
    assert [entry for some in batches(small) for entry in some] == small

    large: list[dict[str, object]] = [{"n": n, "note": "ñ" * 10_000} for n in range(10)]
    assert [entry for some in batches(large) for entry in some] == large
    assert all(len(json.dumps(some)) <= BATCH_BYTES for some in batches(large))

    too_large: dict[str, object] = {"note": "x" * BATCH_BYTES}
    assert list(batches([small[0], too_large, small[1]])) == [[small[0]], [too_large], [small[1]]]
    assert not list(batches([]))
