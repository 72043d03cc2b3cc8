"""Text that the runner prints when it is ready: its address, demo credentials, and a sample call per endpoint."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local import demo
from local.object_store import SAME_ORIGIN, bucket_base

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_BODY = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Example:
    """A call that works as it stands."""

    title: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    user: str | None = None

    def curl(self, base: str) -> str:
        """Return the call as one line for a POSIX shell."""
        parts = ["curl", "-sS", base + self.path]
        if self.user:
            parts += ["-u", self.user]
        for name, value in self.headers.items():
            parts += ["-H", f"{name}: {value}"]
        return shlex.join([*parts, "-d", json.dumps(self.body, ensure_ascii=False)])


EXAMPLES = (
    Example(
        "EasySend: create a link to a prefilled process",
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
        "EasySend: do the same, and notify the customer by e-mail and SMS",
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
        "Trendsic: give a contact on file protected access to a resource",
        "/v1/customerlink",
        {
            "resourceType": "Invoice",
            "resourceUid": demo.INVOICE,
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
        "Ocular: start a live session between a customer and an agent",
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


HOW_TO_START = (
    "To create a link, paste one of these lines into a shell. Then open the link from the answer in a browser."
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


def banner(base: str, seconds: float, desks: Mapping[str, str], *, exposed: bool) -> str:
    """Return the whole text.

    `base` is the runner's address, and `desks` has the link to each agent's desk. `exposed` says whether other machines
    can reach the runner.
    """
    lines = [
        f"Linkgate is running at {base} (ready in {seconds:.1f} s). Press Ctrl-C to stop it.",
        "It runs entirely on this machine and stores nothing: when it stops, all links, messages and records are gone.",
    ]
    if exposed:
        lines.append("CAUTION: other machines can reach it. Its keys are public, and /_local/ shows everything.")
    opened = [f"  {name:<13}{url}" for name, url in desks.items()]
    return "\n".join([*lines, "", "Desks of the demo agents", *opened, "", guide(base)])


def guide(base: str) -> str:
    """Return the demo credentials, the sample calls, and the addresses to look at afterwards."""
    lines = ["Demo credentials", *(f"  {name:<13}{value}" for name, value in CREDENTIALS), "", HOW_TO_START]
    for example in EXAMPLES:
        lines += ["", f"# {example.title}", example.curl(base)]
    lines += [
        "",
        f"Console of the staff:   {base}/console",
        f"All of this as a page:  {base}/",
        f"Sent e-mails and SMS:   {base}/_local/outbox",
        f"Items of the table:     curl -sS {base}/_local/table",
        f"Objects of the buckets: curl -sS {base}/_local/objects",
        *_where_buckets_are(bucket_base(base.partition("://")[2])),
        "More about the runner:  docs/local.md",
        "",
    ]
    return "\n".join(lines)


def _where_buckets_are(base: str) -> list[str]:
    if not base.endswith(SAME_ORIGIN):
        return [f"Files are served at:    {base} (another origin than the portal, as on AWS)"]
    return [
        f"Files are served at:    {base}",
        "  This is the portal's own origin, unlike on AWS: a page that its security policy stops there works here.",
    ]
