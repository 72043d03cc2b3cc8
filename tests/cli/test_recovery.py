"""`linkgate link recover` says what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.target import Operator
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.history.recovery import recover
from local.demo import DEMO, MANAGE_KEY
from tests.cli.conftest import Shell
from tests.management.conftest import Manager

if TYPE_CHECKING:
    import pytest

    from tests.support.cloud import Cloud


def test_which_links_are_meant_must_be_said_in_one_way(cloud: Cloud) -> None:
    shell = Shell(cloud)

    for arguments in ((), ("A" * 22, "--hours", 1)):
        assert "--hours" in shell.run("link", "recover", *arguments, code=2)


def test_a_dry_run_says_which_they_are(cloud: Cloud) -> None:
    manager = Manager(cloud, MANAGE_KEY)
    rids = [manager.share(), manager.share()]

    said = Shell(cloud).json("link", "recover", "--hours", 1, "--tenant", DEMO.id, "--dry-run")

    assert said == {"links": rids[::-1], "dry_run": True}
    assert cloud.get("/_local/events").json() == []


def test_facts_are_recorded_where_no_metrics_go(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator's machine has none of the variables that functions write metrics with."""
    manager = Manager(cloud, MANAGE_KEY)
    rid = manager.share()
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE", raising=False)
    table = cloud.environment()["TABLE_NAME"]
    operator = Operator(stack=None, table_name=table, endpoint_url=None, as_json=False, dry_run=False)
    vars(operator)["environment"] = cloud.environment()

    for deps in (operator.sending_deps, operator.deps):
        link = deps.links.get(rid)
        assert link
        deps.measure([Measure(Metric.LINKS_CREATED)])
        if deps is operator.sending_deps:
            recover(link, deps)

    assert [each["sequence"] for each in manager.get(f"/links/{rid}/events")["events"]] == [1]
    assert capsys.readouterr().out == ""
