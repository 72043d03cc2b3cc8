"""`linkgate link recover` says what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.demo import DEMO, MANAGE_KEY
from tests.cli.conftest import Shell
from tests.management.conftest import Manager

if TYPE_CHECKING:
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
