"""Stop surveys to a recipient who asks for it at the opt-out address of a message, and undo that."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.tokens import is_token, opt_out_hash
from linkgate.usecases.visits.wrong_secrets import wrong_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """Request at the opt-out address of a message."""

    rid: str
    secret: str = field(repr=False)
    """Last part of the address. It is not the secret of the link."""
    source: str = ""
    """Network address of whoever asks, as far as it is known."""


@dataclass(frozen=True, slots=True)
class SurveyChoice:
    """Choice of a recipient about a tenant's surveys, as it stands."""

    link: Link
    tenant: Tenant
    addresses: Sequence[str]
    """Addresses of the link's recipient. The choice is about all of them."""
    stopped_by: Mapping[str, str]
    """Each address that gets no surveys, mapped to the hash of the opt-out secret that stopped them."""
    opt_out: str
    """Hash of the opt-out secret of this request."""

    @property
    def stopped(self) -> bool:
        """Return whether no address gets surveys."""
        return all(address in self.stopped_by for address in self.addresses)

    @property
    def undoable(self) -> bool:
        """Return whether this opt-out address stopped them. No other one can undo that."""
        return self.opt_out in self.stopped_by.values()


def survey_choice(command: OptOut, deps: Deps) -> SurveyChoice:
    """Return the choice. Changes nothing, and does not depend on the link's state.

    A test link's choice is one about test links.
    Raises NotFound for anything but a right secret, or Throttled if its source sent too many wrong ones.
    """
    link = deps.links.get(command.rid) if is_token(command.rid) and is_token(command.secret) else None
    tenant = deps.tenants.tenant(link.tenant) if link else None
    opt_out = opt_out_hash(command.rid, command.secret)
    if link is None or tenant is None or opt_out not in link.opt_outs:
        deps.guesses.check(command.source, "", deps.now())
        raise wrong_secret(command.source, deps)
    addresses = [address for channel in Channel if (address := link.address(channel))]
    return SurveyChoice(link, tenant, addresses, deps.suppressions.unsubscribed(link.lists, addresses), opt_out)


def stop_surveys(command: OptOut, deps: Deps) -> SurveyChoice:
    """Stop the tenant's surveys to every address of the link's recipient. A repeat changes nothing.

    Raises what `survey_choice` raises, and Unavailable.
    """
    for _ in range(TRIES_AGAINST_VISITORS):
        seen = survey_choice(command, deps)
        left = [address for address in seen.addresses if address not in seen.stopped_by]
        if not left:
            return seen
        try:
            deps.suppressions.unsubscribe(seen.link, left, seen.opt_out, deps.now())
        except NotChanged:
            continue
        return dataclasses.replace(seen, stopped_by={**seen.stopped_by, **dict.fromkeys(left, seen.opt_out)})
    raise Unavailable(1)


def allow_surveys(command: OptOut, deps: Deps) -> SurveyChoice:
    """Undo what this opt-out address stopped, and nothing else. A repeat changes nothing.

    Raises what `survey_choice` raises, and Unavailable.
    """
    for _ in range(TRIES_AGAINST_VISITORS):
        seen = survey_choice(command, deps)
        ours = [address for address, by in seen.stopped_by.items() if by == seen.opt_out]
        if not ours:
            return seen
        try:
            deps.suppressions.resubscribe(seen.link, ours, seen.opt_out, deps.now())
        except NotChanged:
            continue
        return dataclasses.replace(seen, stopped_by={a: by for a, by in seen.stopped_by.items() if a not in ours})
    raise Unavailable(1)
