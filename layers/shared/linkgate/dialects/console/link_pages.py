"""Page of one link: how it stands, what happened, and what can be done. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME, moment, page, reader_of, way_back
from linkgate.dialects.console.words import fact_in_words, headline, situation, trouble
from linkgate.model.reference import reference_of
from linkgate.pages.pieces import box, button, hidden, joined, paragraph
from linkgate.usecases.delivery.suppression import LIFTABLE
from linkgate.usecases.staff.possible_acts import Act
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.dialects.console.words import Reader, Situation
    from linkgate.model.link import Channel, Link
    from linkgate.model.person import Staff
    from linkgate.model.timeline import Fact
    from linkgate.usecases.history.timeline import Verdict
    from linkgate.usecases.staff.link_view import LinkView
    from linkgate.wire.message import Reply

WRITE = "links:write"
REPLACE = "links:replace"
SEND_ANYWAY = "unsuppress"
"""Name of the act that lifts a suppression and sends the link again."""


def link_page(
    staff: Staff, view: LinkView, names: Mapping[str, str] | None = None, done: str | None = None, status: int = 200
) -> Reply:
    """Render a link's page. `names` are those of the people on its record, by id; `done` is the act before it."""
    reader, link = reader_of(staff, names), view.link
    stands = situation(link, view.now, view.acts, view.bars, reader, [*view.pending, *view.facts])
    happened = Html('<section aria-labelledby="happened"><h2 id="happened">{}</h2>{}{}</section>').format(
        reader.text("link.happened"), _timeline(view, reader), _records(staff, link, reader)
    )
    can_act = not staff.scopes.isdisjoint({WRITE, REPLACE})
    return page(
        staff,
        "find",
        customer(link, reader),
        _notice(done, reader),
        _test_note(staff, view, reader),
        _subtitle(view, stands.headline, reader),
        _sentences(view, stands, reader),
        _family(view, reader),
        Html('<div class="sides">{}{}</div>').format(_acts(staff, view, stands, reader) if can_act else "", happened),
        status=status,
    )


def customer(link: Link, reader: Reader) -> str:
    """Return the name of the recipient, or else an address, as the reader may see it."""
    return link.recipient.name or reader.address(link.recipient.email or link.recipient.phone)


def link_path(link: Link) -> str:
    """Return the path of a link's page."""
    return f"{HOME}/links/{link.rid}"


def act_path(link: Link, act: str) -> str:
    """Return the path of the page for an act on a link."""
    return f"{link_path(link)}/{act}"


def back_to(rid: str, reader: Reader) -> Html:
    """Return the way back to a link's page."""
    return way_back(f"{HOME}/links/{rid}", reader.text("link.back"))


def verdict_page(staff: Staff, link: Link, verdict: Verdict) -> Reply:
    """Render whether a link's record is complete and unchanged."""
    reader = reader_of(staff)
    if verdict.faults:
        faults = joined(*(Html("<li>{}</li>").format(fault) for fault in verdict.faults))
        said = box("bad", paragraph(reader.text("verify.changed")), Html("<ul>{}</ul>").format(faults))
    else:
        key = "verify.signed" if verdict.signed else "verify.whole"
        said = box("good", paragraph(reader.counted(key, verdict.entries)))
    return page(staff, "find", reader.text("verify.title"), said, back_to(link.rid, reader))


def _notice(done: str | None, reader: Reader) -> Html:
    if not done or not reader.has(f"done.{done}"):
        return Html("")
    return box("good", paragraph(reader.text(f"done.{done}")))


def _subtitle(view: LinkView, state: str, reader: Reader) -> Html:
    link = view.link
    return Html(
        '<p>{test}<span class="state">{state}</span> <bdi>{title}</bdi> · {made} {made_at} · {ends} {ends_at}'
        "{reference}</p>"
    ).format(
        test=Html('<span class="state">{}</span> ').format(reader.text("link.test")) if link.test else "",
        state=state,
        title=view.title,
        made=reader.text("link.made"),
        made_at=moment(link.created_at, reader),
        ends=reader.text("link.ends" if link.expires_at > view.now else "link.ended"),
        ends_at=moment(link.expires_at, reader),
        reference=_reference(view, reader),
    )


def _reference(view: LinkView, reader: Reader) -> Html:
    """Return the reference by which the customer's links are found. There is none before the first is opened."""
    if not any(each.opened_at or each.submitted_at for each in view.family):
        return Html("")
    code = reference_of(view.link.master_rid)
    return Html(' · {} <strong dir="ltr">{}</strong>').format(reader.text("link.reference"), code)


def _sentences(view: LinkView, stands: Situation, reader: Reader) -> Html:
    wrong = trouble(view.link, reader) or view.bars
    lines = [Html("<p>{}</p>").format(sentence) for sentence in stands.sentences]
    return Html('<div class="box{}">{}</div>').format(" bad" if wrong else "", joined(*lines))


def _family(view: LinkView, reader: Reader) -> Html:
    if len(view.family) == 1:
        return Html("")
    return Html('<nav aria-label="{0}"><h2>{0}</h2><ul class="family">{1}</ul></nav>').format(
        reader.text("link.family"), joined(*(_relative(each, view, reader) for each in view.family))
    )


def _relative(link: Link, view: LinkView, reader: Reader) -> Html:
    role = Html("<bdi>{}</bdi>, ").format(link.role) if link.role else ""
    words = joined(role, moment(link.created_at, reader), ": ", headline(link, view.now, reader))
    if link.rid == view.link.rid:
        return Html('<li><span aria-current="page">{}</span></li>').format(words)
    return Html('<li><a href="{}/links/{}">{}</a></li>').format(HOME, link.rid, words)


