"""Portal for browsers: the whole system over real HTTP, with tenants that use everything a page can show."""

from __future__ import annotations

import dataclasses
import itertools
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cli
from cli.located_yaml import read_documents
from linkgate import wiring
from linkgate.model.hours import Hours
from linkgate.model.tenant import Agent, Campaign, Category, Contact, Process, ResourceType
from linkgate.store.tenants import DynamoTenants
from local import demo
from local.demo_sign_in import add_demo_sign_in
from local.server import LocalServer
from tests.support.cloud import TEMPLATE, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.model.tenant import Tenant

_numbers = itertools.count()
UID = "0123456789abcdef0123456789abcdef"

SHARED: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "fullName": {"type": "string", "title": "Full name", "x-roles": {"Guarantor": "see"}},
        "account": {"type": "string", "title": "Account", "x-private": True},
        "rate": {"title": "Rate", "enum": ["low", "high"], "x-roles": {"": "see", "Guarantor": "see"}},
        "start": {"type": "string", "format": "date", "title": "Start", "x-roles": {"": "see", "Guarantor": "see"}},
        "note": {"type": "string", "title": "Internal note", "x-roles": {"": "none", "Guarantor": "none"}},
    },
}
"""Form in which each of three roles has other rights."""
EVERYTHING: Mapping[str, object] = {
    "type": "object",
    "required": ["name", "email", "account", "terms", "address"],
    "properties": {
        "customer": {"type": "string", "title": "Customer number", "readOnly": True},
        "name": {
            "type": "string",
            "title": "Full name",
            "description": "As in your passport",
            "minLength": 2,
            "maxLength": 100,
            "x-i18n": {"es": {"title": "Nombre completo", "description": "Como en su pasaporte"}},
        },
        "born": {"type": "string", "format": "date", "title": "Date of birth"},
        "email": {"type": "string", "format": "email", "title": "E-mail"},
        "phone": {"type": "string", "format": "phone", "title": "Phone"},
        "postcode": {"type": "string", "title": "Postcode", "pattern": "^[A-Z0-9 ]{5,8}$"},
        "income": {"type": "number", "title": "Monthly income", "minimum": 0, "maximum": 1000000},
        "account": {"type": "string", "title": "Account", "enum": ["Current", "Savings"]},
        "country": {
            "title": "Country",
            "oneOf": [
                {"const": code, "title": name}
                for code, name in zip(
                    ("AR", "CL", "CO", "ES", "GB", "MX", "PE", "VE"),
                    ("Argentina", "Chile", "Colombia", "España", "United Kingdom", "México", "Perú", "Venezuela"),
                    strict=True,
                )
            ],
        },
        "topics": {
            "type": "array",
            "title": "What may we write to you about?",
            "items": {"enum": ["Offers", "News", "Security"]},
            "uniqueItems": True,
        },
        "resident": {"type": "boolean", "title": "Do you live in this country?"},
        "address": {
            "type": "object",
            "title": "Address",
            "required": ["street"],
            "properties": {
                "street": {"type": "string", "title": "Street and number"},
                "city": {"type": "string", "title": "City"},
            },
        },
        "remarks": {"type": "string", "title": "Anything else?", "maxLength": 1000},
        "terms": {"type": "boolean", "const": True, "title": "I have read the terms and accept them"},
    },
}

CAR: Mapping[str, object] = {
    "type": "object",
    "required": ["owns"],
    "properties": {
        "owns": {"type": "boolean", "title": "Do you own a car?"},
        "plate": {"type": "string", "title": "Number plate"},
        "loan": {
            "type": "object",
            "title": "Loan for the car",
            "required": ["bank"],
            "properties": {"bank": {"type": "string", "title": "Bank"}, "since": {"enum": ["2024", "2025"]}},
        },
    },
    "if": {"properties": {"owns": {"const": True}}, "required": ["owns"]},
    "then": {"required": ["plate", "loan"]},
    "else": {"properties": {"plate": False}},
}
"""Form in which one answer opens further questions."""

