"""Checks of `linkgate doctor` on picture and sound: the means of each category, and with --live the relay itself."""

import time
from collections.abc import Callable, Iterator

from cli.findings import Finding, State, well
from cli.target import Operator
from cli.turn_client import TurnClient, TurnFailed
from linkgate.errors import Unavailable
from linkgate.model.ice import IceServer
from linkgate.model.means import must_relay
from linkgate.model.tenant import Category, Media

ADVICE = "see docs/deploy.md, Picture and sound of calls"
LIFE = 600
"""Seconds for which an address of the relay is asked."""


def calls(operator: Operator) -> Iterator[Finding]:
    """Check that every category can have the calls that it says."""
    settings = operator.environment
    kind, urls = settings.get("RELAY_KIND", "none"), settings.get("RELAY_URLS", "").split(",")
    relayed = kind == "kvs" or (kind == "secret" and any(url.startswith("turn") for url in urls))
    seen = False
    for tenant in operator.registry.tenants():
        for category in operator.registry.definitions(Category, tenant.id):
            seen = seen or category.media is not Media.TEXT
            if category.media is not Media.TEXT and must_relay(category, category.tier) and not relayed:
                about = f"category {category.id} of {tenant.name}"
                yield Finding(about, State.WARNING, "in writing only: its calls must go over a relay", ADVICE)
    if kind == "secret":
        yield well("relay", relayed, "secret", f"RelayUrls names no relay: {ADVICE}")
    elif seen and not relayed:
        stun = any(url.startswith("stun") for url in urls)
        text = "none, so some calls find no way and go on in writing" if stun else "none, and no STUN server either"
        yield Finding("relay", State.WARNING, text, ADVICE)
    else:
        yield Finding("relay", State.OK, kind)


def relay(
    operator: Operator, *, through_expiry: bool = False, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Finding]:
    """Ask for servers as a function does, and reserve an address at each relay.

    With `through_expiry`, it waits until the credential has ended, and refreshes the address then.
    """
    relays = operator.sending_deps.relays
    if not relays.relayed:
        yield Finding("relay tried", State.UNKNOWN, "there is none to try", ADVICE)
        return
    try:
        found = relays.asked(operator.sending_deps.now())
    except Unavailable:
        advice = "is the relay's secret in SSM (docs/deploy.md), and may you read it?"
        yield Finding("ICE servers", State.WRONG, "no credential could be had", advice)
        return
    servers = found.servers if found else ()
    life = int(found.life.total_seconds()) if found else 0
    yield Finding("ICE servers", State.OK, f"{len(servers)}, for {life} s")
    for server in servers:
        for url in server.urls:
            if server.credential is None or not url.startswith("turn"):
                yield Finding(url, State.UNKNOWN, "not tried: it is no relay")
            else:
                yield _tried(url, server, life if through_expiry else 0, sleep)


def _tried(url: str, server: IceServer, wait: int, sleep: Callable[[float], None]) -> Finding:
    step = "allocate"
    try:
        with TurnClient(url, server.username or "", server.credential or "") as client:
            client.allocate()
            step = "refresh"
            granted = client.refresh(LIFE)
            text = f"an address was reserved and kept for {granted} s more"
            if wait:
                sleep(wait + 5)
                step = f"refresh {wait + 5} s later, after the credential ended"
                client.refresh(LIFE)
                text += f", and again {wait + 5} s later, after its credential ended"
            else:
                text += "; not tried: a refresh after its credential ends (--through-expiry)"
            client.refresh(0)
    except TurnFailed as failed:
        return Finding(
            url, State.WRONG, f"{step}: {failed}", "is it reachable from here, and does it share the secret?"
        )
    return Finding(url, State.OK, text)
