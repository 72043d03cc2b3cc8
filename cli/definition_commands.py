"""`linkgate process`, `resource-type`, `campaign`, `agent`, `category`, `contact`: manage what links refer to."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.changes import FileArgument, print_example, print_sample, say_deleted, written
from cli.definition_use import YesOption, ask_about_links
from cli.failures import MISUSED, CommandError
from cli.located_yaml import Located, read_documents
from cli.printing import print_json, print_rows, print_yaml, terminal_safe
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant
    from linkgate.store.tenants import Only

_FORM = {
    "type": "object",
    "title": "Open an account",
    "properties": {
        "fullName": {"type": "string", "title": "Full name", "maxLength": 200, "x-autocomplete": "name"},
        "acceptTerms": {"type": "boolean", "title": "I accept the terms"},
    },
    "required": ["fullName"],
}
_SURVEY = {
    "type": "object",
    "title": "How did we do?",
    "properties": {
        "rating": {"type": "integer", "title": "How satisfied are you?", "minimum": 1, "maximum": 5},
        "comment": {"type": "string", "title": "What could be better?", "maxLength": 2000},
    },
    "required": ["rating"],
}


@dataclass(frozen=True)
class Noun:
    """A kind of definition. `record` names its class in `linkgate.model.tenant`, loaded when a command needs it."""

    name: str
    record: str
    about: str
    sample: Mapping[str, object]
    columns: tuple[str, ...] = ("id", "title", "tier")

    def kind(self) -> Any:  # noqa: ANN401 - one of the model's classes
        from linkgate.model import tenant

        return getattr(tenant, self.record)

    def listed(self, operator: Operator, tenant: "Tenant") -> Iterable[Any]:
        return operator.registry.definitions(self.kind(), tenant.id)

    def found(self, operator: Operator, tenant: "Tenant", name: str) -> Any:  # noqa: ANN401 - as `kind`
        return operator.registry.definition(self.kind(), tenant.id, name)

    def defined(self, document: Located, tenant: "Tenant") -> Any:  # noqa: ANN401 - as `kind`
        """Return the record that a document defines; raises CommandError."""
        from cli.definitions import record
        from cli.form_check import form_faults, form_warnings, privacy_warnings
        from linkgate.model.policy import TIERS

        made = record(self.kind(), document)
        tiers = {*TIERS, *tenant.tiers}
        faults = []
        if getattr(made, "tier", None) not in {None, *tiers}:
            faults.append(document.fault(("tier",), f"must be one of {', '.join(sorted(tiers))}"))
        if faults := [*faults, *form_faults(document, made)]:
            raise CommandError("\n".join(faults), MISUSED)
        for warning in [*form_warnings(document, made), *privacy_warnings(document, made, tenant)]:
            print(terminal_safe(warning), file=sys.stderr)
        return made

    def put(self, operator: Operator, tenant: "Tenant", made: Any, only: "Only") -> None:  # noqa: ANN401 - as `kind`
        operator.tenants.put_definition(tenant.id, made, only)

    def delete(self, operator: Operator, tenant: "Tenant", name: str) -> None:
        operator.tenants.delete_definition(self.kind(), tenant.id, name)


class ContactNoun(Noun):
    """Contacts: they have a number as id, and their addresses are indexed."""

    def listed(self, operator: Operator, tenant: "Tenant") -> Iterable[Any]:
        return operator.registry.contacts(tenant.id)

    def found(self, operator: Operator, tenant: "Tenant", name: str) -> Any:  # noqa: ANN401 - as `kind`
        return operator.tenants.contact(tenant.id, _contact_id(name))

    def defined(self, document: Located, tenant: "Tenant") -> Any:  # noqa: ANN401 - as `kind`
        from dataclasses import replace

        from linkgate.model.addresses import normal_phone

        made = super().defined(document, tenant)
        if made.phone is None:
            return made
        phone = normal_phone(made.phone, tenant.region)
        if phone is None:
            raise CommandError(document.fault(("phone",), "must be a phone number"), MISUSED)
        return replace(made, phone=phone)

    def put(self, operator: Operator, tenant: "Tenant", made: Any, only: "Only") -> None:  # noqa: ANN401 - as `kind`
        operator.tenants.put_contact(tenant.id, made, only)

    def delete(self, operator: Operator, tenant: "Tenant", name: str) -> None:
        operator.tenants.delete_contact(tenant.id, _contact_id(name))


def _contact_id(name: str) -> int:
    if not (name.isascii() and name.isdigit()):
        raise CommandError("A contact's id is a number.", MISUSED)
    return int(name)


CONTACT = ContactNoun(
    "contact",
    "Contact",
    "Manage contacts: people on file to whom links can be sent.",
    {"id": 1, "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+12025550123", "sms_consent": True},
    columns=("id", "name", "email", "phone", "sms_consent"),
)
NOUNS = (
    Noun(
        "process",
        "Process",
        "Manage EasySend processes: forms that customers fill in once.",
        {"id": "open-account", "title": "Open an account", "schema": _FORM},
    ),
    Noun(
        "resource-type",
        "ResourceType",
        "Manage Trendsic resource types: what customers can be given access to.",
        {"id": "Invoice", "title": "Invoice", "tier": "standard"},
    ),
    Noun(
        "campaign",
        "Campaign",
        "Manage DigiDesk survey campaigns.",
        {"id": "My Survey Campaign", "title": "How did we do?", "schema": _SURVEY},
    ),
    Noun(
        "agent",
        "Agent",
        "Manage agents: the people who answer sessions, and to whom survey results are assigned.",
        {"id": "A.N. Agent", "name": "Ana Agent", "queues": ["a7d3a90f-6050-476f-8814-6779f54b3caa"]},
        columns=("id", "name", "queues"),
    ),
    Noun(
        "category",
        "Category",
        "Manage Ocular categories and users: where live sessions lead.",
        {
            "id": "a7d3a90f-6050-476f-8814-6779f54b3caa",
            "title": "Customer service",
            "hours": {
                "timezone": "Europe/Madrid",
                "weekly": {"mon": ["09:00-13:00", "14:00-17:30"], "sat": ["10:00-13:00"]},
                "closed": ["2026-12-25"],
            },
        },
    ),
    CONTACT,
)

_EXAMPLE = "Print a sample file with every field, its meaning and its default."
ExampleFile = Annotated[Path | None, typer.Argument(help="Write to this file instead of printing.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID")]


def noun_app(noun: Noun) -> typer.Typer:
    """Return the commands of one kind of definition."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("list", help=f"List a tenant's {noun.name} definitions.")
    @on_table()
    def list_all(operator: Operator, tenant: TenantOption = None) -> None:
        from cli.definitions import document_of

        rows = [document_of(each) for each in noun.listed(operator, operator.tenant(tenant))]
        none = f"There are none yet. Create one: linkgate {noun.name} create --help"
        print_rows(rows, noun.columns, as_json=operator.as_json, none=none)

    @app.command("show", help="Show one as a file that `update` accepts.")
    @on_table()
    def show(operator: Operator, name: IdArgument, tenant: TenantOption = None) -> None:
        from cli.definitions import document_of

        document = document_of(_existing(noun, operator, operator.tenant(tenant), name))
        print_json(document) if operator.as_json else print_yaml(document)

    @app.command("create", help=f"Create one, or a list of them. `linkgate {noun.name} example` prints a sample file.")
    @on_table(changes=True)
    def create(operator: Operator, file: FileArgument, tenant: TenantOption = None) -> None:
        owner = operator.tenant(tenant)
        _write_all(noun, operator, owner, _all_defined(noun, file, owner), new=True)

    @app.command("update", help="Replace one, or a list of them. Fields that the file leaves out get their defaults.")
    @on_table(changes=True)
    def update(operator: Operator, file: FileArgument, *, tenant: TenantOption = None, yes: YesOption = False) -> None:
        owner = operator.tenant(tenant)
        records = _all_defined(noun, file, owner)
        for made in () if yes else records:
            _existing(noun, operator, owner, str(made.id))
            ask_about_links(operator, owner, noun.name, str(made.id), deletes=False)
        _write_all(noun, operator, owner, records, new=False)

    @app.command("delete", help="Delete one. Links created with it remain.")
    @on_table(changes=True)
    def delete(operator: Operator, name: IdArgument, *, tenant: TenantOption = None, yes: YesOption = False) -> None:
        owner = operator.tenant(tenant)
        _existing(noun, operator, owner, name)
        if not yes:
            ask_about_links(operator, owner, noun.name, name, deletes=True)
        if not operator.dry_run:
            noun.delete(operator, owner, name)
        say_deleted(operator, f"{noun.name} {name}")

    _add_example(app, noun)
    return app


