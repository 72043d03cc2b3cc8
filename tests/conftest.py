"""Fixtures for all tests, and a guard: no test may reach anything beyond this machine."""

from __future__ import annotations

import functools
import gc
import ipaddress
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import botocore.session
import pytest
from botocore import useragent
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

from tests.support import dynamodb_local as launcher
from tests.support.canary import leaks_in_output
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, cloud_on
from tests.support.machine import skip_or_fail

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_T = TypeVar("_T")

TESTS = Path(__file__).parent
LONGEST = (
    "management/test_isolation.py",
    "delivery/test_fault_harness.py",
    "visits/test_life_model.py",
    "delivery/test_fault_pairs.py",
    "management/openapi_clients",
    "browser/test_drafts.py",
    "browser",
    "management/test_schemathesis.py",
    "visits/test_role_leaks.py",
    "delivery/test_many_deliveries.py",
    "store/test_condition_mutants.py",
    "cli/test_first_steps.py",
    "delivery/test_feedback.py",
    "history/webhooks/test_from_link_to_receiver.py",
    "performance",
    "dialects/test_samples.py",
    "cli/test_definitions.py",
    "management/test_sweeps.py",
    "architecture/test_rights.py",
    "architecture/test_deployment.py",
    "architecture/test_releases.py",
    "history/webhooks/test_commands.py",
    "issuing/test_imports.py",
    "issuing/test_import_faults.py",
    "local/test_sockets.py",
    "dialects/test_reader_growth.py",
    "desk/test_killed.py",
    "cli/test_verbs.py",
    "history/test_signed_evidence.py",
    "local/test_command.py",
    "live/test_channel.py",
    "desk/test_channel.py",
    "visits/test_document_pages.py",
    "history/test_recording_faults.py",
    "live/test_killed.py",
    "live/test_cobrowsing.py",
    "architecture/test_walls.py",
    "architecture/test_unused_names.py",
    "desk/test_relays.py",
    "dialects/servicestack_clients",
)
"""Folders and files with tests that take seconds together, the longest first. The others take about 0.02 s each."""
GARBAGE_AFTER = 100_000
"""Number of new objects after which Python looks for garbage. Its own, 700, takes a tenth of a run."""


def _on_this_machine(connect: Callable[[socket.socket, Any], _T]) -> Callable[[socket.socket, Any], _T]:
    """Refuse every connection to another machine.

    An audit hook would hear of the same connections, and of all else: it took 4 % of a run.
    """

    @functools.wraps(connect)
    def connect_here(self: socket.socket, address: Any) -> _T:
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    return connect_here


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_configure() -> None:
    """Set up the process before any test: no connections to other machines, no credentials of a real account.

    Property tests have no deadline, because durations mean nothing while tests share two processors. What collecting
    makes is kept to the end, so Python need not look for garbage in it, neither now nor during the tests.
    """
    gc.disable()
    settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy machine")
    _keep_what_the_sdk_finds_out()
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _on_this_machine(getattr(socket.socket, name)))
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull
    )


def _keep_what_the_sdk_finds_out() -> None:
    """Let the SDK read its models and work out the names of its events and its own name once, not for each cloud."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    read = functools.cache(JSONFileLoader().load_file)
    setattr(JSONFileLoader, "load_file", lambda _self, file_path: read(file_path))  # noqa: B010 - mypy's names of it
    stock: Any = EventAliaser
    sanitized = functools.cache(useragent.sanitize_user_agent_string_component)
    setattr(useragent, "sanitize_user_agent_string_component", sanitized)  # noqa: B010 - as above
    aliased = functools.cache(stock(None)._alias_event_name)  # noqa: SLF001 - its only way to do so
    setattr(stock, "_alias_event_name", lambda _self, name: aliased(name))  # noqa: B010 - as above


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors: some test always waits for a browser, a server or a pause."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark slow tests, for `make quick`, and let the longest begin first, so that no worker is left with one."""
    ranks = {item: _rank(item.path) for item in items}
    for item, rank in ranks.items():
        if rank < len(LONGEST) or "dynamodb_local" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    items.sort(key=lambda item: ranks[item])


@functools.cache
def _rank(path: Path) -> int:
    place = path.relative_to(TESTS)
    return next((rank for rank, name in enumerate(LONGEST) if place.is_relative_to(name)), len(LONGEST))


def pytest_collection_finish() -> None:
    """Start looking for garbage, now that the tests begin."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the measurements of tests: each `record_property("measured", text)` of a test that passed."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "measured":
                terminalreporter.section(report.nodeid.rpartition("::")[2])
                terminalreporter.write_line(str(text))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that printed a secret of a cloud that ended during it. A handler's traceback goes to stderr."""
    report = yield
    if call.when == "teardown":
        leaks = leaks_in_output(report.capstderr)
        if leaks and report.passed:
            report.outcome, report.longrepr = "failed", "\n".join(leaks)
    return report


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Yield the whole system over moto, new for each test. Its calls are serialised, so it cannot judge races."""
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as started:
        yield started


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Yield the URL of the real DynamoDB Local, the same for all workers.

    Without Java or npm, the test is skipped, but fails in CI.
    """
    missing = launcher.missing()
    if missing:
        skip_or_fail(f"the real DynamoDB Local needs {' and '.join(missing)}")
    own = tmp_path_factory.getbasetemp()
    with launcher.serve_together(own if worker_id == "master" else own.parent) as url:
        yield url


@pytest.fixture
def real_cloud(dynamodb_local: str) -> Iterator[Cloud]:
    """Yield the whole system over the real DynamoDB Local, with the test's own tables, to judge races."""
    with cloud_on(dynamodb_local) as started:
        yield started
