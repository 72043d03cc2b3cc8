"""A body is parsed once, even if several parts of a dialect read it."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from linkgate.dialects import digidesk, easysend, ocular
from linkgate.dialects.manage import requests as manage
from linkgate.dialects.recipient.requests import posted
from linkgate.errors import BodyTooLarge, MalformedBody, Unavailable
from linkgate.wire.message import BODY_LIMIT
from tests.support.requests import caller, post
from tests.support.vendor_calls import GENERATE, SESSION, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.wire.message import Request

    Call = Callable[[Request], object]

HEADERS = {
    "authorization": "Basic " + base64.b64encode(b"user:password").decode(),
    "x-requested-with": "XMLHttpRequest",
}


class CountedBody(bytes):
    """A body that counts how often it is decoded, the first step of parsing."""

    decoded = 0

    def decode(self, *arguments: str) -> str:
        self.decoded += 1
        return super().decode(*arguments)


def _easysend(request: Request) -> None:
    easysend.credentials(request)
    easysend.parse_generate(request, caller("easysend"))


def _digidesk(request: Request) -> None:
    digidesk.credentials(request)
    digidesk.parse_survey_request(request, caller("digidesk"))
    digidesk.render_error(Unavailable(), request)  # in the format that the body names, like every reply


def _ocular(request: Request) -> None:
    ocular.credentials(request)
    ocular.parse_session(request, caller("ocular"))


def _manage(request: Request) -> None:
    manage.credentials(request)
    manage.parse_batch(request, caller("manage"))


def _recipient(request: Request) -> None:
    assert posted(request).text("secret") == posted(request).text("secret")


CALLS: Mapping[str, tuple[Call, Mapping[str, object]]] = {
    "easysend": (_easysend, GENERATE.body),
    "digidesk": (_digidesk, SURVEY.body),
    "ocular": (_ocular, SESSION.body),
    "manage": (_manage, {"links": [{"kind": "process", "process": "onboarding"}]}),
    "recipient": (_recipient, {"secret": "x"}),
}


@pytest.mark.parametrize("dialect", CALLS)
def test_a_body_is_parsed_once(dialect: str) -> None:
    call, content = CALLS[dialect]
    body = CountedBody(json.dumps(content).encode())

    call(post(body, headers=HEADERS))

    assert body.decoded == 1


def test_a_changed_request_is_parsed_anew() -> None:
    request = post({"a": 1})
    assert request.json == {"a": 1}

    assert dataclasses.replace(request, body=b'{"a": 2}').json == {"a": 2}


def test_a_body_that_is_no_object_is_refused_each_time() -> None:
    request = post(b"[]")

    for _ in range(2):
        with pytest.raises(MalformedBody):
            _ = request.json


def test_a_body_that_is_too_large_is_not_parsed_for_its_error() -> None:
    body = CountedBody(json.dumps({"format": "xml", "agent_name": "x" * BODY_LIMIT}).encode())

    reply = digidesk.render_error(BodyTooLarge(BODY_LIMIT), post(body))

    assert (reply.status, body.decoded) == (413, 0)
