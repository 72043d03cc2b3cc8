"""Schemathesis calls every operation in ways that its description allows, and in ways that it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local.demo import MANAGE_KEY
from tests.support.local_runner import Runner

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,missing_required_header,unsupported_method,"
    "use_after_free,ignored_auth"
)
"""All checks but `positive_data_acceptance`. No schema describes phone numbers, or filters that exclude each other."""


def test_it_finds_nothing(tmp_path: Path) -> None:
    runner = Runner(tmp_path, "--quiet")
    try:
        found = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                "run",
                f"{runner.base}/openapi.json",
                *("--header", f"Authorization: Bearer {MANAGE_KEY}"),
                *("--checks", CHECKS),
                *("--max-examples", "20"),
                *("--seed", "20261122"),
                "--continue-on-failure",
                "--no-color",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        runner.stop()

    assert found.returncode == 0, found.stdout + found.stderr
    assert " generated" in found.stdout
