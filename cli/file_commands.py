"""`linkgate file`: documents of resources, and files of links."""

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from cli.api_calls import Api, UrlOption
from cli.confirming import YesOption, confirm
from cli.failures import MISUSED, CommandError
from cli.printing import print_json, shown
from cli.rid_arguments import RidArgument, plain_id
from cli.target import Operator, on_table

if TYPE_CHECKING:
    from linkgate.model.file_kinds import FileKind

app = typer.Typer(no_args_is_help=True)

TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="The resource type's id.")]
UidArgument = Annotated[str, typer.Argument(metavar="UID", help="The resource's Guid.")]
FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="The id that `linkgate file list` shows.", callback=plain_id)
]
PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="PDF, picture, Word, Excel, CSV or text.")]
WaitOption = Annotated[bool, typer.Option(help="Wait until the file is checked. Exits with 1 if it is not accepted.")]

_READ, _WRITE = "files:read", "files:write"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_WAITS = frozenset({"awaited", "received"})
_ACCEPTED = frozenset({"clean", "unscanned"})
_WORDS = {
    "kind": "its content is not of the kind that its name says",
    "threats": "malware was found in it",
    "unsupported": "it could not be checked, because it has a password or is too large",
}


@app.command("put", hidden=True)
@app.command("create")
@on_table(changes=True)
def put(
    operator: Operator,
    resource_type: TypeArgument,
    uid: UidArgument,
    path: PathArgument,
    *,
    title: Annotated[str | None, typer.Option(help="Title on the page. Describes the resource anew.")] = None,
    number: Annotated[str | None, typer.Option(help="Number that the customer knows, such as an invoice's.")] = None,
    amount: Annotated[str | None, typer.Option(help="Decimal number, such as 120.50.")] = None,
    currency: Annotated[str | None, typer.Option(help="The amount's currency, such as EUR.")] = None,
    due: Annotated[str | None, typer.Option(help="Date by which it is due, such as 2026-12-01.")] = None,
    replaces: Annotated[str | None, typer.Option(help="Id of the file whose place this one takes.")] = None,
    wait: WaitOption = True,
    url: UrlOption = None,
) -> None:
    """Put a document on a resource, with the management key in LINKGATE_KEY. Every link to the resource shows it."""
    about = {"number": number, "due": due, "amount": _amount(amount, currency)}
    if title is None and any(about.values()):
        raise CommandError("Pass --title, too: it describes the resource anew.", MISUSED)
    api, resource = Api.of(operator, url, _READ, _WRITE), _resource(resource_type, uid)
    facts = _facts(path)
    if operator.dry_run:
        print(f"{path} would be put on {resource_type} {uid}.")
        return
    if title is not None:
        api.put(resource, {"title": title, **{name: value for name, value in about.items() if value}})
    _send(api, resource, {**facts, **({"replaces": plain_id(replaces)} if replaces else {})}, path, operator, wait=wait)


@app.command("list")
@on_table()
def list_(
    operator: Operator,
    resource_type: TypeArgument,
    uid: UidArgument,
    *,
    url: UrlOption = None,
) -> None:
    """List a resource's files. `linkgate link files` lists those of a link."""
    found = Api.of(operator, url, _READ).get(_resource(resource_type, uid))
    if operator.as_json:
        print_json(found)
        return
    if found["title"]:
        print(shown(found["title"]))
    print_files(found["files"])


@app.command("get", hidden=True)
@app.command("save")
@on_table()
def get(
    operator: Operator,
    resource_type: TypeArgument,
    uid: UidArgument,
    file: FileArgument,
    *,
    out: Annotated[Path | None, typer.Option(help="File to write to. Default: the file's own name, here.")] = None,
    url: UrlOption = None,
) -> None:
    """Save a resource's file. An existing file is never overwritten."""
    save(Api.of(operator, url, _READ), f"{_resource(resource_type, uid)}/files/{quote(file, safe='')}", out)


@app.command("delete")
@on_table(changes=True)
def delete(
    operator: Operator,
    resource_type: TypeArgument,
    uid: UidArgument,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The file's id.", callback=plain_id)] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Delete the resource's description and all its files.")] = False,
    url: UrlOption = None,
    yes: YesOption = False,
) -> None:
    """Delete a resource's file and its bytes, or the whole resource with --all."""
    if (file is None) != every:
        raise CommandError("Pass a file's id, or --all.", MISUSED)
    api = Api.of(operator, url, _READ, _WRITE)
    confirm(operator, f"{file or f'{resource_type} {uid}'} will be deleted. This cannot be undone.", yes=yes)
    if not operator.dry_run:
        api.delete(_resource(resource_type, uid) + (f"/files/{quote(file, safe='')}" if file else ""))
    print(f"{file or f'{resource_type} {uid}'} {'would be deleted' if operator.dry_run else 'deleted'}")


