"""`linkgate agent desk`: makes the link with which an agent opens their desk."""

from typing import Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_facts
from cli.target import Operator, TenantOption, on_table


@on_table(changes=True)
def desk(
    operator: Operator,
    name: Annotated[str, typer.Argument(metavar="ID")],
    *,
    tenant: TenantOption = None,
    days: Annotated[int, typer.Option(help="Days for which the link works.")] = 30,
    send: Annotated[bool, typer.Option("--send", help="Also send it to the agent's e-mail address.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Revoke the agent's earlier desks, as after a lost device.")
    ] = False,
) -> None:
    """Make the link to an agent's desk and print its address once. Needs --stack or --endpoint-url.

    Whoever has the address is the agent. The tenant's `desk_tier` says whether the desk also asks for a code.
    """
    import dataclasses

    from linkgate.errors import InvalidRequest, NotFound, Throttled
    from linkgate.usecases.issuing.desk_links import OpenDesk, check_desk, open_desk
    from linkgate.wire.problem_texts import reason

    owner = operator.tenant(tenant)
    command = OpenDesk(
        caller=operator.caller(owner),
        domain="",
        agent=name,
        days=days,
        send=send,
        replace=replace,
    )
    try:
        if operator.dry_run:
            check_desk(command, operator.deps)
            print(f"A link to the desk of {name} would be made.")
            return
        deps = operator.sending_deps
        portal = deps.portal or operator.endpoint_url or operator.outputs.get("ApiUrl")
        made = open_desk(command, dataclasses.replace(deps, portal=portal))
    except NotFound as error:
        raise CommandError(f"{owner.name} has no agent {name!r}; see `linkgate agent list`") from error
    except InvalidRequest as error:
        faults = [f"--{problem.field}: {reason(problem)}" for problem in error.problems]
        raise CommandError("\n".join(faults), MISUSED) from error
    except Throttled as error:
        raise CommandError("Too many links were made. Try again in a minute.") from error
    link = made.link
    facts = {
        "rid": link.rid,
        "agent": link.definition_id,
        "expires": link.expires_at.isoformat(),
        "messages": ", ".join(f"{d.channel} {d.state} ({link.address(d.channel)})" for d in link.deliveries.values()),
        "link": made.url,
    }
    print_facts(facts, as_json=operator.as_json)
