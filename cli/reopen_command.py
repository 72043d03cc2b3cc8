"""`linkgate link reopen`: opens a form again that was sent too early, by a new link."""

from typing import Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.failures import CommandError
from cli.link_acts import ReasonOption, SendOption, caller_of, channels_of, checked, ended, print_successor, said
from cli.rid_arguments import RidArgument, found_link
from cli.target import Operator, on_table


@on_table(changes=True)
def reopen(
    operator: Operator,
    rid: RidArgument,
    *,
    channel: Annotated[
        list[str] | None, typer.Option(help="email or sms. Repeatable. Default: those of the old link that work.")
    ] = None,
    send: SendOption = True,
    reason: ReasonOption = None,
    yes: YesOption = False,
) -> None:
    """Open a form or survey again that was sent too early. Needs --stack or --endpoint-url.

    A new link of the same family has what was sent as its draft. What was sent stays on record.
    """
    from linkgate.errors import LinkClosed, NotFound
    from linkgate.usecases.visits.reopening import ReopenLink, check_reopening, reopen_link

    channels = channels_of(channel, send=send)
    link = found_link(operator, rid)
    command = ReopenLink(caller=caller_of(operator, link), rid=link.rid, channels=channels, reason=checked(reason))
    try:
        if operator.dry_run:
            said(operator, check_reopening(command, operator.deps), "opened again")
            return
        if not yes:
            check_reopening(command, operator.deps)
        sentence = f"A new link opens the form of {link.rid} again. What was sent stays on record."
        confirm(operator, sentence, yes=yes)
        made = reopen_link(command, operator.sending_deps)
    except LinkClosed as error:
        raise ended(link, error) from error
    except NotFound as error:
        raise CommandError(f"{link.rid} is the link of a co-browsing role. Reopen its main link.") from error
    print_successor(operator, made, reopens=made.link.reopens)
