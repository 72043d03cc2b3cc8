"""What a person sees when the runner is ready: where it listens, who may call, a line to paste for each endpoint."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local import demo

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_BODY = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Example:
    """One call that works as it is."""

    title: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    user: str | None = None

    def curl(self, base: str) -> str:
        """One line for a POSIX shell."""
        parts = ["curl", "-sS", base + self.path]
        if self.user:
            parts += ["-u", self.user]
        for name, value in self.headers.items():
            parts += ["-H", f"{name}: {value}"]
        return shlex.join([*parts, "-d", json.dumps(self.body, ensure_ascii=False)])


EXAMPLES = (
    Example(
        "EasySend: a link to a prefilled process",
        "/player/api/generate-link",
        {
            "apiVersion": "1",
            "apiKey": demo.EASYSEND_KEY,
            "customerId": demo.EASYSEND_CUSTOMER,
            "processId": demo.PROCESS,
            "source": "API",
            "serializedModel": {"metadata": {}, "fullName": "Ada Lovelace"},
            "coBrowsingRoles": ["role1", "role2"],
        },
        JSON_BODY,
    ),
    Example(
        "EasySend: the same, and the customer is notified by e-mail and SMS",
        "/player/api/send-link",
        {
            "apiVersion": "1",
            "apiKey": demo.EASYSEND_KEY,
            "customerId": demo.EASYSEND_CUSTOMER,
            "processId": demo.PROCESS,
            "serializedModel": {
                "metadata": {"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+447700900001"},
                "fullName": "Ada Lovelace",
            },
        },
        JSON_BODY,
    ),
    Example(
        "Trendsic: guarded access to a resource, for a contact on file",
        "/v1/customerlink",
        {
            "resourceType": "Invoice",
            "resourceUid": "5f3c1e0a9b7d4c2e8f60718293a4b5c6",
            "recipientContactId": 1,
            "deliverEmail": True,
            "deliverSms": True,
        },
        {**JSON_BODY, "Accept": "application/json", "Authorization": f"Bearer {demo.TRENDSIC_KEY}"},
    ),
    Example(
        "DigiDesk: ask a customer for feedback on an agent",
        "/api/survey_requests/",
        {
            "customer_contact": "john.smith@email.com",
            "campaign_name": demo.CAMPAIGN,
            "customer_name": "John Smith",
            "account_number": "ABC123",
            "agent_name": demo.AGENT,
            "misc_data": {"Contact Reason": "Billing enquiry"},
        },
        JSON_BODY,
        user=f"{demo.DIGIDESK_USER}:{demo.DIGIDESK_PASSWORD}",
    ),
    Example(
        "Ocular: connect a customer with an agent, live",
        "/v1/access/external/cammer/generate-session",
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
        {**JSON_BODY, "Authorization": demo.OCULAR_KEY, "X-Requested-With": "XMLHttpRequest"},
    ),
)


CREDENTIALS = (
    ("EasySend", f"apiKey {demo.EASYSEND_KEY}, customerId {demo.EASYSEND_CUSTOMER}, processId {demo.PROCESS}"),
    ("Trendsic", f"Authorization: Bearer {demo.TRENDSIC_KEY}; contacts 1 and 2; Invoice, MedicalReport"),
    ("DigiDesk", f"Basic {demo.DIGIDESK_USER} / {demo.DIGIDESK_PASSWORD}; campaign {demo.CAMPAIGN}"),
    ("Ocular", f"Authorization: {demo.OCULAR_KEY}; categoryCode or userCode {demo.OCULAR_CODE}"),
    ("management", f"Authorization: Bearer {demo.MANAGE_KEY}"),
    ("other tenant", "apiKey other-easysend-key with customerId other-customer, Bearer other-trendsic-key,"),
    ("", "Basic other-digidesk / other-digidesk-password, other-ocular-key, Bearer other-manage-key"),
)


def banner(base: str, seconds: float, *, exposed: bool) -> str:
    """The whole text. `base` is where it listens, `exposed` whether other machines can reach it."""
    lines = [
        f"Linkgate listens on {base} (ready in {seconds:.1f} s, Ctrl-C ends it).",
        "It runs on this machine alone and keeps nothing: stop it, and every link, message and record is gone.",
    ]
    if exposed:
        lines.append("CAUTION: other machines can reach it, its keys are public, and /_local/ shows everything.")
    lines += ["", "Demo credentials", *(f"  {name:<13}{value}" for name, value in CREDENTIALS)]
    lines += ["", "Paste a line, then open the link it answers with in a browser:"]
    for example in EXAMPLES:
        lines += ["", f"# {example.title}", example.curl(base)]
    lines += [
        "",
        f"What was sent by e-mail and SMS:  {base}/_local/outbox",
        f"Every item of the table:          curl -sS {base}/_local/table",
        "",
    ]
    return "\n".join(lines)
