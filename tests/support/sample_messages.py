"""Notices as use cases make them, for tests of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import Channel, Kind
from linkgate.model.tenant import Tenant
from linkgate.ports.delivery import CodeMessage, LinkMessage

if TYPE_CHECKING:
    from typing import Any

RID = "Jz1wI0v7Qe-4mB_9xT2yUw"
SECRET = "q3Vb8nRk1LzX_0aS-dF5gA"
HOST = "links.acme.example"
URL = f"https://{HOST}/l/{RID}#{SECRET}"
OPT_OUT = f"https://{HOST}/o/{RID}/8Zk2mQv5TtB0cX7_wY-1sA"
PHONE = "+15550100200"
MAIL_FROM = "no-reply@mail.example"
ACME = Tenant(id="0" * 32, name="Acme Savings Bank")


def link_message(**changes: Any) -> LinkMessage:
    message = LinkMessage(
        channel=Channel.EMAIL,
        tenant=ACME,
        kind=Kind.PROCESS,
        to="maria@customer.example",
        url=URL,
        rid=RID,
        attempt=1,
        locale="en",
        expires_at=datetime(2026, 11, 28, 15, 0, tzinfo=UTC),
        at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC),
        name="María Ñandú",
        title="Account opening",
    )
    return replace(message, **changes)


def code_message(**changes: Any) -> CodeMessage:
    message = CodeMessage(
        channel=Channel.EMAIL,
        tenant=ACME,
        to="maria@customer.example",
        code="042917",
        rid=RID,
        locale="en",
        host=HOST,
        life=timedelta(minutes=10),
    )
    return replace(message, **changes)


def sms_message(**changes: Any) -> LinkMessage:
    return link_message(**{"channel": Channel.SMS, "to": PHONE, **changes})


def sms_code(**changes: Any) -> CodeMessage:
    return code_message(**{"channel": Channel.SMS, "to": PHONE, **changes})
