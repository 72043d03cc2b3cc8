"""Sockets of the live channel: people who have the same link's room open, and what they tell one another."""

from linkgate.endpoint.live_events import live_endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.live import answer
from linkgate.wire.socket import Answer, Message


@live_endpoint
def handler(message: Message, deps: Deps) -> Answer:
    """Take one event of a connection: it opened, a browser sent a message, or it is gone."""
    return answer(message, deps)
