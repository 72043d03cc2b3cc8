"""Check that no secret leaves the code where it must not, over the whole run of every cloud that a test starts.

Each cloud of `tests.support.cloud` has a canary. It hears what functions and commands give to AWS, the log, answers and
sockets, and the addresses that browsers ask for. When the cloud ends, it searches all of that for every secret that was
made meanwhile (`canary_secrets.py`), whole or in pieces (`canary_search.py`), and the test fails if one stands where
`ALLOWED` does not name it. What the test printed to stderr is searched when the test ends, because tracebacks go there.

Not heard: processes of their own, and calls that reach the real DynamoDB Local without botocore.
"""

from __future__ import annotations

import gzip
import logging
import uuid
from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.log_lines import LogLines
from local.connections import Connections
from local.judge import Judge
from tests.support.canary_search import Pieces, learn, runs_of
from tests.support.canary_secrets import ALLOWED, REQUEST, Noted, listen, note_signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.http_messages import HttpRequest, HttpResponse
    from local.iam import Ask
    from local.template import Template

_PLACES = {
    "dynamodb": "table",
    "s3": "objects",
    "sqs": "queue",
    "scheduler": "schedule",
    "eventbridge": "event bus",
    "sesv2": "message",
    "sns": "message",
    "ssm": "parameter",
    "sfn": "state machine",
}
"""Places by the AWS service that keeps them. Others have the name of their service."""
_READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"})
_LISTENING = 19
"""Level of the log that lets lines of INFO pass to the canary, and that no test sets."""
logging.addLevelName(_LISTENING, "LISTENING")
_LINES = LogLines()
_HELD_BYTES = 4_000_000
"""Bytes that wait to be split, so that a long test does not keep all that it wrote."""
_EXCERPT = 60

_ended: list[Canary] = []
"""Canaries of the clouds that ended during this test."""


class Canary:
    """Listener to one cloud."""

    def __init__(self) -> None:
        self.secrets = Noted()
        self._texts: list[tuple[str, object, bytes]] = []
        self._bytes = 0
        self._runs: dict[bytes, set[tuple[str, object]]] = defaultdict(set)
        self._asked: dict[object, bytes] = {}
        self._undo = ExitStack()
        self._quiet = 0

    def start(self) -> None:
        """Listen from now on."""
        listen(self.secrets)
        self._undo.callback(listen, None)

    def listen_to_log(self) -> None:
        """Hear every line of INFO and above. Lines that nobody else asked for go no further."""
        log = logging.getLogger(wiring.logger().name)
        self._quiet = log.level
        log.setLevel(_LISTENING)
        log.addFilter(self._line)
        self._undo.callback(log.removeFilter, self._line)
        self._undo.callback(lambda: log.setLevel(self._quiet) if log.level == _LISTENING else None)

    def _line(self, record: logging.LogRecord) -> bool:
        self.hear("log", _encoded([_LINES.format(record)]))
        return record.levelno >= self._quiet or logging.getLogger(record.name).level != _LISTENING

    def hear(self, place: str, text: bytes, request: object = None) -> None:
        """Take a text that was written to a place. It is searched later."""
        self._texts.append((place, request, text))
        self._bytes += len(text)
        if self._bytes > _HELD_BYTES:
            self._split()

    def answered(self, request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
        """Let a request be answered, and hear the answer. What the runner's own routes show is not our code's."""
        if request.path.startswith("/_local") or request.path == "/":
            return answer(request)
        name = uuid.uuid4()
        token = REQUEST.set(name)
        try:
            response = answer(request)
            body = gzip.decompress(response.body) if _is_packed(response) else response.body
            location = _encoded([response.header("location")])
            note_signatures(self.secrets, body + location)
        finally:
            REQUEST.reset(token)
        headers = _encoded(value for key, value in response.headers if key.lower() != "location")
        asked = _encoded([request.target, *(value for _, value in request.headers)])
        self._asked[name] = asked + b"\n" + request.body
        self.hear("answer", headers + b"\n" + body, name)
        self.hear("location", location, name)
        # A page in a real browser asks for it. What a person opens was written by its sender, such as a mail filter.
        if request.header("sec-fetch-site") not in {"", "none"}:
            self.hear("url", _encoded([request.target, request.header("referer")]))
        return response

    def stop(self) -> None:
        """Listen no more, and search. Raises AssertionError for a secret that stands where it must not."""
        self._undo.close()
        self._split()
        _ended.append(self)
        leaks = self._leaks(self._runs.items())
        self._runs.clear()
        unknown = sorted(self.secrets.unknown)
        assert not unknown, f"say in tests/support/canary_secrets.py whether these are secrets: {unknown}"
        assert not leaks, "secrets stand where they must not:\n" + "\n".join(sorted({*leaks}))

    def leaks_in(self, place: str, text: bytes) -> list[str]:
        """Return the leaks in a text that was written while the cloud ran."""
        return self._leaks((run, {(place, None)}) for run in runs_of(text))

    def _split(self) -> None:
        texts, self._texts, self._bytes = self._texts, [], 0
        for place, request, text in texts:
            for run in runs_of(text):
                self._runs[run].add((place, request))

    def _leaks(self, runs: Iterable[tuple[bytes, set[tuple[str, object]]]]) -> list[str]:
        pieces, found, clean = Pieces(self.secrets.all()), [], []
        for run, places in runs:
            held = pieces.found_in(run)
            if not held:
                clean.append(run)
            for secret in held:
                allowed = ALLOWED[secret.kind]
                for place, request in places:
                    known = request in secret.requests or secret.text.encode() in self._asked.get(request, b"")
                    if place not in allowed or (place in {"answer", "location"} and not known):
                        asked = self._asked.get(request, b"")[:_EXCERPT].partition(b"\n")[0]
                        found.append(f"{secret.kind} in {place}: {run[:_EXCERPT].decode()} {asked.decode()}".rstrip())
        learn(clean)
        return found


class HearingJudge(Judge):
    """Judge of calls to AWS that lets a canary hear them."""

    def __init__(self, template: Template, canary: Canary) -> None:
        super().__init__(template)
        self._canary = canary

    def refused(self, service: str, operation: str, url: str, body: bytes, source: str = "") -> Ask | None:
        if operation not in _READS:
            self._canary.hear(_PLACES.get(service, service), body + url.encode() if service == "s3" else body)
        return super().refused(service, operation, url, body, source)


class HearingConnections(Connections):
    """Sockets whose messages a canary hears."""

    canary: Canary

    def push(self, id_: str, data: bytes) -> bool:
        self.canary.hear("frame", data)
        return super().push(id_, data)


def _encoded(lines: Iterable[str]) -> bytes:
    return "\n".join(lines).encode(errors="replace")  # headers of tests may hold what no text may


def _is_packed(response: HttpResponse) -> bool:
    return response.header("content-encoding") == "gzip"


def leaks_in_output(text: str) -> list[str]:
    """Return the leaks in what a test printed to stderr, of the clouds that ended during it."""
    ended = _ended[:]
    _ended.clear()
    return [leak for each in ended for leak in each.leaks_in("output", _encoded([text]))] if text else []
