"""template.yaml keeps the promises that the design makes for it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkgate.routes import unrouted

CREATE = {"dynamodb:GetItem", "dynamodb:PutItem"}
READ_WRITE = CREATE | {"dynamodb:UpdateItem"}
LIST = {"dynamodb:Query", "dynamodb:BatchGetItem"}
SEND = {"ses:SendEmail", "ses:SendRawEmail", "sns:Publish", "dynamodb:BatchGetItem"}

OWN_PATHS = {
    "ConsoleFunction",
    "ConsoleSetupFunction",
    "RecipientFunction",
    "DeskFunction",
    "ManageFunction",
    "ManageFilesFunction",
    "UnroutedFunction",
}
"""Functions with our own paths. No vendor's document shows them with a trailing slash."""

RIGHTS = {
    "EasysendGenerateLinkFunction": CREATE,
    "EasysendSendLinkFunction": READ_WRITE | SEND,
    "EasysendCancelRequestFunction": READ_WRITE,
    "TrendsicCustomerLinkFunction": READ_WRITE | LIST | SEND,
    "DigideskSurveyRequestFunction": READ_WRITE | SEND,
    "OcularGenerateSessionFunction": CREATE,
    "RecipientFunction": READ_WRITE
    | SEND
    | LIST
    | {"dynamodb:DeleteItem", "execute-api:ManageConnections", "s3:GetObject", "sqs:SendMessage"}
    | {"s3:ListBucket", "s3:PutObject"},
    "DeskFunction": READ_WRITE | LIST | SEND | {"dynamodb:DeleteItem"},
    "StreamRelayFunction": {"sqs:SendMessage", "scheduler:CreateSchedule", "iam:PassRole"},
    "DeliveryWorkerFunction": READ_WRITE
    | SEND
    | {"dynamodb:Query", "sqs:SendMessage", "scheduler:CreateSchedule", "iam:PassRole", "ses:GetAccount"}
    | {"dynamodb:DeleteItem"},
    "DeliveryFeedbackFunction": READ_WRITE | {"dynamodb:Query", "sqs:SendMessage"},
    "ManageFunction": READ_WRITE
    | LIST
    | SEND
    | {"dynamodb:DeleteItem", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    | {"states:StartExecution", "states:StopExecution"},
    "ManageFilesFunction": READ_WRITE | {"dynamodb:DeleteItem", "dynamodb:Query", "s3:GetObject", "s3:PutObject"},
    "ImportRowsFunction": READ_WRITE
    | {"dynamodb:Query"}
    | {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"},
    "LinkEventsFunction": READ_WRITE | LIST | {"dynamodb:DeleteItem", "events:PutEvents", "sqs:SendMessage"},
    "WebhookWorkerFunction": {
        *("dynamodb:GetItem", "dynamodb:UpdateItem", "ssm:GetParameter", "sqs:SendMessage", "events:PutEvents"),
        *("scheduler:CreateSchedule", "iam:PassRole"),
    },
    "LiveFunction": READ_WRITE | LIST | {"dynamodb:DeleteItem", "execute-api:ManageConnections", "sqs:SendMessage"},
    "LiveWorkerFunction": READ_WRITE
    | LIST
    | {"dynamodb:DeleteItem", "execute-api:ManageConnections", "sqs:SendMessage"},
    "FileWorkerFunction": {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"}
    | {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"}
    | {"dynamodb:Query", "s3:PutObject", "sqs:SendMessage"},
    "ReceiptsFunction": READ_WRITE | LIST | {"s3:PutObject"},
    "RetentionSweepFunction": LIST
    | {"dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"}
    | {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"},
    "ConsoleFunction": READ_WRITE | LIST | SEND | {"dynamodb:DeleteItem", "s3:GetObject", "ssm:GetParameter"},
    "ConsoleSetupFunction": READ_WRITE
    | LIST
    | SEND
    | {"dynamodb:DeleteItem", "ssm:GetParameter", "ssm:PutParameter", "sqs:SendMessage"},
    "UnroutedFunction": READ_WRITE | LIST | SEND,  # it answers the Trendsic spellings that the gateway cannot route
}

GATEWAY_FACTS = {
    "context.identity.sourceIp",
    "context.integration.error",
    "context.integration.status",
    "context.integrationLatency",
    "context.requestId",
    "context.requestTime",
    "context.responseLatency",
    "context.responseLength",
    "context.routeKey",
    "context.status",
}

# Lambda refuses a function's policy of more than 20,480 characters, and SAM writes up to 480 per route.
MOST_ROUTES_OF_A_FUNCTION = 42


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in folder.split("_")) + "Function"


def routes(properties: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (method, path). The catch-all is ("ANY", "$default")."""
    return [
        (event["Properties"].get("Method", "ANY"), event["Properties"].get("Path", "$default"))
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(properties: dict[str, Any], resources: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in properties["Policies"]:
        document = resources[policy["Ref"]]["Properties"]["PolicyDocument"] if "Ref" in policy else policy
        yield from document["Statement"]


def all_statements(functions: dict[str, Any], resources: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for properties in functions.values():
        yield from statements(properties, resources)


def test_every_folder_is_a_function_and_every_function_a_folder(root: Path, functions: dict[str, Any]) -> None:
    folders = {path.parent.name for path in (root / "functions").glob("*/app.py")}

    assert {logical_id(folder): f"functions/{folder}/" for folder in folders} == {
        name: properties["CodeUri"] for name, properties in functions.items()
    }


def test_every_function_is_built_with_the_same_recipe(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    for name in functions:
        assert resources[name]["Metadata"] == {"BuildMethod": "makefile", "ContextPath": "layers/shared/"}, name


def test_every_function_and_the_api_keep_their_logs_for_a_set_time(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    used = {name: properties["LoggingConfig"]["LogGroup"]["Ref"] for name, properties in functions.items()}
    for api in ("Api", "ConsoleApi", "LiveApi"):
        used[api] = resources[api]["Properties"]["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0]

    groups = {name for name, resource in resources.items() if resource["Type"] == "AWS::Logs::LogGroup"}
    assert set(used.values()) == groups
    assert len(groups) == len(used)
    for group in groups:
        assert resources[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}, group


def test_the_access_log_knows_nothing_of_paths_queries_and_people(resources: dict[str, Any]) -> None:
    line = resources["Api"]["Properties"]["AccessLogSettings"]["Format"]

    assert set(json.loads(line).values()) == {f"${fact}" for fact in GATEWAY_FACTS}
    live = resources["LiveApi"]["Properties"]["AccessLogSettings"]["Format"]
    assert set(json.loads(live).values()) <= {f"${fact}" for fact in {*GATEWAY_FACTS, "context.eventType"}}


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_a_function_has_just_its_rights(name: str, functions: dict[str, Any], resources: dict[str, Any]) -> None:
    allowed = {
        action
        for statement in statements(functions[name], resources)
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    }

    assert allowed == RIGHTS[name]


def test_the_rights_of_every_function_are_listed_here(functions: dict[str, Any]) -> None:
    assert set(functions) == set(RIGHTS)


def test_no_right_is_a_wildcard_but_those_to_what_has_no_address(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    for statement in all_statements(functions, resources):
        actions = as_list(statement["Action"])
        assert not [action for action in actions if "*" in action]
        # A phone number and an account's quota have no ARN.
        if statement["Effect"] == "Allow" and actions not in (["sns:Publish"], ["ses:GetAccount"]):
            assert "*" not in as_list(statement["Resource"])


def test_sms_never_reaches_a_topic(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    for properties in functions.values():
        publish = [s for s in statements(properties, resources) if as_list(s["Action"]) == ["sns:Publish"]]
        assert [s["Effect"] for s in publish] in ([], ["Allow", "Deny"])
        for statement in publish[1:]:
            assert statement["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


def test_e_mail_leaves_only_from_the_senders_that_the_operator_named(resources: dict[str, Any]) -> None:
    (ses,) = [
        statement
        for statement in resources["SendMessages"]["Properties"]["PolicyDocument"]["Statement"]
        if "ses:SendEmail" in as_list(statement["Action"])
    ]

    assert set(ses["Condition"]["StringLike"]) == {"ses:FromAddress"}


def test_options_is_a_route_and_not_the_gateways_own_answer(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    assert "CorsConfiguration" not in resources["Api"]["Properties"]
    assert "HttpApi" not in template["Globals"]


def test_no_path_prefix_stands_before_a_route(resources: dict[str, Any]) -> None:
    assert "StageName" not in resources["Api"]["Properties"]  # SAM's own choice is $default


def test_each_vendor_path_has_a_companion_for_its_trailing_slash(functions: dict[str, Any]) -> None:
    vendors = {name for name in functions if routes(functions[name])} - OWN_PATHS
    for name in vendors:
        mine = routes(functions[name])
        plain = [(method, path) for method, path in mine if not path.endswith("/{proxy+}")]
        spelled = [route for route in plain if not re.search(r"\.(json|jsv|xml|csv)$", route[1]) and route[0] != "ANY"]
        assert spelled
        for method, path in spelled:
            assert (method, f"{path}/{{proxy+}}") in mine


def test_no_route_ends_in_a_slash_or_is_declared_twice(functions: dict[str, Any]) -> None:
    every = [route for properties in functions.values() for route in routes(properties)]

    assert len(every) == len(set(every)) <= 300  # API Gateway's quota
    assert not [path for _, path in every if path.endswith("/")]
    assert ("ANY", "$default") in routes(functions["UnroutedFunction"])


def test_a_request_without_a_route_is_judged_by_the_routes_of_the_template(functions: dict[str, Any]) -> None:
    """Routers of our own answer the paths of Trendsic and the console. A second route is for the trailing slash."""
    others = functions.keys() - {
        "ConsoleFunction",
        "ConsoleSetupFunction",
        "TrendsicCustomerLinkFunction",
        "UnroutedFunction",
    }
    every = [(name, f"{verb} {path}") for name in others for verb, path in routes(functions[name])]
    declared = {(name, key) for name, key in every if not key.endswith("/{proxy+}")}
    vendors = {"easysend", "digidesk", "ocular"}

    known = {**unrouted.VENDOR_ROUTES, **unrouted.OWN_ROUTES}

    assert set(unrouted.VENDOR_ROUTES) == vendors
    assert {key for _, key in declared} == {key for keys in known.values() for key in keys}
    for name, key in declared:
        dialect = next(dialect for dialect, keys in known.items() if key in keys)
        assert name.lower().startswith("desk" if dialect == "recipient" and "/d" in key[:7] else dialect), key


def test_a_function_has_no_more_routes_than_its_policy_can_hold(functions: dict[str, Any]) -> None:
    for name, properties in functions.items():
        assert len(routes(properties)) <= MOST_ROUTES_OF_A_FUNCTION, name


def test_reading_verbs_never_reach_a_changing_step_of_the_recipient(functions: dict[str, Any]) -> None:
    reading = {path for method, path in routes(functions["RecipientFunction"]) if method in {"GET", "HEAD"}}
    changing = {path for method, path in routes(functions["RecipientFunction"]) if method == "POST"}

    assert reading == {
        *(
            "/l/{rid}",
            "/l/{rid}/about",
            "/o/{rid}/{secret}",
            "/v/{rid}",
            "/v/{rid}/fields",
            "/v/{rid}/live/messages",
            "/v",
        ),
    }
    assert changing == {
        "/l/{rid}",
        "/l/{rid}/code",
        "/l/{rid}/code/check",
        "/l/{rid}/renew",
        "/l/{rid}/opt-out",
        "/l/{rid}/language",
        "/l/{rid}/not-me",
        "/l/{rid}/receipt",
        "/o/{rid}/{secret}",
        "/v/{rid}/fields",
        "/v/{rid}/draft",
        "/v/{rid}/step",
        "/v/{rid}/submit",
        "/v/{rid}/handover",
        "/v/{rid}/files/{file}",
        "/v/{rid}/language",
        "/v/{rid}/live",
        "/v/{rid}/callback",
        "/v/{rid}/live/messages",
        "/v/draft",
        "/v/submit",
        "/v/handover",
        "/grants",
    }


def test_the_table_survives_its_stack_and_every_mistake(resources: dict[str, Any]) -> None:
    table = resources["Table"]
    properties = table["Properties"]

    assert table["DeletionPolicy"] == "RetainExceptOnCreate"  # only the creation of the table is undone
    assert table["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_the_table_is_warm_only_if_somebody_pays_for_it(template: dict[str, Any], resources: dict[str, Any]) -> None:
    warm = resources["Table"]["Properties"]["WarmThroughput"]

    assert warm == {
        "Fn::If": ["WarmsTable", {"WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}}, {"Ref": "AWS::NoValue"}]
    }
    assert template["Parameters"]["WarmWriteUnits"]["Default"] == 0


def test_lists_hold_keys_only(resources: dict[str, Any]) -> None:
    indexes = resources["Table"]["Properties"]["GlobalSecondaryIndexes"]

    assert {index["IndexName"] for index in indexes} == {"by_resource", "by_month", "by_recipient", "by_message"}
    for index in indexes:
        assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
        order = [] if index["IndexName"] == "by_message" else [{"AttributeName": "created_at", "KeyType": "RANGE"}]
        assert index["KeySchema"][1:] == order


def test_nothing_rewrites_the_links_in_a_message(resources: dict[str, Any]) -> None:
    options = resources["ConfigurationSet"]["Properties"]

    assert options["VdmOptions"] == {"DashboardOptions": {"EngagementMetrics": "DISABLED"}}
    assert "TrackingOptions" not in options
    for resource in resources.values():
        if resource["Type"] == "AWS::SES::ConfigurationSetEventDestination":
            events = {event.upper() for event in resource["Properties"]["EventDestination"]["MatchingEventTypes"]}
            assert not events & {"OPEN", "CLICK"}
