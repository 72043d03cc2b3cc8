"""`linkgate sign-in` and `linkgate person`: where the console's people sign in, and who they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command_line import invoke
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"), "--quiet")
    yield started
    started.stop()


def run(site: Runner, *arguments: object, given: str | None = "a secret", code: int = 0) -> str:
    env = {"LINKGATE_ENDPOINT_URL": site.base, "LINKGATE_TENANT": "Example Bank"}
    result = invoke(*arguments, given=given, env=env)
    assert result.exit_code == code, result.output
    return result.output


def create(site: Runner, name: str, *more: str, code: int = 0) -> str:
    issuer = f"{site.base}/_local/identity"
    return run(site, "sign-in", "create", name, "--issuer", issuer, "--client-id", "linkgate", *more, code=code)


def parsed(text: str) -> Any:
    return json.loads(text)


def test_a_provider_is_named_with_what_it_says_of_itself(site: Runner) -> None:
    said = parsed(create(site, "other", "--group", "a=b=admin", "--title", "Our people", "--json"))

    assert said["send_people_back_to"] == f"{site.base}/console/signed-in/other"
    assert said["groups"] == "a=b=admin"
    _, table = site.call("GET", "/_local/table")
    stored = next(item for item in table if item["pk"] == "sign_ins" and item["sk"] == "other")
    assert stored["token_endpoint"] == f"{site.base}/_local/identity/token"
    assert stored["names_issuer"] is True
    assert "a secret" not in json.dumps(table)

    assert "already" in create(site, "other", code=1)
    run(site, "sign-in", "delete", "other", "--yes")
    assert "other" not in [each["name"] for each in parsed(run(site, "sign-in", "list", "--json"))]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sign-in", "create", "X!", "--issuer", "http://127.0.0.1:9", "--client-id", "c"], 2, "A short name has"),
        (["sign-in", "create", "x", "--issuer", "http://127.0.0.1:9", "--client-id", "c"], 1, "no provider at"),
        (["sign-in", "create", "x", "--issuer", "https://l/{tenantid}/v2.0", "--client-id", "c"], 2, "placeholder"),
        (
            ["sign-in", "create", "x", "--issuer", "http://127.0.0.1:9", "--client-id", "c", "--group", "a=boss"],
            2,
            "There is no role 'boss'",
        ),
        (["sign-in", "delete", "nobody", "--yes"], 1, "no provider 'nobody'"),
        (["person", "revoke", "nobody", "--yes"], 1, "no person 'nobody'"),
        (
            ["person", "create", "a@example.com", "--role", "admin", "--subject", "s", "--sign-in", "demo"],
            2,
            "groups give the roles",
        ),
    ],
)
def test_what_cannot_be_done_is_said(site: Runner, arguments: list[str], code: int, said: str) -> None:
    assert said in run(site, *arguments, code=code)


def test_an_issuer_that_calls_itself_otherwise_is_refused(site: Runner) -> None:
    issuer = f"{site.base}/_local/identity/"
    said = run(site, "sign-in", "create", "x", "--issuer", issuer, "--client-id", "c", code=2)

    assert "calls itself" in said


def test_the_first_administrator_is_added_and_ended_here(site: Runner) -> None:
    create(site, "plain")
    added = ["person", "create", "ada@example.com", "--role", "admin", "--subject", "sub", "--sign-in", "plain"]

    person = parsed(run(site, *added, "--json"))

    assert (person["roles"], person["added_by"]) == ("admin", "operator")
    assert "already" in run(site, *added, code=1)
    assert "Nothing was changed" in run(site, "person", "revoke", person["id"], code=2)
    run(site, "person", "revoke", person["id"], "--yes")
    (listed,) = [each for each in parsed(run(site, "person", "list", "--json")) if each["id"] == person["id"]]
    assert listed["ended_at"]
    run(site, "sign-in", "delete", "plain", "--yes")
