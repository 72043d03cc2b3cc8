"""Definition files: conversion of the model's records to file content and back, with checks."""

import ast
import inspect
import re
import types
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any, NotRequired, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, ConfigDict, StrictBool, StrictInt, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from cli.definition_rules import RULES, TIER_NAME_RULE
from cli.failures import MISUSED, CommandError
from cli.located_yaml import Located, Place
from linkgate.model.hours import Hours
from linkgate.model.link import Channel
from linkgate.model.policy import Tier
from linkgate.model.tenant import Media

T = TypeVar("T")

_DURATION = re.compile(r"([1-9][0-9]{0,5})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be a number and a unit, such as 90m, 12h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _duration_text(value: timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    if minutes % 60:
        return f"{minutes}m"
    return f"{minutes // 1440}d" if minutes % 1440 == 0 else f"{minutes // 60}h"


def record(kind: type[T], document: Located, **given: object) -> T:
    """Return the record that a document defines. `given` holds values of fields that the file may leave out.

    Raises CommandError with every fault and its line.
    """
    if not isinstance(document.value, dict):
        raise CommandError(document.fault((), "must be a mapping of fields to values"), MISUSED)
    try:
        values = _checker(cast("type", kind)).validate_python({**given, **document.value})
    except ValidationError as error:
        faults = sorted((document.line(_place(entry)), _said(document, entry, kind)) for entry in error.errors())
        raise CommandError("\n".join(fault for _, fault in faults), MISUSED) from error
    if "tiers" in values:
        values["tiers"] = {name: Tier(name, **tier) for name, tier in values["tiers"].items()}
    if values.get("hours"):
        values["hours"] = Hours(**values["hours"])
    return kind(**values)


def document_of(value: object) -> Any:  # noqa: ANN401 - whatever a file can hold
    """Convert a record to the content of a file. Fields without a value are left out."""
    match value:
        case timedelta():
            return _duration_text(value)
        case date():  # a datetime is one, too
            return value.isoformat()
        case Channel() | Media():
            return value.value
        case frozenset() | set():
            return sorted(document_of(entry) for entry in value)
        case list() | tuple():
            return [document_of(entry) for entry in value]
        case Mapping():
            return {
                key: {name: part for name, part in document_of(entry).items() if name != "name"}
                if isinstance(entry, Tier)
                else document_of(entry)
                for key, entry in value.items()
            }
        case _ if hasattr(value, "__dataclass_fields__"):
            members: dict[str, Any] = {name: getattr(value, name) for name in _in_files(type(value))}
            return {name: document_of(member) for name, member in members.items() if member is not None}
        case _:
            return value


def example(kind: type, sample: Mapping[str, object], leave_out: AbstractSet[str] = frozenset()) -> str:
    """Return a sample file: the fields of `sample`, and all others as comments with their defaults."""
    import yaml

    described = field_texts(kind)
    lines = []
    for field in (field for field in fields(kind) if field.name in _in_files(kind) and field.name not in leave_out):
        if text := described.get(field.name):
            lines.append(f"# {text}")
        value = sample.get(field.name, _default(field))
        written = yaml.safe_dump({field.name: document_of(value)}, sort_keys=False, allow_unicode=True).rstrip()
        prefix = "" if field.name in sample else "# "
        lines += [prefix + line for line in written.splitlines()]
    return "\n".join(lines) + "\n"


@cache
def field_texts(kind: type) -> Mapping[str, str]:
    """Return the model's docstring for each field, in one line."""
    (definition,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class defines one class
    texts: dict[str, str] = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            texts[statement.target.id] = " ".join(str(following.value.value).split())
    return texts


def _in_files(kind: type) -> list[str]:
    """Return the names of a record's fields, without the version, which the store sets."""
    return [field.name for field in fields(kind) if field.name != "version"]


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


@cache
def _file_type_of(kind: type) -> Any:  # noqa: ANN401 - a TypedDict made here
    """Return the type of a record in a file: no unknown fields, no type coercion, and the rules of `RULES`."""
    namespace = {"Mapping": Mapping, "Tier": Tier, "datetime": datetime, "timedelta": timedelta, "date": date}
    namespace |= {"Hours": Hours}
    hints = get_type_hints(kind, localns=namespace)
    members: dict[str, Any] = {}
    for field in (field for field in fields(kind) if field.name in _in_files(kind)):
        if kind is Tier and field.name == "name":
            continue
        rules = RULES.get((kind.__name__, field.name), ())
        annotation = Annotated[(_file_type(hints[field.name]), *rules)] if rules else _file_type(hints[field.name])
        members[field.name] = annotation if _default(field) is MISSING else NotRequired[annotation]
    make: Any = TypedDict  # mypy accepts only literal TypedDict definitions
    made = make(kind.__name__, members)
    made.__pydantic_config__ = ConfigDict(extra="forbid", hide_input_in_errors=True)
    return made


def _whole_type_of(kind: type) -> Any:  # noqa: ANN401 - as above
    """Return the same type with the rules that concern several fields."""
    rules = RULES.get((kind.__name__, ""), ())
    return Annotated[(_file_type_of(kind), *rules)] if rules else _file_type_of(kind)


@cache
def _checker(kind: type) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(_whole_type_of(kind))


def _file_type(hint: Any) -> Any:  # noqa: ANN401 - any annotation of the model
    simple = {timedelta: Annotated[timedelta, BeforeValidator(_duration)], int: StrictInt, bool: StrictBool}
    if hint in simple:
        return simple[hint]
    if hint in {Tier, Hours}:
        return _whole_type_of(hint)
    arguments = get_args(hint)
    if not arguments:
        return hint
    parts = tuple(part if part in {Ellipsis, type(None)} else _file_type(part) for part in arguments)
    origin = get_origin(hint)
    return Union[parts] if origin in {Union, types.UnionType} else origin[parts]  # noqa: UP007 - built at run time


def tier_of(name: str, document: Located) -> Tier:
    """Return a tier from a file, which does not repeat the name; raises CommandError."""
    if not name.strip():
        raise CommandError(f"NAME: {TIER_NAME_RULE}", MISUSED)
    if not isinstance(document.value, dict):
        raise CommandError(document.fault((), "must be a mapping of fields to values"), MISUSED)
    try:
        return Tier(name, **_checker(Tier).validate_python(document.value))
    except ValidationError as error:
        raise CommandError("\n".join(_said(document, entry, Tier) for entry in error.errors()), MISUSED) from error


def _place(entry: Mapping[str, Any]) -> Place:
    return tuple(entry["loc"])


_TEXTS = {
    "missing": "is required",
    "string_type": "must be text (in quotes if it looks like a number)",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "enum": "must be {expected}",
    "date_from_datetime_parsing": "must be a day, such as 2026-12-25",
    "frozen_set_type": "must be a list",
    "tuple_type": "must be a list",
    "mapping_type": "must be a mapping of names to values",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields to values",
    "model_attributes_type": "must be a mapping of fields to values",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must be at most {max_length} characters",
    "string_too_short": "must not be empty",
}


_INNER: Mapping[str, type] = {"tiers": Tier, "hours": Hours}
"""Class of the records inside a field."""


def _said(document: Located, entry: Mapping[str, Any], kind: type) -> str:
    """Describe a fault in one line, without quoting the value, which may be confidential."""
    place, context = _place(entry), entry.get("ctx", {})
    if entry["type"] == "extra_forbidden":
        inner = _INNER.get(str(place[0]), kind) if len(place) > 1 else kind
        known = ", ".join(_file_type_of(inner).__annotations__)
        return document.fault(place, f"is not a field here; the fields are: {known}")
    if entry["type"] == "value_error":
        return document.fault(place, str(context["error"]))
    return document.fault(place, _TEXTS.get(entry["type"], entry["msg"]).format_map(context))
