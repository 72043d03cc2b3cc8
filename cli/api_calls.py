"""Calls to the deployed API with a tenant's own management key."""

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any
from urllib import error, parse, request

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
    def of(cls, operator: Operator, url: str | None, *scopes: str) -> "Api":
        """Build it from the options. The key needs the scopes, or `links:create`.

        It comes from LINKGATE_KEY or a prompt, never from the command line.
        """
        base = url or operator.endpoint_url or operator.outputs.get("ApiUrl")
        if not base:
            raise CommandError("The stack does not give the API's address; pass it with --url.", MISUSED)
        if not _SAFE.fullmatch(base):
            raise CommandError("The API's address must begin with https://, or be on this machine.", MISUSED)
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not key and sys.stdin.isatty():
            key = typer.prompt("Management key", hide_input=True, err=True).strip()
        if not key:
            needed = scopes or ("links:create",)
            options = " ".join(f"--scope {scope}" for scope in needed)
            raise CommandError(
                f"Set {KEY_VARIABLE} to a management key with the scope {' and '.join(needed)}. To create one, run "
                f"`linkgate key create manage {options}`.",
                MISUSED,
            )
        if not (key.isascii() and key.isprintable()):
            # Checked here because the HTTP library's own message would quote the key.
            raise CommandError("The management key contains a character that no key has.", MISUSED)
        return cls(base, key)

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the reply's JSON, like `post`."""
        return self._call("GET", path, None)

    def post(self, path: str, content: Mapping[str, object]) -> Any:  # noqa: ANN401 - any JSON
        """Return the reply's JSON, waiting and retrying if the API asks for it; raises CommandError."""
        return self._call("POST", path, json.dumps(content).encode())

    def put(self, path: str, content: Mapping[str, object]) -> Any:  # noqa: ANN401 - any JSON
        """Return the reply's JSON, like `post`."""
        return self._call("PUT", path, json.dumps(content).encode())

    def delete(self, path: str) -> None:
        """Delete what the path names, like `post`."""
        self._call("DELETE", path, None)

    def upload(self, url: str, headers: Mapping[str, str], source: Path) -> None:
        """Put a file at an address that the API gave; raises CommandError."""
        with source.open("rb") as file:
            self._transferred(url, request.Request(_checked(url), file, dict(headers), method="PUT"))  # noqa: S310 - checked

    def download(self, url: str) -> bytes:
        """Return the file at an address that the API gave; raises CommandError."""
        return self._transferred(url, request.Request(_checked(url)))  # noqa: S310 - checked

    def _call(self, method: str, path: str, body: bytes | None) -> Any:  # noqa: ANN401 - any JSON
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        for _ in range(_TRIES):
            call = request.Request(self._base + path, body, headers, method=method)  # noqa: S310 - checked in `of`
            try:
                with request.urlopen(call, timeout=_TIMEOUT) as reply:  # noqa: S310 - as above
                    return json.load(reply) if reply.status != HTTPStatus.NO_CONTENT else None
            except error.HTTPError as refusal:
                wait = refusal.headers.get("Retry-After", "")
                if not wait.isdigit():
                    raise CommandError(f"The API refused the request: {_detail(refusal)}") from refusal
                time.sleep(min(int(wait), _LONGEST_WAIT))
            except (OSError, ValueError, HTTPException) as failure:
                raise CommandError(f"{self._base} does not answer: {failure}") from failure
        raise CommandError("The API asked to wait too often. Run the same command again later.")

    def _transferred(self, url: str, call: request.Request) -> bytes:
        # The address is a secret while it works, so no message has more than its host.
        host = parse.urlsplit(url).netloc
        try:
            with request.urlopen(call, timeout=_TIMEOUT) as reply:  # noqa: S310 - checked by the caller
                content: bytes = reply.read()
        except error.HTTPError as refusal:
            raise CommandError(f"{host} refused the file: {refusal.code} {refusal.reason}") from refusal
        except (OSError, HTTPException) as failure:
            raise CommandError(f"{host} does not answer. Run the same command again.") from failure
        return content


def _checked(url: str) -> str:
    if not _SAFE.fullmatch(url):
        raise CommandError("The API gave an address that is neither https nor on this machine.")
    return url


def _detail(refusal: error.HTTPError) -> str:
    try:
        problem = json.load(refusal)
        faults = "; ".join(f"{fault['field']} {fault['reason']}" for fault in problem.get("fields", []))
        return f"{problem['detail']} {faults}".strip()
    except (KeyError, TypeError, ValueError):
        return f"{refusal.code} {refusal.reason}"
