"""Normalise e-mail addresses and phone numbers to the one form that messages are sent to."""

from __future__ import annotations

import re

_PLAIN_EMAIL = re.compile(
    r"(?=.{6,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[a-z]{2,63})",
    re.ASCII,
)
_LABEL_LIMIT = 63
_DIALLED = re.compile(r"\+?[0-9 ()./\-\u00a0]{4,32}", re.ASCII)


def normal_email(text: str) -> str | None:
    """Return the address with its domain in ASCII, or None if its spelling is not deliverable. Makes no name lookup.

    The local part stays as it is, because its case may matter. It must be ASCII, because the provider delivers to
    nothing else.
    """
    if (plain := _PLAIN_EMAIL.fullmatch(text)) and max(map(len, plain[1].split("."))) <= _LABEL_LIMIT:
        # Nearly every address ends here, as the library would decide. Loading its patterns takes 15 % of a cold start.
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def normal_phone(text: str, region: str) -> str | None:
    """Return the number in E.164, or None if it cannot be one. `region` (ISO 3166) applies to national numbers."""
    import phonenumbers

    if not _DIALLED.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
