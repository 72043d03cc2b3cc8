"""Pages and files of a campaign's results. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from linkgate.dialects.console.charts import bars, columns
from linkgate.dialects.console.fields import select
from linkgate.dialects.console.frame import HOME, moment, page, reader_of
from linkgate.dialects.console.tables import Cell, table
from linkgate.dialects.console.words import headline
from linkgate.model.moments import day_in_words, utc
from linkgate.pages.pieces import button, hidden, joined, paragraph
from linkgate.usecases.staff.results import FEWEST
from linkgate.wire.html import Html
from linkgate.wire.message import Reply
from linkgate.wire.spreadsheet_csv import BOM, MEDIA_TYPE, safe_cell, write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from linkgate.dialects.console.words import Reader
    from linkgate.model.person import Staff
    from linkgate.usecases.management.campaign_results import Result
    from linkgate.usecases.staff.results import Filters, Overview, Rating

PERIODS = (7, 30, 90, 366)
"""Days that a page may look back."""
_LONGEST = 140
"""Characters of an answer in a row. The link's page has the whole."""
_ANSWERS = 2
LARGEST_FILE = 4_000_000
"""Bytes of a file. AWS takes replies of up to 6 MB, and Base64 makes one a third longer."""


def campaigns_page(staff: Staff, campaigns: Sequence[tuple[str, str]]) -> Reply:
    """Render the list of campaigns, each an id and a title."""
    reader = reader_of(staff)
    rows = [Html('<li><a href="{}">{}</a></li>').format(_path(id_), title) for id_, title in campaigns]
    shown = Html('<ul class="list">{}</ul>').format(joined(*rows)) if rows else paragraph(reader.text("results.none"))
    return page(staff, "results", reader.text("place.results"), shown)


def results_page(  # noqa: PLR0913, PLR0917 - the parts of the page
    staff: Staff,
    campaign: tuple[str, str],
    filters: Filters,
    overview: Overview,
    agents: Sequence[tuple[str, str]],
    now: datetime,
) -> Reply:
    """Render a campaign's numbers and its newest surveys. `campaign` and each agent are an id and a title."""
    reader, (id_, title) = reader_of(staff), campaign
    return page(
        staff,
        "results",
        title,
        _filter_form(id_, filters, overview, agents, reader),
        paragraph(reader.text("results.cut", count=overview.asked), "small") if overview.cut else "",
        Html('<div class="pair">{}{}</div>').format(_funnel(overview, reader), _rating(overview.rating, reader)),
        _weeks(overview.weeks, reader),
        _rows(staff, overview, now, reader),
    )


def results_file(campaign: str, overview: Overview, origin: str, now: datetime) -> tuple[Reply, int]:
    """Render the rows as CSV for a spreadsheet, and return their number. The first columns lead back to each survey.

    The newest rows that fit into a reply are in it. The file's name says if there are older ones.
    """
    asked = {name: f"answer: {name}" for name in overview.questions}
    fixed = ("rid", "page", "status", "made", "sent_in", "customer", "account_number", "agent")
    names = [*fixed, *asked.values(), "other"]
    lines, room = [BOM + write_csv(names, [])], LARGEST_FILE
    for each in overview.rows:
        line = write_csv(names, [_file_row(each, asked, origin, now)], header=False)
        room -= len(line.encode())
        if room < 0:
            break
        lines.append(line)
    rows = len(lines) - 1
    cut = f"-newest-{rows}" if overview.cut or rows < len(overview.rows) else ""
    name = quote(f"{campaign}-{now.date().isoformat()}{cut}.csv", safe="")
    headers = {
        "content-type": MEDIA_TYPE,
        "content-disposition": f"attachment; filename=\"results.csv\"; filename*=UTF-8''{name}",
    }
    return Reply(200, "".join(lines), headers), rows


def large_file_page(staff: Staff, campaign: str, query: str, rows: int) -> Reply:
    """Render the form that asks a second person for a large file."""
    reader = reader_of(staff)
    form = Html('<form method="post" action="{}/results/file">{}{}</form>').format(
        HOME, hidden("query", query), button(reader.text("results.ask"))
    )
    said = paragraph(reader.text("results.large", rows=rows, campaign=campaign))
    return page(staff, "results", reader.text("results.file"), said, form)


def _file_row(result: Result, asked: Mapping[str, str], origin: str, now: datetime) -> dict[str, object]:
    link, answers = result.link, result.answers or {}
    other = {name: value for name, value in answers.items() if name not in asked}
    return {
        "rid": link.rid,
        "page": f"{origin}{HOME}/links/{link.rid}",
        "status": link.status(now).value,
        "made": utc(link.created_at),
        "sent_in": utc(link.submitted_at) if link.submitted_at else None,
        "customer": link.recipient.name,
        "account_number": result.details.get("account_number"),
        "agent": link.reference,
        **{asked[name]: value for name, value in answers.items() if name in asked},
        "other": other or None,
    }


def _path(campaign: str) -> str:
    return f"{HOME}/results/campaign?{urlencode({'name': campaign})}"


