"""Dependencies, the one argument that use cases take besides their command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from linkgate.model.link import Channel
    from linkgate.ports.delivery import (
        DeliveryQueue,
        DeliveryStore,
        MessageBudget,
        ReminderSchedule,
        Sender,
        SendingPauses,
        SuppressionStore,
    )
    from linkgate.ports.desk import CallbackStore, ChatStore, LineStore, RoomStore, SeatStore
    from linkgate.ports.files import Files
    from linkgate.ports.history import (
        AttemptStore,
        EventBus,
        TimelineStore,
        WebhookQueue,
        WebhookSender,
        WebhookStore,
    )
    from linkgate.ports.issuing import CreateLimits, Imports, NewLinkStore, SurveyPauses
    from linkgate.ports.links import LinkStore
    from linkgate.ports.live import (
        LiveBudget,
        LiveTasks,
        Mailbox,
        MessageRates,
        PresenceStore,
        Pushes,
        Relays,
        TicketStore,
    )
    from linkgate.ports.management import Administration, LinkLists, RetentionStore
    from linkgate.ports.measures import Measures
    from linkgate.ports.staff import StaffPorts
    from linkgate.ports.tenants import GuessLimit, KeyUses, TenantStore
    from linkgate.ports.visits import CodeStore, FieldStore, VisitStore


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that use cases need from outside."""

    links: LinkStore
    new_links: NewLinkStore
    lists: LinkLists
    administration: Administration
    retention: RetentionStore
    timeline: TimelineStore
    deliveries: DeliveryStore
    suppressions: SuppressionStore
    survey_pauses: SurveyPauses
    imports: Imports
    files: Files
    sms_budget: MessageBudget
    email_budget: MessageBudget
    queue: DeliveryQueue
    schedule: ReminderSchedule
    events: EventBus
    webhooks: WebhookStore
    attempts: AttemptStore
    webhook_queue: WebhookQueue
    webhook_sender: WebhookSender
    pauses: SendingPauses
    pace: Callable[[Channel], bool]
    """Waits for a worker's turn to send over a channel, as the account's rate allows. False if that takes too long."""
    codes: CodeStore
    visits: VisitStore
    callbacks: CallbackStore
    fields: FieldStore
    tickets: TicketStore
    presences: PresenceStore
    pushes: Pushes
    live_tasks: LiveTasks
    message_rates: MessageRates
    rooms: RoomStore
    seats: SeatStore
    lines: LineStore
    chats: ChatStore
    live_budget: LiveBudget
    mailbox: Mailbox
    relays: Relays
    staff: StaffPorts
    tenants: TenantStore
    key_uses: KeyUses
    senders: Mapping[Channel, Sender]
    test_senders: Mapping[Channel, Sender]
    """Senders of the messages of test links, which ask no provider."""
    limits: CreateLimits
    guesses: GuessLimit
    measure: Measures
    note: Callable[[str, str], None]
    """Adds a fact to the log line of the call in progress: `key` (the credential's id) or `rid`."""
    now: Callable[[], datetime]
    """Aware UTC, whole milliseconds."""
    random: Callable[[int], bytes]
    """Cryptographically secure bytes."""
    makes_receipts: bool
    """True if a PDF is made of each form that is sent."""
    scans_files: bool
    """True if something looks for malware in files that arrive, and tells of each."""
    portal: str | None
    """Base URL of links if the tenant has none of its own. None means the domain that served the request."""
    links_host: str = ""
    """Host of links where neither the tenant nor the stack has a portal. Only the console needs to be told."""
    live_url: str = ""
    """Address of the live channel's sockets. Empty means that there is none."""
    live_limit: int = 0
    """Messages of a tenant's live channel on one day, both ways."""
    cors_origins: frozenset[str] = frozenset()
    """Origins whose browser pages may call the API."""
