"""Copies of one snapshot share nothing that must be unique.

SnapStart saves a function's memory after its handler is imported, and every execution environment starts from it. Here,
a process imports a handler and forks eight times.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.settings import Settings
from local.template import parse_template
from tests.support.vendor_calls import CUSTOMER_LINK

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

ROOT = Path(__file__).resolve().parents[2]
COPIES = 8
EACH = 3


def _restored(cloud: Cloud) -> list[tuple[str, str, int]]:
    """Make links in one copy, with its own adapters. Returns their rids, secrets and numbers."""
    wiring.use(wiring.build(Settings.from_environ(os.environ), now=cloud.clock.now))
    made = []
    for _ in range(EACH):
        reply = CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, "deliverEmail": False}).json()
        rid, _, secret = reply["portalUrl"].rpartition("/")[2].partition("#")
        made.append((rid, secret, reply["link"]["customerLinkId"]))
    return made


def _made_by_copies(cloud: Cloud) -> list[tuple[str, str, int]]:
    made = []
    pipes = []
    for _ in range(COPIES):
        reading, writing = os.pipe()
        if os.fork() == 0:
            try:
                os.write(writing, json.dumps(_restored(cloud)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        pipes.append(reading)
    for reading in pipes:
        with os.fdopen(reading, "rb") as pipe:
            made += json.loads(pipe.read())
        os.wait()
    return made


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_copies_of_an_imported_handler_share_no_id_secret_or_number(real_cloud: Cloud) -> None:
    made = _made_by_copies(real_cloud)

    assert len(made) == COPIES * EACH
    for values in zip(*made, strict=True):
        assert len(set(values)) == len(made)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_copies_that_shared_their_randomness_would_be_found_out(
    real_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "urandom", random.Random(1).randbytes)

    rids, secrets, _ = zip(*_made_by_copies(real_cloud), strict=True)

    assert len(set(rids)) < len(rids)
    assert len(set(secrets)) < len(secrets)


def test_nothing_is_built_before_the_first_call() -> None:
    """An imported handler has no adapters, so a snapshot contains no leased numbers and no connections."""
    probe = "import functions.trendsic_customer_link.app; from linkgate import wiring; print(wiring._in_use)"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/shared")])
    done = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True, env={"PYTHONPATH": paths}
    )

    assert done.stdout.strip() == "None"


def test_random_numbers_are_begun_anew_in_each_copy(tmp_path: Path) -> None:
    """Call the registered functions after a restore, as Lambda's runtime does."""
    (tmp_path / "snapshot_restore_py.py").write_text("hooks = []\nregister_after_restore = hooks.append\n")
    probe = (
        "import functions.trendsic_customer_link.app, random, os, sys, snapshot_restore_py\n"
        "random.seed(1)\n"
        "if os.fork() == 0:\n"
        "    [hook() for hook in snapshot_restore_py.hooks]\n"
        "    print(random.random(), flush=True); os._exit(0)\n"
        "os.wait(); [hook() for hook in snapshot_restore_py.hooks]; print(random.random())"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/shared"), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True, env={"PYTHONPATH": paths}
    )

    assert len(set(done.stdout.split())) == 2


def test_snapstart_is_one_parameter_and_off_unless_asked_for() -> None:
    template = parse_template((ROOT / "template.yaml").read_text())

    assert template["Parameters"]["SnapStart"]["Default"] == "None"
    assert template["Globals"]["Function"]["SnapStart"] == {"ApplyOn": {"Ref": "SnapStart"}}
    # Snapshots exist for published versions, so the routes must lead to one with the newest code.
    assert template["Globals"]["Function"]["AutoPublishAlias"] == "live"
