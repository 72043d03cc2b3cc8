"""One call, and its place in the document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.call_descriptions.schemas import Schema, reference
from linkgate.errors import LinkError
from linkgate.wire.error_table import ErrorRow

IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A repeat with the same key returns the same link and sends nothing",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}


@dataclass(frozen=True, slots=True)
class Answer:
    """Body of every error of a dialect, and the table with their statuses."""

    schema: str
    table: Mapping[type[LinkError], ErrorRow]
    media: str | None = None
    """Media type, None for those of the call's other answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    security: str | None = None
    """Name of the security scheme. None if the body has the key, or if there is none."""
    reads: str | None = None
    parameters: tuple[Schema, ...] = ()
    idempotent: bool = False
    media: tuple[str, ...] = ("application/json",)
    answers: Mapping[int, Schema | None] = field(default_factory=dict)
    """Schema of the answer by status, None for an empty one."""
    errors: Answer


@dataclass(frozen=True, slots=True)
class Described(_Options):
    """A call. `route` is the gateway's, such as `POST /v/{rid}/submit`."""

    name: str
    route: str
    group: str
    summary: str

    @property
    def place(self) -> tuple[str, str]:
        """Path and method in the document."""
        method, _, path = self.route.partition(" ")
        return path, method.lower()


def operation_of(call: Described) -> dict[str, Any]:
    """Return the description of a call."""
    named = [part[1:-1] for part in call.route.split("/") if part.startswith("{")]
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in named]
    parameters = [*path, *call.parameters, *([IDEMPOTENCY_KEY] if call.idempotent else [])]
    described: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.group],
        "summary": call.summary,
        "description": f"{call.summary}.",
        "security": [{call.security: []}] if call.security else [],
        "responses": _responses(call),
    }
    if parameters:
        described["parameters"] = parameters
    if call.reads:
        content = {"application/json": {"schema": reference(call.reads)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _responses(call: Described) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, schema in call.answers.items():
        responses[str(status)] = {"description": "Done"}
        if schema is not None:
            responses[str(status)]["content"] = {media: {"schema": schema} for media in call.media}
    media = (call.errors.media,) if call.errors.media else call.media
    content = {each: {"schema": reference(call.errors.schema)} for each in media}
    statuses: dict[int, list[str]] = {}
    for row in call.errors.table.values():
        statuses.setdefault(row.status, []).append(row.text)
    for status, texts in sorted(statuses.items()):
        said = " ".join(dict.fromkeys(text for text in texts if text)) or "The request has faults."
        retry = {"headers": _RETRY} if status in {429, 503} else {}
        responses[str(status)] = {"description": said, **retry, "content": content}
    return responses
