"""`linkgate erase`: erases a person from links, their data and contacts."""

from shlex import quote
from typing import Annotated

import typer

from cli.confirming import YesOption, confirm
from cli.link_acts import ReasonOption, checked
from cli.printing import print_json
from cli.target import Operator, TenantOption, on_table


@on_table(changes=True)
def erase(
    operator: Operator,
    recipient: Annotated[str, typer.Argument(help="The person's e-mail address or phone number, in any spelling.")],
    *,
    tenant: TenantOption = None,
    reason: ReasonOption = None,
    yes: YesOption = False,
) -> None:
    """Erase a person: their address, what was prefilled for them and what they sent. This cannot be undone.

    Links that were not submitted are revoked. When links were made, sent and opened stays on record.
    """
    from linkgate.usecases.management.erasure import EraseRecipient, erase_recipient

    command = EraseRecipient(
        caller=operator.caller(operator.tenant(tenant)),
        recipient=recipient,
        reason=checked(reason),
        dry_run=operator.dry_run,
    )
    confirm(operator, f"Everything about {recipient} will be erased (--dry-run counts it).", yes=yes)
    links = bodies = files = contacts = 0
    resources: set[tuple[str, str]] = set()
    more = True
    while more:
        erased = erase_recipient(command, operator.deps)
        # A dry run changes nothing, so a further one would only count the same again.
        more = erased.more and not operator.dry_run
        links, bodies, contacts = links + erased.links, bodies + erased.bodies, contacts + erased.contacts
        files += erased.files
        resources.update(erased.resources)
    if operator.as_json:
        counts = {"links": links, "bodies": bodies, "files": files, "contacts": contacts, "more": erased.more}
        named = [{"type": kind, "uid": uid} for kind, uid in sorted(resources)]
        print_json({**counts, "resources": named, "dry_run": operator.dry_run})
        return
    done = "would be erased" if operator.dry_run else "erased"
    print(
        f"{'At least ' if erased.more else ''}{links} links, {bodies} bodies of data, {files} files and "
        f"{contacts} contacts {done}"
    )
    if resources:
        print("These resources stay, because others may have links to them. To delete one that is about this person:")
    for kind, uid in sorted(resources):
        print(f"  linkgate file delete {quote(kind)} {uid} --all")
