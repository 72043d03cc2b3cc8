"""`linkgate link`: creates and shows links, and changes what an operator may change."""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.api_calls import Api, UrlOption
from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.link_acts import ReasonOption, caller_of, checked, ended, said
from cli.link_rows import BATCH_BYTES, About, batches, entry_of, keyed, read_table, size_of
from cli.printing import print_json, print_rows, shown
from cli.rid_arguments import RidArgument, found_link
from cli.subject_options import CampaignOption, ChannelOption, ProcessOption, ResourceTypeOption
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.timeline import Entry

app = typer.Typer(no_args_is_help=True)

E = TypeVar("E", bound=StrEnum)

COLUMNS = ("rid", "kind", "subject", "status", "created", "recipient", "messages")
PAGE = 100


@app.command("list")
@on_table()
def list_links(
    operator: Operator,
    *,
    tenant: TenantOption = None,
    recipient: Annotated[str | None, typer.Option(help="Only links of this e-mail address or phone number.")] = None,
    resource: Annotated[
        tuple[str, str] | None, typer.Option(metavar="TYPE UID", help="Only links of this resource.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: process, resource, survey or session.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only this status: Active, Opened, Submitted, Expired, Revoked, ...")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back.")] = 31,
    most: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="Maximum number of links to show.")] = 50,
    test: Annotated[bool, typer.Option("--test", help="Only test links. Otherwise there are none of them.")] = False,
) -> None:
    """List a tenant's links, newest first."""
    from linkgate.model.link import Kind, Status
    from linkgate.usecases.management.link_lists import ListLinks

    deps, now = operator.deps, operator.now()
    command = ListLinks(
        caller=operator.caller(operator.tenant(tenant), test=test),
        resource=(resource[0], resource[1].replace("-", "").lower()) if resource else None,
        recipient=recipient,
        kind=_one_of(Kind, "--kind", kind and kind.lower()),
        status=_one_of(Status, "--status", status and status.capitalize()),
        since=now - timedelta(days=days),
        until=now + timedelta(milliseconds=1),
        limit=min(most, PAGE),
    )
    found = list(islice(pages(command, deps), most + 1))
    print_links(operator, found[:most], none=f"No links were made in the last {days} days.")
    if len(found) > most:
        say_cut(most)


@app.command("show")
@on_table()
def show(
    operator: Operator,
    rid: RidArgument,
    *,
    limit: Annotated[int, typer.Option(min=1, help="The most events to show, the newest ones.")] = PAGE,
    language: Annotated[str | None, typer.Option(help="en or es. Default: that of this terminal, or en.")] = None,
) -> None:
    """Say in sentences how a link stands, what can be done about it, and what happened, oldest first."""
    from linkgate.dialects.manage.replies import link_json
    from linkgate.usecases.history.timeline import timeline_of

    deps, link = operator.deps, found_link(operator, rid)
    every = timeline_of(link, deps)
    if operator.as_json:
        facts: dict[str, Any] = dict(link_json(link, deps.now()))
        earlier, shown_events = max(len(every) - limit, 0), [_event(entry) for entry in every[-limit:]]
        print_json({**facts, "earlierEvents": earlier, "events": shown_events})
        return
    from cli.link_page import print_page

    print_page(operator, link, every, limit, language)


@app.command("revoke")
@on_table(changes=True)
def revoke(operator: Operator, rid: RidArgument, *, reason: ReasonOption = None, yes: YesOption = False) -> None:
    """Revoke a link and its co-browsing roles. Whoever opens it is told so."""
    from linkgate.errors import LinkSubmitted
    from linkgate.usecases.management.revocation import RevokeLink, revoke_link

    link = found_link(operator, rid)
    if link.submitted_at and not link.reopened:
        raise CommandError(f"{link.rid} was submitted at {shown(link.submitted_at)}. It can no longer be revoked.")
    confirm(operator, f"{link.rid} will open no more. This cannot be undone.", yes=yes)
    if not operator.dry_run:
        try:
            revoke_link(
                RevokeLink(caller=caller_of(operator, link), rid=link.rid, reason=checked(reason)), operator.deps
            )
        except LinkSubmitted as error:
            raise CommandError(f"{link.rid} was submitted just now. It can no longer be revoked.") from error
    said(operator, link, "revoked")


