"""Walls before everything public: throttles, addresses in the access log, and rights that no stranger can use."""

from __future__ import annotations

import fnmatch
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.store.tenant_items import TENANTS, credential_key, tenant_key
from local.intrinsics import Intrinsics
from local.template import parse_template
from tests.support.transformed_template import PARAMETERS, TEMPLATE, resources_of, transformed

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
DOMAIN = {"DomainName": "links.bank.example", "CertificateArn": "arn:aws:acm:eu-west-1:1:certificate/1"}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def routes(template: dict[str, Any]) -> set[str]:
    body = template["Resources"]["Api"]["Properties"]["Body"]
    return {
        path if path == "$default" else f"{verb.replace('x-amazon-apigateway-any-method', 'any').upper()} {path}"
        for path, verbs in body["paths"].items()
        for verb in verbs
    }


def public_functions(template: dict[str, Any]) -> set[str]:
    """Return the functions that the gateway may call."""
    return {
        permission["FunctionName"]["Ref"].removesuffix("Aliaslive")
        for permission in resources_of(template, "AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }


def statements(template: dict[str, Any], function: str) -> Iterator[dict[str, Any]]:
    """Yield every statement of a function's role: its own ones and those of its managed policies."""
    role = template["Resources"][f"{function}Role"]["Properties"]
    for policy in role.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for managed in role["ManagedPolicyArns"]:
        if isinstance(managed, dict) and "Ref" in managed:
            yield from template["Resources"][managed["Ref"]]["Properties"]["PolicyDocument"]["Statement"]


def denied(template: dict[str, Any], function: str, action: str, partition: str) -> bool:
    """Tell whether a role is denied a write to a partition of the table."""
    for statement in statements(template, function):
        keys = statement.get("Condition", {}).get("ForAnyValue:StringLike", {}).get("dynamodb:LeadingKeys", [])
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if (
            statement["Effect"] == "Deny"
            and action in actions
            and any(fnmatch.fnmatchcase(partition, key) for key in keys)
        ):
            return True
    return False


def http_stage(template: dict[str, Any]) -> dict[str, Any]:
    stages: dict[str, dict[str, Any]] = resources_of(template, "AWS::ApiGatewayV2::Stage")
    (stage,) = [stage for stage in stages.values() if stage["ApiId"] == {"Ref": "Api"}]
    return stage


def test_every_route_is_throttled() -> None:
    template = transformed()
    stage = http_stage(template)
    rate = Intrinsics(parse_template(TEMPLATE.read_text()), PARAMETERS).resolve(stage["DefaultRouteSettings"])

    assert all(0 < int(limit) <= 1000 for limit in rate.values())
    assert set(rate) == {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
    assert stage["RouteSettings"].keys() <= routes(template)
    for settings in stage["RouteSettings"].values():
        assert settings.keys() == rate.keys()


def test_every_socket_is_throttled_and_nobody_traces_what_it_carries() -> None:
    template = transformed()
    stages = resources_of(template, "AWS::ApiGatewayV2::Stage")
    (stage,) = [stage for stage in stages.values() if stage["ApiId"] == {"Ref": "LiveApi"}]
    rate = Intrinsics(parse_template(TEMPLATE.read_text()), PARAMETERS).resolve(stage["DefaultRouteSettings"])

    assert rate == {"ThrottlingRateLimit": 500, "ThrottlingBurstLimit": 1000}
    assert stage["AutoDeploy"] is True
    called = {route["RouteKey"] for route in resources_of(template, "AWS::ApiGatewayV2::Route").values()}
    assert called == {"$connect", "$default", "$disconnect"}
    assert "LiveFunction" in public_functions(template)


def test_routes_that_send_or_write_for_strangers_have_lower_limits() -> None:
    stage = http_stage(transformed())

    for route in ("POST /l/{rid}/code", "POST /l/{rid}/code/check", "POST /l/{rid}/renew", "$default"):
        assert stage["RouteSettings"][route]["ThrottlingRateLimit"] <= 50


def test_with_a_domain_the_gateways_own_address_is_closed() -> None:
    document = parse_template(TEMPLATE.read_text())
    api = document["Resources"]["Api"]["Properties"]

    for parameters, closed in (({}, False), (DOMAIN, True)):
        intrinsics = Intrinsics(document, {**PARAMETERS, **parameters})
        assert intrinsics.resolve(api["DisableExecuteApiEndpoint"]) is closed
        portal = intrinsics.resolve(document["Globals"]["Function"]["Environment"]["Variables"]["PORTAL_URL"])
        assert portal == ("https://links.bank.example" if closed else "")
    written = json.dumps(transformed(None, **DOMAIN)["Resources"]["Api"])
    assert "disableexecuteapiendpoint" in written.lower()


def test_the_access_log_tells_who_attacked_and_not_which_link() -> None:
    stage = http_stage(transformed())
    line = json.loads(stage["AccessLogSettings"]["Format"])

    assert line["sourceIp"] == "$context.identity.sourceIp"
    assert not {"$context.path", "$context.domainName"} & set(line.values())


def test_the_recipients_function_may_have_its_own_concurrency() -> None:
    of_recipient, of_another = (reserved(name) for name in ("RecipientFunction", "ManageFunction"))
    document = parse_template(TEMPLATE.read_text())

    intrinsics = Intrinsics(document, {**PARAMETERS, "ReservedConcurrency": "20", "RecipientConcurrency": "50"})
    assert (intrinsics.resolve(of_recipient), intrinsics.resolve(of_another)) == ("50", "20")
    shared = Intrinsics(document, {**PARAMETERS, "ReservedConcurrency": "20"})
    assert shared.resolve(of_recipient) == "20"


def test_reserved_concurrency_limits_what_the_gateway_calls_and_starves_no_queue() -> None:
    """A queue calls as many workers as it may. Beyond a reservation, messages come back and end as dead letters."""
    template = transformed()
    limited = {name for name in resources_of(template, "AWS::Lambda::Function") if reserved(name) is not None}

    assert limited == public_functions(template)


def reserved(function: str) -> Any:
    return transformed()["Resources"][function]["Properties"].get("ReservedConcurrentExecutions")


def test_no_function_that_strangers_reach_may_write_credentials_or_tenants() -> None:
    template = transformed()
    public = public_functions(template)
    credential, tenant = credential_key("0" * 64)[0], tenant_key("ab" * 16)[0]

    assert {"RecipientFunction", "UnroutedFunction", "ManageFunction", "EasysendCancelRequestFunction"} <= public
    for function in public - {"ConsoleSetupFunction"}:
        for action in WRITES:
            assert denied(template, function, action, credential), function
            assert denied(template, function, action, TENANTS), function
            # The management API writes contacts, which share their tenant's partition. The console deletes them.
            excepted = function == "ManageFunction" or (function, action) == ("ConsoleFunction", "dynamodb:DeleteItem")
            assert denied(template, function, action, tenant) or excepted, (function, action)


def test_the_set_up_writes_what_an_organisation_defines_and_no_link_or_person() -> None:
    every = list(statements(transformed(), "ConsoleSetupFunction"))
    writing = [each for each in every if "ForAllValues:StringLike" in each.get("Condition", {})]
    keys = {
        action: each["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for each in writing
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    others = [each["Action"] for each in every if each not in writing]

    written = ["tenant#*", "credential#*", "proposals#*", "session#*", "journal#*", "email#*", "paused#*"]
    assert keys == {
        "dynamodb:PutItem": written,
        "dynamodb:UpdateItem": written,
        "dynamodb:DeleteItem": ["proposals#*"],
    }
    assert not WRITES & {*itertools.chain.from_iterable([each] if isinstance(each, str) else each for each in others)}


def test_a_role_for_sns_trusts_this_account_only() -> None:
    role = transformed()["Resources"]["SmsReportRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_only_what_records_may_sign_evidence() -> None:
    resources, key = transformed()["Resources"], {"Fn::GetAtt": ["EvidenceKey", "Arn"]}
    rights = resources["SignEvidenceRights"]["Properties"]

    assert rights["Roles"] == [{"Ref": "LinkEventsFunctionRole"}]
    assert [(s["Action"], s["Resource"]) for s in rights["PolicyDocument"]["Statement"]] == [("kms:Sign", key)]
    others = [resource for name, resource in resources.items() if name != "SignEvidenceRights"]
    assert "kms:Sign" not in json.dumps(others)
