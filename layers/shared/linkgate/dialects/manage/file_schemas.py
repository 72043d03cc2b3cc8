"""Answers about resources and files, as typed dictionaries like those of `schemas`."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from linkgate.dialects.manage.schemas import Moment  # noqa: TC001 - pydantic reads it

_CLOSED = ConfigDict(extra="forbid")


@with_config(_CLOSED)
class FileJson(TypedDict):
    """A file. Recipients get it if its state is `clean`, or `unscanned` where nothing looks for malware."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    state: Literal["awaited", "received", "clean", "unscanned", "infected", "failed"]
    reason: str | None
    field: str | None
    replaces: str | None
    addedAtUtc: Moment


@with_config(_CLOSED)
class FileList(TypedDict):
    """The files of a link, the oldest first."""

    files: list[FileJson]


@with_config(_CLOSED)
class FileAddressJson(FileJson):
    """A file, and an address from which its bytes can be read for some seconds. Null if they may not be read."""

    url: str | None
    expiresInSeconds: int


@with_config(_CLOSED)
class FileUploadJson(TypedDict):
    """The request that puts the bytes of a file."""

    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expiresAtUtc: Moment


@with_config(_CLOSED)
class AttachedFile(TypedDict):
    """A file, and the request that puts its bytes. Null if they have arrived."""

    file: FileJson
    upload: FileUploadJson | None


@with_config(_CLOSED)
class AmountJson(TypedDict):
    """An amount of money. The value is the decimal number that was sent."""

    value: str
    currency: str


@with_config(_CLOSED)
class ResourceJson(TypedDict):
    """A resource with its files, the oldest first. Without a description, it has no title."""

    type: str
    uid: str
    title: str | None
    number: str | None
    amount: AmountJson | None
    due: str | None
    note: str | None
    keptUntilUtc: Moment
    files: list[FileJson]


FILE_ANSWERS = {
    "AttachedFile": AttachedFile,
    "FileAddress": FileAddressJson,
    "FileList": FileList,
    "Resource": ResourceJson,
}
"""Types of answers by their names in the description."""
