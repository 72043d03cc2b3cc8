"""Inbox of what recipients sent in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Status
from linkgate.model.tenant import Campaign, Process
from linkgate.usecases.management.link_lists import ListLinks, list_links
from linkgate.usecases.pointers import steps_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.management.link_details import Submission

ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Request for a page of submissions, by when their links were made, newest first."""

    caller: Caller
    subject: str | None = None
    """Id of a process or campaign."""
    days: int = 30
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Submitted links. `cursor` continues the list and is None at its end. Any page may be short."""

    links: Sequence[Link]
    cursor: str | None


def inbox(command: Inbox, deps: Deps) -> InboxPage:
    """List the links that were submitted. Raises InvalidRequest for a cursor of another list."""
    # The period begins at a day, so that it is the same for each page of the list.
    today = deps.now().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = ListLinks(
        caller=command.caller,
        status=Status.SUBMITTED,
        since=today - timedelta(days=command.days),
        cursor=command.cursor,
        limit=ROWS,
    )
    page = list_links(asked, deps)
    wanted = [link for link in page.links if command.subject in {None, link.definition_id}]
    return InboxPage(wanted, page.cursor)


def shown_data(submission: Submission) -> Mapping[str, object]:
    """Return the answers with the names of files in place of their ids, and without signatures."""
    names = {file.id: file.name for _, file in submission.files}
    signed = {steps_in(each.pointer)[0] for each in submission.signatures}
    return {name: _with_names(value, names) for name, value in submission.data.items() if name not in signed}


def _with_names(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {name: _with_names(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def subjects(caller: Caller, deps: Deps) -> Sequence[tuple[str, str]]:
    """Return the id and title of every form that recipients may send in."""
    tenant = caller.tenant.id
    found: list[Process | Campaign] = [
        *deps.tenants.definitions(Process, tenant),
        *deps.tenants.definitions(Campaign, tenant),
    ]
    return sorted(((each.id, each.title) for each in found), key=lambda each: each[1].casefold())
