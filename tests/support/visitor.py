"""Recipient's browser without a screen. It follows forms, keeps cookies, and knows the links that it was sent."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

JSON = "application/json"
HTML = "text/html"


@dataclass
class Visitor:
    """A browser. `accept` decides whether it is a person's or a program's."""

    cloud: Cloud
    accept: str = HTML
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    rid: str | None = None
    """Rid of the link that was opened last."""

    @property
    def thing(self) -> str:
        """Path of the page behind that link."""
        return f"/v/{self.rid}" if self.rid else "/v"

    def get(self, target: str, method: str = "GET") -> HttpResponse:
        return self._send(method, target, b"", {})

    def post(self, target: str, fields: Mapping[str, Any] | None = None, **headers: str) -> HttpResponse:
        """Post the fields of a form, or JSON from a program."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.accept == JSON:
            import json

            return self._send("POST", target, json.dumps(fields or {}).encode(), {"Content-Type": JSON, **sent})
        body = urlencode(fields or {}, doseq=True).encode()
        return self._send("POST", target, body, {"Content-Type": "application/x-www-form-urlencoded", **sent})

    def open(self, url: str) -> HttpResponse:
        """Press Continue on the link's landing page."""
        self.rid, secret = parts(url)
        return self.post(f"/l/{self.rid}", {"secret": secret})

    def see(self, url: str) -> HttpResponse:
        """Open a link without a code, and view the page behind it."""
        opened = self.open(url)
        assert opened.status in {200, 303}, opened.text
        return self.get(self.thing)

    def _send(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
        sent = {"Accept": self.accept, "Accept-Language": self.language, **self.headers, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.cloud.request(method, target, body, sent)
        for cookie in response.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0;" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response


def parts(url: str) -> tuple[str, str]:
    """Return rid and secret of a link's URL."""
    split = urlsplit(url)
    return split.path.removeprefix("/l/"), split.fragment


def check(visitor: Visitor, url: str, code: str) -> HttpResponse:
    """Submit a one-time code."""
    return visitor.post(f"/l/{parts(url)[0]}/code/check", {"code": code})


def process_link(cloud: Cloud, model: Mapping[str, object] | None = None, **fields: object) -> str:
    body = {**GENERATE.body, "coBrowsingRoles": [], "serializedModel": model or {}, **fields}
    return GENERATE.url(GENERATE.make(cloud, body))


def sent_process_link(cloud: Cloud, model: Mapping[str, object]) -> str:
    body = {**SEND.body, "coBrowsingRoles": [], "serializedModel": model}
    return SEND.url(SEND.make(cloud, body))


def resource_link(cloud: Cloud, **fields: object) -> str:
    return CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, **fields}))


def coded_link(cloud: Cloud, contact: int = 1, resource_type: str = "MedicalReport", **fields: object) -> str:
    """Make a link that asks for a code, by SMS for contact 1, by e-mail for contact 2. Nothing else is sent."""
    body = {
        "resourceType": resource_type,
        "resourceUid": CUSTOMER_LINK.body["resourceUid"],
        "recipientContactId": contact,
        **fields,
    }
    return CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud, body))


def survey_link(cloud: Cloud) -> str:
    cloud.outbox.clear()
    assert SURVEY.make(cloud).status == SURVEY.status
    return link_in(cloud)


def session_link(cloud: Cloud) -> str:
    return SESSION.url(SESSION.make(cloud))


LINKS: Mapping[str, Callable[[Cloud], str]] = {
    "process": process_link,
    "resource": resource_link,
    "survey": survey_link,
    "session": session_link,
}
"""Functions that make a link of each kind. None asks for a code."""


def outbox(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the sent messages, newest first."""
    messages: list[dict[str, Any]] = cloud.get("/_local/outbox").json()
    return messages


def link_in(cloud: Cloud) -> str:
    """Return the link in the newest message."""
    found = re.search(r"https?://\S+/l/[\w-]{22}#[\w-]{22}", outbox(cloud)[0]["text"])
    assert found
    return found[0]


def opt_out_in(cloud: Cloud) -> str:
    """Return the opt-out address in the newest message."""
    found = re.search(r"https?://\S+/o/[\w-]{22}/[\w-]{22}", outbox(cloud)[0]["text"])
    assert found
    return found[0]


def code_in(cloud: Cloud) -> str:
    """Return the code in the newest message."""
    found = re.search(r"(?<!\d)\d{6,8}(?!\d)", outbox(cloud)[0]["text"])
    assert found
    return found[0]


def words(response: HttpResponse) -> str:
    """Return the text of a page as a reader sees it."""
    body = re.sub(r"<(style|script|title)>.*?</\1>", "", response.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def link_item(cloud: Cloud, url: str) -> dict[str, Any]:
    """Return the stored link."""
    rid, _ = parts(url)
    return next(item for item in cloud.table() if item["pk"] == rid and item["sk"] == "link")
