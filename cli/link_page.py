"""One link in sentences, for `linkgate link show`."""

import os
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

from cli.failures import MISUSED, CommandError
from cli.link_acts import caller_of
from cli.printing import moment_shown, shown
from cli.target import Operator

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.timeline import Entry


def print_page(operator: Operator, link: "Link", every: Sequence["Entry"], most: int, language: str | None) -> None:
    """Print how a link stands, what can be done, and the newest events, in local time."""
    from linkgate.dialects.console.words import Reader, fact_in_words, situation
    from linkgate.model.link import Channel
    from linkgate.model.reference import reference_of
    from linkgate.usecases.delivery.suppression import LIFTABLE, barred
    from linkgate.usecases.staff.possible_acts import Act, possible_acts

    deps, now, caller = operator.deps, operator.now(), caller_of(operator, link)
    reader = Reader(_language(language), names=_names(operator, link.tenant))
    addresses = {channel: address for channel in Channel if (address := link.address(channel))}
    bars = barred(caller.tenant, addresses, deps, link.kind)
    now_is = situation(link, now, possible_acts(link, caller, deps), bars, reader, [entry.fact for entry in every])
    who = link.recipient.name or link.recipient.email or link.recipient.phone or "-"
    print(f"{shown(who)}  {shown(link.definition_id)}  {link.rid}  {reference_of(link.master_rid)}")
    print(now_is.headline.upper())
    for sentence in now_is.sentences:
        print(f"  {shown(sentence)}")
    print()
    for act in now_is.acts:
        hours = " --hours N" if act is Act.EXTEND else ""
        print(f"{reader.text(f'act.{act}')}: linkgate link {act} {link.rid}{hours}")
    for channel in (each for each, reason in bars.items() if reason in LIFTABLE):
        said = reader.text("act.unsuppress", channel=reader.text(f"channel.{channel}"))
        print(f"{said}: linkgate suppression delete {quote(addresses[channel])} -t {link.tenant}, then resend")
    for act, why in now_is.why_not.items():
        if act is Act.REOPEN and not link.submitted_at:
            continue
        print(f"{reader.text(f'act.{act}')}: no, {shown(why)}")
    print()
    if len(every) > most:
        print(f"{len(every) - most} earlier events are not shown (--limit)")
    for entry in every[-most:]:
        print(f"{moment_shown(entry.fact.at)}  {shown(fact_in_words(entry.fact, reader))}")


def _names(operator: Operator, tenant: str) -> dict[str, str]:
    """Return the names of the tenant's people and keys, by id."""
    keys = {key.id: key.name for key in operator.registry.credentials(tenant) if key.name}
    return {**keys, **{person.id: person.name for person in operator.deps.staff.people.of(tenant)}}


def _language(given: str | None) -> str:
    """Return the language that was asked for, or that of the terminal. Raises CommandError for another."""
    from linkgate import texts

    if given and given not in texts.OFFERED:
        raise CommandError(f"The language must be one of {', '.join(texts.OFFERED)}.", MISUSED)
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return given or texts.offered(terminal) or texts.DEFAULT_LANGUAGE
