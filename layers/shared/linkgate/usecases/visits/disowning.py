"""Take the word of a link's holder that the link is not for them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import REVOKE
from linkgate.ports.links import NotChanged
from linkgate.tokens import is_token, secret_hash
from linkgate.usecases.visits.wrong_secrets import wrong_secret

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class Disown:
    """Word of whoever holds the secret of a link."""

    rid: str
    secret: str = field(repr=False)
    source: str = ""
    """Network address of whoever says it, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Disowned:
    """A link that is not for whoever got it."""

    link: Link
    tenant: Tenant


def held_link(command: Disown, deps: Deps) -> Disowned:
    """Return the link of a right secret, in any state. Changes nothing.

    Raises NotFound for anything else, or Throttled if its source sent too many wrong ones.
    """
    rid, hash_ = command.rid, secret_hash(command.rid, command.secret)
    link = deps.links.get(rid) if is_token(rid) and is_token(command.secret) else None
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None or hash_ not in link.secrets:
        deps.guesses.check(command.source, "", deps.now())
        raise wrong_secret(command.source, deps)
    return Disowned(link, tenant)


def disown(command: Disown, deps: Deps) -> Disowned:
    """Record it, and revoke the link if the tenant wants that. No further message of the link goes out.

    A repeat changes nothing. Raises what `held_link` raises.
    """
    held = held_link(command, deps)
    hash_ = secret_hash(command.rid, command.secret)
    try:
        link = deps.visits.disown(command.rid, hash_, deps.now(), revoke=held.tenant.disowned == REVOKE)
    except NotChanged as refusal:
        raise NotFound("link") from refusal
    return Disowned(link, held.tenant)
