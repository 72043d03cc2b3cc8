"""Tasks of the receipts' queue."""

from __future__ import annotations

from linkgate.aws.receipt_tasks import sent_rid_of
from linkgate.endpoint.queue_messages import message_handler

receipt_handler = message_handler("receipt", sent_rid_of)
"""Wrapper of the handler of the receipts' queue."""