def _filter_form(
    campaign: str, filters: Filters, overview: Overview, agents: Sequence[tuple[str, str]], reader: Reader
) -> Html:
    every = ("", reader.text("filter.all"))
    periods = [(str(days), reader.counted("filter.days", days)) for days in PERIODS]
    answered = [every, ("1", reader.text("filter.answered.1"))]
    fields = [
        select("days", reader.text("filter.days"), periods, str(filters.days)),
        select("answered", reader.text("filter.answered"), answered, "1" if filters.answered else ""),
    ]
    if overview.rating:
        steps = [(str(step), f"≤ {step}") for step in overview.rating.counts]
        most = "" if filters.most is None else str(filters.most)
        fields.append(select("most", reader.text("filter.most"), [every, *steps], most))
    if agents:
        fields.append(select("agent", reader.text("filter.agent"), [every, *agents], filters.agent or ""))
    query = {
        "name": campaign,
        "days": filters.days,
        **({"answered": 1} if filters.answered else {}),
        **({} if filters.most is None else {"most": filters.most}),
        **({"agent": filters.agent} if filters.agent else {}),
    }
    return Html(
        '<form method="get" action="{home}/results/campaign" class="filters">{fields}<button class="second">{go}'
        '</button></form><p><a href="{home}/results/file?{query}">{file}</a></p>'
    ).format(
        home=HOME,
        fields=joined(hidden("name", campaign), *fields),
        go=reader.text("filter.go"),
        query=urlencode(query),
        file=reader.text("results.file"),
    )


def _funnel(overview: Overview, reader: Reader) -> Html:
    steps = {
        "asked": overview.asked,
        "left": overview.left,
        "arrived": overview.arrived,
        "opened": overview.opened,
        "submitted": overview.submitted,
    }
    rows = [(reader.text(f"results.{name}"), count, _share(count, overview.asked)) for name, count in steps.items()]
    return Html("<section>{}</section>").format(
        bars(reader.text("results.funnel"), (reader.text("results.step"), reader.text("results.number")), rows, reader)
    )


def _share(count: int, of: int) -> str:
    """Return a percentage, or nothing if there are too few to speak of one."""
    return f"{round(100 * count / of)} %" if of >= FEWEST else ""


def _rating(rating: Rating | None, reader: Reader) -> Html:
    if rating is None:
        return Html("")
    score, ends = rating.score, rating.interval
    kind = "nps" if rating.is_nps else "mean"
    digits = "+.0f" if rating.is_nps else ".1f"
    if score is None:
        said = reader.text("rating.none")
    elif ends is None:
        said = reader.text("rating.few", count=rating.answers)
    else:
        low, high = (format(end, digits) for end in ends)
        said = reader.text(f"rating.{kind}", score=format(score, digits), count=rating.answers, low=low, high=high)
    rows = [(str(step), count, _share(count, rating.answers)) for step, count in rating.counts.items()]
    names = (reader.text("rating.step"), reader.text("results.number"))
    return Html("<section>{}{}</section>").format(bars(rating.title, names, rows, reader), paragraph(said))


def _weeks(weeks: Mapping[date, int], reader: Reader) -> Html:
    rows = [(day_in_words(week, reader.language), count) for week, count in weeks.items()]
    lines = [
        Html('<tr><th scope="row">{}</th><td class="number">{}</td></tr>').format(week, count) for week, count in rows
    ]
    title = reader.text("results.weeks")
    shown = Html(
        '<figcaption><details><summary>{0}</summary><table><caption class="spoken">{0}</caption><tbody>{1}</tbody>'
        "</table></details></figcaption>"
    ).format(title, joined(*lines))
    return columns(title, rows, shown)


def _rows(staff: Staff, overview: Overview, now: datetime, reader: Reader) -> Html:
    if not overview.rows:
        return paragraph(reader.text("results.no_rows"))
    asked = [*overview.questions][:_ANSWERS]
    names = [
        *(reader.text(f"column.{name}") for name in ("customer", "made", "state", "agent")),
        *(overview.questions[name] for name in asked),
    ]
    rows = [[*_facts(staff, each, now, reader), *_answers(each, asked)] for each in overview.rows]
    return table(reader.counted("results.rows", len(rows)), names, rows)


def _facts(staff: Staff, result: Result, now: datetime, reader: Reader) -> list[Cell]:
    link = result.link
    who = link.recipient.name or reader.address(link.recipient.email or link.recipient.phone)
    name = Html("<bdi>{}</bdi>").format(who)
    if link.submission:
        name = Html('<a href="{}/links/{}/submission">{}</a>').format(HOME, link.rid, name)
    elif "links:read" in staff.scopes:
        name = Html('<a href="{}/links/{}">{}</a>').format(HOME, link.rid, name)
    return [
        Cell(name),
        Cell(moment(link.created_at, reader)),
        Cell(headline(link, now, reader)),
        Cell(link.reference or ""),
    ]


def _answers(result: Result, asked: Iterable[str]) -> list[Cell]:
    texts = (safe_text((result.answers or {}).get(name)) for name in asked)
    return [Cell(text) for text in texts]


def safe_text(value: object) -> str:
    """Return an answer as text for a row, cut if it is long."""
    text = "" if value is None else str(value) if isinstance(value, str) else safe_cell(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
