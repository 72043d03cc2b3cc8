"""Normalise e-mail addresses and phone numbers to the one form that messages are sent to."""

from __future__ import annotations

import re
import unicodedata

_PLAIN_EMAIL = re.compile(
    r"(?=.{6,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[a-z]{2,63})",
    re.ASCII,
)
_TEST_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@linkgate\.test", re.ASCII | re.IGNORECASE)
"""Addresses for test links (`model.simulation`). Nothing else is sent to them."""
_LABEL_LIMIT = 63
_DIALLED = re.compile(r"\+?[0-9 ()./-]{4,32}", re.ASCII)
_REACHED = re.compile(r"\+(?!8(?:00|08)|979)[1-9][0-9]{6,14}", re.ASCII)
"""E.164 numbers that can get an SMS: at most 15 digits, and none of the international services that are only called."""
_OLD_MEXICAN = re.compile(r"\+52(?:1|0?4[45]|01)(?=[0-9]{10}\Z)", re.ASCII)
"""Prefixes that Mexican mobiles had until 2020. Many systems still hold them."""
_MEXICO = 52
_MINUSES = frozenset("\u2043\u2212")
"""Signs that look like dashes, but count as punctuation and mathematics."""
_INVISIBLE = frozenset({"Cf", "Zs"})


def trimmed(text: str) -> str:
    """Return the text without the blanks and invisible characters around it, which come with pasted text."""
    start, end = 0, len(text)
    while start < end and unicodedata.category(text[start]) in _INVISIBLE:
        start += 1
    while start < end and unicodedata.category(text[end - 1]) in _INVISIBLE:
        end -= 1
    return text[start:end]


def normal_email(text: str) -> str | None:
    """Return the address with its domain in ASCII, or None if its spelling is not deliverable. Makes no name lookup.

    The local part stays as it is, because its case may matter. It must be ASCII, because the provider delivers to
    nothing else. Blanks and invisible characters around the address are dropped.
    """
    text = trimmed(text)
    if _TEST_EMAIL.fullmatch(text):
        return text
    if (plain := _PLAIN_EMAIL.fullmatch(text)) and max(map(len, plain[1].split("."))) <= _LABEL_LIMIT:
        # Nearly every address ends here, as the library would decide. Loading its patterns takes 15 % of a cold start.
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def is_for_tests(address: str) -> bool:
    """Return whether an address exists for test links only."""
    return _TEST_EMAIL.fullmatch(address) is not None


def normal_phone(text: str, region: str | None) -> str | None:
    """Return the number in E.164, or None if no SMS can reach it. `region` (ISO 3166) applies to national numbers.

    Without a region, the number must begin with a plus sign and its country's code.

    A number that works only within its area is refused, because it leads nowhere or to somebody else from outside.
    """
    import phonenumbers

    dialled = "".join(map(_dialled, text)).strip(" ")
    if not _DIALLED.fullmatch(dialled):
        return None
    try:
        number = phonenumbers.parse(dialled, region)
        if number.country_code == _MEXICO:
            spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            number = phonenumbers.parse(_OLD_MEXICAN.sub("+52", spelled))
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    reached = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return reached if _REACHED.fullmatch(reached) else None


def phone_country(phone: str) -> str | None:
    """Return the ISO 3166 country of a number in E.164, or None if it cannot be read.

    If several countries share the calling code and the number does not tell which, return the main one.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(number)
    return country or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _dialled(char: str) -> str:
    """Return a character of a phone number as it is typed: every dash as a hyphen, and nothing for an invisible one."""
    category = unicodedata.category(char)
    if category == "Pd" or char in _MINUSES:
        return "-"
    return " " if category == "Zs" else "" if category == "Cf" else char
