"""The harness of `make mutants` itself, and a sample: each way in which a link has ended is needed by each write."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.condition_mutants import weakened, without_unused

ENDED = r"^attribute_not_exists\((revoked_at|locked_at|renewed_as)\)$"


@pytest.mark.parametrize(
    ("condition", "mutants"),
    [
        ("a = :a", [("a = :a", "")]),
        ("a = :a AND b", [("a = :a", "b"), ("b", "a = :a")]),
        ("a BETWEEN :x AND :y AND b", [("a BETWEEN :x AND :y", "b"), ("b", "a BETWEEN :x AND :y")]),
        ("a AND b OR c", [("a", "b OR c"), ("b", "a OR c")]),
        ("a OR b", []),
        (
            "(a OR b AND c) AND d",
            [("(a OR b AND c)", "d"), ("b", "(a OR c) AND d"), ("c", "(a OR b) AND d"), ("d", "(a OR b AND c)")],
        ),
        ("((a AND b) OR (c))", [("((a AND b) OR (c))", ""), ("a", "((b) OR (c))"), ("b", "((a) OR (c))")]),
        ("f(a, :x) AND NOT (a AND b)", [("f(a, :x)", "NOT (a AND b)"), ("NOT (a AND b)", "f(a, :x)")]),
    ],
)
def test_each_part_is_left_out_once(condition: str, mutants: list[tuple[str, str]]) -> None:
    assert list(weakened(condition)) == mutants


def test_what_no_expression_uses_is_left_out_too() -> None:
    call = {
        "UpdateExpression": "SET #a = :a",
        "ConditionExpression": "b = :a1",
        "ExpressionAttributeNames": {"#a": "a", "#b": "b"},
        "ExpressionAttributeValues": {":a": {"S": "x"}, ":a1": {"S": "y"}, ":b": {"S": "z"}},
    }

    changed = without_unused(call)

    assert changed["ExpressionAttributeNames"] == {"#a": "a"}
    assert changed["ExpressionAttributeValues"] == {":a": {"S": "x"}, ":a1": {"S": "y"}}


def hunt(tests: str, parts: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.condition_mutants", tests]
    return subprocess.run([*command, "--mutants-of", parts], check=False, capture_output=True, text=True)  # noqa: S603 - our own


def test_no_way_in_which_a_link_has_ended_can_be_left_out() -> None:
    done = hunt("tests/store/test_ended_links.py", ENDED)

    assert "mutants of" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0, done.stdout


def test_a_part_that_no_test_needs_is_told() -> None:
    done = hunt("tests/store/test_ended_links.py::test_a_link_that_goes_on_takes_the_write", "^expires_at > :now$")

    assert done.returncode == 1, done.stdout
    assert "is needed by none of" in done.stdout
