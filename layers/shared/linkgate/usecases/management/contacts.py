"""Contacts that a tenant has on file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.addresses import normal_email, normal_phone

if TYPE_CHECKING:
    from linkgate.model.tenant import Contact, Tenant
    from linkgate.ports.deps import Deps


def contact_of(tenant: Tenant, contact_id: int, deps: Deps) -> Contact:
    """Return a contact of the tenant. Raises NotFound."""
    contact = deps.tenants.contact(tenant.id, contact_id)
    if contact is None:
        raise NotFound("contact")
    return contact


def keep_contact(tenant: Tenant, contact: Contact, deps: Deps) -> Contact:
    """Write the contact over any earlier one with its id, and return it with addresses in the form that links keep.

    Raises InvalidRequest for an unusable address.
    """
    kept = normal_contact(tenant, contact)
    deps.tenants.put_contact(tenant.id, kept)
    return kept


def normal_contact(tenant: Tenant, contact: Contact) -> Contact:
    """Return the contact with addresses in the form that links keep. Raises InvalidRequest for an unusable one."""
    email = normal_email(contact.email) if contact.email else None
    phone = normal_phone(contact.phone, tenant.region) if contact.phone else None
    problems = []
    if contact.email and not email:
        problems.append(Problem.of("email", "email"))
    if contact.phone and not phone:
        problems.append(Problem.of("phone", "phone"))
    if problems:
        raise InvalidRequest(problems)
    return dataclasses.replace(contact, email=email, phone=phone)
