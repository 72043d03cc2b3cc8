"""The console script `linkgate`: each subcommand imports what it needs only when it is called."""

import typer

app = typer.Typer(help="Secure customer links in your own AWS account.", no_args_is_help=True, add_completion=False)


@app.callback()
def linkgate() -> None:
    """Keep `local` a subcommand: with a single command and no callback, typer would make it the program itself."""


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    short_help="Serve the whole system on this machine.",
)
def local(context: typer.Context) -> None:
    """Hand over to the local runner, which reads its own arguments."""
    from local.server import main as serve  # noqa: PLC0415 - moto behind it takes seconds to import

    raise typer.Exit(serve(context.args))


def main() -> None:
    """Run the command line."""
    app()
