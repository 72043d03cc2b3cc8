"""Calls to the deployed API with a tenant's own management key."""

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Annotated, Any
from urllib import error, request

import typer

from cli.failures import MISUSED, CommandError
from cli.target import Operator

UrlOption = Annotated[
    str | None,
    typer.Option("--url", envvar="LINKGATE_URL", help="Address of the API, if the stack does not give it."),
]
KEY_VARIABLE = "LINKGATE_KEY"

_TIMEOUT = 30
_TRIES = 8
_LONGEST_WAIT = 60
_SAFE = re.compile(r"https://.+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/.*)?")
"""Addresses to which a key may be sent. The whole host is matched: its beginning does not say who owns it."""


class Api:
    """The API of one deployment, called as one tenant."""

    def __init__(self, base: str, key: str) -> None:
        self._base = base.rstrip("/")
        self._key = key

    @classmethod
    def of(cls, operator: Operator, url: str | None) -> "Api":
        """Build it from the options. The key comes from LINKGATE_KEY or a prompt, never from the command line."""
        base = url or operator.endpoint_url or operator.outputs.get("ApiUrl")
        if not base:
            raise CommandError("The stack does not give the API's address; pass it with --url.", MISUSED)
        if not _SAFE.fullmatch(base):
            raise CommandError("The API's address must begin with https://, or be on this machine.", MISUSED)
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not key and sys.stdin.isatty():
            key = typer.prompt("Management key", hide_input=True, err=True).strip()
        if not key:
            raise CommandError(
                f"Set {KEY_VARIABLE} to a management key with the scope links:create. To create one, run "
                "`linkgate key create manage --scope links:create`.",
                MISUSED,
            )
        if not (key.isascii() and key.isprintable()):
            # Checked here because the HTTP library's own message would quote the key.
            raise CommandError("The management key contains a character that no key has.", MISUSED)
        return cls(base, key)

    def post(self, path: str, content: Mapping[str, object]) -> Any:  # noqa: ANN401 - any JSON
        """Return the reply's JSON, waiting and retrying if the API asks for it; raises CommandError."""
        body = json.dumps(content).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        for _ in range(_TRIES):
            call = request.Request(self._base + path, body, headers, method="POST")  # noqa: S310 - checked in `of`
            try:
                with request.urlopen(call, timeout=_TIMEOUT) as reply:  # noqa: S310 - as above
                    return json.load(reply)
            except error.HTTPError as refusal:
                wait = refusal.headers.get("Retry-After", "")
                if not wait.isdigit():
                    raise CommandError(f"The API refused the request: {_detail(refusal)}") from refusal
                time.sleep(min(int(wait), _LONGEST_WAIT))
            except (OSError, ValueError, HTTPException) as failure:
                raise CommandError(f"{self._base} does not answer: {failure}") from failure
        raise CommandError("The API asked to wait too often. Run the same command again later.")


def _detail(refusal: error.HTTPError) -> str:
    try:
        problem = json.load(refusal)
        faults = "; ".join(f"{fault['field']} {fault['reason']}" for fault in problem.get("fields", []))
        return f"{problem['detail']} {faults}".strip()
    except (KeyError, TypeError, ValueError):
        return f"{refusal.code} {refusal.reason}"
