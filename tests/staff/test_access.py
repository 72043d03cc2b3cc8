"""Who may open which page, and from where a form may come."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkgate import routes
from linkgate.routes.console import OPEN
from linkgate.routes.console_screens import screens_at
from tests.support.staff_browser import PLACES, StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

ROLES = {
    "Sam Support": {"links:read", "links:write", "links:replace"},
    "Rita Results": {"results:read"},
    "Ana Agent": {"desk:answer"},
    "Ada Admin": {
        "links:read",
        "links:write",
        "links:replace",
        "people:erase",
        "setup:write",
        "staff:write",
        "journal:read",
    },
    "Audrey Auditor": {"links:read", "journal:read"},
}
"""Scopes of each of the demo staff, as CONSOLE.md says it."""
SCREENS = {route: screen for place in PLACES for table in screens_at(place) for route, screen in table.items()}
NOBODY = "0" * 32
RID = "AAAAAAAAAAAAAAAAAAAAAA"


def test_every_screen_is_found_at_its_own_place() -> None:
    folder = Path(routes.__path__[0])
    modules = [importlib.import_module(f"linkgate.routes.{path.stem}") for path in folder.glob("console_*.py")]
    tables = [value for module in modules for name, value in vars(module).items() if name.endswith("_SCREENS")]

    assert {route for table in tables for route in table} == SCREENS.keys()
    for route in SCREENS:
        place = route.partition("/console/")[2].partition("/")[0]
        assert any(route in table for table in screens_at(place)), route


def path(route: str) -> str:
    """Fill in the variables of a route with what nobody has."""
    values = {"{rid}": RID, "{person}": NOBODY, "{proposal}": RID, "{n}": "0", "{act}": "resend", "{sign_in}": "none"}
    filled = route.partition(" ")[2]
    for name, value in values.items():
        filled = filled.replace(name, value)
    return filled.replace("{", "").replace("}", "")


@pytest.mark.parametrize("name", ROLES)
def test_each_role_opens_its_own_pages_and_no_others(name: str, signed_in: Callable[[str], StaffBrowser]) -> None:
    browser, wrong = signed_in(name), []
    for route, screen in SCREENS.items():
        method = route.partition(" ")[0]
        reply = (browser.get if method == "GET" else browser.post)(path(route), follow=False)
        may = bool(screen.scopes & ROLES[name])
        if (reply.status == 403) is may or reply.status >= 500:
            wrong.append((route, reply.status))

    assert wrong == []


def test_nobody_opens_a_page_without_signing_in(site: Cloud) -> None:
    browser = StaffBrowser(site)
    for route in SCREENS:
        method = route.partition(" ")[0]
        reply = (browser.get if method == "GET" else browser.post)(path(route), follow=False)

        assert reply.status == (303 if method == "GET" else 401), route


POSTS = [route for route in [*OPEN, *SCREENS] if route.startswith("POST")]
SITES = ("same-origin", "same-site", "cross-site", "none", None)
ORIGINS = ("own", "https://evil.example", "null", None)


@pytest.mark.parametrize(("site_", "origin"), list(itertools.product(SITES, ORIGINS)))
def test_a_form_only_comes_from_the_consoles_own_pages(
    site_: str | None, origin: str | None, site: Cloud, signed_in: Callable[[str], StaffBrowser]
) -> None:
    browser = signed_in("Audrey Auditor")
    headers = {} if site_ is None else {"Sec-Fetch-Site": site_}
    if origin is not None:
        headers["Origin"] = f"http://{site.domain}" if origin == "own" else origin
    ours = site_ == "same-origin" or (site_ is None and origin == "own")

    for route in POSTS if not ours else ["POST /console/people/x/end"]:
        page = browser.post(path(route), headers=headers, follow=False)

        assert ("came from another site" in page.text) is not ours, route


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/console/nowhere", 404),
        ("GET", "/console/people/", 404),
        ("GET", "/console//people", 404),
        ("GET", "/console/sign-out", 405),
        ("POST", "/console/people", 405),
        ("DELETE", "/console/people", 405),
        ("HEAD", "/console/people", 200),
    ],
)
def test_other_paths_and_verbs_are_told_apart(
    method: str, target: str, status: int, site: Cloud, signed_in: Callable[[str], StaffBrowser]
) -> None:
    browser = signed_in("Ada Admin")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    reply = site.request(method, target, headers={"Cookie": cookies, "Sec-Fetch-Site": "same-origin"})

    assert reply.status == status


def test_another_tenants_person_is_not_found(signed_in: Callable[[str], StaffBrowser]) -> None:
    ada = signed_in("Ada Admin")

    assert ada.get(f"/console/people/{NOBODY}").status == 404
    assert ada.post(f"/console/people/{NOBODY}/end").status == 404