def _add_example(app: typer.Typer, noun: Noun) -> None:
    """Add the command that prints a sample file. Processes and campaigns have further samples."""

    def printed(file: Path | None, name: str | None) -> None:
        if name:
            print_sample(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"), file)
        else:
            print_example(noun.kind(), noun.sample, file)

    if noun.name == "process":

        @app.command("example", help=_EXAMPLE)
        def example_of_process(
            file: ExampleFile = None,
            *,
            loan: Annotated[
                bool, typer.Option("--loan", help="Print a form of five steps that shows every control.")
            ] = False,
        ) -> None:
            printed(file, "loan" if loan else None)

    elif noun.name == "campaign":

        @app.command("example", help=_EXAMPLE)
        def example_of_campaign(
            file: ExampleFile = None,
            *,
            nps: Annotated[bool, typer.Option("--nps", help="Print a survey about recommending you, 0 to 10.")] = False,
            csat: Annotated[bool, typer.Option("--csat", help="Print a survey about satisfaction, in faces.")] = False,
            ces: Annotated[bool, typer.Option("--ces", help="Print a survey about effort, with a matrix.")] = False,
        ) -> None:
            chosen = [name for name, asked in (("nps", nps), ("csat", csat), ("ces", ces)) if asked]
            if len(chosen) > 1:
                raise typer.BadParameter("choose one of --nps, --csat and --ces")
            printed(file, chosen[0] if chosen else None)

    else:

        @app.command("example", help=_EXAMPLE)
        def example(file: ExampleFile = None) -> None:
            printed(file, None)


def _write_all(noun: Noun, operator: Operator, owner: "Tenant", records: Sequence[Any], *, new: bool) -> None:
    from cli.form_check import outline
    from linkgate.store.tenants import Only

    only = Only.NEW if new else Only.KNOWN
    for made in records:
        written(
            operator,
            f"{noun.name} {made.id}",
            None if new else _existing(noun, operator, owner, str(made.id)),
            made,
            lambda made=made: noun.put(operator, owner, made, only),  # type: ignore[misc] # the loop's own
            possible=lambda made=made: not new or noun.found(operator, owner, str(made.id)) is None,  # type: ignore[misc] # as above
            refused=f"already exists; change it with `linkgate {noun.name} update`" if new else "no longer exists",
            page=outline(made.schema) if operator.dry_run and hasattr(made, "schema") else (),
        )


def _all_defined(noun: Noun, file: Path, tenant: "Tenant") -> list[Any]:
    """Return the records that a file defines. Raises CommandError with the faults of all."""
    documents = read_documents(file)
    if not documents:
        raise CommandError(f"{file}: defines nothing", MISUSED)
    made, faults = [], []
    for document in documents:
        try:
            made.append(noun.defined(document, tenant))
        except CommandError as error:
            faults.append(str(error))
    if faults:
        raise CommandError("\n".join(faults), MISUSED)
    return made


def _existing(noun: Noun, operator: Operator, tenant: "Tenant", name: str) -> Any:  # noqa: ANN401 - as `Noun.kind`
    found = noun.found(operator, tenant, name)
    if found is None:
        raise CommandError(f"{tenant.name} has no {noun.name} {name!r}; see `linkgate {noun.name} list`")
    return found
