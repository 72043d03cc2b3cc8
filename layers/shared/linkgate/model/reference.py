"""A link's spoken reference: eight characters that a person can read out on the phone, such as `XK7M-4QRD`.

It is derived from the link's family and opens nothing. Two links of a tenant may share one, though rarely: there are
30 to the power of 8.
"""

from __future__ import annotations

import hashlib
import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capital letters without 0, O, 1, I, L and U, which are mistaken for each other or spell words."""
DIGITS = 8
_HALF = DIGITS // 2
_BETWEEN = re.compile(r"[\W_]+")


def reference_of(master_rid: str) -> str:
    """Return the reference of a family of links, as it is shown."""
    left = int.from_bytes(hashlib.sha256(f"linkgate.reference.v1{master_rid}".encode()).digest(), "big")
    digits = ""
    for _ in range(DIGITS):
        left, digit = divmod(left, len(ALPHABET))
        digits += ALPHABET[digit]
    return f"{digits[:_HALF]}-{digits[_HALF:]}"


def read_reference(text: str) -> str | None:
    """Return the reference that a person typed, as it is shown, or None if it cannot be one.

    Letter case, blanks, dashes and other marks do not matter.
    """
    digits = _BETWEEN.sub("", text).upper()
    if len(digits) != DIGITS or not set(digits) <= set(ALPHABET):
        return None
    return f"{digits[:_HALF]}-{digits[_HALF:]}"
