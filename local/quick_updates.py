"""Shortcuts through moto's update expressions, which were a third of the time of a write. See `local.quick_moto`.

moto parses an expression anew for each check, copies its tree before each use, and walks through it ten times.
"""

from __future__ import annotations

import copy
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.parsing import ast_nodes, expressions, validators

_nodes: Any = ast_nodes
_Parser: Any = vars(expressions)["UpdateExpressionParser"]


@lru_cache(maxsize=1000)
def _parse(expression: str) -> Any:  # noqa: ANN401 - a tree, of which moto only changes copies
    """Parse an expression once."""
    tree = _STOCK_PARSE(_Parser, expression)
    vars(tree)["_made_of"] = expression
    return tree


def _copy(self: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401 - a tree of the same kind
    """Copy a tree without looking for what its nodes could have besides children and a parent."""
    copied = object.__new__(type(self))
    memo[id(self)] = copied
    vars(copied).update(vars(self))
    copied.parent = memo.get(id(self.parent))
    if self.children is not None:
        copied.children = [copy.deepcopy(child, memo) for child in self.children]
    return copied


def _traverse(self: Any, node: Any) -> Any:  # noqa: ANN401 - a tree
    """Find out once, not at each node, which nodes to process, and whether anything precedes that."""
    is_wanted = _known_kinds(self.nodes_to_be_processed())
    announced = type(self).pre_processing_of_child is not _nodes.DepthFirstTraverser.pre_processing_of_child

    def walk(node: Any, child_id: int) -> Any:  # noqa: ANN401 - a tree
        parent = node.parent
        for index, child in enumerate(node.children or ()):
            if announced:
                self.pre_processing_of_child(node, index)
            if _IS_NODE[type(child)]:
                walk(child, index)
        if is_wanted[type(node)]:
            node = self.process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return walk(node, -1)


def _count_actions(self: Any, node: Any) -> Any:  # noqa: ANN401 - a tree
    """Count the clauses of an expression once. moto does so at each node, and each time down to the leaves."""
    expression = vars(node)["_made_of"]
    if expression not in _COUNTED:
        _traverse(self, node)
        _COUNTED.add(expression)
    return node


def _find_clauses(self: Any, clause_types: list[type]) -> list[Any]:  # noqa: ANN401 - a node
    """Find nodes without asking abstract classes, which is slow."""
    clauses = []
    for child in self.children or ():
        if type(child) in clause_types:
            clauses.append(child)
        elif _IS_BRANCH[type(child)]:
            clauses.extend(_find_clauses(child, clause_types))
    return clauses


class _KnownKinds(dict[type, bool]):
    """Classes, and whether they are of some kinds."""

    def __init__(self, kinds: Any) -> None:  # noqa: ANN401 - a class or several, abstract ones, too
        super().__init__()
        self._kinds = kinds

    def __missing__(self, kind: type) -> bool:
        self[kind] = issubclass(kind, self._kinds)
        return self[kind]


_known_kinds = cache(_KnownKinds)
_IS_NODE = _KnownKinds(_nodes.Node)
_IS_BRANCH = _KnownKinds((_nodes.Expression, _nodes.UpdateExpressionFunction))
_COUNTED: set[str] = set()
_STOCK_PARSE: Any = vars(_Parser)["make"].__func__

UPDATE_SHORTCUTS: list[tuple[Any, str, Any]] = [
    (_Parser, "make", staticmethod(_parse)),
    (_nodes.Node, "__deepcopy__", _copy),
    (_nodes.Node, "find_clauses", _find_clauses),
    (_nodes.DepthFirstTraverser, "traverse", _traverse),
    (validators.ActionCountValidator, "traverse", _count_actions),
]
