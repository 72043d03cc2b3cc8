"""Means of a call: writing, sound or picture, and the ways that they may take between the two browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import Media

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkgate.model.tenant import Category

ALL, RELAY = "all", "relay"
"""Values of WebRTC's `iceTransportPolicy`."""

_WIDEST_FIRST = tuple(Media)


@dataclass(frozen=True, slots=True)
class Means:
    """Widest media of a call, and the ways that its browsers may take."""

    media: Media
    policy: str = ALL
    """`RELAY` if neither side may learn the other's IP address."""


def means_in(category: Category, tier: str, *, relayed: bool) -> Means:
    """Return the means of calls in a category by links of a tier. `relayed` is whether there is a relay.

    What must go over a relay is in writing if there is none.
    """
    if not must_relay(category, tier):
        return Means(category.media)
    return Means(category.media if relayed else Media.TEXT, RELAY)


def must_relay(category: Category, tier: str) -> bool:
    """Return whether picture and sound must go over a relay."""
    return category.relay or tier != "standard"


def narrower_than(media: Media) -> Sequence[Media]:
    """Return the media that are narrower than this one."""
    return _WIDEST_FIRST[_WIDEST_FIRST.index(media) + 1 :]


def widest(media: Iterable[Media]) -> Media:
    """Return the widest of several media, text if there are none."""
    return min(media, key=_WIDEST_FIRST.index, default=Media.TEXT)
