"""The thin client sends nothing to a server that cannot prove its name to a root that it trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import SSLError
from cryptography.hazmat.primitives.serialization import Encoding

from linkgate.aws.thin_dynamodb import Keys, ThinClient, thin_client
from tests.support.certificates import Authority
from tests.support.lambda_environment import LAMBDA
from tests.support.scripted_server import Script, says, serving

if TYPE_CHECKING:
    from pathlib import Path

KEY = {"pk": {"S": "a"}, "sk": {"S": "link"}}


def client(url: str, authority: Authority) -> ThinClient:
    """Return a client that trusts only this authority."""
    roots = authority.folder / "roots.pem"
    roots.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return ThinClient(url, "eu-west-1", Keys("key", "secret", None), str(roots))


@pytest.fixture
def script() -> Script:
    made = Script()
    made.answers = [says(200, {"Item": KEY})]
    return made


def test_a_server_with_a_certificate_of_its_name_is_trusted(tmp_path: Path, script: Script) -> None:
    authority = Authority.made(tmp_path)

    with serving(script, authority.server("localhost")) as url:
        assert client(url, authority).get_item(TableName="t", Key=KEY) == {"Item": KEY}


@pytest.mark.parametrize(("name", "others"), [("another.example.com", False), ("localhost", True)])
def test_another_name_and_another_authority_are_not(name: str, tmp_path: Path, script: Script, *, others: bool) -> None:
    authority = Authority.made(tmp_path)
    trusted = Authority.made(tmp_path) if others else authority

    with serving(script, authority.server(name)) as url, pytest.raises(SSLError):
        client(url, trusted).get_item(TableName="t", Key=KEY)

    assert script.asked == []


def test_a_function_trusts_no_authority_but_amazons(tmp_path: Path, script: Script) -> None:
    with serving(script, Authority.made(tmp_path).server("localhost")) as url:
        made = thin_client({**LAMBDA, "AWS_ENDPOINT_URL": url})
        assert made
        with pytest.raises(SSLError):
            made.get_item(TableName="t", Key=KEY)

    assert script.asked == []
