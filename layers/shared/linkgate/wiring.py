"""Composition root: build `Deps` from the environment. Each client is made on its first use.

Nothing here runs at import. A function's init reads no environment and makes no client, so importing a handler has no
side effects, and a snapshot of it holds nothing that must be unique.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from linkgate.aws.clients import Clients
from linkgate.late_adapters import late
from linkgate.model.link import Channel
from linkgate.ports.deps import Deps
from linkgate.rates import MessageRates, MinuteGuesses, MinuteLimits
from linkgate.settings import Settings
from linkgate.tokens import token

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linkgate.aws.timed_messages import QueueWriter
    from linkgate.ports.delivery import DeliveryQueue, ReminderSchedule, Sender
    from linkgate.ports.history import HeadSigner, WebhookQueue, WebhookSender
    from linkgate.ports.live import Relays
    from linkgate.ports.measures import Measure
    from linkgate.store.table import Table


def build(
    settings: Settings,
    *,
    table: Table | None = None,
    now: Callable[[], datetime] | None = None,
    loopback: bool = False,
) -> Deps:
    """Build the dependencies of use cases on AWS. `now` replaces the system's clock.

    `table` replaces the one that the settings name, for callers with credentials of their own, such as an operator.
    `loopback` lets webhooks lead to this machine. It is for the local runner only, so no variable sets it.
    """
    from linkgate.sending.providers import EmailSender, SmsSender
    from linkgate.store.delivery.deliveries import DynamoDeliveries
    from linkgate.store.delivery.message_budget import DynamoMessageBudget
    from linkgate.store.delivery.suppressions import DynamoSuppressions
    from linkgate.store.issuing.new_links import DynamoNewLinks
    from linkgate.store.links import DynamoLinks
    from linkgate.store.table import Table
    from linkgate.store.tenants import DynamoTenants
    from linkgate.store.visits.codes import DynamoCodes
    from linkgate.store.visits.fields import DynamoFields
    from linkgate.store.visits.visits import DynamoVisits

    clock = now or system_now
    clients = Clients(os.environ if settings.transport == "direct" else None)
    table = table or Table(settings.table_name, lambda: clients.dynamodb)
    queue, schedule = _delivery_tasks(settings, clients)
    return Deps(
        links=DynamoLinks(table),
        new_links=DynamoNewLinks(table),
        lists=late("store.management.link_lists", "DynamoLists", table),
        administration=late("store.management.administration", "DynamoAdministration", table),
        retention=late("store.management.retention", "DynamoRetention", table),
        timeline=late("store.history.timelines", "DynamoTimelines", table, _evidence_key(settings, clients)),
        deliveries=DynamoDeliveries(table),
        suppressions=DynamoSuppressions(table),
        survey_pauses=late("store.issuing.survey_pauses", "DynamoSurveyPauses", table),
        imports=_imports(settings, clients, table),
        files=_files(settings, clients, table),
        sms_budget=DynamoMessageBudget(table, Channel.SMS),
        email_budget=DynamoMessageBudget(table, Channel.EMAIL),
        queue=queue,
        schedule=schedule,
        events=late("aws.event_bus", "EventBridgeBus", settings.event_bus, settings.bus_events, lambda: clients.events),
        webhooks=late("store.history.webhooks", "DynamoWebhooks", table, clock),
        attempts=late("store.history.attempts", "DynamoAttempts", table),
        webhook_queue=_webhook_queue(settings, clients),
        webhook_sender=late("wiring", "signed_webhooks", settings, clients, loopback),
        pauses=late("store.delivery.sending_rates", "DynamoSendingPauses", table),
        pace=_pace(settings, clients, table, clock),
        codes=DynamoCodes(table),
        visits=DynamoVisits(table),
        callbacks=late("store.desk.callbacks", "DynamoCallbacks", table),
        fields=DynamoFields(table),
        tickets=late("store.live.tickets", "DynamoTickets", table),
        presences=late("store.live.presences", "DynamoPresences", table),
        pushes=late("aws.pushes", "GatewayPushes", settings.live_endpoint, os.environ),
        live_tasks=late("aws.live_queue", "SqsLiveTasks", _queue(settings.live_queue_url, clients)),
        message_rates=MessageRates(),
        rooms=late("store.desk.rooms", "DynamoRooms", table),
        seats=late("store.desk.seats", "DynamoSeats", table),
        lines=late("store.desk.lines", "DynamoLines", table),
        chats=late("store.desk.chats", "DynamoChats", table),
        live_budget=late("store.live.budget", "DynamoLiveBudget", table),
        mailbox=late("store.live.mailbox", "DynamoMailbox", table, os.urandom),
        relays=_relays(settings, clients),
        staff=_staff(clients, table, clock, loopback=loopback),
        tenants=DynamoTenants(table, clock, time.time if now is None else lambda: clock().timestamp()),
        key_uses=late("store.key_uses", "DynamoKeyUses", table),
        senders={
            Channel.EMAIL: EmailSender(
                lambda: clients.sesv2, settings.mail_from, settings.configuration_set or None, answers=_answers
            ),
            Channel.SMS: SmsSender(lambda: clients.sns),
        },
        test_senders=_test_senders(settings),
        limits=MinuteLimits(),
        guesses=MinuteGuesses(),
        measure=_measure,
        note=_note,
        now=clock,
        random=os.urandom,
        makes_receipts=settings.receipts == "Pdf",
        scans_files=settings.malware_scan != "None",
        portal=settings.portal_url or None,
        links_host=settings.links_host,
        live_url=f"wss://{settings.live_host}"
        if settings.live_host
        else settings.live_endpoint.replace("http", "ws", 1),
        live_limit=int(settings.live_daily_messages or 0),
        cors_origins=frozenset(origin for origin in settings.cors_origins.split(",") if origin),
    )


def _test_senders(settings: Settings) -> Mapping[Channel, Sender]:
    from linkgate.sending.providers import EmailSender, SmsSender
    from linkgate.sending.simulated import NoProvider, Simulated

    provider: Any = NoProvider(lambda: f"test-{token(os.urandom(16))}")
    return {
        Channel.EMAIL: Simulated(EmailSender(lambda: provider, settings.mail_from, answers=_answers)),
        Channel.SMS: Simulated(SmsSender(lambda: provider)),
    }


def _imports(settings: Settings, clients: Clients, table: Table) -> Any:  # noqa: ANN401 - `ports.issuing.Imports`
    concurrency = int(settings.import_concurrency or 0)  # the command line starts no import
    return SimpleNamespace(
        store=late("store.issuing.imports", "DynamoImports", table),
        budget=late("store.issuing.import_budget", "DynamoImportBudget", table),
        files=late("aws.import_files", "S3ImportFiles", settings.import_bucket, lambda: clients.s3),
        engine=late(
            "aws.import_engine",
            "StepFunctionsEngine",
            settings.import_machine,
            concurrency,
            lambda: clients.stepfunctions,
        ),
    )


def _files(settings: Settings, clients: Clients, table: Table) -> Any:  # noqa: ANN401 - `ports.files.Files`
    buckets = settings.incoming_bucket, settings.files_bucket
    return SimpleNamespace(
        store=late("store.files.files", "DynamoFiles", table),
        resources=late("store.files.resources", "DynamoResources", table),
        waiting=late("store.files.waiting", "DynamoWaiting", table),
        presigner=late("aws.presigning", "S3Presigner", *buckets, os.environ),
        objects=late("aws.objects", "S3Objects", *buckets, lambda: clients.s3),
        tasks=late("aws.file_tasks", "SqsFileTasks", _queue(settings.files_queue_url, clients)),
        receipts=late("aws.receipt_tasks", "SqsReceiptTasks", _queue(settings.receipts_queue_url, clients)),
    )


def _staff(clients: Clients, table: Table, now: Callable[[], datetime], *, loopback: bool) -> Any:  # noqa: ANN401 - `ports.staff.StaffPorts`
    return SimpleNamespace(
        sign_ins=late("store.staff.sign_ins", "DynamoSignIns", table),
        signings=late("store.staff.sessions", "DynamoSignings", table),
        sessions=late("store.staff.sessions", "DynamoSessions", table),
        searches=late("store.staff.searches", "DynamoSearches", table),
        readings=late("store.staff.readings", "DynamoReadings", table),
        proposals=late("store.staff.proposals", "DynamoProposals", table),
        people=late("store.staff.people", "DynamoPeople", table),
        webhooks=late("store.history.webhooks", "DynamoWebhooks", table, now),
        brands=late("store.staff.brands", "DynamoBrands", table),
        forms=late("store.staff.forms", "DynamoForms", table),
        wording=late("store.staff.wording", "DynamoWording", table),
        keys=late("store.staff.keys", "DynamoKeys", table, now),
        journal=late("store.staff.journal", "DynamoJournal", table),
        providers=late("sending.identity", "OpenIdProviders", lambda: clients.ssm, loopback),
    )


def _queue(url: str, clients: Clients) -> QueueWriter:
    from linkgate.aws.timed_messages import QueueWriter

    return QueueWriter(url, lambda: clients.sqs)


def _delivery_tasks(settings: Settings, clients: Clients) -> tuple[DeliveryQueue, ReminderSchedule]:
    from linkgate.aws.task_queue import SchedulerReminders, SqsDeliveryQueue
    from linkgate.aws.timed_messages import ScheduleWriter

    queue = _queue(settings.delivery_queue_url, clients)
    schedules = ScheduleWriter(
        settings.reminder_group, settings.delivery_queue_arn, settings.reminder_role, lambda: clients.scheduler
    )
    return SqsDeliveryQueue(queue, schedules), SchedulerReminders(schedules)


def _relays(settings: Settings, clients: Clients) -> Relays:
    urls = tuple(settings.relay_urls.replace(",", " ").split())
    if settings.relay_kind == "secret":
        made = late("aws.relays", "SecretRelays", urls, settings.relay_source, lambda: clients.ssm, os.urandom)
    elif settings.relay_kind == "kvs":
        made = late("aws.relays", "KvsRelays", settings.relay_source, os.environ)
    else:
        made = late("aws.relays", "NoRelays", urls)
    relays: Relays = made
    return relays


def _pace(settings: Settings, clients: Clients, table: Table, now: Callable[[], datetime]) -> Callable[[Channel], bool]:
    """Return what waits for a worker's turn. It is made on first use, because calls in progress never wait."""

    @cache
    def made() -> Callable[[Channel], bool]:
        from linkgate.sending.pacing import AccountRate, Pace
        from linkgate.store.delivery.sending_rates import DynamoSendingTurns

        emails, sms = float(settings.emails_per_second or 0), float(settings.sms_per_second or 0)
        allowed = AccountRate(lambda: clients.sesv2, now)
        rates = {Channel.EMAIL: lambda: emails or allowed(), Channel.SMS: lambda: sms}
        return Pace(rates, DynamoSendingTurns(table), now, time.sleep, os.urandom)

    def wait(channel: Channel) -> bool:
        return made()(channel)

    return wait


