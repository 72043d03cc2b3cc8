"""The harness of `make mutants` itself, and a sample of its mutants."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.support.chosen import sample
from tests.support.condition_mutants import Mutant, weakened, without_unused


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


def hunt(tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.condition_mutants", tests]
    return subprocess.run([*command, *options], check=False, capture_output=True, text=True)


def test_no_part_of_a_condition_can_be_left_out() -> None:
    """Try a sample, another one each day. `make mutants` tries them all."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"

    done = hunt("tests/store/test_rules.py", "--mutants-sample", "30", "--mutants-seed", today)

    assert re.search(r"\d+ of 30 mutants of \d+ conditions", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0, done.stdout


def test_a_part_that_no_test_needs_is_told() -> None:
    test = "tests/store/test_rules.py::test_a_write_goes_through_while_its_rule_holds[visits: join]"

    done = hunt(test)

    assert done.returncode == 1, done.stdout
    assert "0 of 2 mutants of 1 conditions were killed" in done.stdout
    assert "is needed by none of 1 tests" in done.stdout


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    mutants = [Mutant("ConditionExpression", "a", "", f"{number}", "") for number in range(100)]

    assert sample(mutants, 5, "x") == sample(mutants, 5, "x") != sample(mutants, 5, "y")
    assert len(sample(mutants, 5, "x")) == 5
    assert sample(mutants, 0, "x") == sample(mutants, 200, "x") == mutants
