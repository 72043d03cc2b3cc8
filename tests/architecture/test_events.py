"""Every sample event belongs to a function, and every function has one."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
EVENTS = sorted((ROOT / "events").glob("**/*.json"))


def owner(event: Path) -> str:
    """Return the longest function name with which the file's name begins: `recipient.open.json` is the recipient's."""
    stem = event.name.split(".")[0]
    names = sorted((name for name in FUNCTIONS if stem == name or stem.startswith(f"{name}_")), key=len)
    return names[-1] if names else ""


@pytest.mark.parametrize("event", EVENTS, ids=lambda path: path.name)
def test_an_event_is_named_after_its_function(event: Path) -> None:
    assert owner(event)
    assert isinstance(json.loads(event.read_text()), dict)


def test_every_function_has_a_sample_event() -> None:
    assert {owner(event) for event in EVENTS} == FUNCTIONS
