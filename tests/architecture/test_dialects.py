"""Every list of vendors names all of them: docs/add-a-dialect.md leads to each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkgate.model import caller_keys
from local import banner, demo
from local.template import read_template
from tests.dialects import test_errors
from tests.management import test_isolation
from tests.support.cloud import TEMPLATE
from tests.support.vendor_calls import CALLS

ROOT = Path(__file__).resolve().parents[2]
OURS = {"manage", "recipient", "live", "console"}
SHARED = {"servicestack"}
"""Formats that a dialect speaks, but no caller names."""
VENDORS = {
    path.stem
    for path in (ROOT / "layers/shared/linkgate/dialects").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
} - {"__init__", *OURS, *SHARED}

LISTS = {
    "linkgate/model/caller_keys.py": set(caller_keys.DIALECTS),
    **{f"local/demo.py, {tenant}": set(keys) for tenant, keys in demo.KEYS.items()},
    "local/banner.py": {name.lower() for name, _ in banner.CREDENTIALS},
    "docs/dialects": {page.stem for page in (ROOT / "docs/dialects").glob("*.md")},
    "README.md": set(re.findall(r"\(docs/dialects/(\w+)\.md\)", (ROOT / "README.md").read_text())),
    "tests/dialects/test_errors.py": set(test_errors.DIALECTS),
    "tests/management/test_isolation.py": set(test_isolation.THIRD_KEYS),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_every_vendor(name: str) -> None:
    assert VENDORS - LISTS[name] == set()


def test_every_vendors_create_is_among_the_documented_calls() -> None:
    """The gateway routes by paths; the function's name begins with the vendor's."""
    routes = {route.path: route.function for route in read_template(TEMPLATE).routes if route.method == "POST"}
    called = {routes[call.target.rstrip("/")] for call in CALLS.values()}

    assert {vendor for vendor in VENDORS if not any(name.lower().startswith(vendor) for name in called)} == set()
