"""Two demo tenants. They use the identities of the vendors' own documents, so the samples there run unchanged.

Their keys are public, and far too short to be accepted for a real tenant.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from linkgate.model.link import Channel
from linkgate.model.tenant import (
    EVERY_COUNTRY,
    SCOPE_CREATE,
    SCOPE_DESKS,
    SCOPE_FILES_READ,
    SCOPE_FILES_WRITE,
    SCOPE_READ,
    SCOPE_RESULTS,
    SCOPE_WRITE,
    Agent,
    Campaign,
    Category,
    Contact,
    Credential,
    Process,
    ResourceType,
    Tenant,
)
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import Derivation, credential_hash
from linkgate.usecases.authentication import Caller
from linkgate.usecases.issuing.desk_links import OpenDesk, open_desk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkgate.ports.deps import Deps

EASYSEND_KEY = "11111111-2222-3333-4444-123456789000"
EASYSEND_CUSTOMER = "customer-name"
PROCESS = "xxxxxxLChXYEBVg4"
TRENDSIC_KEY = "local-trendsic-key"
DIGIDESK_USER = "digidesk"
DIGIDESK_PASSWORD = "local-digidesk-password"  # noqa: S105 - public, of the demo tenant
CAMPAIGN = "My Survey Campaign"
AGENT = "A.N. Agent"
OCULAR_KEY = "123456789"
OCULAR_CODE = "a7d3a90f-6050-476f-8814-6779f54b3caa"
MANAGE_KEY = "local-manage-key"
INVOICE = "5f3c1e0a9b7d4c2e8f60718293a4b5c6"
"""Resource with a document, which the sample call of Trendsic shares."""

DEMO = Tenant(
    id="10ca1000000000000000000000000001",
    name="Example Bank",
    customer_names=frozenset({EASYSEND_CUSTOMER}),
    region="GB",
    asserts_sms_consent=True,
    sms_countries=frozenset({EVERY_COUNTRY}),
    sms_per_day=100_000,
    emails_per_day=1_000_000,
    messages_per_recipient=100_000,
    default_category=OCULAR_CODE,
    creates_per_minute=100_000,
    website="https://www.example.com",
    support_phone="+44 20 7946 0000",
    support_email="help@example.com",
    privacy_url="https://www.example.com/privacy",
    terms_url="https://www.example.com/terms",
)
OTHER = Tenant(
    id="10ca1000000000000000000000000002",
    name="Other Insurance",
    customer_names=frozenset({"other-customer"}),
    region="GB",
    asserts_sms_consent=True,
    sms_countries=frozenset({EVERY_COUNTRY}),
    sms_per_day=100_000,
    emails_per_day=1_000_000,
    messages_per_recipient=100_000,
    default_category=OCULAR_CODE,
    creates_per_minute=100_000,
)

KEYS = {
    DEMO.id: {
        "easysend": EASYSEND_KEY,
        "trendsic": TRENDSIC_KEY,
        "digidesk": f"{DIGIDESK_USER}:{DIGIDESK_PASSWORD}",
        "ocular": OCULAR_KEY,
        "manage": MANAGE_KEY,
    },
    OTHER.id: {
        "easysend": "other-easysend-key",
        "trendsic": "other-trendsic-key",
        "digidesk": "other-digidesk:other-digidesk-password",
        "ocular": "other-ocular-key",
        "manage": "other-manage-key",
    },
}
"""Raw keys by tenant and dialect, without the header around them."""

VENDOR_SCOPES = frozenset({SCOPE_CREATE, SCOPE_READ, SCOPE_WRITE})
MANAGE_SCOPES = frozenset(
    {SCOPE_CREATE, SCOPE_READ, SCOPE_WRITE, SCOPE_RESULTS, SCOPE_DESKS, SCOPE_FILES_READ, SCOPE_FILES_WRITE}
)

# Both schemas require nothing, and allow any further field that a caller prefills or a recipient sends.
PROCESS_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "Open an account",
    "properties": {
        "fullName": {"type": "string", "title": "Full name", "maxLength": 200},
        "dateOfBirth": {"type": "string", "format": "date", "title": "Date of birth"},
        "accountType": {"type": "string", "title": "Account", "enum": ["Current", "Savings"]},
        "acceptTerms": {"type": "boolean", "title": "I accept the terms"},
    },
}
SURVEY_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "How did we do?",
    "properties": {
        "rating": {"type": "integer", "title": "How satisfied are you?", "minimum": 1, "maximum": 5},
        "comment": {"type": "string", "title": "What could be better?", "maxLength": 2000},
    },
}

DEFINITIONS = (
    Process(PROCESS, "Open an account", channels=(Channel.EMAIL, Channel.SMS), schema=PROCESS_SCHEMA),
    ResourceType("Invoice", "Invoice", tier="standard"),
    ResourceType("MedicalReport", "Medical report", tier="confidential"),
    Campaign(CAMPAIGN, "How did we do?", schema=SURVEY_SCHEMA),
    Agent(AGENT),
    Category(OCULAR_CODE, "Customer service"),
    Category("billing", "Billing"),
    Agent("ana", "Ana", email="ana@example.com", queues=frozenset({OCULAR_CODE, "billing"})),
    Agent("ben", "Ben", email="ben@example.com", queues=frozenset({OCULAR_CODE})),
)

CONTACTS = {
    DEMO.id: (
        Contact(1, "Ada Lovelace", email="ada@example.com", phone="+447700900001", sms_consent=True),
        Contact(2, "Charles Babbage", email="charles@example.com", phone="+447700900002"),
    ),
    OTHER.id: (Contact(1, "Grace Hopper", email="grace@example.net", phone="+447700900003", sms_consent=True),),
}


def seed_demo_tenants(deps: Deps) -> Iterable[str]:
    """Write both tenants through the store. Returns the addresses from which they send.

    Keys that a kept table knows keep their salt, from which the links of repeated creates are derived.
    """
    tenants = deps.tenants
    if not isinstance(tenants, DynamoTenants):
        raise TypeError("demo tenants are written to the table, not to a fake")
    for tenant in (DEMO, OTHER):
        tenants.put_tenant(tenant)
        for dialect, key in KEYS[tenant.id].items():
            known = tenants.credential(credential_hash(dialect, key))
            tenants.put_credential(_credential(tenant, dialect, key, known.salt if known else deps.random(32)))
        for definition in DEFINITIONS:
            tenants.put_definition(tenant.id, definition)
        for contact in CONTACTS[tenant.id]:
            tenants.put_contact(tenant.id, contact)
    return [tenant.mail_from for tenant in (DEMO, OTHER) if tenant.mail_from]


def desk_links(deps: Deps, base: str) -> dict[str, str]:
    """Make the link to the desk of each agent of the first tenant who answers customers, by id."""
    caller = Caller(DEMO, _credential(DEMO, "manage", MANAGE_KEY, b""), Derivation(b"", ""))
    agents = [each for each in DEFINITIONS if isinstance(each, Agent) and each.queues]
    at_base = replace(deps, portal=base)
    return {each.id: open_desk(OpenDesk(caller=caller, domain="", agent=each.id), at_base).url for each in agents}


def _credential(tenant: Tenant, dialect: str, key: str, salt: bytes) -> Credential:
    return Credential(
        hash=credential_hash(dialect, key),
        id=hashlib.sha256(f"{tenant.id}|{dialect}".encode()).hexdigest()[:32],
        tenant=tenant.id,
        dialect=dialect,
        salt=salt,
        scopes=MANAGE_SCOPES if dialect == "manage" else VENDOR_SCOPES,
    )
