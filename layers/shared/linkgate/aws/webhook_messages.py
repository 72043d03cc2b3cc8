"""Conversion of webhook notices to the JSON of queue messages, and back. Times are in epoch milliseconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.aws.task_messages import UnreadableTask
from linkgate.model.epoch import milliseconds, moment
from linkgate.model.webhook import Notice

if TYPE_CHECKING:
    from typing import Any


def message_of(notice: Notice) -> str:
    """Return a notice as a queue message."""
    content: dict[str, object] = {
        "tenant": notice.tenant,
        "webhook": notice.webhook,
        "event": notice.event,
        "body": notice.body,
        "not_before": milliseconds(notice.not_before),
        "tries": notice.tries,
    }
    if notice.began is not None:
        content["began"] = milliseconds(notice.began)
    return json.dumps(content, separators=(",", ":"))


def notice_of(message: str) -> Notice:
    """Return the notice of a queue message; raises UnreadableTask."""
    try:
        content: dict[str, Any] = json.loads(message)
        return Notice(
            tenant=_text(content["tenant"]),
            webhook=_text(content["webhook"]),
            event=_text(content["event"]),
            body=_text(content["body"]),
            not_before=moment(content["not_before"]),
            tries=int(content["tries"]),
            began=moment(content["began"]) if "began" in content else None,
        )
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableTask from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    return value
