"""Hash of a timeline's entry, which must not change for stored entries."""

from datetime import UTC, datetime

from linkgate.model.timeline import BEGINNING, Fact, details_of, entry_hash

HASH = "595f013659155b943d0ade1d493ef27385dcc52068c2c30d7748f0a0172d7d15"


def test_an_entry_on_record_keeps_its_hash() -> None:
    at = datetime(2026, 11, 22, 12, 0, 0, 123000, tzinfo=UTC)
    fact = Fact("created", "link.created", at, details_of(kind="process"))

    assert entry_hash("A" * 22, fact, 1, BEGINNING) == HASH
