"""Documented calls of the vendors, with the demo tenants' credentials."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local import demo

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud


@dataclass(frozen=True)
class Call:
    """A documented call. `valid` is its status, and `link` the path to the link in its reply."""

    target: str
    body: dict[str, Any]
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    link: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """Fields without which the call is 400."""

    def make(self, cloud: Cloud, body: object = ..., **headers: str) -> HttpResponse:
        """Make the call, with another body or further headers. `idempotency_key="x"` is the header Idempotency-Key."""
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = copy.deepcopy(self.body) if body is ... else body
        return cloud.post(self.target, sent, {**self.headers, **spelled}, basic=self.basic)

    def url(self, response: HttpResponse) -> str:
        """Return the link in a reply."""
        value: Any = response.json()
        for step in self.link:
            value = value[step]
        return str(value)


EASYSEND_SAMPLE = {
    "apiVersion": "1",
    "apiKey": demo.EASYSEND_KEY,
    "customerId": demo.EASYSEND_CUSTOMER,
    "processId": demo.PROCESS,
    "source": "API",
    "serializedModel": {"metadata": {}},
    "coBrowsingRoles": ["role1", "role2"],
}
GENERATE = Call(
    "/player/api/generate-link",
    EASYSEND_SAMPLE,
    200,
    link=("link",),
    required=("apiVersion", "processId"),
)
SEND = Call(
    "/player/api/send-link",
    {
        **EASYSEND_SAMPLE,
        "serializedModel": {"metadata": {"name": "Ana", "email": "ana@example.com", "phone": "+447700900123"}},
    },
    200,
    link=("link",),
    required=("apiVersion", "processId", "serializedModel"),
)
CUSTOMER_LINK = Call(
    "/v1/customerlink",
    {
        "resourceType": "Invoice",
        "resourceUid": "0123456789abcdef0123456789abcdef",
        "recipientEmail": "jane@example.com",
        "deliverEmail": True,
        "deliverSms": False,
        "expiresInHours": 72,
        "maxViews": 5,
    },
    200,
    headers={"Authorization": f"Bearer {demo.TRENDSIC_KEY}"},
    link=("portalUrl",),
    required=("resourceType", "resourceUid", "recipientEmail"),
)
SURVEY = Call(
    "/api/survey_requests/",
    {
        "customer_contact": "john.smith@email.com",
        "campaign_name": demo.CAMPAIGN,
        "customer_name": "John Smith",
        "account_number": "ABC123",
        "agent_name": demo.AGENT,
        "misc_data": {"Contact Reason": "Billing enquiry"},
    },
    201,
    basic=(demo.DIGIDESK_USER, demo.DIGIDESK_PASSWORD),
    required=("customer_contact", "campaign_name"),
)
SESSION = Call(
    "/api/v1/access/external/cammer/generate-session",
    {
        "name": "Abraham",
        "email": "abraham@ocularsolution.com",
        "cellphone": "+584141315854",
        "categoryCode": demo.OCULAR_CODE,
        "ticket": {
            "title": "Promoción del día del padre",
            "description": "20% de descuento en todos los productos",
        },
    },
    200,
    headers={"Authorization": demo.OCULAR_KEY, "X-Requested-With": "XMLHttpRequest"},
    link=("data", "link"),
    required=("name", "cellphone"),
)
CALLS = {"generate": GENERATE, "send": SEND, "customerlink": CUSTOMER_LINK, "survey": SURVEY, "session": SESSION}
