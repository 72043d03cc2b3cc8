"""Ports for issuing links: the table, the limit on creates, and imports with their files and their engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.imports import Hold, Import, Part, Pause, Tally
    from linkgate.model.link import Channel, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.links import Body


class NewLinkStore(Protocol):
    """Store of new links. Raises Unavailable if the table cannot be reached."""

    def create(self, links: Sequence[Link], body: Body | None) -> None:
        """Write new links that share one family, main link first, and their body, all or none.

        NotChanged carries the link that already holds the main link's rid. A repeat of the caller's own write (same
        `claim`) succeeds.
        """


class SurveyPauses(Protocol):
    """Times until which an address gets no further survey of a tenant."""

    def begin(self, tenant: str, address: str, until: datetime, now: datetime) -> bool:
        """Begin a pause for the address. False, under any concurrency, if one has not ended yet. Raises Unavailable."""


class CreateLimits(Protocol):
    """Limit on the links that a tenant may make, counted per execution environment."""

    def take(self, tenant: Tenant, now: datetime) -> None:
        """Count one create. Raises Throttled if the tenant has used up its minute."""


class ImportStore(Protocol):
    """Store of imports. Raises Unavailable if the table cannot be reached."""

    def salt(self, tenant: str, name: str, fresh: bytes, ttl: datetime) -> bytes:
        """Return the random bits of a name of imports: `fresh`, unless the name has some, and keep them until `ttl`."""

    def add(self, made: Import) -> Import:
        """Write a new import and return it, or the one that already has its id."""

    def get(self, tenant: str, id_: str) -> Import | None:
        """Return the newest state."""

    def start(self, known: Import, by: str, key: str) -> Import | None:
        """Begin the next run if it waits, is paused or was refused, and is in the known run; else return None."""

    def pause(self, known: Import, why: Pause) -> Import | None:
        """Pause it if it still runs, and is in the known run; otherwise return None."""

    def stop(self, known: Import) -> Import | None:
        """Stop it for ever, unless it has finished; then return None."""

    def checked(self, known: Import) -> bool:
        """Keep what the check of the file found. False unless it still runs, in the known run."""

    def refuse(self, known: Import, problems: Sequence[Mapping[str, str]]) -> bool:
        """End the run because of the file. False unless it still runs, in the known run."""

    def is_done(self, id_: str, part: int) -> bool:
        """Tell whether a part is recorded."""

    def record(self, known: Import, part: Part, tally: Tally) -> None:
        """Record a part with its outcomes and add these to the import's, once however often it is repeated.

        It is recorded in every state, because its links exist.
        """

    def hold(self, known: Import, hold: Hold) -> None:
        """Note the limit that rows wait for, while it runs."""

    def finish(self, known: Import, now: datetime) -> bool:
        """Finish it. False unless it still runs, in the known run, and all parts are recorded."""


class ImportBudget(Protocol):
    """Share of a tenant's limits that imports use, exact over all environments. Raises Unavailable."""

    def take(self, tenant: Tenant, rows: int, messages: Mapping[Channel, int], now: datetime) -> Hold | None:
        """Take what a part needs, or return the limit that it must wait for."""


class ImportFiles(Protocol):
    """Files of imports, by key. Raises Unavailable; a file that does not exist raises FileNotFoundError."""

    def upload_url(self, key: str, digest: str, size: int) -> tuple[str, Mapping[str, str]]:
        """Return an address to which a file of that digest and size may be put, and the headers to send."""

    def download_url(self, key: str, name: str) -> str:
        """Return an address from which a file may be read, saved as `name`."""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the content of a file."""

    def read(self, key: str, start: int | None = None, end: int | None = None) -> bytes:
        """Return a file, or its bytes from `start` up to and without `end`."""

    def write(self, key: str, content: bytes, media_type: str) -> None:
        """Write a file, in place of one that exists."""

    def join(self, head: bytes, keys: Sequence[str], key: str, media_type: str) -> None:
        """Write a file that consists of `head` and the content of others."""

    def delete(self, key: str) -> None:
        """Delete a file, if it exists."""


class ImportEngine(Protocol):
    """Engine that calls for the check, the parts and the end of an import. Raises Unavailable."""

    def start(self, run_of: Import) -> None:
        """Start the import's run, once however often it is called."""

    def stop(self, run_of: Import) -> None:
        """Stop the import's run, if there is one. Calls in progress go on."""


class Imports(Protocol):
    """Ports that imports need. Each part is made on its first use, because few calls are about imports."""

    @property
    def store(self) -> ImportStore: ...
    @property
    def budget(self) -> ImportBudget: ...
    @property
    def files(self) -> ImportFiles: ...
    @property
    def engine(self) -> ImportEngine: ...
