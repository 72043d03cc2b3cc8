"""YAML and JSON files, read so that every value has a line number."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cli.failures import MISUSED, CommandError

Place = tuple[str | int, ...]
"""Keys and indexes that lead from the top of a document to a value."""


@dataclass(frozen=True)
class Located:
    """One document of a file."""

    file: str
    value: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of the value at `place`, or of the nearest value around it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def fault(self, place: Place, message: str) -> str:
        """Return a message such as `tenant.yaml:7: tiers.gold.default_life: must be ...`."""
        name = ".".join(str(step) for step in place)
        return f"{self.file}:{self.line(place)}: {name}{': ' if name else ''}{message}"


class _Loader(yaml.SafeLoader):
    """Loader that knows only JSON's types, as YAML 1.2 does: `NO`, `2026-01-01` and `12:30` are text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - as its base declares it

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:  # noqa: ANN401 - as its base declares it
        """Join surrogate pairs, which JSON escapes use for characters such as emoji."""
        node: yaml.ScalarNode = super().compose_scalar_node(anchor)
        try:
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise yaml.MarkedYAMLError(problem="contains half a character", problem_mark=node.start_mark) from error
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - as its base
        try:
            return super().construct_object(node, deep)
        except (AttributeError, KeyError, ValueError) as error:
            problem = f"does not match its tag {node.tag.rpartition(':')[2]}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: ARG002, FBT001, FBT002 - as its base calls it
    ) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be text", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read_documents(path: Path) -> list[Located]:
    """Return every document of a file. Each entry of a top-level list counts as a document.

    `-` reads standard input. Raises CommandError with file and line.
    """
    file = "stdin" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if file == "stdin" else path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}", MISUSED) from error
    try:
        return list(_documents(file, text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise CommandError(f"{file}:{mark.line + 1 if mark else 1}: {error.problem}", MISUSED) from error
    except yaml.YAMLError as error:
        raise CommandError(f"{file}: {error}", MISUSED) from error
    except RecursionError as error:
        raise CommandError(f"{file}: is nested too deeply", MISUSED) from error
    except json.JSONDecodeError as error:
        raise CommandError(f"{file}:{error.lineno}: {error.msg} (column {error.colno})", MISUSED) from error


def _documents(file: str, text: str) -> Iterator[Located]:
    if text.lstrip()[:1] in {"{", "["}:
        json.loads(text)
        # JSON is YAML except for tabs, which valid JSON has only between values.
        text = text.replace("\t", " ")
    loader = _Loader(text)
    while loader.check_node():
        node: Any = loader.get_node()
        entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for entry in entries:
            yield Located(file, loader.construct_object(entry, deep=True), dict(_lines(entry, ())))


def _lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*place, key.value))
            yield (*place, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*place, index))
