"""Messages as they would leave, without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.ports.delivery import AddressNotice, CodeMessage, LinkMessage
from linkgate.sending import emails, receipts, sms

if TYPE_CHECKING:
    from linkgate.ports.delivery import ReceiptMessage
    from linkgate.sending.emails import Email

    Message = LinkMessage | CodeMessage | AddressNotice | ReceiptMessage


def email_of(message: Message, mail_from: str) -> Email:
    """Return the e-mail of a message. Raises UnsafeAddress."""
    match message:
        case LinkMessage():
            return emails.link_email(message, mail_from)
        case CodeMessage():
            return emails.code_email(message, mail_from)
        case AddressNotice():
            return emails.notice_email(message, mail_from)
        case _:
            return receipts.receipt_email(message, mail_from, None)


def sms_of(message: Message) -> str:
    """Return the SMS of a message. Raises SegmentOverflow."""
    match message:
        case LinkMessage():
            return sms.link_text(message)
        case CodeMessage():
            return sms.code_text(message)
        case AddressNotice():
            return sms.notice_text(message)
        case _:
            return sms.receipt_text(message)