LOAN: Mapping[str, Any] = read_documents(Path(cli.__file__).with_name("loan.yaml"))[0].value["schema"]
"""The example of a form with steps, which `linkgate process example --loan` prints."""

QUESTIONS: Mapping[str, object] = {
    "type": "object",
    "required": ["recommend"],
    "properties": {
        "recommend": {
            "type": "integer",
            "minimum": 0,
            "maximum": 10,
            "title": "How likely are you to recommend us?",
            "description": "0: not at all, 10: certainly",
        },
        "rating": {"type": "integer", "minimum": 1, "maximum": 5, "title": "How was our agent?"},
        "solved": {"type": "string", "enum": ["Yes", "Partly", "No"], "title": "Is your question answered?"},
        "comment": {"type": "string", "maxLength": 2000, "title": "What could be better?"},
    },
}

OWN_PAGE = "https://www.example.com/documents/{uid}?view=full"

TENANTS: Mapping[str, Tenant] = {
    "en": demo.DEMO,
    "es": dataclasses.replace(demo.OTHER, name="Seguros del Río Grande y Compañía", locale="es", colour="#f2c230"),
}
"""Tenants by the language of their links. The colour of the second needs dark text."""

DEFINITIONS = (
    Process(
        "everything",
        "Open an account",
        schema=EVERYTHING,
        next_text="We call you within two days.",
        next_url="https://www.example.com/accounts",
        next_label="Read about your account",
    ),
    Process("confirm", "Confirm your data"),
    Process("car", "Your car", schema=CAR),
    Process("loan", "Apply for a loan", schema=LOAN),
    Process("shared", "Apply for a loan", schema=SHARED, roles=("Adviser", "Guarantor"), submitters=frozenset({""})),
    Campaign("questions", "How did we do?", schema=QUESTIONS),
    ResourceType("Contract", "Contract", tier="restricted"),
    ResourceType("Statement", "Statement", tier="standard", documents="later"),
    ResourceType("Elsewhere", "Your documents", tier="standard", url=OWN_PAGE),
    Category("desk", "Customer service"),
    Agent("eva", "Eva", queues=frozenset({"desk"})),
    Category("small desk", "Customer service", hours=Hours("Europe/Madrid", {"mon": ("03:00-03:01", "23:00-23:01")})),
)


