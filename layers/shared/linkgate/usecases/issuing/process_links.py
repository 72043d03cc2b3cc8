"""Ask a customer to fill in a digital process once (EasySend)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.link import Channel, Kind, Recipient
from linkgate.model.tenant import Process
from linkgate.usecases.definitions import translated_title
from linkgate.usecases.delivery.channels import accept
from linkgate.usecases.issuing.issue import CreateCommand, Issued, NewLink, issue
from linkgate.usecases.prefill import fitted
from linkgate.usecases.role_rules import needed_roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

_NAME_LIMIT = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestProcess(CreateCommand):
    """Request for a process's link. `model` prefills the form. `notify` sends the link over the process's channels."""

    process_id: str
    model: Mapping[str, object]
    roles: tuple[str, ...] = ()
    source: str | None = None
    notify: bool = False


def request_process(command: RequestProcess, deps: Deps) -> Issued:
    """Make the process's link. Raises NotFound for an unknown process.

    Raises InvalidRequest, with the JSON Pointers as fields, for values of the model that the form cannot show. With
    `notify`, the model must hold a usable address for at least one of the process's channels and no unusable
    address for any of them.
    """
    tenant = command.caller.tenant
    process = deps.tenants.definition(Process, tenant.id, command.process_id)
    if process is None:
        raise NotFound("process")
    model, unfit = fitted(command.model, process.schema)
    recipient, problems = _recipient(process, command.model, tenant)
    channels: list[Channel] = []
    refused: tuple[str, ...] = ()
    refusals = [Problem.of(f"serializedModel{each.field}", each.code, **each.values) for each in unfit]
    refusals += _role_problems(process, command.roles, model)
    if command.notify:
        refusals = [*problems, *refusals]
    if refusals or command.faults:
        raise InvalidRequest(refusals)
    if command.notify:
        channels, refused = _reachable(process, recipient)
    new = NewLink(
        operation="send-link" if command.notify else "generate-link",
        kind=Kind.PROCESS,
        definition_id=process.id,
        version=process.version,
        title=translated_title(process, recipient.locale),
        tier=tenant.tier(process.tier),
        recipient=recipient,
        channels=channels,
        refused=refused,
        prefilled=model,
        roles=command.roles,
        source=command.source,
        reminders=process.reminders,
    )
    return issue(new, command, deps)


def _role_problems(process: Process, roles: Sequence[str], model: Mapping[str, object]) -> list[Problem]:
    """Return a problem for roles that the process does not have, and for a form that nobody could fill in or submit."""
    if process.roles and not set(process.roles).issuperset(roles):
        return [Problem.of("coBrowsingRoles", "format", expected=f"among {', '.join(process.roles)}")]
    needed = needed_roles(process, ("", *roles), model)
    return [Problem.of("process", "needs_role", roles=" or ".join(needed))] if needed else []


def _recipient(process: Process, model: Mapping[str, object], tenant: Tenant) -> tuple[Recipient, list[Problem]]:
    problems: list[Problem] = []
    email_text = _address_at(model, process.email_pointer, problems, needed=Channel.EMAIL in process.channels)
    phone_text = _address_at(model, process.phone_pointer, problems, needed=Channel.SMS in process.channels)
    email = normal_email(email_text) if email_text else None
    phone = normal_phone(phone_text, tenant.region) if phone_text else None
    if email_text and not email and Channel.EMAIL in process.channels:
        problems.append(Problem.of(f"serializedModel{process.email_pointer}", "email"))
    if phone_text and not phone and Channel.SMS in process.channels:
        problems.append(Problem.of(f"serializedModel{process.phone_pointer}", "phone"))
    name = _text_at(model, process.name_pointer)
    recipient = Recipient(
        name=name[:_NAME_LIMIT] if name else None,
        email=email,
        phone=phone,
        locale=process.locale or tenant.locale,
        locale_said=bool(process.locale),
        sms_consent=bool(phone) and tenant.asserts_sms_consent,
    )
    return recipient, problems


def _reachable(process: Process, recipient: Recipient) -> tuple[list[Channel], tuple[str, ...]]:
    addressed = [channel for channel in Channel if channel in process.channels and recipient.address(channel)]
    channels, refused = accept(addressed, recipient)
    if not channels:
        raise InvalidRequest([Problem.of("serializedModel", "no_channel")])
    return channels, refused


def _address_at(model: Mapping[str, object], pointer: str, problems: list[Problem], *, needed: bool) -> str | None:
    """Return the address at a JSON Pointer. A value that cannot be one is a fault if the process sends to it."""
    value = _value_at(model, pointer)
    text = _text(value)
    if needed and text is None and not (value is None or (isinstance(value, str) and not value.strip())):
        problems.append(Problem.of(f"serializedModel{pointer}", "type", expected="string"))
    return text


def _text_at(model: Mapping[str, object], pointer: str) -> str | None:
    """Return the text at a JSON Pointer, or None if there is none."""
    return _text(_value_at(model, pointer))


def _text(value: object) -> str | None:
    """Return a text stripped of blanks, or the digits of a number, or None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _value_at(model: Mapping[str, object], pointer: str) -> object:
    """Return the value at a JSON Pointer (RFC 6901), or None if there is none."""
    value: object = model
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and key.isascii() and int(key[:9]) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
