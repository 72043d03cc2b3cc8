"""Adapters that wiring names by text, to import them late, fit their ports. mypy checks them here, by their classes."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from linkgate import wiring
from linkgate.aws.clients import Clients
from linkgate.aws.event_bus import EventBridgeBus
from linkgate.aws.file_tasks import SqsFileTasks
from linkgate.aws.import_engine import StepFunctionsEngine
from linkgate.aws.import_files import S3ImportFiles
from linkgate.aws.live_queue import SqsLiveTasks
from linkgate.aws.objects import S3Objects
from linkgate.aws.presigning import S3Presigner
from linkgate.aws.pushes import GatewayPushes
from linkgate.aws.receipt_tasks import SqsReceiptTasks
from linkgate.aws.relays import KvsRelays, NoRelays, SecretRelays
from linkgate.aws.timed_messages import QueueWriter, ScheduleWriter
from linkgate.aws.webhook_queue import SqsWebhookQueue
from linkgate.late_adapters import late
from linkgate.sending.identity import OpenIdProviders
from linkgate.settings import Settings
from linkgate.store.delivery.sending_rates import DynamoSendingPauses
from linkgate.store.desk.callbacks import DynamoCallbacks
from linkgate.store.desk.chats import DynamoChats
from linkgate.store.desk.lines import DynamoLines
from linkgate.store.desk.rooms import DynamoRooms
from linkgate.store.desk.seats import DynamoSeats
from linkgate.store.files.files import DynamoFiles
from linkgate.store.files.resources import DynamoResources
from linkgate.store.files.waiting import DynamoWaiting
from linkgate.store.history.attempts import DynamoAttempts
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.issuing.import_budget import DynamoImportBudget
from linkgate.store.issuing.imports import DynamoImports
from linkgate.store.issuing.survey_pauses import DynamoSurveyPauses
from linkgate.store.key_uses import DynamoKeyUses
from linkgate.store.live.budget import DynamoLiveBudget
from linkgate.store.live.mailbox import DynamoMailbox
from linkgate.store.live.presences import DynamoPresences
from linkgate.store.live.tickets import DynamoTickets
from linkgate.store.management.administration import DynamoAdministration
from linkgate.store.management.link_lists import DynamoLists
from linkgate.store.management.retention import DynamoRetention
from linkgate.store.staff.brands import DynamoBrands
from linkgate.store.staff.forms import DynamoForms
from linkgate.store.staff.journal import DynamoJournal
from linkgate.store.staff.keys import DynamoKeys
from linkgate.store.staff.people import DynamoPeople
from linkgate.store.staff.proposals import DynamoProposals
from linkgate.store.staff.readings import DynamoReadings
from linkgate.store.staff.searches import DynamoSearches
from linkgate.store.staff.sessions import DynamoSessions, DynamoSignings
from linkgate.store.staff.sign_ins import DynamoSignIns
from linkgate.store.staff.wording import DynamoWording
from linkgate.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.ports.deps import Deps

P = TypeVar("P")

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/c/1"
SETTINGS = Settings(**{**{each.name: "" for each in fields(Settings)}, "relay_source": CHANNEL})
CLIENTS = Clients()
TABLE = Table("t", lambda: CLIENTS.dynamodb)
QUEUE = QueueWriter("q", lambda: CLIENTS.sqs)
SCHEDULES = ScheduleWriter("g", "q", "r", lambda: CLIENTS.scheduler)


STAND_IN = type(late("", ""))


@dataclass(frozen=True)
class Port(Generic[P]):
    """A port of `Deps`, as it is wired."""

    wired: P

    def by(self, adapter: P) -> tuple[object, object]:
        """Return what is wired, and the adapter that mypy has found to fit the port."""
        return self.wired, adapter


def of_most(deps: Deps) -> list[tuple[object, object]]:
    return [
        Port(deps.lists).by(DynamoLists(TABLE)),
        Port(deps.administration).by(DynamoAdministration(TABLE)),
        Port(deps.retention).by(DynamoRetention(TABLE)),
        Port(deps.timeline).by(DynamoTimelines(TABLE)),
        Port(deps.survey_pauses).by(DynamoSurveyPauses(TABLE)),
        Port(deps.events).by(EventBridgeBus("", "", lambda: CLIENTS.events)),
        Port(deps.webhooks).by(DynamoWebhooks(TABLE, deps.now)),
        Port(deps.attempts).by(DynamoAttempts(TABLE)),
        Port(deps.webhook_queue).by(SqsWebhookQueue(QUEUE, SCHEDULES)),
        Port(deps.webhook_sender).by(wiring.signed_webhooks(SETTINGS, CLIENTS, loopback=False)),
        Port(deps.pauses).by(DynamoSendingPauses(TABLE)),
        Port(deps.callbacks).by(DynamoCallbacks(TABLE)),
        Port(deps.tickets).by(DynamoTickets(TABLE)),
        Port(deps.presences).by(DynamoPresences(TABLE)),
        Port(deps.pushes).by(GatewayPushes("", {})),
        Port(deps.live_tasks).by(SqsLiveTasks(QUEUE)),
        Port(deps.rooms).by(DynamoRooms(TABLE)),
        Port(deps.seats).by(DynamoSeats(TABLE)),
        Port(deps.lines).by(DynamoLines(TABLE)),
        Port(deps.chats).by(DynamoChats(TABLE)),
        Port(deps.live_budget).by(DynamoLiveBudget(TABLE)),
        Port(deps.mailbox).by(DynamoMailbox(TABLE, os.urandom)),
        Port(deps.relays).by(NoRelays()),
        Port(deps.key_uses).by(DynamoKeyUses(TABLE)),
    ]


def of_imports_and_files(deps: Deps) -> list[tuple[object, object]]:
    imports, files = deps.imports, deps.files
    return [
        Port(imports.store).by(DynamoImports(TABLE)),
        Port(imports.budget).by(DynamoImportBudget(TABLE)),
        Port(imports.files).by(S3ImportFiles("", lambda: CLIENTS.s3)),
        Port(imports.engine).by(StepFunctionsEngine("", 1, lambda: CLIENTS.stepfunctions)),
        Port(files.store).by(DynamoFiles(TABLE)),
        Port(files.resources).by(DynamoResources(TABLE)),
        Port(files.waiting).by(DynamoWaiting(TABLE)),
        Port(files.presigner).by(S3Presigner("", "", {})),
        Port(files.objects).by(S3Objects("", "", lambda: CLIENTS.s3)),
        Port(files.tasks).by(SqsFileTasks(QUEUE)),
        Port(files.receipts).by(SqsReceiptTasks(QUEUE)),
    ]


def of_staff(deps: Deps) -> list[tuple[object, object]]:
    staff = deps.staff
    return [
        Port(staff.sign_ins).by(DynamoSignIns(TABLE)),
        Port(staff.signings).by(DynamoSignings(TABLE)),
        Port(staff.sessions).by(DynamoSessions(TABLE)),
        Port(staff.searches).by(DynamoSearches(TABLE)),
        Port(staff.readings).by(DynamoReadings(TABLE)),
        Port(staff.proposals).by(DynamoProposals(TABLE)),
        Port(staff.people).by(DynamoPeople(TABLE)),
        Port(staff.webhooks).by(DynamoWebhooks(TABLE, deps.now)),
        Port(staff.brands).by(DynamoBrands(TABLE)),
        Port(staff.forms).by(DynamoForms(TABLE)),
        Port(staff.wording).by(DynamoWording(TABLE)),
        Port(staff.keys).by(DynamoKeys(TABLE, deps.now)),
        Port(staff.journal).by(DynamoJournal(TABLE)),
        Port(staff.providers).by(OpenIdProviders(lambda: CLIENTS.ssm, loopback=False)),
    ]


def made(stand_in: Any) -> type:
    """Return the class of what stands behind a stand-in."""
    return type(stand_in._made)  # noqa: SLF001 - no port tells it


def stand_ins(deps: Deps) -> Iterator[object]:
    for each in fields(deps):
        value = getattr(deps, each.name)
        for part in vars(value).values() if isinstance(value, SimpleNamespace) else (value,):
            if isinstance(part, STAND_IN):
                yield part


def test_each_stands_for_a_class_that_fits_its_port() -> None:
    deps = wiring.build(SETTINGS)

    checked = [*of_most(deps), *of_imports_and_files(deps), *of_staff(deps)]

    assert [made(wired) for wired, _ in checked] == [type(adapter) for _, adapter in checked]
    assert {id(each) for each in stand_ins(deps)} == {id(wired) for wired, _ in checked}


@pytest.mark.parametrize("kind", ["secret", "kvs"])
def test_each_kind_of_relay_fits_its_port(kind: str) -> None:
    relays = Port(wiring.build(replace(SETTINGS, relay_kind=kind)).relays)
    checked = {
        "secret": relays.by(SecretRelays((), "", lambda: CLIENTS.ssm, os.urandom)),
        "kvs": relays.by(KvsRelays(CHANNEL, {})),
    }

    wired, adapter = checked[kind]
    assert made(wired) is type(adapter)
