"""Every error in every dialect has the right status and shape, and contains nothing that was sent."""

import importlib
import inspect
import json
from datetime import UTC, datetime
from typing import cast

import pytest

from linkgate import errors
from linkgate.errors import PROBLEM_CODES, InvalidRequest, LinkError, Problem
from linkgate.wire.dialect import Dialect
from tests.support.requests import post

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ARGUMENTS: dict[type[LinkError], tuple[object, ...]] = {
    errors.InvalidRequest: ([Problem.of("name", "required")],),
    errors.MalformedBody: ("the body is not UTF-8",),
    errors.BodyTooLarge: (5,),
    errors.SignInRefused: ("state",),
    errors.Forbidden: ("links:create",),
    errors.NotFound: ("route",),
    errors.MethodNotAllowed: (("POST", "OPTIONS"),),
    errors.LinkExpired: (NOW,),
    errors.LinkSubmitted: (NOW,),
    errors.CallbackAsked: (NOW,),
    errors.DraftChanged: (("/name",),),
    errors.CodeRefused: (3,),
    errors.CodesUsedUp: (7,),
    errors.Throttled: (7,),
    errors.Unavailable: (7,),
}
KEYWORDS: dict[type[LinkError], dict[str, bool]] = {errors.CodesUsedUp: {"renewable": True}}
STATUS = {
    errors.LinkError: 500,
    errors.InvalidRequest: 400,
    errors.MalformedBody: 400,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Unauthorised: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.IdempotencyMismatch: 422,
    errors.Throttled: 429,
    errors.Unavailable: 503,
}
FACTS: dict[str, dict[str, object]] = {
    "type": {"expected": "string"},
    "too_long": {"max": 250},
    "too_many": {"max": 10},
    "no_room": {"most": 20, "room": 1000},
    "range": {"min": 1, "max": 5, "value": 9},
    "format": {"expected": "json or xml"},
    "conflict": {"other": "categoryCode"},
    "needs_role": {"roles": "agent"},
}
DIALECTS = {
    "easysend": "/player/api/generate-link",
    "trendsic": "/v1/customerlink",
    "digidesk": "/api/survey_requests/",
    "ocular": "/v1/access/external/cammer/generate-session",
}


def every_error() -> list[LinkError]:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LinkError)]
    return [kind(*ARGUMENTS.get(kind, ()), **KEYWORDS.get(kind, {})) for kind in kinds]


def dialect(name: str) -> Dialect:
    return cast("Dialect", importlib.import_module(f"linkgate.dialects.{name}"))


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_is_told_in_the_dialects_shape(name: str, error: LinkError) -> None:
    reply = dialect(name).render_error(error, post({}, DIALECTS[name]))

    assert 400 <= reply.status <= 599
    assert isinstance(json.loads(reply.body), dict)
    assert "Traceback" not in str(reply.body)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_statuses_agree_in_all_dialects(name: str, kind: type[LinkError]) -> None:
    error = kind(*ARGUMENTS.get(kind, ()))

    reply = dialect(name).render_error(error, post({}, DIALECTS[name]))

    assert reply.status == STATUS[kind]
    if reply.status in {429, 503}:
        assert reply.headers["retry-after"] == "7"
    if reply.status == 405:
        assert reply.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("code", sorted(PROBLEM_CODES))
def test_every_kind_of_fault_has_words_in_every_dialect(name: str, code: str) -> None:
    error = InvalidRequest([Problem.of("name", code, **FACTS.get(code, {}))])

    reply = dialect(name).render_error(error, post({}, DIALECTS[name]))

    assert reply.status == 400
    assert "{" not in json.dumps(_texts(json.loads(reply.body)))


def _texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for entry in value for text in _texts(entry)]
        case dict():
            return [text for entry in value.values() for text in _texts(entry)]
        case _:
            return []