@dataclass(frozen=True)
class Portal:
    """Links of the tenant with this language."""

    cloud: Cloud
    url: str
    language: str

    @property
    def tenant(self) -> Tenant:
        return TENANTS[self.language]

    def process(self, model: Mapping[str, object] | None = None, process: str = "everything") -> str:
        body = {
            "apiVersion": "1",
            "apiKey": self._key("easysend"),
            "customerId": next(iter(self.tenant.customer_names)),
            "processId": process,
            "serializedModel": model or {},
        }
        return str(self._call("/player/api/generate-link", body)["link"])

    def together(
        self,
        roles: tuple[str, ...] = ("Adviser",),
        process: str = "everything",
        model: Mapping[str, object] | None = None,
    ) -> list[str]:
        """Return the links of a form for the customer and for each role."""
        body = {
            "apiVersion": "1",
            "apiKey": self._key("easysend"),
            "customerId": next(iter(self.tenant.customer_names)),
            "processId": process,
            "serializedModel": model or {},
            "coBrowsingRoles": list(roles),
        }
        made = self._call("/player/api/generate-link", body)
        return [str(made["link"]), *(str(made["coBrowsing"][role]) for role in roles)]

    def revoke(self, url: str) -> None:
        body = {
            "apiVersion": "1",
            "apiKey": self._key("easysend"),
            "customerId": next(iter(self.tenant.customer_names)),
            "rid": rid_of(url),
        }
        self._call("/player/api/cancel-request", body)

    def resource(self, resource_type: str = "Invoice", **fields: object) -> str:
        """Share a resource with contact 1, who has both addresses and consented to SMS."""
        body = {"resourceType": resource_type, "resourceUid": UID, "recipientContactId": 1, **fields}
        headers = {"Authorization": f"Bearer {self._key('trendsic')}"}
        return str(self._call("/v1/customerlink", body, headers)["portalUrl"])

    def survey(self, campaign: str = "questions", contact: str = "john@example.com") -> str:
        body = {"customer_contact": contact, "campaign_name": campaign, "agent_name": demo.AGENT}
        user, _, password = self._key("digidesk").partition(":")
        response = self.cloud.post("/api/survey_requests/", body, basic=(user, password))
        assert response.status == 201, response.text
        return self.link()

    def opt_out(self) -> str:
        """Ask a person who was never asked for a survey, and return the opt-out address in the message."""
        self.survey(contact=f"john{next(_numbers)}@example.com")
        return str(re.findall(r"https?://\S+/o/[\w-]{22}/[\w-]{22}", self.messages()[0]["text"])[0])

    def session(
        self,
        tickets: bool = True,  # noqa: FBT001, FBT002 - a switch for tests
        category: str = "desk",
        name: str = "Abraham",
    ) -> str:
        ticket = {"title": "Promoción <del día>", "description": "20 % de descuento\nen todos los productos"}
        body = {
            "name": name,
            "cellphone": "+584141315854",
            "categoryCode": category,
            **({"ticket": ticket} if tickets else {}),
        }
        headers = {"Authorization": self._key("ocular"), "X-Requested-With": "XMLHttpRequest"}
        reply = self._call("/v1/access/external/cammer/generate-session", body, headers)
        return str(reply["data"]["link"])

    def desk(self) -> str:
        """Return the link to the desk of an agent who answers the sessions."""
        made = self._call("/agents/eva/desk", {}, {"Authorization": f"Bearer {self._key('manage')}"})
        return str(made["link"])

    def withdraw(self, rid: str) -> None:
        self._call(f"/links/{rid}/revoke", {}, {"Authorization": f"Bearer {self._key('manage')}"})

    def messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.cloud.get("/_local/outbox").json()
        return messages

    def link(self) -> str:
        """Return the link in the newest message."""
        return str(re.findall(r"https?://\S+/l/[\w-]{22}#[\w-]{22}", self.messages()[0]["text"])[0])

    def code(self) -> str:
        """Return the code in the newest message."""
        return str(re.findall(r"(?<!\d)\d{6,8}(?!\d)", self.messages()[0]["text"])[0])

    def item(self, url: str) -> dict[str, Any]:
        """Return the stored link."""
        return next(item for item in self.cloud.table() if item["pk"] == rid_of(url) and item["sk"] == "link")

    def _key(self, dialect: str) -> str:
        return demo.KEYS[self.tenant.id][dialect]

    def _call(self, target: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        response = self.cloud.post(target, body, headers)
        assert response.status in {200, 201}, response.text
        return response.json()


def rid_of(url: str) -> str:
    return url.partition("/l/")[2].partition("#")[0]


@contextmanager
def served(parameters: Mapping[str, str] | None = None) -> Iterator[Cloud]:
    """Run a cloud that answers over HTTP at its own domain, with the tenants above."""
    server = LocalServer(("127.0.0.1", 0), quiet=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    with Cloud(TEMPLATE, domain=server.address, over_http=True, parameters=parameters) as cloud:
        server.application, server.live = cloud.handle, cloud.live
        thread.start()
        tenants = wiring.deps().tenants
        assert isinstance(tenants, DynamoTenants)
        add_demo_sign_in(cloud, wiring.deps())
        for tenant in TENANTS.values():
            tenants.put_tenant(tenant)
            tenants.put_contact(tenant.id, Contact(2, "Charles Babbage", email="charles@example.com"))
            for definition in DEFINITIONS:
                tenants.put_definition(tenant.id, definition)
        try:
            yield cloud
        finally:
            cloud.live.stop()  # while the server still takes what its functions send
            server.shutdown()
            server.server_close()
