"""`linkgate message`: shows what recipients are sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_json, print_rows
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "en": {
        "process": "Account opening",
        "resource": "Statement",
        "survey": "Service",
        "session": "Video advice",
        "desk": "Ana",
    },
    "es": {
        "process": "Apertura de cuenta",
        "resource": "Extracto",
        "survey": "Servicio",
        "session": "Asesoría",
        "desk": "Ana",
    },
}
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
    from linkgate.model.link import Channel, Kind, Occasion
    from linkgate.ports.delivery import CodeMessage, LinkMessage, ReceiptMessage
    from linkgate.sending import emails, receipts, sms
    from linkgate.texts import OFFERED
    from linkgate.usecases.delivery.opt_outs import opt_out_url
    from linkgate.wiring import system_now

    portal = tenant.portal or "https://links.example.com"
    common: dict[str, Any] = {"channel": Channel.EMAIL, "tenant": tenant, "to": "maria@example.com", "rid": "A" * 22}
    for language in OFFERED:
        for kind in Kind:
            for occasion in Occasion:
                message = LinkMessage(
                    **common,
                    kind=kind,
                    url=f"{portal}/l/{'A' * 22}#{'A' * 22}",
                    attempt=1,
                    locale=language,
                    expires_at=_in_a_week(system_now()),
                    at=system_now(),
                    name="María Núñez",
                    title=TITLES.get(language, TITLES["en"])[kind],
                    occasion=occasion,
                    opt_out=opt_out_url(kind, portal, "A" * 22, "A" * 22),
                )
                name = f"{language}.{kind}.{occasion}"
                yield from _email_files(name, emails.link_email(message, _SENDER))
                yield f"{name}.sms.txt", sms.link_text(message) + "\n"
        code = CodeMessage(
            **common,
            code="042917",
            locale=language,
            host=portal.removeprefix("https://"),
            life=timedelta(minutes=10),
        )
        yield from _email_files(f"{language}.code", emails.code_email(code, _SENDER))
        yield f"{language}.code.sms.txt", sms.code_text(code) + "\n"
        receipt = ReceiptMessage(
            **common,
            portal=portal,
            locale=language,
            reference="XK7M-4QRD",
            at=system_now(),
            title=TITLES.get(language, TITLES["en"])[Kind.PROCESS],
            readable=True,
        )
        yield from _email_files(f"{language}.receipt", receipts.receipt_email(receipt, _SENDER, None))
        yield f"{language}.receipt.sms.txt", sms.receipt_text(receipt) + "\n"


def _in_a_week(now: datetime) -> datetime:
    return (now + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)


def _email_files(name: str, email: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - loaded with the command
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
