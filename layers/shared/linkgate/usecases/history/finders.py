"""Terms by which a link is found apart from its addresses: account number, contact and name.

A term stands in an index as a hash, as an address does. It never equals an address, which has no colon.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from linkgate.model.tenant import FIND_ACCOUNT, FIND_CONTACT, FIND_NAME
from linkgate.usecases.history.data_addresses import texts_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linkgate.model.link import Recipient
    from linkgate.model.tenant import Contact, Tenant

_LETTERS = 3
"""Letters of a surname that stand in the index. The rest is compared with what was found."""
_SURNAMES = 2
_LONGEST = 100
_ACCOUNTS = 5
_GAPS = re.compile(r"[\W_]+")
_ACCOUNT_NAMES = frozenset({"accountnumber", "accountno", "account"})


def finder_terms(
    recipient: Recipient, data: Mapping[str, object], contact: Contact | None, tenant: Tenant
) -> Collection[str]:
    """Return the terms of a link, as far as its tenant wants them. `data` is what the link was made with."""
    terms: dict[str, None] = {}
    if FIND_ACCOUNT in tenant.finders:
        numbers = [text for name, text in texts_in(data) if _folded(name) in _ACCOUNT_NAMES][:_ACCOUNTS]
        numbers += [contact.account_number] if contact and contact.account_number else []
        terms |= dict.fromkeys(filter(None, map(account_term, numbers)))
    if FIND_CONTACT in tenant.finders and recipient.contact_id is not None:
        terms[contact_term(recipient.contact_id)] = None
    if FIND_NAME in tenant.finders and recipient.name:
        terms |= dict.fromkeys(_name_terms(recipient.name))
    return terms.keys()


def account_term(text: str) -> str | None:
    """Return the term of an account number in any spelling, None if the text cannot be one."""
    folded = _folded(text)
    return f"account:{folded}" if folded and len(text) <= _LONGEST else None


def contact_term(number: int) -> str:
    """Return the term of a contact's number."""
    return f"contact:{number}"


def searched_name_term(text: str) -> str | None:
    """Return the term under which a name is looked up: that of its last word. None if there is no word."""
    words = _words(text)
    return _name_term(words[-1]) if words else None


def has_name(name: str | None, text: str) -> bool:
    """Return whether each word of the text begins a word of the name."""
    known = _words(name or "")
    return all(any(word.startswith(wanted) for word in known) for wanted in _words(text))


def _name_terms(name: str) -> list[str]:
    """Return the term of the last word, and of the one before if there are more, because it may be a surname, too."""
    words = _words(name)
    last = words[-_SURNAMES:] if len(words) > _SURNAMES else words[-1:]
    return [_name_term(word) for word in last]


def _name_term(word: str) -> str:
    return f"name:{word[:_LETTERS]}"


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    without_marks = "".join(char for char in plain if not unicodedata.combining(char))
    return _GAPS.sub(" ", without_marks).split()


def _folded(text: str) -> str:
    return "".join(_words(text))
