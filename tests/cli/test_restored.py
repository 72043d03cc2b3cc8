"""After a restore, what had ended is ended again: keys, links, and the data of erased people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.delivery_rules import SUPPRESSED
from linkgate.usecases.delivery.suppression import suppress
from local.demo import DEMO, MANAGE_KEY
from tests.cli.conftest import Shell
from tests.management.conftest import Manager
from tests.support.command_line import invoke

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

COPY = "restored"


@pytest.fixture
def desk(cloud: Cloud) -> tuple[Shell, Manager]:
    return Shell(cloud), Manager(cloud, MANAGE_KEY)


def copy_table(cloud: Cloud) -> None:
    """Copy the table as a restore to this moment would."""
    client: Any = cloud.aws.client("dynamodb")
    name = cloud.template.tables[0]["TableName"]
    made_of = {"TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode"}
    properties = {key: value for key, value in cloud.template.tables[0].items() if key in made_of}
    client.create_table(**{**properties, "TableName": COPY})
    for page in client.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            client.put_item(TableName=COPY, Item=item)


def restored(cloud: Cloud, *options: str) -> dict[str, int]:
    former = cloud.template.tables[0]["TableName"]
    result = invoke("restored", "--table", COPY, "--former", former, "--json", *options)
    assert result.exit_code == 0, result.output
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


def test_what_had_ended_is_ended_again(cloud: Cloud, desk: tuple[Shell, Manager]) -> None:
    shell, manager = desk
    revoked, living = (manager.ask(contact)["rid"] for contact in ("carol@example.com", "dan@example.com"))
    form, of_contact = manager.request_form("ada@example.com", fullName="Ada"), manager.share()
    survey = manager.ask("bob@example.com")
    key = json.loads(shell.stdout("key", "create", "trendsic", "--tenant", "Example Bank", "--json"))
    cloud.settle()
    copy_table(cloud)
    manager.post(f"/links/{revoked}/revoke")
    manager.submit(survey["link"], {"rating": 5})
    manager.post("/recipients/erase", {"recipient": "ada@example.com"})
    shell.run("key", "revoke", key["id"], "--yes", "--tenant", "Example Bank")
    since = manager.ask("eve@example.com")["rid"]
    manager.post(f"/links/{since}/revoke")

    would = restored(cloud, "--dry-run")
    assert (would["keys"], would["links"], would["erased"]) == (1, 2, 2)
    done = restored(cloud)
    again = restored(cloud)

    assert {**would, "dry_run": False} == done
    assert (again["keys"], again["links"], again["erased"]) == (0, 0, 0)
    copied = {item["pk"]: item for item in rows(cloud) if item["sk"]["S"] == "link"}
    assert "revoked_at" in copied[revoked]
    assert "revoked_at" in copied[survey["rid"]]
    assert "revoked_at" not in copied[living]
    assert "ada@example.com" not in json.dumps([copied[form["rid"]], copied[of_contact]])
    assert not [item for item in rows(cloud) if item["sk"]["S"] == "contact#1" and item["pk"].endswith(DEMO.id)]
    assert not [item for item in rows(cloud) if item["pk"] == form["rid"] and item["sk"]["S"].startswith("body#")]
    assert since not in copied


def test_who_wanted_nothing_gets_nothing_again(cloud: Cloud, desk: tuple[Shell, Manager]) -> None:
    shell, _ = desk
    copy_table(cloud)
    shell.run("suppression", "create", "ada@example.com", "--tenant", "Example Bank")
    suppress(DEMO.id, "bob@example.com", SUPPRESSED, wiring.deps())

    assert restored(cloud, "--dry-run")["suppressed"] == 2
    assert restored(cloud)["suppressed"] == 2
    assert restored(cloud)["suppressed"] == 0
    kinds = [item["sk"]["S"] for item in rows(cloud) if item["pk"].startswith("suppressed#")]
    assert sorted(kinds) == ["suppressed", "surveys"]


def rows(cloud: Cloud) -> list[dict[str, Any]]:
    client: Any = cloud.aws.client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName=COPY)
    return [{**item, "pk": item["pk"]["S"]} for page in pages for item in page["Items"]]


def test_the_two_tables_must_differ(cloud: Cloud) -> None:
    name = cloud.template.tables[0]["TableName"]

    assert invoke("restored", "--table", name, "--former", name).exit_code == 2
