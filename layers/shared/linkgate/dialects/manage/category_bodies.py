"""Bodies that describe categories, as pydantic models like those of `bodies`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from linkgate.dialects.manage.bodies import ManageFields, whole_number
from linkgate.dialects.manage.fields import RequiredText, fault
from linkgate.model.hours import day_of, spans_must_be
from linkgate.model.tenant import LONGEST_PATIENCE, PATIENCE, Media
from linkgate.model.time_zones import time_zone

_MOST_SPANS = 12
_MOST_DAYS = 400
_MINUTE = 60
_LONGEST = int(LONGEST_PATIENCE.total_seconds()) // _MINUTE


def _spans(spans: list[str]) -> list[str]:
    if rule := spans_must_be(spans):
        raise fault("format", expected=rule)
    return spans


def _zone(name: str) -> str:
    if time_zone(name) is None:
        raise fault("format", expected="the name of a time zone, such as Europe/Madrid")
    return name


def _day(value: object) -> date:
    if isinstance(value, str) and (day := day_of(value)):
        return day
    raise fault("format", expected="a day, such as 2026-12-25")


def _media(value: object) -> Media:
    if isinstance(value, str) and value in set(Media):
        return Media(value)
    raise fault("format", expected=" or ".join(Media))


Spans = Annotated[list[str], Field(max_length=_MOST_SPANS), AfterValidator(_spans)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Widest = Annotated[
    Media, BeforeValidator(_media), WithJsonSchema({"type": "string", "enum": [each.value for each in Media]})
]
Minutes = Annotated[
    int, whole_number(1, _LONGEST), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": _LONGEST})
]


class WeekFields(ManageFields):
    """Spans of each day, such as `["09:00-13:00", "14:00-17:30"]`. A day without any is closed; one has some."""

    mon: Spans = Field(default_factory=list)
    tue: Spans = Field(default_factory=list)
    wed: Spans = Field(default_factory=list)
    thu: Spans = Field(default_factory=list)
    fri: Spans = Field(default_factory=list)
    sat: Spans = Field(default_factory=list)
    sun: Spans = Field(default_factory=list)


def _not_empty(week: WeekFields) -> WeekFields:
    if not any(spans for _, spans in week):
        raise fault("required")
    return week


class HoursFields(ManageFields):
    """Opening hours by the clock of one time zone. On `closed` days, the desk does not open."""

    timezone: Annotated[RequiredText, AfterValidator(_zone)]
    weekly: Annotated[WeekFields, AfterValidator(_not_empty)]
    closed: Annotated[list[Day], Field(max_length=_MOST_DAYS)] = Field(default_factory=list)


class CategoryFields(ManageFields):
    """A category or user code. Without `hours`, its desk is open whenever an agent is there."""

    title: RequiredText
    tier: RequiredText = "standard"
    locale: Annotated[str | None, Field(max_length=35)] = None
    hours: HoursFields | None = None
    callbacks: bool = True
    patience_minutes: Minutes = int(PATIENCE.total_seconds()) // _MINUTE
    media: Widest = Media.VIDEO
    relay: bool = False
