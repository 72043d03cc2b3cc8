"""Pages before and after a link opens: landing, code, ended and renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.errors import CodeRefused, LinkRevoked, LinkSubmitted, Throttled, Unavailable
from linkgate.model.kinds import KINDS
from linkgate.model.link import Channel, Kind
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Campaign, Process
from linkgate.pages.contact import ways
from linkgate.pages.frame import Frame, page
from linkgate.pages.masks import masked
from linkgate.pages.pieces import box, button, description_list, hidden, joined, paragraph
from linkgate.pages.script import CODE_SCRIPT, LANDING_SCRIPT
from linkgate.usecases.definitions import translated_title
from linkgate.usecases.delivery.channels import code_of
from linkgate.wire.error_table import row_of
from linkgate.wire.html import Html

if TYPE_CHECKING:
    from linkgate.errors import LinkClosed, LinkError
    from linkgate.model.challenge import Challenge
    from linkgate.model.link import Link
    from linkgate.pages.frame import Brand
    from linkgate.usecases.visits.codes import CodeAsked
    from linkgate.usecases.visits.opening import Landing
    from linkgate.usecases.visits.renewal import Renewed
    from linkgate.wire.message import Reply


def landing_page(brand: Brand, landing: Landing, *, missing: bool = False, secret: str = "") -> Reply:
    """Render the sender, the kind of link, and one Continue button. The page is the same in any state of the link.

    `secret` is what the reader sent along to get the page in another language.

    The title is left out if the link asks for a code, because the name of a medical report, for example, is personal.
    """
    link = landing.link
    what = brand.text("what.document" if link.max_opens is not None else f"what.{link.kind}")
    named = translated_title(landing.definition, brand.language) if landing.definition and link.code is None else None
    fault = Html('<span class="fault" id="paste-fault">{} {}</span>').format(
        brand.text("error.fields"), brand.text("landing.paste_error")
    )
    field = Html(
        '<div class="field{}" id="paste"><label for="secret">{}</label><span class="hint" id="paste-hint">{}</span>{}'
        '<input type="text" id="secret" name="secret" autocomplete="off" autocapitalize="none" spellcheck="false" '
        'dir="ltr" aria-describedby="paste-hint{}"{}{}></div>'
    ).format(
        " wrong" * missing,
        brand.text("landing.paste"),
        brand.text("landing.paste_hint", address=f"{link.portal}/l/"),
        fault if missing else "",
        " paste-fault" * missing,
        Html(' aria-invalid="true"') if missing else "",
        Html(' value="{}"').format(secret) if secret else "",
    )
    stop = ""
    if KINDS[link.kind].declinable:
        stop = button(brand.text("landing.opt_out"), "second", formaction=f"/l/{link.rid}/opt-out")
    form = Html('<form id="open" method="post" action="/l/{}" novalidate{}{}>{}{}{}{}</form>').format(
        link.rid,
        "" if link.code else Html(" data-keep"),
        Html(" data-call") if link.kind is Kind.SESSION else "",
        field,
        _first_question(brand, landing),
        button(brand.text("landing.continue")),
        stop,
    )
    back = (
        Html('<p><a href="/v/{}">{}</a></p>').format(link.rid, brand.text("landing.return")) if landing.visiting else ""
    )
    return page(
        brand,
        named or what,
        paragraph(what) if named else "",
        paragraph(brand.text("landing.lead")),
        _outline(brand, landing),
        paragraph(brand.text(f"landing.code.{link.code.channel}")) if link.code else "",
        back,
        form,
        "" if landing.visiting else _doubts(brand, link),
        frame=Frame(
            422 if missing else 200,
            f"/l/{link.rid}" if missing or secret else "",
            form="open",
            scripts=(LANDING_SCRIPT,),
        ),
    )


def _outline(brand: Brand, landing: Landing) -> Html:
    """Return for whom it is, by when, and about how long it takes."""
    link, definition = landing.link, landing.definition
    initials = _initials(link.recipient.name or "")
    known = [
        brand.text("landing.for", initials=Html("<bdi>{}</bdi>").format(initials)) if initials else "",
        brand.text("until", time=brand.time(link.expires_at)),
        brand.counted("landing.minutes", definition.minutes)
        if isinstance(definition, Process) and definition.minutes
        else "",
    ]
    return Html('<p class="small">{}</p>').format(Html("<br>").join(each for each in known if each))


def _first_question(brand: Brand, landing: Landing) -> Html | str:
    """Return the score that a survey begins with. A question behind a code is not shown before it."""
    if not isinstance(landing.definition, Campaign) or landing.link.code is not None:
        return ""
    from linkgate.dialects.recipient.scales import score_row
    from linkgate.usecases.definitions import schema_of
    from linkgate.usecases.form_scales import first_scale

    scale = first_scale(schema_of(landing.definition), brand.language)
    if scale is None:
        return ""
    row = score_row(scale.part, scale.labels, "score", scale.ends)
    return Html('<fieldset class="field"><legend>{}</legend>{}</fieldset>').format(scale.question, row)


def _initials(name: str) -> str:
    """Return the first letters of the first and last word, which tell readers themselves apart and say little else."""
    words = [word for word in name.split() if word[0].isalpha()]
    return " ".join(f"{word[0].upper()}." for word in dict.fromkeys([*words[:1], *words[-1:]]))


def _doubts(brand: Brand, link: Link) -> Html:
    """Return what somebody can do who did not expect the link."""
    about = Html('<a href="/l/{}/about" target="_blank" rel="noopener">{}</a>').format(
        link.rid, brand.text("about.title")
    )
    not_me = Html('<button class="plain" form="open" formaction="/l/{}/not-me">{}</button>').format(
        link.rid, brand.text("disown.title")
    )
    return joined(paragraph(brand.text("landing.unexpected"), "small"), Html("<p>{} {}</p>").format(about, not_me))


def code_page(brand: Brand, asked: CodeAsked, *, score: str = "", error: LinkError | None = None) -> Reply:
    """Render where the code went, a field for it, and a way to get another. `score` is kept for the survey."""
    link, channel = asked.link, asked.channel
    here, frame = f"/l/{link.rid}", Frame(202, f"/l/{link.rid}", scripts=(CODE_SCRIPT,))
    if error:
        row = row_of(error, PROBLEMS)
        frame = Frame(row.status, here, headers=row.headers(error), scripts=(CODE_SCRIPT,))
    to = Html('<bdi dir="ltr">{}</bdi>').format(masked(asked.to))
    again = Html('<form method="post" action="{}/code">{}</form>').format(
        here, button(brand.text("code.again"), "second")
    )
    if over := _code_over(brand, error):
        return page(brand, brand.text("code.title"), box("bad", paragraph(over)), again, frame=frame)
    note = ""
    if isinstance(error, Unavailable):
        note = box("bad", paragraph(brand.text("code.not_sent")))
    elif isinstance(error, Throttled):
        note = box("", paragraph(brand.text("code.too_soon", wait=brand.wait(error.retry_after))))
    check = Html('<form method="post" action="{}/code/check" novalidate>{}{}{}</form>').format(
        here,
        _code_field(brand, asked, error),
        hidden("score", score) if score else "",
        button(brand.text("code.check")),
    )
    lead = paragraph(brand.text(f"code.lead.{channel}", to=to))
    none = Html("<h2>{}</h2>{}{}").format(
        brand.text("code.none"), paragraph(brand.text(f"code.again_hint.{channel}")), _countdown(brand, asked.challenge)
    )
    return page(brand, brand.text("code.title"), note, lead, check, none, again, frame=frame)


def _countdown(brand: Brand, challenge: Challenge) -> Html:
    """Return the line in which the script counts down to the time at which another code may be sent."""
    left = Html('<span data-until="{}" data-most="{}" dir="ltr"></span>').format(
        challenge.next_at.isoformat(), int((challenge.next_at - challenge.begun_at).total_seconds())
    )
    return Html('<p class="small" id="countdown" hidden>{}</p>').format(brand.text("code.countdown", left=left))


def _code_over(brand: Brand, error: LinkError | None) -> Html | None:
    """Return the text for the case that no sent code can be used."""
    match error:
        case CodeRefused(attempts_left=0):
            return brand.text("code.over")
        case _:
            return None


def _code_field(brand: Brand, asked: CodeAsked, error: LinkError | None) -> Html:
    life = asked.challenge.expires_at - asked.challenge.begun_at
    fault = ""
    if isinstance(error, CodeRefused):
        words = brand.text("code.wrong", left=error.attempts_left)
        fault = Html('<span class="fault" id="code-fault">{} {}</span>').format(brand.text("error.fields"), words)
    return Html(
        '<div class="field{}"><label for="code">{}</label><span class="hint" id="code-hint">{}</span>{}'
        '<input type="text" id="code" name="code" class="code" dir="ltr" inputmode="numeric" '
        'autocomplete="one-time-code" maxlength="12" required autofocus{} aria-describedby="code-hint{}"{}></div>'
    ).format(
        " wrong" * bool(fault),
        brand.text("code.label", digits=asked.policy.digits),
        brand.text("code.hint", minutes=max(int(life.total_seconds() // 60), 1)),
        fault,
        Html(" data-sms") if asked.channel is Channel.SMS else "",
        " code-fault" * bool(fault),
        Html(' aria-invalid="true"') if fault else "",
    )


def ended_page(
    brand: Brand, closed: LinkClosed, link: Link | None = None, secret: str = "", *, visiting: bool = False
) -> Reply:
    """Render what happened to the link and what to do next. A holder of the secret or a visitor may ask for a new one.

    A visitor's page stays at the address of the visit.
    """
    row = row_of(closed, PROBLEMS)
    moment = brand.time(closed.at) if isinstance(closed, LinkSubmitted) else ""
    said = "reopened" if link and link.reopened and isinstance(closed, LinkSubmitted) else "text"
    parts: list[str] = [paragraph(brand.text(f"ended.{row.code}.{said}", time=moment))]
    if link and isinstance(closed, LinkSubmitted):
        parts.append(reference_shown(brand, link))
        if closed.receipt and secret:
            parts.append(_read_again(brand, link, secret))
        elif closed.receipt and visiting:
            see = brand.text("receipt.see")
            parts.append(Html('<p><a class="button" href="/v/{}">{}</a></p>').format(link.rid, see))
    if link and closed.renewable and (secret or visiting):
        parts += [
            paragraph(brand.text("renew.lead")),
            paragraph(brand.text("renew.draft")) if KINDS[link.kind].reviewed else "",
            Html('<form method="post" action="/l/{}/renew">{}{}</form>').format(
                link.rid, hidden("secret", secret) if secret else "", button(brand.text("renew.button"))
            ),
        ]
    elif not isinstance(closed, LinkSubmitted | LinkRevoked):
        parts.append(paragraph(brand.text("ended.ask")))
        parts.append(paragraph(brand.text("ended.newest"), "small"))
    parts.append(ways(brand))
    title = brand.text(f"ended.{row.code}.title")
    here = f"/l/{link.rid}" if link and not visiting else ""
    return page(brand, title, *parts, frame=Frame(row.status, here, secret=secret))


def _read_again(brand: Brand, link: Link, secret: str) -> Html:
    """Return a button that shows what was sent, which may take a code."""
    asked = None if link.receipt and link.receipt.access == "link" and not link.code else code_of(link)
    return Html('{}<form method="post" action="{}">{}{}</form>').format(
        paragraph(brand.text(f"receipt.code.{asked.channel}")) if asked else "",
        opening_path(link),
        hidden("secret", secret),
        button(brand.text("receipt.see")),
    )


def opening_path(link: Link) -> str:
    """Return the address at which a secret opens a link, or what was sent by it."""
    return f"/l/{link.rid}/receipt" if link.submitted_at else f"/l/{link.rid}"


def reference_shown(brand: Brand, link: Link) -> Html:
    """Return the reference by which the reader names what they sent, as on the phone."""
    reference = Html('<bdi dir="ltr">{}</bdi>').format(reference_of(link.master_rid))
    return description_list([(brand.text("receipt.reference"), reference)])


def renewed_page(brand: Brand, renewed: Renewed, rid: str) -> Reply:
    """Render where the new link was sent."""
    to = Html('<bdi dir="ltr">{}</bdi>').format(masked(renewed.to))
    return page(
        brand,
        brand.text("renewed.title"),
        box("good", paragraph(brand.text(f"renewed.text.{renewed.channel}", to=to))),
        paragraph(brand.text("renewed.hint")),
        frame=Frame(202, f"/l/{rid}"),
    )
