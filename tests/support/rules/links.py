"""Links in the states that rules are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from linkgate.model.challenge import Challenge, CodePolicy
from linkgate.model.link import API, Channel, Kind, Link, Recipient
from linkgate.model.receipt import READS
from linkgate.store.attribute_values import from_item, to_item
from linkgate.store.link_items import link_item, link_of
from tests.support.rules.rule import GONE, MS, NOW, SECONDS, changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.store.attribute_values import Item

RID: Final = "r" * 22
NEW_RID: Final = "n" * 22
TENANT: Final = "7e" * 16
PORTAL: Final = "https://links.example.com"
SECRET: Final = "5" * 64
VISIT: Final = "v" * 22
OTHER_VISIT: Final = "w" * 22
BROWSER: Final = "b" * 22
TRY: Final = "t" * 22
MAIL: Final = Recipient(email="ada@example.com")
LINK: Final = Link(
    rid=RID,
    master_rid=RID,
    tenant=TENANT,
    kind=Kind.PROCESS,
    dialect="easysend",
    definition_id="p",
    tier="standard",
    portal=PORTAL,
    recipient=MAIL,
    created_at=NOW - timedelta(hours=6),
    expires_at=NOW + timedelta(days=1),
    ttl=NOW + timedelta(days=30),
    max_views=10,
    created_by="k" * 32,
    claim="c" * 22,
    secrets={SECRET: API},
    visits={VISIT: NOW + timedelta(minutes=15)},
)
SUCCESSOR: Final = replace(LINK, rid=NEW_RID, claim="d" * 22, secrets={"6" * 64: API}, visits={})
TAKEN: Final = link_item(replace(SUCCESSOR, claim="e" * 22))
"""Another link that has the rid of the successor already."""
ENDS: Final[Mapping[str, dict[str, object]]] = {
    "revoked": {"revoked_at": MS - 1},
    "submitted": {"submitted_at": MS - 1},
    "locked": {"locked_at": MS - 1},
    "replaced": {"renewed_as": "x" * 22},
    "expired": {"expires_at": MS},
}
"""Ways in which a link ends."""
STANDING: Final = {name: change for name, change in ENDS.items() if name != "expired"}
FOREIGN: Final = {"another tenant's": {"tenant": "0e" * 16}}
OTHER_SECRET: Final = {"another secret": {"secrets": {"9" * 64: "api"}}}
RECEIPT_GONE: Final[Mapping[str, dict[str, object]]] = {
    "not submitted": {"submitted_at": GONE, "expires_at": MS},
    "nobody may read": {"receipt/access": GONE},
    "read too often": {"receipt/reads": READS},
    "revoked": {"revoked_at": MS - 1},
    "locked": {"locked_at": MS - 1},
    "erased": {"erased_at": MS - 1},
    "replaced": {"renewed_as": "x" * 22},
    "out of its retention": {"ttl": SECONDS},
}
"""Ways in which what was sent cannot be read again."""


def read(item: Item) -> Link:
    """Return a link as it is read."""
    return link_of(from_item(to_item(item)))


def stored(**changes: Any) -> Item:
    """Return the item of a link."""
    return from_item(to_item(link_item(replace(LINK, **changes))))


def sent(item: Item, access: str = "link") -> Item:
    """Return the item of a link after its form was sent, which may be read again."""
    return changed(item, {"submitted_at": MS - 1, "receipt": {"access": access, "reads": 0}})


CODED: Final = stored(code=CodePolicy(Channel.EMAIL, 6), visits={})
CHALLENGE: Final = Challenge(
    codes=frozenset({"k" * 22}),
    tries={},
    begun_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
    next_at=NOW,
    sent=1,
    claim="h" * 22,
    sent_via=API,
)
