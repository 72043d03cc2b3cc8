"""Requests that another site made a browser send here, which the runner refuses.

The runner shows secrets and changes its clock for whoever can reach it. A page of another site can reach it through a
browser on this machine: by a name that leads here (DNS rebinding), which the Host header shows, or by a request whose
answer it never sees, which `Origin` and `Sec-Fetch-Site` show.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.http_messages import HttpRequest

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d+)?", re.IGNORECASE)
_OWN = "/_local"


def reason_to_refuse(request: HttpRequest, address: str) -> str | None:
    """Return a sentence for a request that another site made, or None. `address` is where the connection arrived."""
    host = request.header("host")
    if host and not _is_here(host, address):
        return "This name is not the runner's. Use http://127.0.0.1 or http://localhost with its port."
    if not (request.path == _OWN or request.path.startswith(f"{_OWN}/") or _is_for_aws(request)):
        return None
    origin = request.header("origin")
    if origin and origin != f"http://{host}":
        return "A page of another origin may not use the runner."
    if request.header("sec-fetch-site") in {"cross-site", "same-site"} and not _is_a_click(request):
        return "A page of another site may not use the runner."
    return None


def _is_here(host: str, address: str) -> bool:
    """Tell whether a Host header names this machine: a local name, a loopback address or the address that was used."""
    found = _HOST.fullmatch(host.strip())
    if found is None:
        return False
    name = found[1].strip("[]").lower().removesuffix(".")
    if name.endswith(".localhost"):
        return True
    if "." not in name and ":" not in name:
        return True  # localhost, or a container's name: no site of the internet has a name without a dot
    try:
        there = ipaddress.ip_address(name)
    except ValueError:
        return False
    return there.is_loopback or there == ipaddress.ip_address(address.partition("%")[0])


def _is_for_aws(request: HttpRequest) -> bool:
    return request.header("authorization").startswith("AWS4-HMAC-SHA256")


def _is_a_click(request: HttpRequest) -> bool:
    """Tell whether a person followed a link, which shows the page to her and to nobody else."""
    return (
        request.method == "GET"
        and request.header("sec-fetch-mode") == "navigate"
        and request.header("sec-fetch-dest") == "document"
    )
