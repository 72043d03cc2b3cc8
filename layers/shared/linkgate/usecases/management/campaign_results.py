"""Results of a campaign: each survey that was requested, with its answers if there are any."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import Campaign
from linkgate.ports.management import LinkList
from linkgate.usecases.management.link_lists import BEGINNING, ListWalk, cursor_problem, window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

RESULTS_LIMIT = 50
"""Number of surveys per page. Each may bring the data it was made with and its answers."""

DEFAULT_SPAN = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignResults:
    """Request for a page of results. `submitted` leaves out the surveys that nobody answered."""

    caller: Caller
    campaign: str
    submitted: bool = False
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = RESULTS_LIMIT
    columns: Sequence[str] | None = None
    """Columns of the callers' own data in a table, as its first page had them. None asks for the first page."""


@dataclass(frozen=True, slots=True)
class Result:
    """A survey, with the caller's data about the customer and the customer's answers."""

    link: Link
    details: Mapping[str, object]
    answers: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """A page of results. `cursor` continues the list and is None at its end."""

    results: tuple[Result, ...]
    cursor: str | None


def campaign_results(command: CampaignResults, deps: Deps) -> ResultsPage:
    """List a campaign's surveys, newest first. A deleted campaign has results as long as its links are kept.

    Raises NotFound if the campaign has neither a definition nor links, and InvalidRequest for another list's cursor.
    """
    if not command.campaign:
        raise NotFound("campaign")  # a list without a campaign would hold all the tenant's links
    now = deps.now()
    since, until = window(command.since, command.until, DEFAULT_SPAN, now)
    which = LinkList(lists=command.caller.lists, since=since, until=until, campaign=command.campaign)
    asked = (command.submitted, command.since, command.until)
    walk = ListWalk.of(which, *asked) if command.cursor is None else ListWalk.resumed(command.cursor, which, *asked)
    try:
        page = deps.lists.page(walk.which, walk.position, command.limit)
    except (TypeError, ValueError) as error:
        raise cursor_problem() from error
    if command.cursor is None and not page.links and not _known(command, deps):
        raise NotFound("campaign")
    links = [link for link in page.links if link.submitted_at or not command.submitted]
    bodies = deps.lists.contents(
        [(link.master_rid, name) for link in links for name in (link.body_name, link.submission) if name]
    )
    results = tuple(
        Result(
            link,
            bodies.get((link.master_rid, link.body_name or ""), {}),
            bodies.get((link.master_rid, link.submission or "")),
        )
        for link in links
    )
    return ResultsPage(results, walk.cursor(page.following))


def campaign_versions(command: CampaignResults, deps: Deps) -> Sequence[Campaign]:
    """Return every version of the campaign that is known, the newest last. Uncached."""
    tenant = command.caller.tenant.id
    newest = deps.tenants.definition(Campaign, tenant, command.campaign)
    return [*deps.tenants.versions(Campaign, tenant, command.campaign), *([newest] if newest else [])]


def _known(command: CampaignResults, deps: Deps) -> bool:
    """Return whether the campaign is defined or has any links."""
    tenant = command.caller.tenant.id
    if deps.tenants.definition(Campaign, tenant, command.campaign) is not None:
        return True
    since, until = window(BEGINNING, None, DEFAULT_SPAN, deps.now())
    page = deps.lists.page(
        LinkList(lists=command.caller.lists, since=since, until=until, campaign=command.campaign), None, 1
    )
    return bool(page.links or page.following)
