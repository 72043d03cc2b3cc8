"""A browser of a person who works with links. It keeps cookies, follows redirects and signs in as the demo staff do."""

from __future__ import annotations

import re
from html import unescape
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from local.http_messages import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

SESSION = "linkgate-staff"
SIGNING = "linkgate-signing"
PLACES = ("desk", "find", "found", "inbox", "journal", "links", "people", "proposals", "results", "setup", "trials")
"""First parts of all paths below /console that are for signed-in people."""
OWN = {"Sec-Fetch-Site": "same-origin"}


class StaffBrowser:
    """One browser profile at the console of a served cloud."""

    def __init__(self, cloud: Cloud, language: str = "en") -> None:
        self.cloud = cloud
        self.language = language
        self.cookies: dict[str, str] = {}
        self.at = ""
        """Address of the last page."""

    def get(self, target: str, headers: Mapping[str, str] | None = None, *, follow: bool = True) -> HttpResponse:
        """Open a page, and by default all that it redirects to."""
        return self._send("GET", target, b"", headers or {}, follow=follow)

    def post(
        self,
        target: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = OWN,
        *,
        follow: bool = True,
    ) -> HttpResponse:
        """Send a form of a page of the console."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._send("POST", target, urlencode(fields or {}).encode(), form, follow=follow)

    def to_provider(self, target: str = "/console") -> str:
        """Open a page that leads to the provider, and return the address there."""
        self.get(target)
        assert self.at.startswith("/_local/identity/authorize"), self.at
        return self.at

    def choose(self, name: str, *, follow: bool = True) -> HttpResponse:
        """Say at the provider's page who it is. Without following, the answer leads back to the console."""
        page = self.get(self.at)
        action = re.findall(r'action="([^"]+)"', page.text)[0]
        return self.post(unescape(action), {"person": name}, follow=follow)

    def sign_in(self, name: str, target: str = "/console") -> HttpResponse:
        """Sign in as one of the demo staff, and return the page that it led to."""
        self.to_provider(target)
        return self.choose(name)

    def back(self, name: str) -> str:
        """Go to the provider, say who it is, and return the way back instead of taking it."""
        self.to_provider()
        return self.choose(name, follow=False).header("location")

    def _send(self, method: str, target: str, body: bytes, headers: Mapping[str, str], *, follow: bool) -> HttpResponse:
        parts = urlsplit(target)
        self.at = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {"Host": self.cloud.domain, "Accept": "text/html", "Accept-Language": self.language, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.cloud.handle(HttpRequest(method, self.at, tuple(sent.items()), body))
        for text in response.cookies:
            for name, morsel in SimpleCookie(text).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        if follow and response.status == 303:
            return self._send("GET", response.header("location"), b"", {}, follow=True)
        return response


def words(page: str) -> str:
    """Return what a page of the console says, without its header."""
    main = page.partition("<main>")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))
