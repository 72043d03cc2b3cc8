"""Check of `linkgate doctor --live`: a socket of the live channel, opened as a page opens one."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from cli.findings import Finding, State
from cli.target import Operator
from linkgate.model.policy import TIERS
from linkgate.model.tenant import Agent
from linkgate.usecases.issuing.desk_links import OpenDesk, desk_link
from linkgate.usecases.issuing.issue import Issued, issue
from linkgate.usecases.management.revocation import RevokeLink, revoke_link

DOCTOR = Agent("linkgate doctor")
"""Made-up agent of the desk that is opened. It answers no queue, so nobody is rung and no customer waits for it."""
_SECONDS = 10.0
_BEATS = 5


class _NotThere(Exception):
    """A step failed. The text has no secret."""


def live(operator: Operator) -> Iterator[Finding]:
    """Open a desk of a made-up agent, connect, say hello and measure how long an answer takes.

    The desk's link is revoked again. It stays in the tenant's lists and on its timeline.
    """
    tenant = next(iter(operator.registry.tenants()), None)
    if tenant is None:
        yield Finding("live channel", State.UNKNOWN, "needs a tenant", "linkgate tenant create --help")
        return
    deps = operator.sending_deps
    portal = tenant.portal or deps.portal or operator.endpoint_url or operator.outputs.get("ApiUrl", "")
    command = OpenDesk(caller=operator.caller(tenant), domain="", agent=DOCTOR.id)
    new = replace(desk_link(DOCTOR, TIERS["standard"], timedelta(hours=1)), max_views=1)
    made = issue(new, command, replace(deps, portal=portal))
    try:
        yield from _connected(made, portal.rstrip("/"))
    except _NotThere as error:
        yield Finding("live channel", State.WRONG, str(error), "see docs/live.md, and the log of LiveFunction")
    finally:
        revoke_link(RevokeLink(caller=command.caller, rid=made.link.rid), deps)


def _connected(made: Issued, portal: str) -> Iterator[Finding]:
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    rid, secret = made.link.rid, urlsplit(made.url).fragment or made.url.rpartition("/")[2]
    cookies, _ = _posted(f"{portal}/l/{rid}", {"secret": secret})
    _, ticket = _posted(f"{portal}/v/{rid}/live", {}, cookies)
    url = str(ticket.get("url"))
    wanted = [Subprotocol(str(ticket.get("protocol"))), Subprotocol(f"ticket.{ticket.get('ticket')}")]
    origin = Origin(f"{urlsplit(portal).scheme}://{urlsplit(portal).netloc}")
    try:
        began = time.monotonic()
        with connect(url, subprotocols=wanted, origin=origin, open_timeout=_SECONDS) as socket:
            opened = time.monotonic() - began
            state, first = _asked(socket, {"t": "hello"}, "state")
            yield Finding(
                "live channel",
                State.OK,
                f"{urlsplit(url).netloc}: open in {opened:.2f} s, first answer in {first:.2f} s",
            )
            if not any(each.get("who") == state.get("me") for each in state.get("people", ())):
                raise _NotThere("the room does not show who connected")
            trips = sorted(_asked(socket, {"t": "beat"}, "pulse")[1] for _ in range(_BEATS))
            yield Finding("round trip", State.OK, f"{trips[_BEATS // 2] * 1000:.0f} ms, the middle of {_BEATS}")
            _asked(socket, {"t": "leave"}, "bye")
    except (OSError, WebSocketException) as error:
        raise _NotThere(f"{urlsplit(url).netloc}: {type(error).__name__}") from None  # its text may hold the ticket


def _asked(socket: Any, frame: Mapping[str, object], answer: str) -> tuple[dict[str, Any], float]:  # noqa: ANN401 - a connection
    began = time.monotonic()
    socket.send(json.dumps(frame))
    while (left := began + _SECONDS - time.monotonic()) > 0:
        got: dict[str, Any] = json.loads(socket.recv(timeout=left))
        if got.get("t") == answer:
            return got, time.monotonic() - began
        if got.get("t") in {"no", None}:
            raise _NotThere(f"{frame['t']} was refused: {got.get('code') or got.get('message')}")
    raise _NotThere(f"{frame['t']} was not answered")


def _posted(url: str, body: Mapping[str, object], cookies: str = "") -> tuple[str, dict[str, Any]]:
    """Return the cookies that a reply sets, and its JSON."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Cookie": cookies}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - an address of links
    name = urlsplit(url).path.rpartition("/")[2]
    step = "the ticket" if name == "live" else "the desk's link"
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310 - the same
            set_ = [each.partition(";")[0] for each in reply.headers.get_all("Set-Cookie", [])]
            return "; ".join(set_), json.loads(reply.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise _NotThere(f"{step} was refused with {error.code}") from None
    except (OSError, ValueError) as error:
        raise _NotThere(f"{step}: {type(error).__name__}") from None
