"""Pages use every text that they have, and hold no words of their own."""

from __future__ import annotations

import re
from pathlib import Path

import linkgate
from linkgate.dialects.recipient.problems import PROBLEMS
from linkgate.texts import page_texts

LAYER = Path(linkgate.__file__).parent
FILES = [
    *LAYER.glob("dialects/recipient/*.py"),
    *LAYER.glob("pages/*.py"),
    *LAYER.glob("routes/recipient*.py"),
    LAYER / "usecases/form_scales.py",
]
SOURCES = "".join(path.read_text() for path in FILES)
"""Code of the pages."""


ENGLISH = page_texts("en")


def test_every_text_is_used() -> None:
    unused = set()
    for key in {key.partition("#")[0] for key in ENGLISH}:
        stem, _, last = key.rpartition(".")
        whole = f'"{key}"' in SOURCES
        made = f'"{stem}.{{' in SOURCES or any(f"{stem.partition('.')[0]}.{{" in line for line in SOURCES.splitlines())
        if not (whole or made or (stem.startswith("problem.") and last == "text")):
            unused.add(key)

    assert unused == set()


def test_every_error_a_person_can_meet_has_words() -> None:
    missing = {row.code for row in PROBLEMS.values() if f"problem.{row.code}" not in ENGLISH}

    ends = {"expired", "revoked", "submitted", "exhausted", "locked"}
    assert missing - ends == {"unauthorised", "forbidden", "code-refused"}
    assert all(f"ended.{end}.{part}" in ENGLISH for end in ends for part in ("title", "text"))


def test_pages_hold_no_words_of_their_own() -> None:
    """Check that every text between tags in the sources is a placeholder or punctuation."""
    makers = {"forms.py", "frame.py", "link_pages.py", "pages.py", "pieces.py", "session_pages.py"}
    pages = "".join(path.read_text() for path in FILES if path.name in makers)

    assert {text.strip() for text in re.findall(r">([^<>{}'\"\\]+)<", pages)} <= {"", "*", ":"}
