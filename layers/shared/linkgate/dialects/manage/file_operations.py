"""Operations of the management API on resources and files."""

from __future__ import annotations

from linkgate.dialects.manage.operation import IDEMPOTENCY_KEY, RID_PARAMETER, TEXT, Operation, Parameter
from linkgate.model.tenant import SCOPE_FILES_READ, SCOPE_FILES_WRITE

_GUID = "^[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}$"
_RESOURCE = (
    Parameter("type", TEXT, "The resource type's id", "path"),
    Parameter("uid", {"type": "string", "pattern": _GUID}, "The resource's Guid", "path"),
)
_FILE = Parameter("file", {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}, "The file's id", "path")
_UPLOAD = (
    "The answer has the address to which the bytes must be put within 15 minutes, with the headers that it names. It "
    "takes exactly the bytes that were declared, once. A file may be read when it was checked."
)

FILE_OPERATIONS = (
    Operation(
        "putResource",
        "PUT",
        "/resources/{type}/{uid}",
        SCOPE_FILES_WRITE,
        "Describe a resource, in place of an earlier description. Its page shows the title, number, amount and due "
        "date. The resource and its files are kept for `keepDays` from now.",
        _RESOURCE,
        reads="ResourceFields",
        answers="Resource",
    ),
    Operation(
        "getResource",
        "GET",
        "/resources/{type}/{uid}",
        SCOPE_FILES_READ,
        "Get a resource with its files.",
        _RESOURCE,
        answers="Resource",
    ),
    Operation(
        "deleteResource",
        "DELETE",
        "/resources/{type}/{uid}",
        SCOPE_FILES_WRITE,
        "Delete a resource, its files and their bytes. Links to it stay and say that there is no document.",
        _RESOURCE,
    ),
    Operation(
        "attachToResource",
        "POST",
        "/resources/{type}/{uid}/files",
        SCOPE_FILES_WRITE,
        f"Attach a file to a resource, so that every link to it shows the file. {_UPLOAD}",
        (*_RESOURCE, IDEMPOTENCY_KEY),
        reads="NewFile",
        answers="AttachedFile",
        status=201,
    ),
    Operation(
        "getResourceFile",
        "GET",
        "/resources/{type}/{uid}/files/{file}",
        SCOPE_FILES_READ,
        "Get a file of a resource, with an address of its bytes that works for a minute.",
        (*_RESOURCE, _FILE),
        answers="FileAddress",
    ),
    Operation(
        "deleteResourceFile",
        "DELETE",
        "/resources/{type}/{uid}/files/{file}",
        SCOPE_FILES_WRITE,
        "Delete a file of a resource and its bytes.",
        (*_RESOURCE, _FILE),
    ),
    Operation(
        "listFiles",
        "GET",
        "/links/{rid}/files",
        SCOPE_FILES_READ,
        "List the files of a link, the oldest first: those that were attached, and those that its form asked for, "
        "which have a `field`. The files of the link's resource are listed with the resource.",
        (RID_PARAMETER,),
        answers="FileList",
    ),
    Operation(
        "attachToLink",
        "POST",
        "/links/{rid}/files",
        SCOPE_FILES_WRITE,
        f"Attach a file to a link of any kind, such as terms to read before signing. {_UPLOAD}",
        (RID_PARAMETER, IDEMPOTENCY_KEY),
        reads="NewFile",
        answers="AttachedFile",
        status=201,
    ),
    Operation(
        "getFile",
        "GET",
        "/links/{rid}/files/{file}",
        SCOPE_FILES_READ,
        "Get a file of a link, with an address of its bytes that works for a minute.",
        (RID_PARAMETER, _FILE),
        answers="FileAddress",
    ),
    Operation(
        "deleteFile",
        "DELETE",
        "/links/{rid}/files/{file}",
        SCOPE_FILES_WRITE,
        "Delete a file that was attached to a link, and its bytes. A recipient's own file ends with the link.",
        (RID_PARAMETER, _FILE),
    ),
)
