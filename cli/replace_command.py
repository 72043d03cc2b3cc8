"""`linkgate link replace`: makes a new link in place of one whose address was wrong, or that is locked or used up."""

from typing import Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.failures import CommandError
from cli.link_acts import ReasonOption, SendOption, caller_of, channels_of, checked, ended, print_successor, said
from cli.rid_arguments import RidArgument, found_link
from cli.target import Operator, on_table


@on_table(changes=True)
def replace(
    operator: Operator,
    rid: RidArgument,
    *,
    email: Annotated[str | None, typer.Option(help="The recipient's e-mail address from now on.")] = None,
    phone: Annotated[str | None, typer.Option(help="The recipient's phone number from now on.")] = None,
    sms_consent: Annotated[bool, typer.Option(help="The recipient agreed to SMS at this number.")] = False,
    channel: Annotated[
        list[str] | None, typer.Option(help="email or sms. Repeatable. Default: those whose address changed.")
    ] = None,
    send: SendOption = True,
    reason: ReasonOption = None,
    yes: YesOption = False,
) -> None:
    """Make a new link of the same family and revoke the old one. Needs --stack or --endpoint-url.

    The draft stays. If the link asks for a code and an address changes, the old address is told, and no code is sent
    for an hour.
    """
    from linkgate.errors import LinkClosed, NotFound, Unavailable
    from linkgate.usecases.delivery.replacing import ReplaceLink, check_replacement, replace_link

    channels = channels_of(channel, send=send)
    link = found_link(operator, rid)
    command = ReplaceLink(
        caller=caller_of(operator, link),
        rid=link.rid,
        email=email,
        phone=phone,
        sms_consent=sms_consent,
        channels=channels,
        reason=checked(reason),
    )
    try:
        if operator.dry_run:
            old = check_replacement(command, operator.deps)
            said(operator, old, "replaced")
            return
        if not yes:
            check_replacement(command, operator.deps)
        confirm(operator, f"A new link takes the place of {link.rid}, which will open no more.", yes=yes)
        replaced = replace_link(command, operator.sending_deps)
    except LinkClosed as error:
        raise ended(link, error) from error
    except NotFound as error:
        raise CommandError(f"{link.rid} is the link of a co-browsing role. Replace its main link.") from error
    except Unavailable as error:
        raise CommandError("The old address could not be told. Nothing was changed; try again.") from error
    print_successor(operator, replaced, replaces=replaced.link.replaces)
