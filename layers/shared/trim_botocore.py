"""Trim botocore's data to what clients of a few services read, in the form that is read fastest.

The build calls `trim_botocore.py <botocore's data folder> <service> ...`. It removes other services, older API
versions, examples, waiters, paginators, documentation, compression, and the endpoints of other services.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

KEPT = ("service-2", "endpoint-rule-set-1")
OPERATIONS = {
    "s3": (
        "CopyObject",
        "DeleteObject",
        "DeleteObjects",
        "GetObject",
        "HeadObject",
        "ListObjectVersions",
        "ListObjectsV2",
        "PutObject",
        # The client itself asks for these where a bucket is elsewhere or of another kind.
        "CreateSession",
        "HeadBucket",
    ),
    "stepfunctions": ("StartExecution", "StopExecution"),
}
"""Operations that are kept of services with large models. The others keep all of theirs."""


def trim(data: Path, services: list[str]) -> None:
    """Trim the data folder in place."""
    for folder in [path for path in data.iterdir() if path.is_dir()]:
        if folder.name in services:
            _trim_service(folder)
        else:
            shutil.rmtree(folder)
    known = _endpoint_names(data, services)
    endpoints = json.loads((data / "endpoints.json").read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: of for name, of in partition["services"].items() if name in known}
    _write(data / "endpoints.json", endpoints)


def _trim_service(folder: Path) -> None:
    newest = max(path for path in folder.iterdir() if path.is_dir())
    models = {kept: _read(newest, kept) for kept in KEPT}
    if folder.name in OPERATIONS:
        _keep_operations(models["service-2"], OPERATIONS[folder.name])
    shutil.rmtree(folder)
    newest.mkdir(parents=True)
    for kept, model in models.items():
        # The client reads the documentation of these few, and fails without it.
        context = {name: model[name] for name in ("clientContextParams",) if name in model}
        _write(newest / f"{kept}.json", _undocumented(model) | context)


def _keep_operations(model: dict[str, Any], names: tuple[str, ...]) -> None:
    """Remove the other operations of a service, and the shapes that only they use."""
    model["operations"] = {name: model["operations"][name] for name in names}
    shapes, pending = model["shapes"], [model["operations"]]
    used: set[str] = set()
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            shape = value.get("shape")
            if isinstance(shape, str) and shape not in used:
                used.add(shape)
                pending.append(shapes[shape])
            pending += [part for name, part in value.items() if name != "shape" or not isinstance(part, str)]
    model["shapes"] = {name: shape for name, shape in shapes.items() if name in used}


def _endpoint_names(data: Path, services: list[str]) -> set[str]:
    """Return the names of the services in endpoints.json, where sesv2 is `email`."""
    models = (_read(next((data / service).iterdir()), "service-2") for service in services)
    return {*services, *(model["metadata"]["endpointPrefix"] for model in models)}


def _undocumented(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Remove every `documentation` that is a string. A shape may have a member of that name, which is an object."""
    match value:
        case dict():
            return {
                name: _undocumented(part)
                for name, part in value.items()
                if not (name == "documentation" and isinstance(part, str))
            }
        case list():
            return [_undocumented(part) for part in value]
        case _:
            return value


def _read(folder: Path, name: str) -> Any:  # noqa: ANN401 - any JSON
    plain = folder / f"{name}.json"
    packed = folder / f"{name}.json.gz"
    return json.loads(plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()))


def _write(path: Path, value: object) -> None:
    # Unlink first, because an installer may have hard-linked the file to its cache, which must stay intact.
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")))


if __name__ == "__main__":
    trim(Path(sys.argv[1]), sys.argv[2:])
