"""Data contracts in key-value pairs: query strings, URL-encoded forms and multipart forms.

On the service's own route, fields of the query replace those of the body. `filled_from_query` has the rule for the
predefined routes.
"""

from __future__ import annotations

from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from linkgate.dialects.servicestack.contract import Scalar, bind_fields
from linkgate.dialects.servicestack.scalars import bind_text, is_default
from linkgate.errors import MalformedBody
from linkgate.wire.body_encoding import charset_of, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkgate.dialects.servicestack.contract import Bound, Contract, Fields, Type

FIELD_LIMIT = 100
"""Maximum number of fields of a form, or parts of a multipart body."""
PART_HEADER_LIMIT = 4096
"""Maximum size of the headers of a part, in bytes."""


def read_pairs(contract: Contract, pairs: Iterable[tuple[str, str]]) -> Fields:
    """Return the members named by the pairs. Empty values are skipped; values of equal names are joined by commas."""
    joined: dict[str, tuple[str, str]] = {}
    for name, value in pairs:
        key = name.lower()
        if value:
            joined[key] = (name, f"{joined[key][1]},{value}" if key in joined else value)
    return bind_fields(contract, joined.values(), _bind)


def read_form(contract: Contract, text: str) -> Fields:
    """Return the members of a URL-encoded form; raises MalformedBody."""
    try:
        pairs = parse_qsl(text, errors="strict", max_num_fields=FIELD_LIMIT)
    except ValueError as error:
        raise MalformedBody(f"the form is not percent-encoded UTF-8, or has more than {FIELD_LIMIT} fields") from error
    return read_pairs(contract, pairs)


def read_multipart(contract: Contract, body: bytes, content_type: str) -> Fields:
    """Return the members of a multipart form's text parts (RFC 7578), without files. Raises MalformedBody.

    Each part may declare its own encoding. Raises UnsupportedMedia if it is not read.
    """
    boundary = _boundary(content_type)
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, FIELD_LIMIT + 1)
    if not parts or not parts[-1].startswith(b"--"):
        raise MalformedBody(f"the multipart body does not end, or has more than {FIELD_LIMIT} parts")
    return read_pairs(contract, [pair for part in parts[:-1] if (pair := _text_part(part))])


def filled_from_query(fields: Fields, query: Fields) -> Fields:
    """Merge fields by the rule of the predefined routes: the query replaces absent fields and default values."""
    return {**query, **{name: value for name, value in fields.items() if name not in query or not is_default(value)}}


def _bind(kind: Type, sent_name: str, text: str) -> Bound:
    return bind_text(kind, sent_name, text.partition(",")[0] if kind is Scalar.BOOL else text)


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        raise MalformedBody("the multipart body has no boundary")
    return boundary.encode(errors="replace")


def _text_part(part: bytes) -> tuple[str, str] | None:
    """Return name and text of a part, or None for a file."""
    head, end, content = part.partition(b"\r\n\r\n")
    padding, line_break, lines = head.partition(b"\r\n")
    if not end or not line_break or padding.strip(b" \t") or len(head) > PART_HEADER_LIMIT:
        raise MalformedBody("a multipart part's headers are malformed or too long")
    headers = BytesHeaderParser().parsebytes(lines)
    if headers.get_filename() is not None:
        return None
    name = headers.get_param("name", header="content-disposition")
    if name is None:
        raise MalformedBody("a multipart part has no name")
    return collapse_rfc2231_value(name), decoded(content, charset_of(headers.get("content-type") or ""))
