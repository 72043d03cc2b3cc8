"""Categories in the management API: their bodies and replies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.dialects.manage.category_bodies import CategoryFields
from linkgate.dialects.manage.requests import read_body
from linkgate.model.hours import Hours
from linkgate.model.tenant import Category
from linkgate.wire.message import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.manage import category_schemas as schemas
    from linkgate.dialects.manage.category_bodies import HoursFields
    from linkgate.wire.message import Reply, Request

    Answering = Mapping[str, Sequence[str]]
    """Agents by category."""


def parse_category(name: str, request: Request) -> Category:
    """Parse a complete category. Fields that the body leaves out get their defaults."""

    def category(body: CategoryFields) -> Category:
        return Category(
            id=name,
            title=body.title,
            tier=body.tier,
            locale=body.locale or None,
            hours=_hours(body.hours) if body.hours else None,
            callbacks=body.callbacks,
            patience=timedelta(minutes=body.patience_minutes),
            media=body.media,
            relay=body.relay,
        )

    return read_body(CategoryFields, request, category)


def _hours(hours: HoursFields) -> Hours:
    weekly = {day: tuple(spans) for day, spans in hours.weekly if spans}
    return Hours(hours.timezone, weekly, frozenset(hours.closed))


def render_category(category: Category, answering: Answering) -> Reply:
    """Render a category and who answers it."""
    return json_reply(200, _category_json(category, answering))


def render_categories(categories: Sequence[Category], answering: Answering) -> Reply:
    """Render all categories of a tenant and who answers each."""
    content: schemas.CategoryList = {"categories": [_category_json(each, answering) for each in categories]}
    return json_reply(200, content)


def _category_json(category: Category, answering: Answering) -> schemas.CategoryJson:
    return {
        "id": category.id,
        "title": category.title,
        "tier": category.tier,
        "locale": category.locale,
        "hours": _hours_json(category.hours) if category.hours else None,
        "callbacks": category.callbacks,
        "patienceMinutes": int(category.patience.total_seconds()) // 60,
        "media": category.media.value,
        "relay": category.relay,
        "agents": sorted(answering.get(category.id, ())),
    }


def _hours_json(hours: Hours) -> schemas.HoursJson:
    weekly = {day: list(spans) for day, spans in hours.weekly.items()}
    return {
        "timezone": hours.timezone,
        "weekly": weekly,
        "closed": [day.isoformat() for day in sorted(hours.closed)],
    }
