"""Receipts' queue: makes the PDF of each form that was sent."""

from pathlib import Path

from linkgate.endpoint.receipt_tasks import receipt_handler
from linkgate.pages.typesetting import Typesetter
from linkgate.ports.deps import Deps
from linkgate.routes.receipts import make

_TYPESETTER = Typesetter(Path(__file__).parent)


@receipt_handler
def handler(rid: str, deps: Deps) -> None:
    """Make one PDF. Tasks may repeat, and one that fails is repeated."""
    make(rid, _TYPESETTER, deps)