@app.command("revoke-way")
@on_table(changes=True)
def revoke_one_way(
    operator: Operator,
    rid: RidArgument,
    way: Annotated[str, typer.Argument(help="api, one message such as email:2, or all messages: email or sms.")],
    *,
    reason: ReasonOption = None,
    yes: YesOption = False,
) -> None:
    """End one way into a link, with the visits and codes that it opened. Other ways stay as they are."""
    from linkgate.model.link import leads_in
    from linkgate.usecases.management.revocation import RevokeWay, revoke_way

    link = found_link(operator, rid)
    there_are = sorted(link.secrets.values())
    if not any(leads_in(known, {way}) for known in there_are):
        raise CommandError(f"{link.rid} has no way {shown(way)}. It has: {', '.join(there_are) or 'none'}.", MISUSED)
    confirm(operator, f"{way} will no longer lead into {link.rid}. This cannot be undone.", yes=yes)
    if not operator.dry_run:
        command = RevokeWay(caller=caller_of(operator, link), rid=link.rid, way=way, reason=checked(reason))
        revoke_way(command, operator.deps)
    said(operator, link, f"closed for {shown(way)}")


@app.command("extend")
@on_table(changes=True)
def extend(
    operator: Operator,
    rid: RidArgument,
    hours: Annotated[int, typer.Option(min=1, max=87_600, help="The new life in hours, counted from now.")],
    reason: ReasonOption = None,
) -> None:
    """Extend a link's life, even if it has expired. The limit is the greatest life of its tier."""
    from linkgate.errors import LinkClosed, LinkExhausted, LinkExpired
    from linkgate.usecases.management.extension import ExtendLink, check_extension, extend_link

    link = found_link(operator, rid)
    closed = link.closed(operator.deps.now())
    if closed and not isinstance(closed, LinkExpired | LinkExhausted):
        raise ended(link, closed)
    command = ExtendLink(caller=caller_of(operator, link), rid=link.rid, hours=hours, reason=checked(reason))
    try:
        check_extension(command, operator.deps) if operator.dry_run else extend_link(command, operator.deps)
    except LinkClosed as error:
        raise ended(link, error) from error
    said(operator, link, "extended")


@app.command("resend")
@on_table(changes=True)
def resend(
    operator: Operator,
    rid: RidArgument,
    *,
    channel: Annotated[str | None, typer.Option(help="email or sms. Default: the first that still reaches.")] = None,
    replace: Annotated[bool, typer.Option(help="Disable the links in earlier messages.")] = False,
    reason: ReasonOption = None,
) -> None:
    """Send a link's message again, with a new secret. Needs --stack or --endpoint-url."""
    from linkgate.errors import LinkClosed, NotFound, Throttled
    from linkgate.model.link import Channel
    from linkgate.usecases.delivery.resending import ResendLink, resend_link

    if channel not in {None, *Channel}:
        raise CommandError("The channel must be email or sms.", MISUSED)
    link = found_link(operator, rid)
    if closed := link.closed(operator.deps.now()):
        raise ended(link, closed)
    if operator.dry_run:
        said(operator, link, "sent again")
        return
    caller = caller_of(operator, link)
    command = ResendLink(
        tenant=link.tenant,
        rid=link.rid,
        channel=Channel(channel) if channel else None,
        replace=replace,
        by=caller.credential.id,
        note=caller.note(checked(reason)),
    )
    try:
        sent = resend_link(command, operator.sending_deps)
    except Throttled as error:
        raise CommandError(f"It is too soon to send the link again; wait {error.retry_after} seconds.") from error
    except LinkClosed as error:
        raise ended(link, error) from error
    except NotFound as error:
        raise CommandError(
            f"{link.rid} is the link of a co-browsing role. Such a link is never sent in a message."
        ) from error
    print_rows(
        [
            {"channel": d.channel.value, "to": sent.address(d.channel), "state": d.state.value, "attempt": d.attempt}
            for d in sent.deliveries.values()
        ],
        ("channel", "to", "state", "attempt"),
        as_json=operator.as_json,
        none="",
    )


