"""Answers about categories, as typed dictionaries like those of `schemas`."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

_CLOSED = ConfigDict(extra="forbid")


@with_config(_CLOSED)
class HoursJson(TypedDict):
    """Opening hours: spans by day (`mon` to `sun`), and days on which the desk does not open."""

    timezone: str
    weekly: dict[str, list[str]]
    closed: list[str]


@with_config(_CLOSED)
class CategoryJson(TypedDict):
    """A category or user code. `agents` are the ids of those who answer it, as their `queues` say."""

    id: str
    title: str
    tier: str
    locale: str | None
    hours: HoursJson | None
    callbacks: bool
    patienceMinutes: int
    media: Literal["video", "audio", "text"]
    relay: bool
    agents: list[str]


@with_config(_CLOSED)
class CategoryList(TypedDict):
    """All categories of the tenant, by id."""

    categories: list[CategoryJson]


CATEGORY_ANSWERS = {"Category": CategoryJson, "CategoryList": CategoryList}
"""Types of answers by their names in the description."""
