"""Console script `linkgate`. Each subcommand imports what it needs only when it runs."""

import io
import sys
from typing import Annotated

import typer

from cli import (
    file_commands,
    import_commands,
    key_commands,
    link_commands,
    message_commands,
    person_commands,
    sign_in_commands,
    submission_commands,
    suppression_commands,
    tenant_commands,
    tier_commands,
    webhook_commands,
)
from cli.api_description import openapi
from cli.contact_import import import_contacts
from cli.definition_commands import NOUNS, noun_app
from cli.desk_command import desk
from cli.doctor import doctor
from cli.erase_command import erase
from cli.evidence_commands import evidence_key, export, verify
from cli.find_command import find
from cli.recovery_command import recover
from cli.reopen_command import reopen
from cli.replace_command import replace
from cli.restored_command import restored
from cli.result_commands import results
from cli.retention_command import retention
from cli.rid_arguments import RidsAmongOptions

FIRST_STEPS = (
    "Secure customer links in your own AWS account.\n\n"
    "To work on a deployed stack, name it with --stack (or LINKGATE_STACK); your own AWS credentials are used. To work "
    "on a Linkgate on this machine, pass --endpoint-url.\n\n"
    "To get your first link, run `tenant create` and `key create`, create a definition (`process create`, or "
    "`campaign`, `resource-type` or `category`), and run `link create`. Every command has --help. `example` prints a "
    "sample of each kind of file."
)

app = typer.Typer(
    cls=RidsAmongOptions,
    help=FIRST_STEPS,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if asked:
        from importlib.metadata import version

        print(f"linkgate {version('linkgate')}")
        raise typer.Exit


@app.callback()
def linkgate(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Keep `local` a subcommand: without a callback, typer turns a single command into the program itself."""


app.add_typer(tenant_commands.app, name="tenant", help="Manage tenants: the organisation's units.")
app.add_typer(key_commands.app, name="key", help="Manage keys: the credentials of API callers.")
app.add_typer(sign_in_commands.app, name="sign-in", help="Manage identity providers of the console's people.")
app.add_typer(person_commands.app, name="person", help="Manage people who may sign in to the console.")
app.add_typer(tier_commands.app, name="tier", help="Manage tiers: the limits for each level of sensitivity.")
_nouns = {noun.name: noun_app(noun) for noun in NOUNS}
_nouns["agent"].command("desk")(desk)
_nouns["contact"].command("import")(import_contacts)
_nouns["campaign"].command("results")(results)
for _noun in NOUNS:
    app.add_typer(_nouns[_noun.name], name=_noun.name, help=_noun.about)
link_commands.app.command("find", hidden=True)(find)
link_commands.app.command("recover")(recover)
link_commands.app.command("replace")(replace)
link_commands.app.command("reopen")(reopen)
link_commands.app.command("attach")(file_commands.attach)
link_commands.app.command("files")(file_commands.files)
link_commands.app.command("verify")(verify)
link_commands.app.command("export")(export)
app.add_typer(
    link_commands.app,
    name="link",
    help="Create, list, show, extend, revoke, resend, replace, reopen, verify and export links.",
)
app.add_typer(file_commands.app, name="file", help="Create documents on resources, list, save and delete them.")
app.add_typer(import_commands.app, name="import", help="Make links from the rows of a file, up to a million.")
app.add_typer(webhook_commands.app, name="webhook", help="Manage webhooks: the URLs that receive a tenant's events.")
app.add_typer(message_commands.app, name="message", help="List and preview messages.")
message_commands.app.command("unsubscribe", hidden=True)(suppression_commands.create)
message_commands.app.command("unsuppress", hidden=True)(suppression_commands.delete)
app.add_typer(
    suppression_commands.app, name="suppression", help="Manage suppressions: addresses that get nothing, or no surveys."
)
app.add_typer(submission_commands.app, name="submission", help="List and show what recipients submitted.")
app.command("find")(find)
app.command("results", hidden=True)(results)
app.command("verify", hidden=True)(verify)
app.command("export", hidden=True)(export)
app.command("erase")(erase)
app.command("evidence-key")(evidence_key)
app.command("retention")(retention)
app.command("restored")(restored)
app.command("doctor")(doctor)
app.command("openapi")(openapi)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    short_help="Run the whole system on this machine.",
)
def local(context: typer.Context) -> None:
    """Start the local runner, which parses its own arguments."""
    from local.server import main as serve

    raise typer.Exit(serve(context.args))


def main() -> None:
    """Run the command line. Output to a file or another program is UTF-8, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    app()
