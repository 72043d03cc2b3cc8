"""Steps of owners: they replace, open again, revoke, extend, resend and erase, and other tenants try to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from tests.support.life_promises import LONGEST
from tests.support.life_walk import CONFLICT, NOT_FOUND, OK, PEOPLE, Walk, links, people, slips, tenants

if TYPE_CHECKING:
    from tests.support.life_promises import Line
    from tests.support.life_world import Slip


class Owners(Walk):
    """Walk with the steps of owners."""

    @precondition(lambda self: self.book.promises)
    @rule(n=links, change=st.sampled_from(["nothing", "silent", *PEOPLE]), slip=slips)
    def replace(self, n: int, change: str, slip: Slip | None) -> None:
        link = self.link(n)
        newest = self.book.newest(link)
        body: dict[str, Any] = {"silent": {"channels": []}, "nothing": {}}.get(change, {"email": change})
        if newest.coded:
            body = {}
        answer = self.world.manage(link.line.owner, "POST", f"/links/{link.rid}/replace", body, slip)
        made = self.book.written(link.line, making=1 + answer.lost)
        if made:
            assert not newest.role
            assert not newest.revoked
            assert newest.sent is None
            silent = answer.status == OK and answer.json().get("link")
            self.succeed(newest, made, answer.lost, slip, owed=0 if silent else 1)
            for old in (newest, *made[:-1]):
                old.revoked = True
                self.book.agree(old)
            if silent:
                made[-1].secrets[silent.partition("#")[2]] = "api"
        elif answer.status != OK:
            assert 400 <= answer.status < 500, answer.response.text
        self.book.heard()
        self.book.agree(self.book.newest(link))

    @precondition(lambda self: any(link.sent for link in self.book.promises.values()))
    @rule(n=links, slip=slips)
    def reopen(self, n: int, slip: Slip | None) -> None:
        sent = [link for link in self.book.promises.values() if link.sent]
        link = sent[n % len(sent)]
        newest, owner = self.book.newest(link), link.line.owner
        answer = self.world.manage(owner, "POST", f"/links/{link.rid}/reopen", {"channels": []}, slip)
        made = self.book.written(link.line, making=1)
        refused = link.role or newest.erased or newest.revoked
        if made:
            assert not refused
            assert newest.sent is not None
            assert answer.status == OK or answer.lost
            self.succeed(newest, made, answer.lost, slip, owed=0)
            newest.reopened = True
            if answer.status == OK and (url := answer.json().get("link")):
                made[0].secrets[url.partition("#")[2]] = "api"
            else:
                assert answer.lost
            self.redrafted(link.line, newest.sent)
        elif newest.sent is not None and not refused:
            assert answer.status != OK, answer.response.text
        self.book.agree(newest)
        self.book.agree_on_content(newest)

    def redrafted(self, line: Line, sent: dict[str, Any]) -> None:
        """Note that what was submitted is the draft again, in whatever versions."""
        fields = {
            item["pointer"]: (item["version"], item["value"])
            for item in self.world.cloud.table()
            if item["sk"].startswith("field#") and self.book.promises.get(item["pk"]) in self.book.of(line)
        }
        line.draft = {pointer: (version, json.loads(value)) for pointer, (version, value) in fields.items()}
        drafted = {pointer[1:]: value for pointer, (_, value) in line.draft.items() if value is not None}
        assert drafted == sent, (drafted, sent)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, slip=slips)
    def revoke(self, n: int, slip: Slip | None) -> None:
        link = self.link(n)
        while link.sent is not None and link.successor:
            link = self.book.promises[link.successor]
        answer = self.world.manage(link.line.owner, "POST", f"/links/{link.rid}/revoke", {"reason": "test"}, slip)
        self.book.written(link.line)
        if link.sent is not None:
            assert answer.status == CONFLICT, answer.response.text
        else:
            assert answer.status == OK, answer.response.text
            link.revoked = True
            told = self.book.agree(link)
            for rid in told["roles"].values():
                self.book.promises[rid].revoked = True
            while link.successor:
                link = self.book.promises[link.successor]
                link.revoked = True
        for each in self.book.of(link.line):
            self.book.agree(each)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, days=st.sampled_from([1, 5, 20, 100]), slip=slips)
    def extend(self, n: int, days: int, slip: Slip | None) -> None:
        link = self.link(n)
        until, kind = self.now + timedelta(days=days), "coded" if link.coded else link.line.kind
        may = (
            not link.closed(self.now) - {"expired", "exhausted"}
            and not link.successor
            and not link.erased
            and link.ends < until <= link.made + LONGEST[kind]
        )
        answer = self.world.manage(link.line.owner, "POST", f"/links/{link.rid}/extend", {"hours": days * 24}, slip)
        self.book.written(link.line)
        assert (answer.status == OK) == may or until == link.ends, (answer.response.text, link)
        if may:
            link.ends = until
            for rid in self.book.agree(link)["roles"].values():
                role = self.book.promises[rid]
                if not role.revoked and role.sent is None and role.ends < until:
                    role.ends = until
        for each in self.book.of(link.line):
            self.book.agree(each)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, replace=st.booleans(), slip=slips)
    def resend(self, n: int, replace: bool, slip: Slip | None) -> None:
        link, slip = self.link(n), None if replace else slip
        answer = self.world.manage(link.line.owner, "POST", f"/links/{link.rid}/resend", {"replace": replace}, slip)
        self.book.written(link.line)
        link.more += answer.lost + (slip is not None)
        if answer.status == OK:
            assert not link.closed(self.now)
            link.owed += 1
            if replace:
                link.end_ways("email")
        else:
            assert 400 <= answer.status < 500, answer.response.text
        self.book.heard()
        self.book.agree(link)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, way=st.sampled_from(["api", "email"]), slip=slips)
    def end_way(self, n: int, way: str, slip: Slip | None) -> None:
        link = self.link(n)
        answer = self.world.manage(link.line.owner, "POST", f"/links/{link.rid}/revoke-way", {"way": way}, slip)
        assert answer.status == OK, answer.response.text
        self.book.written(link.line)
        put_out = [browser for browser, stay in link.stays.items() if stay.way == way]
        link.end_ways(way)
        self.book.agree(link)
        for browser in put_out:
            assert self.browsers[browser].get(f"/v/{link.rid}").status != OK

    @rule(tenant=tenants, person=people, slip=slips)
    def erase(self, tenant: int, person: str, slip: Slip | None) -> None:
        lines = [
            link.line
            for link in self.book.promises.values()
            if link.line.owner == tenant and link.email == person and not link.erased
        ]
        answer = self.world.manage(tenant, "POST", "/recipients/erase", {"recipient": person}, slip)
        assert answer.status == OK, answer.response.text
        assert not answer.json()["more"]
        self.book.written(background=True)
        for link in self.book.promises.values():
            if any(link.line is line for line in lines):
                link.erased, link.revoked, link.email = True, link.revoked or link.sent is None, None
                link.line.draft = {}
        for link in self.book.promises.values():
            self.book.agree(link)

    @precondition(lambda self: self.book.promises)
    @rule(n=links, by=st.integers(1, 2))
    def intrude(self, n: int, by: int) -> None:
        """Let another tenant try everything with a link's rid."""
        link = self.link(n)
        tenant, path = (link.line.owner + by) % 3, f"/links/{link.rid}"
        for part in ("", "/events", "/submission", "/chat", "/files"):
            assert self.world.manage(tenant, "GET", path + part).status == NOT_FOUND
        acts: dict[str, dict[str, object]] = {
            "revoke": {},
            "extend": {"hours": 24},
            "resend": {},
            "replace": {"channels": []},
            "reopen": {"channels": []},
            "revoke-way": {"way": "api"},
        }
        for act, body in acts.items():
            assert self.world.manage(tenant, "POST", f"{path}/{act}", body).status == NOT_FOUND, act
        body = {
            "apiVersion": "1",
            "apiKey": self.world.key(tenant, "easysend"),
            "customerId": self.world.customers[tenant],
            "rid": link.rid,
        }
        assert 400 <= self.world.cloud.post("/player/api/cancel-request", body).status < 500
        self.unchanged()

    @rule(tenant=tenants)
    def list_links(self, tenant: int) -> None:
        """Compare a tenant's list with the links that it made."""
        told = self.world.manage(tenant, "GET", "/links?limit=100").json()["links"]
        self.unchanged()
        mine = [link for link in self.book.promises.values() if link.line.owner == tenant and not link.role]
        lately = {link.rid for link in mine if link.made > self.now - timedelta(days=30)}
        assert lately <= {each["rid"] for each in told} <= {link.rid for link in mine}

    @rule(tenant=tenants, dialect=st.sampled_from(["easysend", "trendsic", "digidesk", "ocular", "manage"]))
    def rotate(self, tenant: int, dialect: str) -> None:
        self.world.rotate(tenant, dialect)
        self.book.written()

    @rule(tenant=tenants)
    def use_an_old_key(self, tenant: int) -> None:
        for key in self.world.keys[tenant]["manage"]:
            headers = {"Authorization": f"Bearer {key.text}"}
            status = self.world.cloud.request("GET", "/agents", headers=headers).status
            self.world.keys_agree(key, status)
        self.book.written()