def _evidence_key(settings: Settings, clients: Clients) -> HeadSigner | None:
    if not settings.evidence_key:
        return None
    from linkgate.aws.evidence_key import KmsEvidenceKey

    return KmsEvidenceKey(settings.evidence_key, lambda: clients.kms)


def _webhook_queue(settings: Settings, clients: Clients) -> WebhookQueue:
    from linkgate.aws.timed_messages import ScheduleWriter

    schedules = ScheduleWriter(
        settings.webhook_group, settings.webhook_queue_arn, settings.webhook_role, lambda: clients.scheduler
    )
    queue = _queue(settings.webhook_queue_url, clients)
    made: WebhookQueue = late("aws.webhook_queue", "SqsWebhookQueue", queue, schedules)
    return made


def signed_webhooks(settings: Settings, clients: Clients, loopback: bool) -> WebhookSender:  # noqa: FBT001 - of `late`
    """Return what posts events to receivers. `late` calls it by its name."""
    from linkgate.aws.webhook_key import SsmWebhookKey
    from linkgate.sending.receiver_post import ReceiverPost
    from linkgate.sending.webhooks import SignedWebhooks

    key = SsmWebhookKey(settings.webhook_key, lambda: clients.ssm)
    post = ReceiverPost(loopback=loopback)
    return SignedWebhooks(key, post, post.check, key.make)


