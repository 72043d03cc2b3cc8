"""Every screen of the console by its route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.routes.console_desk import DESK_SCREENS
from linkgate.routes.console_links import LINK_SCREENS
from linkgate.routes.console_people import PEOPLE_SCREENS
from linkgate.routes.console_proposals import PROPOSAL_SCREENS
from linkgate.routes.console_results import RESULT_SCREENS
from linkgate.routes.console_setup import SETUP_SCREENS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.routes.console import Screen

SCREENS: Mapping[str, Screen] = {
    **DESK_SCREENS,
    **LINK_SCREENS,
    **PROPOSAL_SCREENS,
    **RESULT_SCREENS,
    **SETUP_SCREENS,
    **PEOPLE_SCREENS,
}
