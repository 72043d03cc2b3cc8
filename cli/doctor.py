"""`linkgate doctor`: checks everything that Linkgate needs in AWS, one line per check."""

from collections.abc import Iterator
from typing import Annotated

import typer

from cli.account_checks import email, identity, sms
from cli.bus_check import bus
from cli.dns_checks import sender_records
from cli.failures import CommandError
from cli.files_check import files
from cli.findings import Check, Finding, State
from cli.form_check import forms
from cli.live_check import live
from cli.mail_check import mail
from cli.portal_check import portals
from cli.printing import print_json, shown
from cli.relay_checks import calls, relay
from cli.release_check import release
from cli.sms_reports import sms_reports, switch_on_sms_reports
from cli.sms_sender_checks import sms_senders
from cli.stack_checks import queues, readers, table, tenants, webhooks
from cli.target import Operator, on_table
from cli.watch_checks import alarms

CHECKS: tuple[Check, ...] = (
    identity,
    release,
    table,
    tenants,
    portals,
    forms,
    webhooks,
    email,
    sender_records,
    sms,
    sms_senders,
    sms_reports,
    queues,
    readers,
    bus,
    calls,
    alarms,
)


@on_table(changes=True)
def doctor(  # noqa: PLR0913 - a switch for each check that changes something
    operator: Operator,
    fix: Annotated[  # noqa: FBT002 - a switch
        bool, typer.Option("--fix", help="Turn on delivery reports for SMS, which no template can do.")
    ] = False,
    *,
    live_too: Annotated[
        bool, typer.Option("--live", help="Also open a socket of the live channel and try the relay of calls.")
    ] = False,
    files_too: Annotated[
        bool, typer.Option("--files", help="Also put a harmless file and a test virus, and see what becomes of them.")
    ] = False,
    mail_too: Annotated[
        bool,
        typer.Option("--mail", help="Also send to three mailboxes of SES's simulator, and wait for its reports."),
    ] = False,
    through_expiry: Annotated[
        bool, typer.Option("--through-expiry", help="With --live, also wait until the relay's credential has ended.")
    ] = False,
) -> None:
    """Check identity, release, table, links, forms, webhooks, e-mail, SMS, queues, readers, the bus and alarms.

    Exits with 1 if any is wrong. Each line that is not ok says what to do. Changes nothing unless --fix, --live,
    --files or --mail is given: --live makes the link of a desk, and --mail three of them, which are revoked; --files
    puts two files, and deletes them.
    """

    def relay_tried(operator: Operator) -> Iterator[Finding]:
        return relay(operator, through_expiry=through_expiry)

    checks: tuple[Check, ...] = (switch_on_sms_reports, *CHECKS) if fix else CHECKS
    if live_too:
        checks = (*checks, live, relay_tried)
    if files_too:
        checks = (*checks, files)
    if mail_too:
        checks = (*checks, mail)
    findings = [finding for check in checks for finding in _asked(check, operator)]
    if operator.as_json:
        print_json([{"about": f.about, "state": f.state, "text": f.text, "advice": f.advice} for f in findings])
    else:
        width = max(len(finding.about) for finding in findings)
        for finding in findings:
            print(f"{finding.state:<8} {shown(finding.about):<{width}}  {shown(finding.text)}")
            if finding.advice:
                print(f"{'':<8} {'':<{width}}  -> {shown(finding.advice)}")
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)


def _asked(check: Check, operator: Operator) -> Iterator[Finding]:
    """Yield a check's findings. If AWS refuses to answer, the finding is `unknown` and the other checks go on."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = check.__name__.replace("_", " ")
    try:
        yield from check(operator)
    except ClientError as error:
        yield Finding(name, State.UNKNOWN, f"{error.operation_name}: {error.response['Error'].get('Code')}")
    except BotoCoreError as error:
        yield Finding(name, State.UNKNOWN, f"{type(error).__name__}: {error}")
    except CommandError as error:
        yield Finding(name, State.UNKNOWN, str(error).splitlines()[0])
