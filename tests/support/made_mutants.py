"""Mutants of code, made by mutmut's operators and three of our own, and put in the place of the code in this process.

mutmut's own runner needs packages at the root of the project, leaves out decorated functions and constants, and starts
pytest for each mutant. So only its operators are used here.
"""

from __future__ import annotations
import __future__

import functools
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation import mutators
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.pragma_handling import IgnoredCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PACKAGE = Path(__file__).parents[2] / "layers/shared/linkgate"


class NotMade(Exception):
    """A mutant is not in the place of the code, because nothing of it can be told apart or replaced."""


@dataclass(frozen=True)
class Mutant:
    """A change of one module."""

    path: str
    """Path of the module in the package."""
    within: tuple[str, ...]
    """Names of the function that changes, or of the class whose values do, from the outside to the inside."""
    names: tuple[str, ...]
    """Names that get other values. Without any, a function changes."""
    lines: range
    """Lines that run if the changed part runs."""
    tree: cst.Module
    statement: cst.BaseStatement
    old: cst.CSTNode
    new: cst.CSTNode

    @property
    def module(self) -> str:
        return "linkgate." + self.path.removesuffix(".py").replace("/", ".")

    @property
    def place(self) -> str:
        """Return the function that changes, or the values."""
        return f"{self.path} {'.'.join((*self.within, *self.names))}"

    @functools.cached_property
    def source(self) -> str:
        """Return the text of the changed module."""
        changed = deep_replace(self.tree, self.old, self.new)
        assert isinstance(changed, cst.Module)
        code: str = changed.code
        return code

    def difference(self) -> str:
        """Return the lines that differ, before and after."""
        before, after = self.tree.code.splitlines(), self.source.splitlines()
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
        back = zip(reversed(before[same:]), reversed(after[same:]), strict=False)
        end = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], back))
        old, new = before[same : len(before) - end], after[same : len(after) - end]
        return f"{' '.join(map(str.strip, old))} -> {' '.join(map(str.strip, new))}"

    def __str__(self) -> str:
        return f"{self.path}:{self.lines.start} {'.'.join((*self.within, *self.names))}: {self.difference()}"


def mutants_of(path: Path) -> list[Mutant]:
    """Return the mutants of a module, in the order of its text."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    visitor = _Visitor()
    wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)
    made = []
    for mutation in visitor.mutations:
        old = mutation.original_node
        around = list(_around(old, parents))
        scopes = [node for node in around if isinstance(node, cst.FunctionDef | cst.ClassDef)]
        outermost = next((node for node in reversed(scopes) if isinstance(node, cst.FunctionDef)), None)
        statement = next(node for node in around if isinstance(node, cst.BaseStatement))
        names = () if outermost else tuple(_targets(statement))
        if outermost or names:
            inside = scopes[scopes.index(outermost) :] if outermost else scopes
            changed = old.test if isinstance(old, cst.If) else old
            span = places[statement if isinstance(statement, cst.SimpleStatementLine) else changed]
            made.append(
                Mutant(
                    path=path.relative_to(PACKAGE).as_posix(),
                    within=tuple(node.name.value for node in reversed(inside)),
                    names=names,
                    lines=range(span.start.line, span.end.line + 1),
                    tree=wrapper.module,
                    statement=statement,
                    old=old,
                    new=mutation.mutated_node,
                )
            )
    return made


def _around(node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Yield a node and what it stands in, from the inside to the outside."""
    while True:
        yield node
        if isinstance(node, cst.Module):
            return
        node = parents[node]


def _targets(statement: cst.CSTNode) -> Iterator[str]:
    """Yield the names that a statement gives to values."""
    if isinstance(statement, cst.SimpleStatementLine):
        for part in statement.body:
            if isinstance(part, cst.AnnAssign) and part.value and isinstance(part.target, cst.Name):
                yield part.target.value
            if isinstance(part, cst.Assign):
                yield from (each.target.value for each in part.targets if isinstance(each.target, cst.Name))


class _Visitor(MutationVisitor):
    """Makes mutants of decorated functions, too, but of no default values of parameters."""

    def __init__(self) -> None:
        super().__init__(OPERATORS, IgnoredCode(set(), set(), set()))

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return False
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in {"cast", "TypeVar"}:
            return True
        return isinstance(node, cst.Param | cst.ImportFrom) or super()._skip_node_and_children(node)


