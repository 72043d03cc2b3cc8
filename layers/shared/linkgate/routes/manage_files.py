"""Operations of the management API on resources and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.dialects.manage import files as formats
from linkgate.dialects.manage.problems import FIELDS
from linkgate.dialects.manage.replies import render_nothing
from linkgate.usecases.files import resources
from linkgate.usecases.files.attaching import attach_file, detach_file, files_of, read_file
from linkgate.usecases.issuing.every_fault import with_every_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Reply, Request


def put_resource(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Describe a resource."""
    kept = with_every_fault(
        lambda: formats.parse_resource(values, request, caller),
        resources.describe_resource,
        deps,
        FIELDS,
        resources.checked_description,
    )
    return formats.render_resource(values["type"], formats.uid_of(values), kept)


def get_resource(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Get a resource with its files."""
    uid = formats.uid_of(values)
    found = resources.resource_of(caller.tenant, values["type"], uid, deps)
    return formats.render_resource(values["type"], uid, found)


def delete_resource(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Delete a resource and its files."""
    resources.delete_resource(caller.tenant, values["type"], formats.uid_of(values), deps)
    return render_nothing()


def attach(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Attach a file to a link or resource."""
    command = formats.parse_file(formats.owner_of(values), request, caller)
    return formats.render_attached(attach_file(command, deps))


def list_files(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """List the files of a link."""
    return formats.render_files(files_of(caller, formats.owner_of(values), deps))


def get_file(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Get a file of a link or resource."""
    return formats.render_address(read_file(caller, formats.owner_of(values), values["file"], deps))


def delete_file(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    """Delete a file of a link or resource."""
    detach_file(caller, formats.owner_of(values), values["file"], deps)
    return render_nothing()
