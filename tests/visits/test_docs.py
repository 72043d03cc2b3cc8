"""docs/recipient.md knows every route and every problem."""

from __future__ import annotations

from pathlib import Path

from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.routes.recipient import STEPS
from linkgate.routes.recipient_visit import VISIT_STEPS

PAGE = (Path(__file__).resolve().parents[2] / "docs/recipient.md").read_text()
ELSEWHERE = {"unauthorised", "forbidden", "method-not-allowed", "internal"}
"""Problems of any API, not specific to recipients."""


def test_every_route_is_documented() -> None:
    assert {
        route for route in (*STEPS, *VISIT_STEPS) if not route.startswith("HEAD") and f"`{route}`" not in PAGE
    } == set()


def test_every_problem_is_documented() -> None:
    assert {row.code for row in PROBLEMS.values() if f"`{row.code}`" not in PAGE} == ELSEWHERE
