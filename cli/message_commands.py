"""`linkgate message`: shows what recipients are sent."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_json, print_rows
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.sending.emails import Email

app = typer.Typer(no_args_is_help=True)

_SENDER = "links@example.com"
_WIDTHS = (360, 700)


@app.command("texts")
@on_table()
def list_texts(operator: Operator, tenant: TenantOption = None) -> None:
    """List the texts of messages by key and language, as the tenant's recipients see them.

    A tenant's own wording goes under `texts` in its file, by key or by language and key (`es.survey.body`).
    """
    from linkgate import texts
    from linkgate.sending import message_texts

    own = operator.tenant(tenant).texts
    rows: list[dict[str, object]] = [
        {
            "key": f"{language}.{key}",
            "text": message_texts.text(key, language, own),
            "own": message_texts.text(key, language, own) != ours,
        }
        for language in texts.OFFERED
        for key, ours in texts.message_texts(language).items()
    ]
    print_rows(rows, ("key", "text", "own"), as_json=operator.as_json, none="There are no texts.")


@app.command("preview")
@on_table()
def preview(
    operator: Operator,
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Created if it does not exist. Files of the same name are replaced."),
    ],
    tenant: TenantOption = None,
) -> None:
    """Write every message of a tenant to files, in each language. FOLDER/index.html shows them all. Nothing is sent."""
    files = dict(_messages(operator.tenant(tenant)))
    files["index.html"] = _index(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}", MISUSED) from error
    if operator.as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
    else:
        print(f"{len(files)} files written; open {folder / 'index.html'}")


def _messages(tenant: "Tenant") -> Iterator[tuple[str, str]]:
    """Yield file names and contents: HTML and text of each e-mail, and each SMS."""
    from linkgate.sending.samples import email_of, sms_of
    from linkgate.texts import OFFERED
    from linkgate.usecases.staff.messages import NAMES, Sample, sample_message
    from linkgate.wiring import system_now

    portal, now = tenant.portal or "https://links.example.com", system_now()
    for language in OFFERED:
        for name in NAMES:
            message = sample_message(Sample(name, language), tenant, portal, now)
            yield from _email_files(f"{language}.{name}", email_of(message, _SENDER))
            yield f"{language}.{name}.sms.txt", sms_of(message) + "\n"


def _email_files(name: str, email: "Email") -> Iterator[tuple[str, str]]:
    headers = "".join(f"{header}: {value}\n" for header, value in email.headers.items())
    yield f"{name}.html", email.html
    yield f"{name}.txt", f"From: {email.sender}\nTo: {email.to}\nSubject: {email.subject}\n{headers}\n{email.text}"


def _index(files: dict[str, str]) -> str:
    """Return a page that shows all files. E-mails are shown at two widths, phone and desktop, with scripts blocked."""
    parts = ["<!doctype html><meta charset=utf-8><title>Messages</title>"]
    for name in sorted(files):
        if name.endswith(".html"):
            frames = "".join(
                f'<iframe sandbox src="{escape(name)}" width="{width}" height="640" title="{width} px"></iframe>'
                for width in _WIDTHS
            )
            parts.append(f"<h2>{escape(name)}</h2>{frames}")
        elif name.endswith(".sms.txt"):
            parts.append(f"<h2>{escape(name)}</h2><pre style='white-space:pre-wrap'>{escape(files[name])}</pre>")
        else:
            parts.append(f"<details><summary>{escape(name)}</summary><pre>{escape(files[name])}</pre></details>")
    return "\n".join(parts) + "\n"
