"""English texts for faults of fields, for callers. The dialect puts the field's name before the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkgate.errors import Problem

_REASONS = {
    "required": "is required",
    "type": "must be of type {expected}",
    "too_long": "must be at most {max} characters",
    "too_many": "must have at most {max} entries",
    "no_room": "does not fit: there may be at most {most} files with {room} bytes together",
    "range": "must be between {min} and {max}",
    "format": "must be {expected}",
    "email": "must be a valid e-mail address",
    "phone": "must be a valid phone number",
    "unknown": "is unknown",
    "conflict": "must not be sent together with {other}",
    "schema": "is not valid",
    "needs_role": "needs a link for the co-browsing role {roles}, or nobody can complete and submit the form",
    "stale": "was changed elsewhere since",
    "given": "was filled in by another person",
    "gone": "belongs to an entry that was removed elsewhere",
    "full": "has as many entries as it may have",
    "signed_before": "was signed before something else was changed",
    "file_gone": "names a file that is not there, or that belongs to something else",
    "file_awaited": "names a file that has not arrived",
    "file_infected": "names a file that was not accepted, because the check found something in it",
    "file_failed": "names a file that was not accepted, because it is of another kind or could not be checked",
    "awaited": "has to be filled in or corrected by another person first",
    "no_document": "has no document yet",
    "no_channel": "has no address that a message may be sent to",
    "longest_life": "cannot be granted: the link already has the longest life that its tier allows",
    "not_submitted": "was not submitted, so nothing can be opened again",
    "reopened": "was opened again already",
    "disowned": "cannot be used: whoever got the link said that it is not for them",
    "address_changed": "cannot be used: the contact on file has another address now, so a new link is needed",
    "no_second_channel": "has no second channel for the one-time code",
    "unverified": "is not known to be the person's own",
}


def reason(problem: Problem) -> str:
    """Return a text such as `is required`. Apart from numbers, it contains nothing that was sent."""
    return _REASONS[problem.code].format_map(problem.values)