def _timeline(view: LinkView, reader: Reader) -> Html:
    waiting = reader.text("link.pending")
    lines = [
        *(_event(fact, f"{fact_in_words(fact, reader)} ({waiting})", "pending", reader) for fact in view.pending),
        *(_event(fact, fact_in_words(fact, reader), "", reader) for fact in view.facts),
    ]
    return Html('<ol class="events">{}</ol>').format(joined(*lines))


def _event(fact: Fact, words: str, style: str, reader: Reader) -> Html:
    kind = Html(' class="{}"').format(style) if style else ""
    return Html("<li{}>{}<span>{}</span></li>").format(kind, moment(fact.at, reader), words)


def _records(staff: Staff, link: Link, reader: Reader) -> Html:
    names = ["evidence", "verify"]
    if link.submission and "results:read" in staff.scopes:
        names.insert(0, "submission")
    links = [Html('<a href="{}">{}</a>').format(act_path(link, name), reader.text(f"link.{name}")) for name in names]
    return Html('<p class="screen">{}</p>').format(Html(" · ").join(links))


def _acts(staff: Staff, view: LinkView, stands: Situation, reader: Reader) -> Html:
    offered = [Html("<li>{}</li>").format(each) for each in _offered(staff, view, stands, reader)]
    why_not = [
        Html("<li>{}: {}</li>").format(reader.text(f"act.{act}"), why)
        for act, why in stands.why_not.items()
        if _scope(act) in staff.scopes and (act is not Act.REOPEN or view.link.submitted_at)
    ]
    erase = ""
    if WRITE in staff.scopes and (view.link.recipient.email or view.link.recipient.phone):
        erase = Html('<p class="small"><a href="{}">{}</a></p>').format(
            act_path(view.link, "erase"), reader.text("act.erase")
        )
    return Html('<section class="screen" aria-labelledby="acts"><h2 id="acts">{}</h2>{}{}{}</section>').format(
        reader.text("link.acts"),
        Html('<ul class="acts">{}</ul>').format(joined(*offered)) if offered else "",
        Html("<h3>{}</h3><ul>{}</ul>").format(reader.text("link.why_not"), joined(*why_not)) if why_not else "",
        erase,
    )


def _offered(staff: Staff, view: LinkView, stands: Situation, reader: Reader) -> Iterator[Html]:
    link = view.link
    for act in stands.acts:
        if _scope(act) not in staff.scopes:
            continue
        match act:
            case Act.RESEND if view.channel:
                yield _resend(link, view.channel, reader)
            case Act.EXTEND:
                yield _extend(view, reader)
            case _:
                yield _elsewhere(link, act, reader.text(f"act.{act}") + "…", reader.text(f"act.{act}.short"))
    if WRITE in staff.scopes and Act.REVOKE in stands.acts:
        for channel, reason in view.bars.items():
            if reason in LIFTABLE:
                path = f"{SEND_ANYWAY}?channel={channel}"
                named = reader.text("act.unsuppress", channel=reader.text(f"channel.{channel}"))
                yield _elsewhere(link, path, f"{named}…", reader.reason(reason)["cause"])


def _test_note(staff: Staff, view: LinkView, reader: Reader) -> Html:
    """Return what a test link is, and the button that opens it as its customer."""
    if not view.link.test:
        return Html("")
    said = paragraph(reader.text("link.test.says"))
    if WRITE not in staff.scopes or view.link.closed(view.now):
        return Html('<div class="box">{}</div>').format(said)
    form = Html('<form method="post" action="{}">{}</form>').format(
        act_path(view.link, "try"), button(reader.text("link.try"), "second")
    )
    return Html('<div class="box">{}{}</div>').format(said, form)


def _scope(act: Act) -> str:
    return REPLACE if act is Act.REPLACE else WRITE


def _resend(link: Link, channel: Channel, reader: Reader) -> Html:
    label = reader.text("act.resend.by", channel=reader.text(f"channel.{channel}"))
    inside = joined(hidden("channel", channel.value), button(label))
    return _form(link, Act.RESEND, inside, reader.text("act.resend.short"), reader)


def _extend(view: LinkView, reader: Reader) -> Html:
    """Return a button that gives an open link more time, or also sends one that has expired."""
    expired = view.link.expires_at <= view.now
    label = reader.text("act.extend.send" if expired else "act.extend.week")
    fields = joined(hidden("until", view.longer.isoformat()), hidden("send", "on") if expired else "")
    said = joined(
        reader.text("act.extend.until"),
        " ",
        moment(view.longer, reader),
        ". ",
        reader.text("act.extend.latest"),
        " ",
        moment(view.latest, reader),
        ".",
    )
    return _form(view.link, Act.EXTEND, joined(fields, button(label, "" if expired else "second")), said, reader)


def _form(link: Link, act: Act, inside: Html, said: str, reader: Reader) -> Html:
    return Html(
        '<form method="post" action="{path}">{inside}</form><span class="small">{said} '
        '<a href="{path}">{other}</a></span>'
    ).format(path=act_path(link, act), inside=inside, said=said, other=reader.text(f"act.{act}.other"))


def _elsewhere(link: Link, act: str, label: str, said: str) -> Html:
    return Html('<a class="button" href="{}">{}</a><span class="small">{}</span>').format(
        act_path(link, act), label, said
    )
