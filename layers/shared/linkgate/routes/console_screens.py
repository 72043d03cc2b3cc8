"""Screens of the console by the first part of their path below /console. Only those of one place are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.routes.console import Screen


def screens_at(place: str) -> Iterator[Mapping[str, Screen]]:
    """Yield the tables with the screens of a place. What customers sent in is a part of their link's path."""
    if place in {"find", "found", "links"}:
        from linkgate.routes.console_links import LINK_SCREENS

        yield LINK_SCREENS
    if place == "links":
        from linkgate.routes.console_erasing import ERASE_SCREENS

        yield ERASE_SCREENS
    if place in {"inbox", "links", "results"}:
        from linkgate.routes.console_results import RESULT_SCREENS

        yield RESULT_SCREENS
    if place in {"journal", "people"}:
        from linkgate.routes.console_people import PEOPLE_SCREENS

        yield PEOPLE_SCREENS
    if place == "proposals":
        from linkgate.routes.console_proposals import PROPOSAL_SCREENS

        yield PROPOSAL_SCREENS
    if place == "desk":
        from linkgate.routes.console_desk import DESK_SCREENS

        yield DESK_SCREENS
    if place == "trials":
        from linkgate.routes.console_trials import TRIAL_SCREENS

        yield TRIAL_SCREENS
    if place == "setup":
        from linkgate.routes.console_brand import BRAND_SCREENS
        from linkgate.routes.console_editor import EDITOR_SCREENS
        from linkgate.routes.console_forms import FORM_SCREENS
        from linkgate.routes.console_keys import KEY_SCREENS
        from linkgate.routes.console_messages import MESSAGE_SCREENS
        from linkgate.routes.console_setup import SETUP_SCREENS
        from linkgate.routes.console_webhooks import WEBHOOK_SCREENS

        yield BRAND_SCREENS
        yield WEBHOOK_SCREENS
        yield KEY_SCREENS
        yield MESSAGE_SCREENS
        yield FORM_SCREENS
        yield EDITOR_SCREENS
        yield SETUP_SCREENS
