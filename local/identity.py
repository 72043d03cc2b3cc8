"""An identity provider for the runner, which speaks OpenID Connect as the console expects. It asks no password."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from html import escape
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from local.demo_sign_in import CLIENT, PATH, SECRET, addresses
from local.http_messages import HttpResponse, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from local.clock import Clock
    from local.http_messages import HttpRequest

PEOPLE: Mapping[str, str] = {
    "Sam Support": "support",
    "Rita Results": "results",
    "Ana Agent": "agent",
    "Ada Admin": "admin",
    "Bea Admin": "admin",
    "Audrey Auditor": "auditor",
    "Olga Outside": "",
}
"""Role of each person, who is in the group of that name. Olga is in none."""
_COOKIE = "local-identity"
_LIFE = 300


@dataclass(frozen=True, slots=True)
class _Granted:
    person: str
    proved_at: int
    nonce: str
    challenge: str
    back: str


class IdentityProvider:
    """Answers requests below `/_local/identity`, and no others."""

    def __init__(self, domain: str, clock: Clock) -> None:
        self.issuer = f"http://{domain}{PATH}"
        self._clock = clock
        self._key = ECKey.generate_key("P-256", {"kid": "local", "use": "sig"})
        self._codes: dict[str, _Granted] = {}
        self._browsers: dict[str, tuple[str, int]] = {}
        self._routes: dict[tuple[str, str], Callable[[HttpRequest], HttpResponse]] = {
            ("GET", "/.well-known/openid-configuration"): lambda _: self._json(
                {
                    "issuer": self.issuer,
                    **addresses(self.issuer),
                    "response_types_supported": ["code"],
                    "authorization_response_iss_parameter_supported": True,
                }
            ),
            ("GET", "/keys"): lambda _: self._json({"keys": [self._key.as_dict(private=False)]}),
            ("GET", "/authorize"): self._authorize,
            ("POST", "/authorize"): self._choose,
            ("POST", "/token"): self._token,
            ("GET", "/end"): self._end,
        }

    def handle(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response, or None if the path is not one of the provider's."""
        if not request.path.startswith(f"{PATH}/"):
            return None
        route = self._routes.get((request.method, request.path.removeprefix(PATH)))
        return route(request) if route else json_response(404, {"message": "Not Found"}, "-")

    def _authorize(self, request: HttpRequest) -> HttpResponse:
        asked = dict(parse_qsl(request.query))
        known = self._browsers.get(_cookie(request))
        silent, again = asked.get("prompt") == "none", asked.get("prompt") == "login"
        if known and not again:
            return self._granted(asked, *known)
        if silent:
            return self._back(asked, {"error": "login_required"})
        buttons = "".join(
            f'<p><button name="person" value="{escape(name)}">{escape(name)}</button> {escape(role or "no group")}</p>'
            for name, role in PEOPLE.items()
        )
        page = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Demo staff</title>'
            '<meta name="viewport" content="width=device-width"></head><body><main><h1>Demo staff</h1>'
            "<p>This stands for your organisation's own sign-in. Who are you?</p>"
            f'<form method="post" action="{PATH}/authorize?{escape(request.query)}">{buttons}</form>'
            "</main></body></html>"
        )
        return HttpResponse(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode(), f"{PATH}/authorize")

    def _choose(self, request: HttpRequest) -> HttpResponse:
        person = dict(parse_qsl(request.body.decode())).get("person", "")
        if person not in PEOPLE:
            return json_response(400, {"message": "no such person"}, f"{PATH}/authorize")
        browser, proved_at = secrets.token_urlsafe(), self._now()
        self._browsers[browser] = person, proved_at
        cookie = f"{_COOKIE}={browser}; Path={PATH}; HttpOnly; SameSite=Lax"
        return self._granted(dict(parse_qsl(request.query)), person, proved_at, cookie)

    def _granted(self, asked: Mapping[str, str], person: str, proved_at: int, cookie: str = "") -> HttpResponse:
        code = secrets.token_urlsafe()
        self._codes[code] = _Granted(
            person, proved_at, asked.get("nonce", ""), asked.get("code_challenge", ""), asked.get("redirect_uri", "")
        )
        return self._back(asked, {"code": code}, cookie)

    def _back(self, asked: Mapping[str, str], told: Mapping[str, str], cookie: str = "") -> HttpResponse:
        """Send the browser back. The address is not registered anywhere, so it must be the runner's own."""
        address, own = asked.get("redirect_uri", ""), self.issuer.removesuffix(PATH)
        if not address.startswith(f"{own}/console/signed-in/"):
            return json_response(400, {"message": "not an address of the console"}, f"{PATH}/authorize")
        query = urlencode({**told, "state": asked.get("state", ""), "iss": self.issuer})
        headers = (("Location", f"{address}?{query}"), *((("Set-Cookie", cookie),) if cookie else ()))
        return HttpResponse(303, headers, b"", f"{PATH}/authorize")

    def _token(self, request: HttpRequest) -> HttpResponse:
        form = dict(parse_qsl(request.body.decode()))
        granted = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if _client(request) != (CLIENT, SECRET):
            return self._json({"error": "invalid_client"}, 401)
        if granted is None or granted.challenge != challenge or granted.back != form.get("redirect_uri"):
            return self._json({"error": "invalid_grant"}, 400)
        now, role = self._now(), PEOPLE[granted.person]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": hashlib.sha256(granted.person.encode()).hexdigest()[:16],
            "iat": now,
            "exp": now + _LIFE,
            "auth_time": granted.proved_at,
            "nonce": granted.nonce,
            "name": granted.person,
            "email": f"{granted.person.split()[0].lower()}@example.com",
            "email_verified": True,
            "groups": [role] if role else [],
        }
        token = jwt.encode({"alg": "ES256", "kid": "local"}, claims, self._key)
        return self._json({"id_token": token, "access_token": "none", "token_type": "Bearer", "expires_in": _LIFE})

    def _end(self, request: HttpRequest) -> HttpResponse:
        self._browsers.pop(_cookie(request), None)
        return HttpResponse(303, (("Location", "/console"),), b"", f"{PATH}/end")

    def _json(self, content: Any, status: int = 200) -> HttpResponse:  # noqa: ANN401 - any JSON
        return json_response(status, content, PATH)

    def _now(self) -> int:
        at: datetime = self._clock.now()
        return int(at.timestamp())


def _cookie(request: HttpRequest) -> str:
    found = SimpleCookie(request.header("cookie")).get(_COOKIE)
    return found.value if found else ""


def _client(request: HttpRequest) -> tuple[str, str]:
    kind, _, value = request.header("authorization").partition(" ")
    if kind != "Basic":
        return "", ""
    name, _, secret = base64.b64decode(value).decode().partition(":")
    return unquote(name), unquote(secret)
