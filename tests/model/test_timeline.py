"""Hash of a timeline's entry, which must not change for stored entries, and statements over several timelines."""

from datetime import UTC, datetime

import pytest

from linkgate.model.timeline import BEGINNING, Fact, details_of, entry_hash, joint_statement, signed_statement

HASH = "595f013659155b943d0ade1d493ef27385dcc52068c2c30d7748f0a0172d7d15"


def test_an_entry_on_record_keeps_its_hash() -> None:
    at = datetime(2026, 11, 22, 12, 0, 0, 123000, tzinfo=UTC)
    fact = Fact("created", "link.created", at, details_of(kind="process"))

    assert entry_hash("A" * 22, fact, 1, BEGINNING) == HASH


@pytest.mark.parametrize("number", range(1, 10))
def test_each_statement_leads_to_the_one_that_is_signed_for_all(number: int) -> None:
    statements = [b"%d" % place for place in range(number)]

    joint, paths = joint_statement(statements)

    assert {signed_statement(each, path) for each, path in zip(statements, paths, strict=True)} == {joint}
    for statement, path in zip(statements, paths, strict=True):
        others = [signed_statement(other, path) for other in [*statements, b"x"] if other != statement]
        assert joint not in [*others, *(signed_statement(statement, other) for other in paths if other != path)]


def test_a_tree_may_not_change_for_stored_signatures() -> None:
    joint, _ = joint_statement([b"a", b"b", b"c"])

    assert joint == b'["linkgate.heads.v1","36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1"]'
