"""Scenarios: handlers, the events they answer, and a table with the items that the events need."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urlsplit

from linkgate import wiring
from linkgate.dialects.recipient.cookies import visit_cookies
from linkgate.dialects.recipient.link_pages import CONFIRMED
from linkgate.model.presence import Ticket
from linkgate.store.link_items import link_item
from linkgate.tokens import ticket_hash, token, visit_hash
from linkgate.usecases.visits.visit import Visit
from linkgate.wire.message import Request
from local.demo import seed_demo_tenants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.deps import Deps
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

ROOT = Path(__file__).resolve().parents[1]
DOMAIN = "links.example.com"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the report's table."""

    name: str
    app: str
    """Folder of `app.py` in the packaged functions, the yardsticks or the floors."""
    event: Mapping[str, Any]
    kind: Literal["ours", "yardstick", "floor"] = "ours"
    direct: bool = False
    """True to call DynamoDB and SES without botocore's clients, as the template does where somebody waits."""


def scenarios(deps: Deps, table: Table) -> list[Scenario]:
    """Fill the table and return the scenarios. `deps` and `table` use the same table."""
    list(seed_demo_tenants(deps))
    create = _sample("trendsic_customer_link", deliverEmail=False)
    rid, secret, visit, item = _opened_link(deps, table)
    form = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html", "sec-fetch-site": "same-origin"}
    filled = {"rid": rid, "fullName": "Jane Doe", CONFIRMED: "true"}
    opening = _recipient("POST /l/{rid}", rid, form, urlencode({"secret": secret}))
    page = {"accept": "text/html"}
    cookie = [visit_cookies(Visit(rid, visit), Request("POST", ""), None, deps.now())[0].partition(";")[0]]
    return [
        Scenario("P", "plain", create, kind="yardstick"),
        Scenario("FM", "fastapi_mangum", create, kind="yardstick"),
        Scenario("NV", "powertools", create, kind="yardstick"),
        Scenario("create (Trendsic)", "trendsic_customer_link", create, direct=True),
        Scenario("create (Trendsic), with botocore's client", "trendsic_customer_link", create),
        Scenario("create (Ocular)", "ocular_generate_session", _sample("ocular_generate_session"), direct=True),
        Scenario(
            "create with a body (EasySend)",
            "easysend_generate_link",
            _sample("easysend_generate_link", coBrowsingRoles=[]),
            direct=True,
        ),
        Scenario(
            "create and e-mail (DigiDesk)", "digidesk_survey_request", _sample("digidesk_survey_request"), direct=True
        ),
        Scenario("landing page", "recipient", _recipient("GET /l/{rid}", rid, page), direct=True),
        Scenario("open", "recipient", opening, direct=True),
        Scenario("open, with botocore's client", "recipient", opening),
        Scenario("view", "recipient", _recipient("GET /v/{rid}", rid, page, cookies=cookie), direct=True),
        Scenario(
            "submit",
            "recipient",
            _recipient("POST /v/{rid}/submit", rid, form, urlencode(filled), cookie),
            direct=True,
        ),
        Scenario("connect (live)", "live", _connect(deps, rid, visit_hash(rid, visit)), direct=True),
        Scenario("a link's put alone, botocore's client", "put", {"item": item}, kind="floor"),
        Scenario("a link's put alone, direct", "put", {"item": item}, kind="floor", direct=True),
    ]


def _process() -> dict[str, Any]:
    return _sample("easysend_generate_link", coBrowsingRoles=[])


def _sample(name: str, **changed: object) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    if changed:
        event["body"] = json.dumps({**json.loads(event["body"]), **changed})
    return event


def _recipient(
    route: str, rid: str, headers: Mapping[str, str], body: str = "", cookies: list[str] | None = None
) -> dict[str, Any]:
    method, _, path = route.partition(" ")
    event = _sample("recipient")
    event["routeKey"], event["rawPath"] = route, path.replace("{rid}", rid)
    event["requestContext"]["http"] |= {"method": method, "path": event["rawPath"]}
    event["requestContext"]["domainName"] = DOMAIN
    event["headers"] |= headers
    event["pathParameters"] = {"rid": rid}
    return {**event, "body": body, "cookies": cookies or []}


def _connect(deps: Deps, rid: str, visit: str) -> dict[str, Any]:
    """Return the handshake of the live channel, with a good ticket."""
    event = _sample("live")
    ticket = event["headers"]["Sec-WebSocket-Protocol"].partition("ticket.")[2]
    host = urlsplit(event["headers"]["Origin"]).netloc
    until = deps.now() + timedelta(days=1)
    deps.tickets.add(ticket_hash(ticket), Ticket(rid, rid, visit, "", host, until))
    return event


def _opened_link(deps: Deps, table: Table) -> tuple[str, str, str, Item]:
    """Create an opened link of a process. Returns its rid and secret, the secret of a visit, and its item."""
    from functions.easysend_generate_link.app import handler  # noqa: PLC0415 - reads the wiring set below

    wiring.use(deps)
    create = _process()
    create["requestContext"]["domainName"] = DOMAIN  # the link opens at no other
    reply = handler(create, None)
    url = urlsplit(json.loads(reply["body"])["link"])
    rid, visit = url.path.rpartition("/")[2], token(deps.random(16))
    link = deps.links.get(rid)
    if link is None:
        raise LookupError(rid)
    opened = dataclasses.replace(link, visits={visit_hash(rid, visit): deps.now() + timedelta(days=1)})
    item = link_item(opened)
    table.put(item)
    return rid, url.fragment, visit, item