@app.command("create")
@on_table(changes=True)
def create(
    operator: Operator,
    *,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A CSV file with a header row; each row makes a link.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="A cell of a single row, instead of --from. Repeatable."),
    ] = None,
    process: ProcessOption = None,
    campaign: CampaignOption = None,
    resource_type: ResourceTypeOption = None,
    session: Annotated[
        bool, typer.Option(help="Link to live sessions. Columns: name, phone, email, category, user.")
    ] = False,
    channel: ChannelOption = None,
    notify: Annotated[bool, typer.Option(help="Processes only: send the link to the customer.")] = True,
    run: Annotated[
        str | None,
        typer.Option(
            help="A name for this run; a row is never created twice under one name. Default: the file's name."
        ),
    ] = None,
    url: UrlOption = None,
) -> None:
    """Create links through the API, with the management key in LINKGATE_KEY. A bad row does not stop the others.

    Prints the link of each row, which is a secret.
    If the command is interrupted, run it again: it continues where it stopped.
    """
    about = About(process, campaign, resource_type, session, tuple(channel or ()), notify)
    about.check()
    if source and values:
        raise CommandError("Pass --from or --set, not both.", MISUSED)
    rows = [*read_table(source)] if source else [_cells(values or [])]
    entries = keyed((entry_of(row, about) for row in rows), run or (source.name if source else "once-" + _moment()))
    if operator.dry_run:
        if operator.as_json:
            print_json({"would_ask_for": entries})
        else:
            print(f"{len(entries)} links would be requested; the first: {shown(entries[0]) if entries else '-'}")
        return
    api = Api.of(operator, url)
    failed = 0
    results = []
    for number, result in enumerate(_made(entries, api), start=1):
        failed += result["problem"] is not None
        results.append({"row": number, **result, "problem": _problem(result)})
    columns = ("row", "status", "rid", "link", "problem")
    print_rows(results, columns, as_json=operator.as_json, none="There are no rows.", in_table=False)
    print(f"{len(entries) - failed} created, {failed} failed", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def pages(command: Any, deps: Any) -> Iterator["Link"]:  # noqa: ANN401 - loaded where it is called
    """Yield every link of a list (`ListLinks`), page by page."""
    from dataclasses import replace

    from linkgate.usecases.management.link_lists import list_links as page_of

    while True:
        page = page_of(command, deps)
        yield from page.links
        if page.cursor is None:
            return
        command = replace(command, cursor=page.cursor)


def print_links(operator: Operator, links: Iterable["Link"], *, none: str) -> None:
    """Print a line for each link."""
    now = operator.now()
    print_rows([_row(link, now) for link in links], COLUMNS, as_json=operator.as_json, none=none)


def say_cut(most: int) -> None:
    """Say that a list goes on. On standard error, so that what programs read stays as it is."""
    print(f"Only the newest {most} are shown. There are more (--limit).", file=sys.stderr)


def _one_of(kind: type[E], option: str, given: str | None) -> E | None:
    """Return the member that an option names, None if it is not given. Raises CommandError for another text."""
    if not given:
        return None
    if given not in {each.value for each in kind}:
        raise CommandError(f"{option} must be one of {', '.join(each.value for each in kind)}.", MISUSED)
    return kind(given)


def _row(link: "Link", now: Any) -> dict[str, object]:  # noqa: ANN401 - a datetime
    return {
        "rid": link.rid,
        "kind": link.kind.value,
        "subject": link.definition_id,
        "status": link.status(now).value,
        "created": link.created_at,
        "recipient": link.recipient.email or link.recipient.phone or link.recipient.name,
        "messages": ", ".join(f"{d.channel}: {d.state}" for d in link.deliveries.values()),
    }


def _event(entry: "Entry") -> dict[str, object]:
    from linkgate.usecases.history.timeline import details

    return {"type": entry.fact.kind, "at": entry.fact.at, "data": details(entry), "sequence": entry.sequence}


def _cells(values: list[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if not pairs or not all(sign for _, sign, _ in pairs):
        raise CommandError("Pass --from FILE, or the cells of one row as --set COLUMN=VALUE.", MISUSED)
    return {column: text for column, _, text in pairs}


def _made(entries: list[dict[str, object]], api: Api) -> Iterator[dict[str, Any]]:
    """Yield a result for each entry, in order. Entries that the API puts off are sent again."""
    from cli.progress import progress

    with progress("Creating links", len(entries)) as advance:
        for some in batches(entries):
            if size_of(some[0]) > BATCH_BYTES:
                yield {"status": 413, "rid": None, "link": None, "problem": {"detail": "The row is too large."}}
                advance(1)
                continue
            results: dict[int, dict[str, Any]] = {}
            waiting = list(range(len(some)))
            for _ in range(10):
                reply = api.post("/links/batch", {"links": [some[index] for index in waiting]})
                results |= dict(zip(waiting, reply["results"], strict=True))
                waiting = [index for index in waiting if results[index]["status"] in {429, 503}]
                if not waiting:
                    break
                _pause(max(results[index]["problem"].get("retryAfter", 1) for index in waiting))
            for index in range(len(some)):
                yield results[index]
            advance(len(some))


def _pause(seconds: int) -> None:
    import time

    time.sleep(min(seconds, 60))


def _problem(result: dict[str, Any]) -> str | None:
    problem = result["problem"]
    if problem is None:
        return None
    faults = "; ".join(f"{fault['field']} {fault['reason']}" for fault in problem.get("fields", []))
    return faults or str(problem["detail"])


def _moment() -> str:
    from linkgate.wiring import system_now

    return system_now().isoformat()
