"""The harness of `make mutants OF=...`: what it changes, and that a change lives in a process of its own."""

from __future__ import annotations

import pytest

from linkgate.tokens import is_token, token
from tests.support.code_mutants import KILLED, SURVIVED, ending
from tests.support.made_mutants import PACKAGE, Mutant, mutants_of


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    return mutants_of(PACKAGE / "tokens.py")


@pytest.mark.parametrize(
    ("scope", "change"),
    [
        ("TOKEN_BYTES", "TOKEN_BYTES = 16 -> TOKEN_BYTES = 17"),
        ("is_token", "is not None -> return _TOKEN.fullmatch(text) is None"),
        ("is_token", "is not None -> return None"),
        ("one_time_code", "if drawn < limit: -> if drawn <= limit:"),
        ("one_time_code", "if drawn < limit: -> if True:"),
        ("secret_hash", 'f"linkgate.link.v1{rid}{secret}".encode()).hexdigest() -> return hashlib.sha256(f"XXlinkgate'),
        ("Derivation._key", '-> return hmac.digest(None, self._credential.encode(), "sha256")'),
        ("Derivation.fingerprint", "sort_keys=True, separators"),
    ],
)
def test_code_is_changed_in_constants_functions_and_methods(scope: str, change: str, mutants: list[Mutant]) -> None:
    assert any(change in mutant.difference() for mutant in mutants if mutant.place == f"tokens.py {scope}")


def test_a_mutant_lives_in_a_process_of_its_own(mutants: list[Mutant]) -> None:
    def run() -> str:
        return "a test" if is_token("") else ""

    ends = {
        mutant.difference().partition(" -> ")[2]: ending(mutant, run, 1)
        for mutant in mutants
        if mutant.within == ("is_token",)
    }

    assert ends == {
        "return None": (SURVIVED, ""),
        "return _TOKEN.fullmatch(None) is not None": (KILLED, ""),
        "return _TOKEN.fullmatch(text) is None": (KILLED, "a test"),
    }
    assert not is_token("")


def test_a_changed_constant_changes_whoever_imported_it(mutants: list[Mutant]) -> None:
    ends = [
        ending(each, lambda: "a test" * (len(token(bytes(20))) != 22), 1)[0]
        for each in mutants
        if each.names == ("TOKEN_BYTES",)
    ]

    assert ends == [KILLED, KILLED]
