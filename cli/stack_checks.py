"""Checks of `linkgate doctor` on the stack: its table, its queues, and the readers of its stream."""

from collections.abc import Iterator, Mapping

from cli.failures import MISUSED, CommandError
from cli.findings import Finding, State, well
from cli.target import Operator

INDEXES = ("by_message", "by_month", "by_recipient", "by_resource")
STREAM_READERS = ("LinkEventsFunction", "StreamRelayFunction")
QUEUE_READERS = {"DeliveryQueue": "DeliveryWorkerFunction", "WebhookQueue": "WebhookWorkerFunction"}
RUNNING = frozenset({"Creating", "Enabled", "Enabling", "Updating"})
DEAD_LETTERS = ("Delivery", "Relay", "Events", "Feedback", "Webhook")


def table(operator: Operator) -> Iterator[Finding]:
    """Check that the table is set up as in the template."""
    client, name = operator.client("dynamodb"), operator.table_named
    found = client.describe_table(TableName=name)["Table"]
    active = {
        index["IndexName"]
        for index in found.get("GlobalSecondaryIndexes", [])
        if index.get("IndexStatus", "ACTIVE") == "ACTIVE"
    }
    missing = sorted(set(INDEXES) - active)
    stream = found.get("StreamSpecification", {}).get("StreamViewType")
    yield well("table", found["TableStatus"] == "ACTIVE", f"{name} is {found['TableStatus']}", "wait, or deploy again")
    yield well("indexes", not missing, f"missing: {', '.join(missing)}" if missing else "all present", "deploy again")
    yield well(
        "stream",
        stream == "NEW_AND_OLD_IMAGES",
        f"{stream or 'off'}",
        "deploy again; until then, nothing is recorded or retried",
    )
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = expiry["TimeToLiveStatus"] in {"ENABLED", "ENABLING"} and expiry.get("AttributeName") == "ttl"
    yield well(
        "retention",
        enabled,
        f"expiry by ttl is {expiry['TimeToLiveStatus']}",
        "deploy again; until then, expired items are kept",
    )
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    yield well(
        "backups",
        status == "ENABLED",
        f"point-in-time recovery is {status}",
        "deploy again; until then, nothing can be restored",
        State.WARNING,
    )


def tenants(operator: Operator) -> Iterator[Finding]:
    """Check that there are tenants with valid keys."""
    known = list(operator.registry.tenants())
    yield well("tenants", bool(known), f"{len(known)}", "linkgate tenant create --help", State.WARNING)
    now = operator.deps.now()
    for tenant in known:
        keys = [key for key in operator.registry.credentials(tenant.id) if not key.has_ended(now)]
        yield well(
            f"keys of {tenant.name}", bool(keys), f"{len(keys)} valid", "linkgate key create --help", State.WARNING
        )


def webhooks(operator: Operator) -> Iterator[Finding]:
    """Check that receivers accept their events."""
    from cli.webhook_target import WebhookDesk

    store = WebhookDesk(operator).store
    for tenant in operator.registry.tenants():
        for webhook in store.listed(tenant.id):
            about = f"{webhook.id} of {tenant.name}"
            if webhook.disabled_at is not None:
                text = f"disabled since {webhook.disabled_at:%Y-%m-%d %H:%M} UTC: {webhook.disabled_because}"
                yield Finding(about, State.WARNING, text, f"linkgate webhook enable {webhook.id}, then replay")
            elif webhook.failing_since is not None:
                text = f"failing since {webhook.failing_since:%Y-%m-%d %H:%M} UTC"
                yield Finding(about, State.WARNING, text, f"linkgate webhook test {webhook.id}")
            else:
                yield Finding(about, State.OK, "accepts its events")


def queues(operator: Operator) -> Iterator[Finding]:
    """Check that no dead-letter queue holds messages."""
    if operator.stack is None and operator.endpoint_url is None:
        raise CommandError("Queues belong to a stack: pass --stack, not only --table.", MISUSED)
    client = operator.client("sqs")
    for url in _queue_urls(operator):
        name = url.rpartition("/")[2]
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        waiting = int(attributes["Attributes"]["ApproximateNumberOfMessages"])
        given_up = next((kind for kind in DEAD_LETTERS if f"{kind}DeadLetters" in name), None)
        if given_up:
            page = f"docs/operations/alarms/{given_up.lower()}-dead-letters.md"
            yield well(name, waiting == 0, f"{waiting} given up", page)
        else:
            yield Finding(name, State.OK, f"{waiting} waiting")


def readers(operator: Operator) -> Iterator[Finding]:
    """Check that the functions that read the table's stream and the queues are running."""
    named = stack_resources(operator)
    description = operator.client("dynamodb").describe_table(TableName=operator.table_named)["Table"]
    sources = dict.fromkeys(STREAM_READERS, description.get("LatestStreamArn", ""))
    sqs = operator.client("sqs")
    for queue, function in QUEUE_READERS.items():
        if queue in named:
            found = sqs.get_queue_attributes(QueueUrl=named[queue], AttributeNames=["QueueArn"])
            sources[function] = found["Attributes"]["QueueArn"]
    client = operator.client("lambda")
    for function, source in sources.items():
        mappings = client.list_event_source_mappings(EventSourceArn=source)["EventSourceMappings"] if source else []
        mine = [each for each in mappings if f":function:{named.get(function, '')}:" in f"{each['FunctionArn']}:"]
        state = mine[0]["State"] if mine else "missing"
        advice = "deploy again"
        if mine:
            advice = f"aws lambda update-event-source-mapping --uuid {mine[0]['UUID']} --enabled"
        yield well(f"reader {function}", state in RUNNING, state, advice)


def _queue_urls(operator: Operator) -> list[str]:
    """Return the stack's queues, or all of the local runner's. Names of two stacks may begin alike."""
    if operator.stack is None:
        urls: list[str] = operator.client("sqs").list_queues().get("QueueUrls", [])
        return urls
    members = stack_members(operator)
    return [each["PhysicalResourceId"] for each in members if each["ResourceType"] == "AWS::SQS::Queue"]


def stack_resources(operator: Operator) -> Mapping[str, str]:
    """Map the logical id of each resource in the stack to its physical id; raises CommandError if no stack is named."""
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in stack_members(operator)
        if "PhysicalResourceId" in each
    }


def stack_members(operator: Operator) -> list[dict[str, str]]:
    """Return CloudFormation's summary of each resource; raises CommandError if no stack is named."""
    if operator.stack is None:
        raise CommandError("Only a deployed stack has these: pass --stack.", MISUSED)
    pages = operator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=operator.stack)
    return [each for page in pages for each in page["StackResourceSummaries"]]
