"""Whatever stands in an address or a form of the console gets an answer, never a failure of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from linkgate.dialects.console.act_pages import ACTS
from linkgate.model.brand import FIELDS
from local.demo import CAMPAIGN, PROCESS
from tests.management.conftest import Manager

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

WEIRD = (
    *("", "x" * 5000, "\x00", "é", "'\"<>", "%", "../..", "-1", "9" * 400, "null", "{}", "1e999", "٣", "true"),
    *("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2026-11-28T00:00:00-23:59"),
)
PATHS = {
    "Sam Support": (
        "found/1?before={}",
        "found/{}x",
        "links/{}x",
        "links/RID?done={}",
        "links/RID/unsuppress?channel={}",
        "links/RID/resend?channel={}",
    ),
    "Rita Results": (
        "results/campaign?name={}",
        f"results/campaign?name={quote(CAMPAIGN)}&days={{0}}&most={{0}}&agent={{0}}&answered={{0}}",
        f"results/file?name={quote(CAMPAIGN)}&agent={{0}}&most={{0}}",
        "inbox?cursor={}",
        "inbox?subject={0}&days={0}",
        "links/RID/files/{}x",
        "links/{}x/submission",
    ),
    "Ada Admin": (
        *("setup/{}x", "setup/process?id={}", "setup/webhooks/{}x", "journal?before={}", "people/{}x"),
        *("setup/process/editor?id={}", f"setup/process/editor/question?id={PROCESS}&name={{}}"),
        *(f"setup/process/version?id={PROCESS}&version={{}}", f"setup/process/form/preview?id={PROCESS}&version={{}}"),
        *("setup/{}x/live?id=x", "setup/brand/preview/{}x"),
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_no_address_breaks_a_page(name: str, site: Cloud, signed_in: SignIn) -> None:
    manager, browser = Manager(site), signed_in(name)
    rid = manager.share()
    paths = [path.replace("RID", rid).format(quote(text, safe="")) for path in PATHS[name] for text in WEIRD]

    statuses = {path: browser.get(f"/console/{path}").status for path in paths}

    assert {path[:100]: status for path, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_no_form_breaks_an_act(act: str, site: Cloud, signed_in: SignIn) -> None:
    rid, sam = Manager(site).share(), signed_in("Sam Support")
    names = ("channel", "until", "why", "reason", "email", "phone", "checked", "sms_consent", "send", "earlier")

    statuses = [sam.post(f"/console/links/{rid}/{act}", dict.fromkeys(names, text)).status for text in WEIRD]

    assert max(statuses) < 500


SET_UP = {
    "setup/brand": (*FIELDS, "seen"),
    "setup/brand/preview/page": FIELDS,
    "setup/brand/preview/words": FIELDS,
    "setup/process/editor": ("do", "seen", "page_title", "page.0"),
    "setup/process/editor/question": ("name", "seen", "title", "hint", "control", "choices", "question_name"),
    "setup/process/live": ("seen", "live"),
    "setup/process/version": ("seen", "version"),
    "trials": ("kind", "version"),
}


@pytest.mark.parametrize("path", SET_UP)
def test_no_form_breaks_the_set_up(path: str, site: Cloud, signed_in: SignIn) -> None:
    ada, before = signed_in("Ada Admin"), site.table()
    forms = [{**dict.fromkeys(SET_UP[path], text), "id": PROCESS} for text in WEIRD]
    forms += [{**form, "do": f"{act}:{form.get('do', '')}"} for form in forms for act in ("begin", "rename", "up")]

    statuses = [ada.post(f"/console/{path}", form).status for form in forms]

    assert max(statuses) < 500
    own = ("tenant#", "journal#")
    fresh = [item for item in site.table() if item["pk"].startswith(own) and item not in before]
    assert [item["sk"] for item in fresh if item["sk"] == "tenant"] == []


def test_what_cannot_be_done_is_neither_done_nor_recorded(site: Cloud, signed_in: SignIn) -> None:
    manager, ada = Manager(site), signed_in("Ada Admin")
    form = manager.request_form("z@example.com")
    rid, secret = form["rid"], form["link"].partition("#")[2]
    erasures: tuple[dict[str, str], ...] = ({"email": "z@example.com", "reason": "x" * 201}, {"email": "x" * 5000}, {})
    before = site.table()

    assert [ada.post(f"/console/links/{rid}/erase", fields).status for fields in erasures] == [400, 400, 400]
    assert ada.get(f"/console/links/{rid}%23{secret}/evidence").status == 404
    assert signed_in("Sam Support").post("/console/proposals/none/refuse", follow=False).status == 303

    after = site.table()
    assert [item for item in after if item["pk"].startswith(("journal#", "proposals#")) and item not in before] == []
    assert secret not in str(after)
