"""Agents and calling customers, for tests of the desk's use cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.live import Attendance, Room, Seat
from linkgate.model.live_tasks import Look
from linkgate.usecases.desk.answering import Refusal, Refused, accept
from linkgate.usecases.desk.duty import AtDesk, come_on_duty
from linkgate.usecases.desk.telling import Step
from linkgate.usecases.desk.waiting import enter
from local import demo
from tests.support.visitor import parts, session_link

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from tests.support.cloud import Cloud

QUEUE = demo.OCULAR_CODE
LAPSE = timedelta(seconds=31)
"""Time after which a seat's claim has lapsed."""


@dataclass
class Office:
    """A tenant's agents and customers, over the table of a cloud."""

    cloud: Cloud
    waited: timedelta = field(default_factory=timedelta)

    def __post_init__(self) -> None:
        self.began = self.cloud.clock.now()

    @property
    def deps(self) -> Deps:
        """Return dependencies whose clock stands still, so that durations are exact."""
        return replace(wiring.deps(), now=lambda: self.began + self.waited)

    def wait(self, duration: timedelta) -> None:
        """Let time pass."""
        self.waited += duration

    def session(self) -> Link:
        """Make the link of a customer's session."""
        link = self.deps.links.get(parts(session_link(self.cloud))[0])
        assert link is not None
        return link

    def calling(self, visit: str = "visit") -> Link:
        """Make a link whose customer waits."""
        link = self.session()
        enter(link, visit, self.deps)
        return link

    def agent(self, name: str = "ana", queue: str = QUEUE) -> AtDesk:
        """Return an agent who came on duty."""
        tenant = self.session_tenant
        at = AtDesk(tenant, name, f"desk of {name}")
        come_on_duty(at, frozenset({queue}), self.deps)
        return at

    @property
    def session_tenant(self) -> str:
        """Tenant of the sessions."""
        return demo.DEMO.id

    def accepted(self, at: AtDesk, link: Link) -> Room:
        """Let an agent take a call, which must succeed."""
        step = accept(at, link.rid, self.deps)
        assert isinstance(step, Step), step
        return step.room

    def refusal(self, at: AtDesk, link: Link) -> Refusal:
        """Let an agent try to take a call, which must fail."""
        refused = accept(at, link.rid, self.deps)
        assert isinstance(refused, Refused), refused
        return refused.why

    def room(self, link: Link) -> Room:
        room = self.deps.rooms.get(link.rid)
        assert room is not None
        return room

    def seat(self, at: AtDesk) -> Seat:
        seat = self.deps.seats.get(at.tenant, at.agent)
        assert seat is not None
        return seat

    def there(self, seconds: float = 180) -> Attendance:
        """Return both sides as there for so long, or gone if it is negative."""
        until = self.deps.now() + timedelta(seconds=seconds)
        return Attendance(until, until)


def task(office: Office, link: Link) -> Look:
    """Return the task to look at a link's present wait or talk."""
    room = office.room(link)
    return Look(room.rid, room.call, room.turn, office.deps.now())