@on_table(changes=True)
def attach(
    operator: Operator, rid: RidArgument, path: PathArgument, *, wait: WaitOption = True, url: UrlOption = None
) -> None:
    """Attach a file to a link, such as terms to read before signing, with the management key in LINKGATE_KEY."""
    api, facts = Api.of(operator, url, _READ, _WRITE), _facts(path)
    if operator.dry_run:
        print(f"{path} would be attached.")
        return
    _send(api, _link(rid), facts, path, operator, wait=wait)


@on_table()
def files(operator: Operator, rid: RidArgument, *, url: UrlOption = None) -> None:
    """List the files of a link: those that were attached, and those that its form asked for."""
    found = Api.of(operator, url, _READ).get(f"{_link(rid)}/files")
    if operator.as_json:
        print_json(found)
    else:
        print_files(found["files"])


def print_files(found: list[dict[str, Any]]) -> None:
    """Print a line for each file."""
    for each in found:
        answers = f"  {each['field']}" if each["field"] else ""
        print(f"{each['id']}  {each['state']:9}  {each['size']:>10,}  {shown(each['name'])}{answers}")
    if not found:
        print("There are no files.")


def save(api: Api, address: str, out: Path | None) -> None:
    """Save a file of the API, whose hash must be right. Raises CommandError."""
    found = api.get(address)
    if found["url"] is None:
        raise CommandError(f"{shown(found['name'])} may not be read: it is {found['state']}.")
    content = api.download(found["url"])
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        raise CommandError("The file that arrived is not the one that was attached. Nothing was written.")
    target = out or Path(found["name"])
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CommandError(f"{target} exists. Nothing was written. Pass another name with --out.", MISUSED) from None
    except OSError as error:
        raise CommandError(f"{target}: {error.strerror}", MISUSED) from error
    print(target)


def _send(api: Api, owner: str, facts: dict[str, Any], path: Path, operator: Operator, *, wait: bool) -> None:
    made = api.post(f"{owner}/files", facts)
    api.upload(made["upload"]["url"], made["upload"]["headers"], path)
    known = _checked(api, f"{owner}/files/{made['file']['id']}") if wait else made["file"]
    if operator.as_json:
        print_json({name: value for name, value in known.items() if name not in {"url", "expiresInSeconds"}})
    elif known["state"] in _ACCEPTED | _WAITS:
        print(f"{known['id']}  {known['state']}  {shown(known['name'])}")
    if known["state"] not in _ACCEPTED | _WAITS:
        why = _WORDS.get(known["reason"] or "", "it could not be checked")
        raise CommandError(f"{shown(known['name'])} was not accepted: {why}.")


def _checked(api: Api, address: str) -> Any:  # noqa: ANN401 - any JSON
    pause = _FIRST_PAUSE
    while (known := api.get(address))["state"] in _WAITS:
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return known


def _facts(path: Path) -> dict[str, Any]:
    """Return what is declared of a file before its bytes are sent. Raises CommandError."""
    from linkgate.model.file import LARGEST
    from linkgate.model.file_kinds import MEDIA_TYPES

    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", MISUSED) from error
    if not 0 < len(content) <= LARGEST:
        raise CommandError(f"{path} must have between 1 and {LARGEST:,} bytes.", MISUSED)
    kind = _kind(path, content)
    return {
        "name": path.name,
        "type": MEDIA_TYPES[kind],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _kind(path: Path, content: bytes) -> "FileKind":
    from linkgate.model.file_kinds import HEAD_BYTES, FileKind, kinds_of

    possible = kinds_of(content[:HEAD_BYTES])
    if len(possible) == 1:
        return next(iter(possible))
    suffix = path.suffix.lower().removeprefix(".")
    named = FileKind(suffix) if suffix in set(FileKind) else None
    if named in possible:
        return named
    if FileKind.TXT in possible:
        return FileKind.TXT
    raise CommandError(f"{path} is of no kind that recipients may get: {', '.join(FileKind)}.", MISUSED)


def _amount(value: str | None, currency: str | None) -> dict[str, str] | None:
    if (value is None) != (currency is None):
        raise CommandError("Pass --amount and --currency together.", MISUSED)
    return {"value": value, "currency": currency} if value and currency else None


def _resource(resource_type: str, uid: str) -> str:
    return f"/resources/{quote(resource_type, safe='')}/{quote(uid, safe='')}"


def _link(rid: str) -> str:
    return f"/links/{quote(rid.partition('#')[0].rpartition('/l/')[2].strip('/'), safe='')}"
