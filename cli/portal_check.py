"""Check of `linkgate doctor` that every address of links leads to this Linkgate."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus

from cli.findings import Finding, well
from cli.target import Operator

PATIENCE = 10.0
"""Seconds to wait for an address."""
UNKNOWN_LINK = "urn:linkgate:not-found"
ADVICE = "links that lead there are dead: point the name at this stack (DomainName and its DNS record), or correct it"


def portals(operator: Operator) -> Iterator[Finding]:
    """Ask every address that links are made with for a link that does not exist. Only Linkgate knows the answer."""
    for portal in sorted(_portals(operator)):
        fault = _fault(portal)
        yield well(f"portal {portal}", fault is None, fault or "answers", ADVICE)


def _portals(operator: Operator) -> set[str]:
    """Return the bases of links: that of the stack or the machine, and those of tenants."""
    own = {tenant.portal for tenant in operator.registry.tenants() if tenant.portal}
    if operator.stack is not None:
        return own | {operator.deployed_environment.get("PORTAL_URL") or operator.outputs["ApiUrl"]}
    return own | ({operator.endpoint_url} if operator.endpoint_url else set())


def _fault(portal: str) -> str | None:
    """Return what is wrong with an address, or None if Linkgate answers there."""
    url = f"{portal.rstrip('/')}/l/{secrets.token_urlsafe(16)[:21]}A"
    if not url.startswith(("https://", "http://")):
        return "is not a whole URL"
    try:
        asked = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
        with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:  # noqa: S310 - checked above
            return f"another site answers ({reply.status})"
    except urllib.error.HTTPError as error:
        return None if _is_ours(error) else f"another site answers ({error.code})"
    except urllib.error.URLError as error:
        return f"cannot be reached: {error.reason}"
    except (OSError, ValueError) as error:
        return f"cannot be reached: {error}"


def _is_ours(error: urllib.error.HTTPError) -> bool:
    try:
        answer = json.loads(error.read(10_000))
    except (OSError, ValueError):
        return False
    return error.code == HTTPStatus.NOT_FOUND and isinstance(answer, dict) and answer.get("type") == UNKNOWN_LINK
