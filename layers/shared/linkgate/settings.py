"""Settings that the template gives every function in its environment."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """Environment of every function. The field `table_name` is the variable TABLE_NAME.

    It is a dataclass and no pydantic model, because the recipient's function must start without pydantic.
    """

    table_name: str
    portal_url: str
    """Base URL of links, such as `https://links.example.com`. Empty means the domain that serves the request."""
    mail_from: str
    configuration_set: str
    cors_origins: str
    """Origins, separated by commas."""
    delivery_queue_url: str
    delivery_queue_arn: str
    """ARN of the same queue, for the scheduler."""
    reminder_group: str
    """Schedule group of reminders."""
    reminder_role: str
    """ARN of the role with which the scheduler writes to the delivery queue."""
    event_bus: str
    """Name of the bus for events."""
    bus_events: str
    """Types of events that go to the bus, separated by commas, or `all`."""
    webhook_queue_url: str
    webhook_queue_arn: str
    webhook_group: str
    """Schedule group for later tries of webhooks."""
    webhook_role: str
    """ARN of the role with which the scheduler writes to the webhooks' queue."""
    webhook_key: str
    """Name of the encrypted parameter that webhooks' secrets are derived from."""
    emails_per_second: str
    """Rate of the worker's e-mails. 0 means the rate that SES allows the account."""
    sms_per_second: str
    live_endpoint: str
    """Address at which the gateway takes messages to connected browsers, such as `https://<api>.../live`."""
    live_host: str
    """Own host of sockets. Empty means that of `live_endpoint`."""
    live_queue_url: str
    live_daily_messages: str
    """Messages of one tenant's live channel on one day, both ways."""
    relay_kind: str
    """Kind of the relay of calls: `none`, `secret` or `kvs`."""
    relay_urls: str
    """Addresses of its servers, separated by commas."""
    relay_source: str
    """Name of the encrypted parameter with the servers' secret, or ARN of the signalling channel of `kvs`."""
    incoming_bucket: str
    """Bucket in which files arrive, and where nobody reads them."""
    files_bucket: str
    """Bucket of the files that were checked."""
    files_queue_url: str
    malware_scan: str
    """Service that looks for malware in files: `GuardDuty` or `None`."""
    receipts: str
    """Form in which what was sent is kept beside its data: `Pdf` or `None`."""
    receipts_queue_url: str
    evidence_key: str
    """ARN of the key that signs timelines. Empty leaves them unsigned."""

    links_host: str = ""
    """Host of the API, for the console, which has an API of its own."""
    import_bucket: str = ""
    """Bucket with the files of imports."""
    import_machine: str = ""
    """ARN of the state machine that runs imports."""
    import_concurrency: str = "10"
    """Parts of an import that are made at the same time."""
    transport: str = "botocore"
    """Clients of DynamoDB and SES. `direct` avoids botocore's if the environment allows it (aws/direct.py)."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings. Raises KeyError with the name of a missing variable."""
        names = {field.name: field.name.upper() for field in fields(cls)}
        required = {field.name for field in fields(cls) if field.default is MISSING}
        return cls(**{name: environ[key] for name, key in names.items() if name in required or key in environ})
