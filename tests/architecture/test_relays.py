"""Rights to relays: only functions that answer browsers in a call, and only of the kind that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.iam import Ask, granted
from local.template import PARAMETERS, read_template
from tests.support.cloud import TEMPLATE

if TYPE_CHECKING:
    from local.template import Template

PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/linkgate/linkgate-local/"


def deployed(kind: str) -> Template:
    return read_template(TEMPLATE, {**PARAMETERS, "RelayKind": kind})


@pytest.mark.parametrize(
    ("kind", "action", "resource"),
    [
        ("secret", "ssm:GetParameter", f"{PARAMETER}relay-secret"),
        ("kvs", "kinesisvideo:GetIceServerConfig", "arn:aws:local:us-east-1:123456789012:RelayChannel/Arn"),
        ("kvs", "kinesisvideo:GetSignalingChannelEndpoint", "arn:aws:local:us-east-1:123456789012:RelayChannel/Arn"),
    ],
)
def test_two_functions_may_use_a_relay_if_there_is_one(kind: str, action: str, resource: str) -> None:
    def allowed(kind: str) -> set[str]:
        return {
            name
            for name, spec in deployed(kind).functions.items()
            if granted(spec.statements or (), Ask(action, resource))
        }

    assert allowed(kind) == {"LiveFunction", "RecipientFunction"}
    assert allowed("none") == set()


def test_the_secret_of_a_relay_opens_nothing_else() -> None:
    statements = deployed("secret").functions["LiveFunction"].statements

    assert not granted(statements or (), Ask("ssm:GetParameter", f"{PARAMETER}webhook-key"))


def test_functions_read_the_source_of_their_relay() -> None:
    sources = {kind: deployed(kind).environment()["RELAY_SOURCE"] for kind in ("none", "secret", "kvs")}

    assert sources["secret"] == "/linkgate/linkgate-local/relay-secret"
    assert sources["kvs"].endswith("RelayChannel/Arn")
