"""Notices as use cases make them, for tests of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import Channel, Kind
from linkgate.model.tenant import Tenant
from linkgate.ports.delivery import CodeNotice, LinkNotice

if TYPE_CHECKING:
    from typing import Any

RID = "Jz1wI0v7Qe-4mB_9xT2yUw"
SECRET = "q3Vb8nRk1LzX_0aS-dF5gA"
HOST = "links.acme.example"
URL = f"https://{HOST}/l/{RID}#{SECRET}"
PHONE = "+15550100200"
MAIL_FROM = "no-reply@mail.example"
ACME = Tenant(id="0" * 32, name="Acme Savings Bank")


def link_notice(**changes: Any) -> LinkNotice:  # noqa: ANN401 - any field of a notice
    notice = LinkNotice(
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
    return replace(notice, **changes)


def code_notice(**changes: Any) -> CodeNotice:  # noqa: ANN401 - any field of a notice
    notice = CodeNotice(
        channel=Channel.EMAIL,
        tenant=ACME,
        to="maria@customer.example",
        code="042917",
        rid=RID,
        locale="en",
        host=HOST,
        life=timedelta(minutes=10),
    )
    return replace(notice, **changes)


def sms_notice(**changes: Any) -> LinkNotice:  # noqa: ANN401 - any field of a notice
    return link_notice(**{"channel": Channel.SMS, "to": PHONE, **changes})


def sms_code(**changes: Any) -> CodeNotice:  # noqa: ANN401 - any field of a notice
    return code_notice(**{"channel": Channel.SMS, "to": PHONE, **changes})
