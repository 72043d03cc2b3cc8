"""Parts of a use case's dependencies, for tests of one use case alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

from linkgate.model.tenant import Tenant
from linkgate.ports.deps import Deps
from linkgate.ports.links import NotChanged
from tests.support.fakes.links import NOW, TENANT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.visits import CodeProof, SecretProof

ACME = Tenant(id=TENANT, name="Acme", portal="https://links.example.com")


def only(**parts: Any) -> Deps:
    """Return dependencies that have these parts, a clock and randomness, and nothing else."""
    others = dict.fromkeys(each.name for each in dataclasses.fields(cast("Any", Deps)))
    return Deps(**{**others, "now": lambda: NOW, "random": bytes, **parts})


class Links:
    """`ports.links.LinkStore` of some links."""

    def __init__(self, *links: Link) -> None:
        self._links: dict[str, Link] = {}
        self.put(*links)

    def put(self, *links: Link) -> None:
        self._links.update({link.rid: link for link in links})

    def get(self, rid: str) -> Link | None:
        return self._links.get(rid)

    def several(self, rids: Collection[str]) -> Mapping[str, Link]:
        return {rid: self._links[rid] for rid in rids if rid in self._links}


class Tenants:
    """The only tenant."""

    def __init__(self, tenant: Tenant | None = ACME) -> None:
        self._tenant = tenant

    def tenant(self, tenant: str) -> Tenant | None:
        return self._tenant if self._tenant and tenant == self._tenant.id else None


class Guesses:
    """`ports.tenants.GuessLimit` that notes what it is told."""

    def __init__(self, *, refusing: Exception | None = None) -> None:
        self.refusing = refusing
        self.counted: list[str] = []

    def check(self, _source: str, _name: str, _now: datetime) -> None:
        if self.refusing:
            raise self.refusing

    def count(self, source: str, _now: datetime) -> None:
        self.counted.append(source)


class RefusedVisits:
    """`ports.visits.VisitStore` that refuses each visit, because the link stands so by then."""

    def __init__(self, *stored: Link | None) -> None:
        self._stored = iter(stored)
        self.proofs: list[SecretProof | CodeProof] = []
        self.forgotten: list[str | None] = []

    def open(
        self, _rid: str, proof: SecretProof | CodeProof, _visit: str, _now: datetime, *, forget: str | None = None
    ) -> None:
        self.proofs.append(proof)
        self.forgotten.append(forget)
        raise NotChanged(next(self._stored))

    def read_receipt(
        self, rid: str, proof: SecretProof | CodeProof, visit: str, now: datetime, *, forget: str | None = None
    ) -> None:
        self.open(rid, proof, visit, now, forget=forget)
