"""The thin client calls DynamoDB, except where botocore's own is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.loaders import Loader

from linkgate.aws.clients import Clients
from linkgate.aws.thin_dynamodb import ThinClient, thin_client
from tests.support.lambda_environment import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def test_it_is_used_only_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LAMBDA.items():
        monkeypatch.setenv(name, value)

    assert isinstance(Clients(LAMBDA).dynamodb, ThinClient)
    assert not isinstance(Clients().dynamodb, ThinClient)


@pytest.mark.parametrize(
    "changed",
    [
        {"AWS_LAMBDA_FUNCTION_NAME": None},
        {"AWS_DEFAULT_REGION": None},
        {"AWS_DEFAULT_REGION": "cn-north-1"},
        {"AWS_ACCESS_KEY_ID": None},
        {"AWS_PROFILE": "other"},
        {"AWS_CA_BUNDLE": "/elsewhere.pem"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
        {"https_proxy": "http://proxy"},
    ],
)
def test_any_other_environment_is_left_to_the_client(changed: Mapping[str, str | None]) -> None:
    environment = {name: value for name, value in {**LAMBDA, **changed}.items() if value is not None}

    assert thin_client(LAMBDA)
    assert thin_client(environment) is None


def regions() -> Iterator[tuple[str, str]]:
    for partition in Loader().load_data("endpoints")["partitions"]:
        for region in partition["regions"]:
            yield partition["partition"], region


@pytest.mark.parametrize(("partition", "region"), list(regions()))
def test_each_region_has_the_clients_endpoint(partition: str, region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = thin_client({**LAMBDA, "AWS_DEFAULT_REGION": region})
    if made is None:
        assert partition not in {"aws", "aws-us-gov"}
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    client: Any = boto3.client("dynamodb", region_name=region, aws_access_key_id="x", aws_secret_access_key="x")

    assert made._url == client.meta.endpoint_url + "/"  # noqa: SLF001 - the endpoint that it would call
