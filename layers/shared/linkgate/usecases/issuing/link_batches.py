"""Make many links in one call. A link that cannot be made does not stop the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkError, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.issuing.every_fault import every_fault, refusal_of
from linkgate.usecases.issuing.process_links import RequestProcess, request_process
from linkgate.usecases.issuing.resource_links import ShareResource, share_resources
from linkgate.usecases.issuing.session_links import StartSession, start_session
from linkgate.usecases.issuing.survey_links import InviteToSurvey, invite_to_survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.ports.deps import Deps
    from linkgate.usecases.issuing.issue import Issued

    Create = RequestProcess | ShareResource | InviteToSurvey | StartSession

BATCH_LIMIT = 100

TIME_LIMIT = timedelta(seconds=8)
"""Time after which the rest is left to the caller's next call, well within the function's timeout."""


@dataclass(frozen=True, slots=True)
class EntryResult:
    """Result of one entry: a link, or the error that prevented it."""

    issued: Issued | None
    error: LinkError | None = None


def create_links(
    commands: Sequence[Create | LinkError], deps: Deps, fields: Mapping[str, str] | None = None
) -> list[EntryResult]:
    """Make links in order and return a result for each. Entries that could not be read are errors already.

    `fields` has the dialect's names of the use cases' fields, as in `with_every_fault`.
    """
    began = deps.now()
    made = []
    for command in commands:
        if isinstance(command, InvalidRequest):
            made.append(EntryResult(None, _refused(command, deps, fields or {})))
        elif isinstance(command, LinkError):
            made.append(EntryResult(None, command))
        elif deps.now() - began > TIME_LIMIT:
            made.append(EntryResult(None, Unavailable(retry_after=1)))
        else:
            made.append(_made(command, deps))
    return made


def _refused(error: InvalidRequest, deps: Deps, fields: Mapping[str, str]) -> LinkError:
    try:
        return every_fault(error, refusal_of(_issue), deps, fields)
    except LinkError as other:
        return other


def _made(command: Create, deps: Deps) -> EntryResult:
    try:
        return EntryResult(_issue(command, deps))
    except LinkError as error:
        return EntryResult(None, error)


def _issue(command: Create, deps: Deps) -> Issued:
    match command:
        case RequestProcess():
            return request_process(command, deps)
        case ShareResource():
            return share_resources([command], deps)[0]
        case InviteToSurvey():
            return invite_to_survey(command, deps)
        case StartSession():
            return start_session(command, deps)
