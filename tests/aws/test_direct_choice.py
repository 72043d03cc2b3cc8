"""Our own clients call DynamoDB and SES, except where botocore's are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.loaders import Loader

from linkgate.aws.clients import Clients
from linkgate.aws.direct import direct_clients
from linkgate.aws.direct_clients import DirectDynamoDb, DirectSes
from tests.support.lambda_environment import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def test_they_are_used_only_where_they_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LAMBDA.items():
        monkeypatch.setenv(name, value)
    ours, theirs = Clients(LAMBDA), Clients()

    assert isinstance(ours.dynamodb, DirectDynamoDb)
    assert isinstance(ours.sesv2, DirectSes)
    assert isinstance(theirs.dynamodb, BaseClient)
    assert isinstance(theirs.sesv2, BaseClient)


@pytest.mark.parametrize(
    "changed",
    [
        {"AWS_LAMBDA_FUNCTION_NAME": None},
        {"AWS_DEFAULT_REGION": None},
        {"AWS_DEFAULT_REGION": "cn-north-1"},
        {"AWS_ACCESS_KEY_ID": None},
        {"AWS_SECRET_ACCESS_KEY": None},
        {"AWS_CREDENTIAL_EXPIRATION": "2030-01-01T00:00:00Z"},
        {"AWS_PROFILE": "other"},
        {"AWS_CA_BUNDLE": "/elsewhere.pem"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
        {"https_proxy": "http://proxy"},
    ],
)
def test_any_other_environment_is_left_to_botocore(changed: Mapping[str, str | None]) -> None:
    environment = {name: value for name, value in {**LAMBDA, **changed}.items() if value is not None}

    assert direct_clients(LAMBDA)
    assert direct_clients(environment) is None


def regions() -> Iterator[tuple[str, str]]:
    for partition in Loader().load_data("endpoints")["partitions"]:
        for region in partition["regions"]:
            yield partition["partition"], region


@pytest.mark.parametrize(("partition", "region"), list(regions()))
def test_each_region_has_botocores_endpoints(partition: str, region: str) -> None:
    made: Any = direct_clients({**LAMBDA, "AWS_DEFAULT_REGION": region})
    if made is None:
        assert partition not in {"aws", "aws-us-gov"}
        return
    for service in ("dynamodb", "sesv2"):
        client: Any = boto3.client(service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x")
        address = getattr(made, service)._endpoint._url.geturl()  # noqa: SLF001 - the endpoint that it would call
        assert address == client.meta.endpoint_url


def test_an_endpoint_of_a_service_goes_before_one_of_all() -> None:
    named = {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://table"}
    made: Any = direct_clients({**LAMBDA, **named})
    other: Any = direct_clients({**LAMBDA, "AWS_ENDPOINT_URL_SESV2": "http://mail"})

    assert [each._endpoint._url.geturl() for each in made] == ["http://table", "http://all"]  # noqa: SLF001 - same
    assert other.sesv2._endpoint._url.geturl() == "http://mail"  # noqa: SLF001 - same
