"""Rules of countries for the sender of an SMS, as Amazon lists them.

Source: AWS End User Messaging SMS User Guide, "Supported countries and regions for SMS messaging", with its notes,
read in November 2026. Countries that are not here take any sender id.
"""

SOURCE = "https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html"


def _countries(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


REGISTERED = _countries("AE AU BY EG ES GB ID IE IN JO KE KW KZ LK OM PH QA RU SA SG TH TR VN ZM")
"""Countries that take a sender id only if it is registered. Singapore and Ireland mark others as a likely scam."""

INBOUND_ONLY = _countries("AE IN PH PK SA")
"""Countries whose long codes only receive messages, so that a number is no way around a sender id."""

NUMBERED = _countries("GU PR US VI")
"""Countries that take only registered numbers of the account: toll-free, 10DLC or short codes."""

SPECIAL = {
    "CN": "every text needs a registered template, and there is no sender id",
    "NZ": "texts with links need a dedicated short code that is allowed to send them",
}
"""Countries with a rule of their own."""

WITHOUT_SENDER_ID = _countries(
    "AR BE BR BS CA CG CL CO CR DO EC FM GT HU KN KR KY LC LR MC MH MY MZ NI PE PY SV TM TW UY VE ZA"
)
"""Further countries that show a number instead of a sender id. None of them asks for a registration."""
