"""The console script `linkgate`: each subcommand imports what it needs only when it is called."""

import io
import sys

import typer

from cli import (
    key_commands,
    link_commands,
    message_commands,
    tenant_commands,
    tier_commands,
    webhook_commands,
)
from cli.api_description import openapi
from cli.definition_commands import NOUNS, noun_app
from cli.doctor import doctor
from cli.evidence_commands import export, verify
from cli.recovery_command import recover
from cli.result_commands import results
from cli.retention_command import retention
from cli.rid_arguments import RidsAmongOptions

FIRST_STEPS = (
    "Secure customer links in your own AWS account.\n\n"
    "--stack (or LINKGATE_STACK) names the deployed stack, with your own AWS credentials; --endpoint-url a Linkgate on "
    "this machine.\n\n"
    "From nothing to a first link: `tenant create`, `key create`, a definition (`process`, `campaign`, `resource-type` "
    "or `category create`), `link create`. Each command explains itself with --help; each kind of file has an "
    "`example`."
)

app = typer.Typer(
    cls=RidsAmongOptions,
    help=FIRST_STEPS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def linkgate() -> None:
    """Keep `local` a subcommand: with a single command and no callback, typer would make it the program itself."""


app.add_typer(tenant_commands.app, name="tenant", help="Tenants: the organisation's units.")
app.add_typer(key_commands.app, name="key", help="Keys: the credentials of callers.")
app.add_typer(tier_commands.app, name="tier", help="Tiers: what a link of a sensitivity may be.")
for _noun in NOUNS:
    app.add_typer(noun_app(_noun), name=_noun.name, help=_noun.about)
link_commands.app.command("recover")(recover)
app.add_typer(link_commands.app, name="link", help="Links: made, shown, taken back, sent again.")
app.add_typer(webhook_commands.app, name="webhook", help="Webhooks: where a tenant's own systems are told events.")
app.add_typer(message_commands.app, name="message", help="Messages: their texts, how they look, and who gets none.")
app.command("results")(results)
app.command("verify")(verify)
app.command("export")(export)
app.command("retention")(retention)
app.command("doctor")(doctor)
app.command("openapi")(openapi)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    short_help="Serve the whole system on this machine.",
)
def local(context: typer.Context) -> None:
    """Hand over to the local runner, which reads its own arguments."""
    from local.server import main as serve

    raise typer.Exit(serve(context.args))


def main() -> None:
    """Run the command line; what goes into a file or another program is UTF-8, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    app()
