"""A random walk of three tenants over everything their keys can do. No answer shows another tenant's data."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.model.tenant import Credential
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash
from local.demo import CAMPAIGN, DEFINITIONS, DEMO, KEYS, MANAGE_SCOPES, OCULAR_CODE, OTHER, PROCESS
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

STEPS = 1000
THIRD_KEYS = {
    "easysend": "third-easysend-key",
    "trendsic": "third-trendsic-key",
    "digidesk": "third-digidesk:third-digidesk-password",
    "ocular": "third-ocular-key",
    "manage": "third-manage-key",
}


@dataclass
class Walker:
    """A tenant with its keys, its canary and its own data."""

    canary: str
    keys: dict[str, str]
    customer: str
    manager: Manager
    rids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)


class Walk:
    """Walk whose every step is a call of one tenant that may name data of any tenant."""

    def __init__(self, cloud: Cloud, walkers: list[Walker], seed: int) -> None:
        self.cloud = cloud
        self.walkers = walkers
        self.chance = random.Random(seed)
        self.steps = [
            self.create,
            self.create_by_vendor,
            self.read,
            self.read,
            self.change,
            self.list_links,
            self.results,
            self.contact,
            self.open,
            self.erase,
        ]
        self.seen: dict[int, int] = {}

    def step(self) -> None:
        caller = self.chance.choice(self.walkers)
        response = self.chance.choice(self.steps)(caller)
        self.seen[response.status] = self.seen.get(response.status, 0) + 1
        assert response.status < 500, response.body
        text = response.text + json.dumps(response.headers)
        for other in self.walkers:
            if other is not caller:
                assert other.canary not in text, response.route

    def anybodys(self, what: str, otherwise: str) -> str:
        owner = self.chance.choice(self.walkers)
        known: list[str] = getattr(owner, what)
        return self.chance.choice(known) if known else otherwise

    def create(self, caller: Walker) -> HttpResponse:
        canary = caller.canary
        entries: list[dict[str, object]] = [
            {"kind": "survey", "campaign": CAMPAIGN, "contact": f"{canary}@example.com", "customerName": canary},
            {"kind": "process", "process": PROCESS, "data": {"secret": canary}, "notify": False},
            {
                "kind": "resource",
                "resourceType": "Invoice",
                "resourceUid": f"{self.chance.randrange(3):032x}",
                "contactId": self.chance.choice([1, 2, 7]),
            },
            {"kind": "session", "name": canary, "cellphone": "+447700900001", "category": OCULAR_CODE},
        ]
        keys = {"idempotencyKey": f"k{self.chance.randrange(40)}"} if self.chance.random() < 0.3 else {}
        response = self.post(caller, "/links/batch", {"links": [{**self.chance.choice(entries), **keys}]})
        for result in response.json().get("results", []):
            if result["rid"]:
                caller.rids.append(result["rid"])
                caller.links.append(result["link"])
        return response

    def create_by_vendor(self, caller: Walker) -> HttpResponse:
        keys = caller.keys
        if self.chance.random() < 0.5:
            uid = f"{self.chance.randrange(3):032x}"
            content = {"resourceType": "Invoice", "resourceUid": uid, "recipientContactId": 1}
            response = self.cloud.post("/v1/customerlink", content, {"Authorization": f"Bearer {keys['trendsic']}"})
            if response.status == 200:
                caller.links.append(response.json()["portalUrl"])
                caller.rids.append(caller.links[-1].partition("#")[0].rpartition("/")[2])
            return response
        cancel = {
            "apiVersion": 1,
            "apiKey": keys["easysend"],
            "customerId": caller.customer,
            "rid": self.anybodys("rids", "x"),
        }
        return self.cloud.post("/player/api/cancel-request", cancel)

    def read(self, caller: Walker) -> HttpResponse:
        rid = self.anybodys("rids", "AAAAAAAAAAAAAAAAAAAAAA")
        tail = self.chance.choice(["", "/events", "/submission"])
        response = caller.manager.raw("GET", f"/links/{rid}{tail}")
        assert response.status != 200 or rid in caller.rids
        return response

    def change(self, caller: Walker) -> HttpResponse:
        rid = self.anybodys("rids", "AAAAAAAAAAAAAAAAAAAAAA")
        verb = self.chance.choice(["revoke", "extend", "resend", "replace"])
        response = self.post(caller, f"/links/{rid}/{verb}", {"hours": 400} if verb == "extend" else None)
        assert response.status != 200 or rid in caller.rids
        return response

    def list_links(self, caller: Walker) -> HttpResponse:
        filters = [
            "",
            f"&resourceType=Invoice&resourceUid={self.chance.randrange(3):032x}",
            f"&recipient={quote(self.chance.choice(self.walkers).canary)}@example.com",
            "&kind=process",
        ]
        cursor = self.anybodys("cursors", "") if self.chance.random() < 0.3 else ""
        query = f"limit=3{self.chance.choice(filters)}" + (f"&cursor={cursor}" if cursor else "")
        response = caller.manager.raw("GET", f"/links?{query}")
        page = response.json()
        foreign = {rid for walker in self.walkers if walker is not caller for rid in walker.rids}
        assert foreign.isdisjoint(link["rid"] for link in page.get("links", []))
        if page.get("cursor"):
            caller.cursors.append(page["cursor"])
        return response

    def results(self, caller: Walker) -> HttpResponse:
        form = self.chance.choice(["json", "csv"])
        return caller.manager.raw("GET", f"/campaigns/{quote(CAMPAIGN)}/results?format={form}&limit=50")

    def contact(self, caller: Walker) -> HttpResponse:
        number = self.chance.choice([2, 7])
        if self.chance.random() < 0.5:
            return caller.manager.raw("GET", f"/contacts/{number}")
        content = {"name": caller.canary, "email": f"{caller.canary}@example.com", "phone": "+447700900003"}
        return caller.manager.raw("PUT", f"/contacts/{number}", json.dumps(content))

    def open(self, caller: Walker) -> HttpResponse:
        """The caller's recipient sees only data of the caller."""
        if not caller.links:
            return caller.manager.raw("GET", "/links")
        path, _, secret = self.chance.choice(caller.links).partition("#")
        accept = {"Accept": "application/json"}
        opened = self.cloud.post(path[path.index("/l/") :], {"secret": secret}, accept)
        if opened.status != 200:
            return opened
        visit = {"Cookie": opened.header("set-cookie").partition(";")[0], **accept}
        if self.chance.random() < 0.3:
            return self.cloud.post("/v/submit", {"data": {"comment": caller.canary}}, visit)
        return self.cloud.request("GET", "/v", headers=visit)

    def erase(self, caller: Walker) -> HttpResponse:
        if self.chance.random() < 0.9:
            return caller.manager.raw("GET", "/links?status=Submitted")
        other = self.chance.choice([walker for walker in self.walkers if walker is not caller])
        theirs = f"/links?limit=20&recipient={other.canary}@example.com"
        before = other.manager.raw("GET", theirs).json()["links"]
        response = self.post(caller, "/recipients/erase", {"recipient": f"{other.canary}@example.com"})
        assert other.manager.raw("GET", theirs).json()["links"] == before
        return response

    def post(self, caller: Walker, path: str, content: Any = None) -> HttpResponse:
        return self.cloud.post(path, content, caller.manager.headers())


