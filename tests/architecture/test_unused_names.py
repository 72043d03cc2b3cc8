"""Nothing is kept for nobody: each constant and each field of what is shipped is read by what is shipped."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING

from linkgate.errors import PROBLEM_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
FOR_PEOPLE = {
    "PROBLEM_CODES",  # the list that the tests below compare with what is raised
}


@functools.cache
def _shipped() -> Mapping[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for folder in ("layers", "functions", "cli")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "package" not in path.parts
    }


def _nodes() -> Iterator[ast.AST]:
    return (node for module in _shipped().values() for node in ast.walk(module))


def _attributes_read() -> set[str]:
    read = {node.attr for node in _nodes() if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    return read | {name for node in _nodes() if isinstance(node, ast.MatchClass) for name in node.kwd_attrs}


def _names_read() -> set[str]:
    return {node.id for node in _nodes() if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _constants() -> Iterator[tuple[str, str]]:
    """Names that a module gives to values, also for types only; those with underscores around belong to Python."""
    for path, module in _shipped().items():
        blocks = [module.body, *(node.body for node in module.body if isinstance(node, ast.If))]
        for statement in (each for block in blocks for each in block):
            match statement:
                case ast.Assign(targets=targets):
                    names = [target.id for target in targets if isinstance(target, ast.Name)]
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names = [name]
                case _:
                    continue
            yield from ((path, name) for name in names if not name.startswith("__"))


def _fields() -> Iterator[tuple[str, str]]:
    """Fields of dataclasses."""
    for path, module in _shipped().items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list):
                for statement in node.body:
                    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                        yield f"{path} {node.name}", statement.target.id


def test_every_constant_is_read() -> None:
    read = _names_read() | _attributes_read() | FOR_PEOPLE

    assert [f"{path}: {name}" for path, name in _constants() if name not in read] == []


def test_every_field_is_read() -> None:
    read = _attributes_read()

    assert [f"{place}: {name}" for place, name in _fields() if name not in read] == []


def _codes_raised() -> Iterator[tuple[str, str]]:
    """Codes that are written where a problem is made; Trendsic's validation has two of its own."""
    for path, module in _shipped().items():
        if path.endswith("trendsic/validation.py"):
            continue
        for node in ast.walk(module):
            if not isinstance(node, ast.Call):
                continue
            match ast.unparse(node.func), node.args:
                case (("Problem.of" | "Problem"), [_, code, *_]):
                    pass
                case (("Fault" | "fault"), [code, *_]):
                    pass
                case _:
                    continue
            choices = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
            yield from ((path, str(choice.value)) for choice in choices if isinstance(choice, ast.Constant))


def test_every_problem_has_a_code_that_dialects_have_words_for() -> None:
    assert [f"{path}: {code}" for path, code in _codes_raised() if code not in PROBLEM_CODES] == []


def test_every_code_is_raised() -> None:
    assert PROBLEM_CODES - {code for _, code in _codes_raised()} == set()
