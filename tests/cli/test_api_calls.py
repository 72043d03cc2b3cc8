"""The operator's management key is sent only to the API, over https or on this machine, and is never shown."""

from __future__ import annotations

import pytest

from cli.api_calls import KEY_VARIABLE, Api
from cli.failures import CommandError
from cli.target import Operator

NOWHERE = Operator(stack=None, table_name=None, endpoint_url=None, as_json=False, dry_run=False)
KEY = "lg_4fgjOlUrVUYQEruZYEa0XQ"


@pytest.mark.parametrize(
    "url",
    [
        "http://links.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://localhost@example.com",
        "http://127.0.0.1:80@example.com",
        "http://[::1].example.com",
        "https:",
        "ftp://localhost",
        "localhost:3000",
    ],
)
def test_the_key_goes_to_no_other_host_in_clear(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)

    with pytest.raises(CommandError, match="must begin with https://, or be on this machine"):
        Api.of(NOWHERE, url)


@pytest.mark.parametrize("url", ["https://api.example.com", "http://127.0.0.1:3000", "http://[::1]:3000/"])
def test_it_goes_over_https_or_to_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)

    Api.of(NOWHERE, url)


@pytest.mark.parametrize("key", [f"{KEY}\r", f"{KEY}\r\n", f" {KEY}"])
def test_a_line_end_that_came_with_the_key_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)

    with pytest.raises(CommandError, match=r"[Cc]onnection refused") as refusal:
        Api.of(NOWHERE, "http://127.0.0.1:1").post("/links/batch", {})

    assert KEY not in str(refusal.value)


@pytest.mark.parametrize("key", [f"{KEY}\r{KEY}", f"{KEY}\n{KEY}", f"{KEY}…"])
def test_what_can_be_no_key_is_not_shown(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)

    with pytest.raises(CommandError) as refusal:
        Api.of(NOWHERE, "http://127.0.0.1:1").post("/links/batch", {})

    assert KEY not in str(refusal.value)


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)

    with pytest.raises(CommandError, match="does not answer"):
        Api.of(NOWHERE, "https://127.0.0.1:port").post("/links/batch", {})
