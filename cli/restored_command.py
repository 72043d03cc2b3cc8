"""`linkgate restored`: ends again, in a restored table, what had ended since the time that was restored."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_facts
from cli.progress import progress
from cli.target import OPERATOR, Operator, on_table

if TYPE_CHECKING:
    from linkgate.model.link import Link

_ENDED = (
    "sk = :link AND (attribute_exists(revoked_at) OR attribute_exists(locked_at) OR attribute_exists(submitted_at)"
    " OR attribute_exists(erased_at) OR attribute_exists(renewed_as) OR #views >= max_views)"
    " OR sk = :credential AND attribute_exists(expires_at)"
    " OR begins_with(pk, :suppressed) AND attribute_exists(reason)"
)
_SUPPRESSED = "suppressed#"
REASON = "had ended before the table was restored"


@on_table(changes=True)
def restored(
    operator: Operator,
    former: Annotated[
        str,
        typer.Option("--former", metavar="TABLE", help="The table from before the restore, which tells what ended."),
    ],
) -> None:
    """End again what lives in a restored table and had ended before: keys, links, and the data of erased people.

    Addresses that were suppressed, or whose owner had stopped surveys, get nothing again.

    Pass the restored table with --table. Links that were submitted, locked, used up or replaced are revoked.
    Submissions stay in the former table.
    """
    before = replace(operator, stack=None, table_name=former)
    if operator.table_named == before.table_named:
        raise CommandError(
            "Name two tables: the restored one with --table, the one from before with --former.", MISUSED
        )
    counts = {"keys": 0, "links": 0, "erased": 0, "suppressed": 0}
    found = list(_ended(before))
    with progress("Ended before", len(found)) as advance:
        for pk, sk in found:
            if kind := _end(pk, sk, before, operator):
                counts[kind] += 1
            advance(1)
    print_facts({**counts, "dry_run": operator.dry_run}, as_json=operator.as_json)


def _ended(before: Operator) -> Iterator[tuple[str, str]]:
    """Yield the keys of all links and keys that had ended in the former table, and of suppressed addresses."""
    pages = (
        before.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=before.table_named,
            FilterExpression=_ENDED,
            ProjectionExpression="pk, sk",
            ExpressionAttributeNames={"#views": "views"},
            ExpressionAttributeValues={
                ":link": {"S": "link"},
                ":credential": {"S": "credential"},
                ":suppressed": {"S": _SUPPRESSED},
            },
        )
    )
    for page in pages:
        for item in page["Items"]:
            yield item["pk"]["S"], item["sk"]["S"]


def _end(pk: str, sk: str, before: Operator, operator: Operator) -> str | None:
    """End one of them, and return what it is, or None if there is nothing to end."""
    if pk.startswith("credential#"):
        return _end_key(pk, before, operator)
    return _suppress(pk, sk, before, operator) if pk.startswith(_SUPPRESSED) else _end_link(pk, before, operator)


def _suppress(pk: str, sk: str, before: Operator, operator: Operator) -> str | None:
    item = before.table.get(pk, sk)
    if item is None or "reason" in (operator.table.get(pk, sk) or {}):
        return None
    if not operator.dry_run:
        operator.table.put(item)
    return "suppressed"


def _end_key(pk: str, before: Operator, operator: Operator) -> str | None:
    hash_ = pk.removeprefix("credential#")
    old, now = before.tenants.credential(hash_), operator.tenants.credential(hash_)
    if old is None or now is None or old.expires_at is None:
        return None
    if now.expires_at is not None and now.expires_at <= old.expires_at:
        return None
    if not operator.dry_run:
        operator.registry.expire_credential(now, old.expires_at)
    return "keys"


def _end_link(rid: str, before: Operator, operator: Operator) -> str | None:
    old, link = before.deps.links.get(rid), operator.deps.links.get(rid)
    if old is None or link is None:
        return None  # it was made since the time that was restored
    administration, now = operator.deps.administration, operator.deps.now()
    if old.erased_at:
        if link.erased_at:
            return None
        if not operator.dry_run:
            _delete_contacts(link, before, operator)
            administration.erase(link, OPERATOR, now, note=_note(operator, link))
        return "erased"
    if link.revoked_at or link.submitted_at:
        return None
    if not operator.dry_run:
        administration.revoke(link.tenant, rid, OPERATOR, now, note=_note(operator, link))
    return "links"


def _delete_contacts(link: "Link", before: Operator, operator: Operator) -> None:
    """Delete the contacts of an erased recipient that the former table no longer had."""
    for address in filter(None, (link.recipient.email, link.recipient.phone)):
        for contact in operator.deps.administration.contacts_at(link.tenant, address):
            if before.tenants.contact(link.tenant, contact) is None:
                operator.tenants.delete_contact(link.tenant, contact)


def _note(operator: Operator, link: "Link") -> dict[str, str]:
    tenant = operator.deps.tenants.tenant(link.tenant)
    return operator.caller(tenant).note(REASON) if tenant else {"reason": REASON}
