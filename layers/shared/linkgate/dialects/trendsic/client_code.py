"""Source code of the DTOs for ServiceStack's clients, generated from the contracts of requests and replies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Contract, ListOf, Scalar, StringMap
from linkgate.dialects.servicestack.json_contract import camel_case
from linkgate.dialects.trendsic.contracts import NEVER_NULL, RESPONSE_ERROR, RESPONSE_STATUS
from linkgate.dialects.trendsic.operations import DTOS, operation_with_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.dialects.servicestack.contract import Type

_WORD_STARTS = re.compile(r"(?<!^)(?=[A-Z])")

_PYTHON_IMPORTS = """
import datetime
import decimal
from marshmallow.fields import *
from servicestack import *
from typing import *
from dataclasses import dataclass, field
from dataclasses_json import dataclass_json, LetterCase, Undefined, config
from enum import Enum, IntEnum
"""
_PYTHON_CLASS = "@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)\n@dataclass"
_PYTHON_DEFAULTS = {
    Scalar.BOOL: "bool = False",
    Scalar.INT: "int = 0",
    Scalar.DATETIME: "datetime.datetime = datetime.datetime(1, 1, 1)",
}
_PYTHON_TYPES = {
    Scalar.STRING: "str",
    Scalar.GUID: "str",
    Scalar.BOOL: "bool",
    Scalar.INT: "int",
    Scalar.DATETIME: "datetime.datetime",
}

_TYPESCRIPT_INTERFACES = """
export interface IReturn<T>
{
    createResponse(): T;
}

export interface IGet
{
}

export interface IPost
{
}
"""
_TYPESCRIPT_TYPES = {
    Scalar.STRING: "string",
    Scalar.GUID: "string",
    Scalar.BOOL: "boolean",
    Scalar.INT: "number",
    Scalar.DATETIME: "string",
}
_VALUE_TYPES = frozenset({Scalar.BOOL, Scalar.INT, Scalar.DATETIME})


def python_code(base_url: str) -> str:
    """Return the code for the PyPI package `servicestack`."""
    head = f'""" Options:\n{_options(base_url, "#")}"""\n{_PYTHON_IMPORTS}'
    return "\n\n".join([head, *("\n".join(_python_class(dto)) + "\n" for dto in DTOS)])


def typescript_code(base_url: str) -> str:
    """Return the code for the npm package `@servicestack/client`."""
    head = f"/* Options:\n{_options(base_url, '//')}*/\n{_TYPESCRIPT_INTERFACES}"
    dtos = (RESPONSE_ERROR, RESPONSE_STATUS, *DTOS)
    return "\n".join([head, *("\n".join(_typescript_class(dto)) + "\n" for dto in dtos)])


def _options(base_url: str, prefix: str) -> str:
    """Return the options that ServiceStack's tools read at the top, such as the URL to fetch the code again."""
    settings = ("MakePropertiesOptional: False", "AddServiceStackTypes: True", "IncludeTypes:", "ExcludeTypes:")
    return f"BaseUrl: {base_url}\n\n" + "".join(f"{prefix}{setting}\n" for setting in settings)


def _python_class(dto: Contract) -> Iterator[str]:
    operation = operation_with_request(dto)
    bases = f"({dto.base.name})" if dto.base else ""
    if operation:
        yield f'# @Route("{operation.path}", "{operation.verbs}")'
        bases = f"(IReturn[{operation.response.name}], {operation.marker})"
    yield _PYTHON_CLASS
    yield f"class {dto.name}{bases}:"
    for name, kind in dto.own.items():
        yield f"    {_WORD_STARTS.sub('_', name).lower()}: {_python_member(name, kind)}"


def _python_member(name: str, kind: Type) -> str:
    match kind:
        case ListOf():
            item = kind.item.name if isinstance(kind.item, Contract) else _PYTHON_TYPES[kind.item]
            return f"List[{item}] = field(default_factory=list)"
        case StringMap():
            return "Dict[str, str] = field(default_factory=dict)"
        case Contract():
            return f"Optional[{kind.name}] = None"
    return _PYTHON_DEFAULTS[kind] if name in NEVER_NULL else f"Optional[{_PYTHON_TYPES[kind]}] = None"


def _typescript_class(dto: Contract) -> Iterator[str]:
    operation = operation_with_request(dto)
    bases = f" extends {dto.base.name}" if dto.base else ""
    if operation:
        yield f'// @Route("{operation.path}", "{operation.verbs}")'
        bases = f" implements IReturn<{operation.response.name}>, {operation.marker}"
    yield f"export class {dto.name}{bases}"
    yield "{"
    for name, kind in dto.own.items():
        is_nullable = isinstance(kind, Scalar) and kind in _VALUE_TYPES and name not in NEVER_NULL
        optional = "?" if is_nullable else ""
        yield f"    public {camel_case(name)}{optional}: {_typescript_type(kind)};"
    yield ""
    super_call = "super(init); " if dto.base else ""
    assign = f"{super_call}(Object as any).assign(this, init);"
    yield f"    public constructor(init?: Partial<{dto.name}>) {{ {assign} }}"
    if operation:
        yield f"    public getTypeName() {{ return '{dto.name}'; }}"
        yield f"    public getMethod() {{ return '{operation.verbs.partition(',')[0]}'; }}"
        yield f"    public createResponse() {{ return new {operation.response.name}(); }}"
    yield "}"


def _typescript_type(kind: Type) -> str:
    match kind:
        case ListOf():
            return f"{_typescript_type(kind.item)}[]"
        case StringMap():
            return "{ [index: string]: string; }"
        case Contract():
            return kind.name
    return _TYPESCRIPT_TYPES[kind]