def third_tenant() -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    third = replace(OTHER, id="10ca1000000000000000000000000003", name="Third", customer_names=frozenset({"third"}))
    tenants.put_tenant(third)
    for dialect, key in THIRD_KEYS.items():
        name = dialect.encode().hex().ljust(32, "0")[:32]
        hash_ = credential_hash(dialect, key)
        credential = Credential(hash_, name, third.id, dialect, b"salt" * 8, MANAGE_SCOPES)
        tenants.put_credential(credential)
    for definition in DEFINITIONS:
        tenants.put_definition(third.id, definition)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_answer_ever_shows_another_tenants_data(cloud: Cloud, seed: int) -> None:
    third_tenant()
    walkers = [
        Walker("canaryone", KEYS[DEMO.id], "customer-name", Manager(cloud, KEYS[DEMO.id]["manage"])),
        Walker("canarytwo", KEYS[OTHER.id], "other-customer", Manager(cloud, KEYS[OTHER.id]["manage"])),
        Walker("canarythree", THIRD_KEYS, "third", Manager(cloud, THIRD_KEYS["manage"])),
    ]
    for walker in walkers:
        content = {"name": walker.canary, "email": f"{walker.canary}@example.com", "phone": "+447700900003"}
        assert walker.manager.raw("PUT", "/contacts/1", json.dumps(content)).status == 200
    walk = Walk(cloud, walkers, seed)

    for number in range(STEPS):
        walk.step()
        if number % 50 == 0:
            cloud.post("/_local/clock", {"advance_seconds": 61})
            cloud.settle()

    assert all(walker.rids for walker in walkers)
    assert {200, 404, 409} <= set(walk.seen), walk.seen