def _one_text(node: cst.BaseString) -> Iterable[cst.BaseString]:
    """Yield the first of mutmut's mutants of a text. The others only change its case."""
    return itertools.islice(mutators.operator_string(node), 1)


def _formatted_text(node: cst.FormattedStringText) -> Iterable[cst.FormattedStringText]:
    yield node.with_changes(value=f"XX{node.value}XX")


def _argument(node: cst.Call) -> Iterable[cst.Call]:
    """Leave out each named argument, and replace each other one by None."""
    for mutated in mutators.operator_arg_removal(node):
        if len(mutated.args) == len(node.args):
            index = next(number for number, arg in enumerate(mutated.args) if arg is not node.args[number])
            if node.args[index].keyword is None:
                yield mutated
        else:
            index = next((n for n, arg in enumerate(mutated.args) if arg is not node.args[n]), len(mutated.args))
            if node.args[index].keyword is not None:
                yield mutated


def _removed(node: cst.Expr | cst.Raise | cst.Return) -> Iterable[cst.Pass]:
    """Leave out a call whose answer nobody takes, an error, or an early end."""
    if isinstance(node, cst.Raise) or (isinstance(node, cst.Expr) and isinstance(node.value, cst.Call)):
        yield cst.Pass()
    if isinstance(node, cst.Return) and node.value is None:
        yield cst.Pass()


def _nothing_returned(node: cst.Return) -> Iterable[cst.Return]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


def _decided(node: cst.If | cst.CompIf) -> Iterable[cst.If | cst.CompIf]:
    """Let a condition be always and never true."""
    for value in ("True", "False"):
        yield node.with_changes(test=cst.Name(value), whitespace_before_test=cst.SimpleWhitespace(" "))


OPERATORS: list[tuple[type, Callable[[Any], Iterable[cst.CSTNode]]]] = [
    *(
        (kind, operator)
        for kind, operator in mutators.mutation_operators
        if operator not in {mutators.operator_string, mutators.operator_arg_removal}
    ),
    (cst.BaseString, _one_text),
    (cst.FormattedStringText, _formatted_text),
    (cst.Call, _argument),
    (cst.Expr, _removed),
    (cst.Raise, _removed),
    (cst.Return, _removed),
    (cst.Return, _nothing_returned),
    (cst.If, _decided),
    (cst.CompIf, _decided),
]


def put_in_place(mutant: Mutant) -> None:
    """Change the code of a function, or the values of names, in this process. Raises NotMade."""
    module = sys.modules[mutant.module]
    if mutant.names:
        _give_values(mutant, module)
        return
    function = _function(module, mutant.within)
    code = _code(compile(mutant.source, function.__code__.co_filename, "exec"), function.__code__.co_qualname)
    if code is None or len(code.co_freevars) != len(function.__code__.co_freevars):
        raise NotMade
    function.__code__ = code


def _function(module: ModuleType, names: tuple[str, ...]) -> FunctionType:
    found: Any = module
    for name in names:
        found = vars(found).get(name)
    for attribute in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, attribute, found)
    if not isinstance(found, FunctionType):
        raise NotMade
    return found


def _code(within: CodeType, name: str) -> CodeType | None:
    for each in within.co_consts:
        if isinstance(each, CodeType):
            found = each if each.co_qualname == name else _code(each, name)
            if found:
                return found
    return None


def _give_values(mutant: Mutant, module: ModuleType) -> None:
    """Run a changed statement where it stands, and give its values to whoever imported the former ones."""
    owner: Any = functools.reduce(lambda within, name: vars(within)[name], mutant.within, module)
    if hasattr(owner, "__dataclass_fields__"):
        raise NotMade
    statement = deep_replace(mutant.statement, mutant.old, mutant.new)
    assert isinstance(statement, cst.CSTNode)
    text = mutant.tree.code_for_node(statement)
    code = compile(text.strip(), mutant.path, "exec", __future__.annotations.compiler_flag, dont_inherit=True)
    values: dict[str, Any] = {}
    exec(code, vars(module), values)  # noqa: S102 - a statement of our own module
    for name in mutant.names:
        before, after = vars(owner)[name], values[name]
        if before == after:
            raise NotMade
        setattr(owner, name, after)
        for other in list(sys.modules.values()):
            if owner is module and getattr(other, "__dict__", {}).get(name) is before:
                setattr(other, name, after)
