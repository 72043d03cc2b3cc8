"""The doctor asks every address of links, because a link that leads elsewhere is dead and rings no alarm."""

from __future__ import annotations

import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from cli.findings import Finding, State
from cli.portal_check import portals
from cli.target import Operator
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Someone(Operator):
    """An operator whose links have this address only."""

    address: str = ""

    @property
    def registry(self) -> Someone:  # type: ignore[override] # it only has tenants
        return self

    def tenants(self) -> Iterator[Someone]:  # type: ignore[override] # ditto
        yield self

    @property
    def portal(self) -> str:
        return self.address


def asked(address: str) -> Finding:
    (finding,) = portals(Someone(None, "table", None, as_json=False, dry_run=False, address=address))
    assert finding.about == f"portal {address}"
    return finding


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.stop()


@pytest.fixture
def other_site() -> Iterator[str]:
    """Yield the address of a site that answers everything with its own 404, or with what the path asks for."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = 200 if self.path.startswith("/ok/") else 404
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<h1>Welcome</h1>" if "/json" not in self.path else json.dumps(["no"]).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base names it
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("end", ["", "/"])
def test_our_own_answer_is_well(runner: Runner, end: str) -> None:
    assert asked(runner.base + end) == Finding(f"portal {runner.base}{end}", State.OK, "answers")


@pytest.mark.parametrize(("path", "status"), [("", 404), ("/json", 404), ("/ok", 200)])
def test_another_site_is_wrong(other_site: str, path: str, status: int) -> None:
    finding = asked(other_site + path)

    assert (finding.state, finding.text) == (State.WRONG, f"another site answers ({status})")
    assert "DomainName" in finding.advice


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "links.example.com", "http://[", "https://127.0.0.1:9"])
def test_what_cannot_be_reached_is_wrong_and_no_traceback(address: str) -> None:
    assert asked(address).state is State.WRONG
