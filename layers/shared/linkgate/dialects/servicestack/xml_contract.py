"""Data contracts in XML, written like .NET's DataContractSerializer and read more leniently.

Elements of a request may be in any namespace, order and letter case. Document types are refused, and entities with
them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, TreeBuilder

from linkgate.dialects.servicestack.contract import (
    Contract,
    Guid,
    ListOf,
    Scalar,
    StringMap,
    Unparseable,
    bind_fields,
    scalar,
)
from linkgate.dialects.servicestack.object_notation import refuse_strangers, wrong_type
from linkgate.dialects.servicestack.scalars import BLANKS, bind_scalar, xsd_datetime
from linkgate.errors import MalformedBody

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from linkgate.dialects.servicestack.contract import Bound, Fields, Type, Value

DEPTH_LIMIT = 50
NAMESPACE = "http://schemas.servicestack.net/types"

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
_NIL = f"{{{_INSTANCE}}}nil"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(kind: Contract | ListOf, value: Value) -> str:
    """Return a document in UTF-8. Characters that XML does not allow are dropped. Raises TypeError for a wrong type."""
    root = kind.name if isinstance(kind, Contract) else f"ArrayOf{_item_name(kind)}"
    namespaces = f' xmlns:i="{_INSTANCE}" xmlns="{NAMESPACE}"'
    return f'<?xml version="1.0" encoding="utf-8"?>{_element(root, kind, value, depth=1, attributes=namespaces)}'


def read(contract: Contract, text: str) -> Fields:
    """Return the members of one object; raises MalformedBody. A blank text is an object without members."""
    if not text.strip(BLANKS):
        return {}
    return _bind_element(contract, _parse(text))


def read_batch(contract: Contract, text: str) -> list[Fields]:
    """Return the members of each object of an `ArrayOf...`; raises MalformedBody."""
    root = _parse(text)
    _refuse_other_name(f"ArrayOf{contract.name}", root)
    return [_bind_element(contract, item) for item in root]


def _element(name: str, kind: Type, value: Value, depth: int, attributes: str = "") -> str:
    prefix = f"d{depth}p1"
    if isinstance(kind, StringMap) or (isinstance(kind, ListOf) and not isinstance(kind.item, Contract)):
        attributes += f' xmlns:{prefix}="{_ARRAYS}"'
    if value is None:
        return f'<{name}{attributes} i:nil="true" />'
    content = _content(kind, value, depth, prefix)
    empty = not content and not isinstance(kind, Scalar)
    return f"<{name}{attributes} />" if empty else f"<{name}{attributes}>{content}</{name}>"


def _content(kind: Type, value: Value, depth: int, prefix: str) -> str:
    match kind, value:
        case Scalar(), _:
            return _scalar_text(kind, value)
        case ListOf(), Sequence() if not isinstance(value, str):
            name = _item_name(kind) if isinstance(kind.item, Contract) else f"{prefix}:{_item_name(kind)}"
            return "".join(_element(name, kind.item, item, depth + 1) for item in value)
        case StringMap(), Mapping():
            return "".join(_map_entry(key, item, prefix) for key, item in value.items())
        case Contract(), Mapping():
            refuse_strangers(kind, value)
            members = kind.xml_members.items()
            return "".join(_element(name, member, value.get(name), depth + 1) for name, member in members)
    raise wrong_type(kind, value)


def _scalar_text(kind: Scalar, value: Value) -> str:
    match kind, value:
        case Scalar.STRING, str():
            return _escaped(value)
        case Scalar.BOOL, bool():
            return "true" if value else "false"
        case Scalar.INT, int() if not isinstance(value, bool):
            return str(value)
        case Scalar.GUID, Guid():
            return "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
        case Scalar.DATETIME, datetime():
            return xsd_datetime(value)
    raise wrong_type(kind, value)


def _map_entry(key: str, item: Value, prefix: str) -> str:
    members = (_element(f"{prefix}:{name}", Scalar.STRING, text, 0) for name, text in (("Key", key), ("Value", item)))
    return f"<{prefix}:KeyValueOfstringstring>{''.join(members)}</{prefix}:KeyValueOfstringstring>"


def _item_name(kind: ListOf) -> str:
    return kind.item.name if isinstance(kind.item, Contract) else kind.item.value


def _escaped(text: str) -> str:
    text = _NOT_XML.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#xD;")


class _LimitedTree(TreeBuilder):
    """Tree builder that refuses a deep document while it is read, before other code walks it."""

    _depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise MalformedBody(f"nested deeper than {DEPTH_LIMIT} levels")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parse(text: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_LimitedTree(), forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ParseError as error:
        raise MalformedBody("the body is not well-formed XML") from error
    except DefusedXmlException as error:
        raise MalformedBody("the body has a document type declaration") from error
    return root


def _bind_element(contract: Contract, element: Element) -> Fields:
    _refuse_other_name(contract.name, element)
    children: Iterable[tuple[str, Element]] = ((_local_name(child), child) for child in element)
    return bind_fields(contract, children, _bind)


def _bind(kind: Type, sent_name: str, element: Element) -> Bound:
    if element.get(_NIL, "").strip(BLANKS) in {"true", "1"}:
        return None
    text = element.text or ""
    if len(element):
        return Unparseable(sent_name, text)
    return bind_scalar(scalar(kind), sent_name, text)


def _refuse_other_name(name: str, element: Element) -> None:
    if _local_name(element).lower() != name.lower():
        raise MalformedBody(f"the root must be {name}")


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
