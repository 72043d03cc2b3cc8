"""Modules and functions stay short enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("layers/shared", "functions", "cli", "local", "benchmarks")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
TABLES = {
    "layers/shared/linkgate/wiring.py: build",  # one line for each port
    "layers/shared/linkgate/store/link_items.py: link_of",  # one line for each field of a link
}
"""Functions that are longer, because each is one call with many arguments."""


def _modules() -> dict[str, str]:
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {str(path.relative_to(ROOT)): path.read_text() for path in found}


def test_no_module_is_too_long() -> None:
    assert [name for name, text in _modules().items() if text.count("\n") > LONGEST_MODULE] == []


def test_no_function_is_too_long() -> None:
    long = {
        f"{name}: {node.name}"
        for name, text in _modules().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    }

    assert long == TABLES
