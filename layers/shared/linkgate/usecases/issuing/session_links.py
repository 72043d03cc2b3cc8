"""Connect a customer with an agent live (Ocular)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.link import Kind, Recipient
from linkgate.model.tenant import Category
from linkgate.usecases.issuing.issue import CreateCommand, Issued, NewLink, issue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession(CreateCommand):
    """Request for a session. `category` and `user` exclude each other; without either, the tenant's default applies."""

    name: str
    cellphone: str
    email: str | None = None
    category: str | None = None
    user: str | None = None
    tickets: tuple[Mapping[str, str], ...] = ()


def start_session(command: StartSession, deps: Deps) -> Issued:
    """Make the link of a session room. Nothing is sent, because the caller shares the link.

    Raises InvalidRequest for an unusable address and for an unknown category or user.
    """
    tenant = command.caller.tenant
    # The field is in E.164. A national number could belong to somebody in the tenant's country, or in another.
    phone = normal_phone(command.cellphone, None)
    email = normal_email(command.email) if command.email else None
    problems = []
    if command.email and not email:
        problems.append(Problem.of("email", "email"))
    if not phone:
        problems.append(Problem.of("cellphone", "phone"))
    field = "user" if command.user else "category"
    code = command.user or command.category or tenant.default_category
    category = deps.tenants.definition(Category, tenant.id, code) if code else None
    if category is None:
        problems.append(Problem.of(field, "unknown" if code else "required"))
    if problems or command.faults or category is None:
        raise InvalidRequest(problems)
    new = NewLink(
        operation="generate-session",
        kind=Kind.SESSION,
        definition_id=category.id,
        version=category.version,
        title=category.title,
        tier=tenant.tier(category.tier),
        recipient=Recipient(
            name=command.name,
            email=email,
            phone=phone,
            locale=category.locale or tenant.locale,
            locale_said=bool(category.locale),
            sms_consent=bool(phone) and tenant.asserts_sms_consent,
        ),
        prefilled={"tickets": command.tickets},
    )
    return issue(new, command, deps)