def _measure(measures: Sequence[Measure]) -> None:
    """`ports.measures.Measures`. Loads on first use, because functions that answer calls measure nothing."""
    from linkgate.aws.metrics import tell_metrics

    tell_metrics(measures)


_noted: ContextVar[dict[str, str] | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[Mapping[str, str]]:
    """Collect the facts that use cases note while the block runs."""
    facts: dict[str, str] = {}
    token = _noted.set(facts)
    try:
        yield facts
    finally:
        _noted.reset(token)


def _note(name: str, value: str) -> None:
    facts = _noted.get()
    if facts is not None:
        facts[name] = value


_in_use: Deps | None = None


def deps() -> Deps:
    """Return the dependencies of handlers in this process, built from the environment on first use."""
    return _in_use if _in_use is not None else use(build(Settings.from_environ(os.environ)))


def use(chosen: Deps) -> Deps:
    """Set the dependencies that handlers get from now on."""
    global _in_use  # noqa: PLW0603 - the one place where a process keeps its dependencies
    _in_use = chosen
    return chosen


@cache
def logger() -> logging.Logger:
    """Return the structured log of this process. It drops fields that are not on the list (log_lines.py).

    It is the standard library's, because loading that of Powertools took a tenth of a cold start.
    """
    import logging
    import sys

    from linkgate.log_lines import LogLines

    # Turns off details that no line of ours shows, as logging's own page on optimization suggests.
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    service = os.environ.get("POWERTOOLS_SERVICE_NAME") or "linkgate"
    lines, log = logging.StreamHandler(sys.stdout), logging.getLogger(service)
    lines.setFormatter(LogLines(service))
    log.handlers = [lines]
    log.propagate = False  # Lambda's runtime writes whatever comes to the root
    # Not the level of Lambda's log format, which must let metrics through.
    log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    return log


def system_now() -> datetime:
    """Return the system's time as aware UTC in whole milliseconds, which is what the table keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _answers(data: Mapping[str, object], schema: Mapping[str, object], language: str) -> Sequence[tuple[str, str]]:
    """Return the answers of a form in words, as its page shows them."""
    from linkgate.dialects.recipient.shown import rows_of
    from linkgate.texts import page_texts
    from linkgate.usecases.form_parts import properties

    words = page_texts(language)
    ordered = {**{name: data[name] for name in properties(schema) if name in data}, **data}
    return rows_of(ordered, schema, {"true": words["form.yes"], "false": words["form.no"]}, language)
