"""Which means a call has, by its category, the tier of its link, and whether there is a relay."""

from __future__ import annotations

import pytest

from linkgate.model.means import Means, means_in, widest
from linkgate.model.tenant import Category, Media

VIDEO, AUDIO, TEXT = Media


@pytest.mark.parametrize(
    ("media", "relay", "tier", "relayed", "means"),
    [
        (VIDEO, False, "standard", False, Means(VIDEO, "all")),
        (VIDEO, False, "standard", True, Means(VIDEO, "all")),
        (AUDIO, True, "standard", True, Means(AUDIO, "relay")),
        (VIDEO, True, "standard", False, Means(TEXT, "relay")),
        (VIDEO, False, "confidential", True, Means(VIDEO, "relay")),
        (VIDEO, False, "a tier of the tenant's own", False, Means(TEXT, "relay")),
        (TEXT, False, "standard", True, Means(TEXT, "all")),
    ],
)
def test_what_must_go_over_a_relay_is_in_writing_without_one(
    *,
    media: Media,
    relay: bool,
    tier: str,
    relayed: bool,
    means: Means,
) -> None:
    category = Category("desk", "Desk", media=media, relay=relay)

    assert means_in(category, tier, relayed=relayed) == means


def test_the_widest_of_several_media_includes_the_others() -> None:
    assert widest([TEXT, VIDEO, AUDIO]) is VIDEO
    assert widest([TEXT, AUDIO]) is AUDIO
    assert widest([]) is TEXT
