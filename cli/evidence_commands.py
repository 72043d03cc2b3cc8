"""`linkgate link verify` and `linkgate link export`: check and export the proof of what happened to a link."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import MISUSED, CommandError, told_plainly
from cli.printing import print_json, shown
from cli.rid_arguments import RidArgument, found_link
from cli.signatures import pem_of, read_key, signature_check
from cli.target import EndpointOption, JsonOption, Operator, StackOption, TableOption, on_table

if TYPE_CHECKING:
    from linkgate.model.timeline import Entry, Head
    from linkgate.usecases.history.timeline import Verdict

SIGNED = ". The signature is genuine."
UNSIGNED = ". Without the public key (--key), this detects accidents, not forgery."


def verify(
    rid: Annotated[
        str | None, typer.Argument(metavar="[RID]", help="The link to check, unless --file is given.")
    ] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="Check an exported file instead; needs no AWS.")] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="The public key from `linkgate evidence-key`. With --stack, AWS has it."),
    ] = None,
    stack: StackOption = None,
    table: TableOption = None,
    endpoint_url: EndpointOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that a link's timeline is complete and unchanged. Exits with code 1 if it is not.

    Only a signature detects forgery: whoever may write the table can make a new chain of hashes.
    """
    with told_plainly():
        if (rid is None) == (file is None):
            raise CommandError("Pass a link, or a file with --file.", MISUSED)
        pem = read_key(key) if key else None
        if file is not None:
            verdict = _file_verdict(file, signature_check(pem) if pem is not None else None)
        else:
            operator = Operator(stack, table, endpoint_url, as_json, dry_run=False)
            verdict = _table_verdict(operator, str(rid), pem)
    if as_json:
        print_json({"entries": verdict.entries, "faults": list(verdict.faults), "signed": verdict.signed})
    else:
        for fault in verdict.faults:
            print(shown(fault))
        if not verdict.faults:
            print(f"{verdict.entries} entries, complete and unchanged{SIGNED if verdict.signed else UNSIGNED}")
    if verdict.faults:
        raise typer.Exit(1)


@on_table()
def export(
    operator: Operator,
    rid: RidArgument,
    *,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of printing.")] = None,
    chat: Annotated[
        bool, typer.Option("--chat", help="Also write what was written in a session's calls, with the agents' notes.")
    ] = False,
) -> None:
    """Export a link's timeline as one file, which `linkgate link verify --file` can check anywhere.

    A timeline names nobody and has no word of a conversation. With --chat, the file has them beside it.
    """
    from linkgate.usecases.history.timeline import evidence_of

    link = found_link(operator, rid)
    evidence = evidence_of(link, operator.deps, operator.deps.now())
    if chat:
        from linkgate.dialects.manage.replies import chat_json
        from linkgate.usecases.management.link_details import chat_of

        evidence["chat"] = [chat_json(line) for line in chat_of(link, operator.deps)]
    if out is None:
        print_json(evidence)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            json.dump(evidence, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except OSError as error:
        raise CommandError(f"{out}: {error.strerror}", MISUSED) from error
    print(f"{out} written")


@on_table()
def evidence_key(operator: Operator) -> None:
    """Print the public key that checks the signatures of timelines. Keep it apart from the files that it checks."""
    pem = _public_key(operator)
    if pem is None:
        raise CommandError("This stack signs no timelines. The parameter SignEvidence turns it on.")
    print_json({"publicKey": pem}) if operator.as_json else print(pem, end="")


def _public_key(operator: Operator) -> str | None:
    arn = operator.outputs.get("EvidenceKey")
    return pem_of(operator.client("kms").get_public_key(KeyId=arn)["PublicKey"]) if arn else None


def _table_verdict(operator: Operator, rid: str, pem: str | None) -> "Verdict":
    from linkgate.usecases.history.timeline import verify_timeline

    if pem is None and operator.stack is not None:
        pem = _public_key(operator)
    return verify_timeline(found_link(operator, rid), operator.deps, signature_check(pem) if pem is not None else None)


def _file_verdict(path: Path, is_genuine: Callable[[bytes, bytes], bool] | None) -> "Verdict":
    from linkgate.model.timeline import faults_of, seal_faults
    from linkgate.usecases.history.timeline import Verdict

    try:
        evidence = json.loads(path.read_text(encoding="utf-8"))
        rid, head = str(evidence["rid"]), _head(evidence["head"], evidence.get("signature"))
        entries = [_entry(entry) for entry in evidence["entries"]]
        faults = [*faults_of(rid, entries, head), *map(str, evidence.get("contradictions", []))]
        if is_genuine:
            faults += seal_faults(rid, entries, head, is_genuine)
        return Verdict(len(entries), faults, signed=is_genuine is not None)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", MISUSED) from error
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise CommandError(f"{path}: is not a file from `linkgate link export`", MISUSED) from error


def _entry(value: dict[str, Any]) -> "Entry":
    from linkgate.model.timeline import Entry, Fact

    fact = Fact(value["id"], value["type"], datetime.fromisoformat(value["atUtc"]), value["details"])
    return Entry(fact, int(value["sequence"]), value["previous"], value["hash"])


def _head(value: dict[str, Any], signature: dict[str, Any] | None) -> "Head":
    from linkgate.model.timeline import Head, Seal

    seal = None
    if signature is not None:
        signed = base64.b64decode(signature["value"], validate=True)
        path = tuple((str(side), bytes.fromhex(neighbour)) for side, neighbour in signature.get("path", []))
        seal = Seal(int(signature["sequence"]), signature["hash"], signature["key"], signed, path)
    return Head(int(value["sequence"]), value["hash"], seal)
