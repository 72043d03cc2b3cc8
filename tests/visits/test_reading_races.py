"""Many who read again at the same moment, on the real DynamoDB Local."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.receipt import READS
from linkgate.ports.links import NotChanged
from linkgate.tokens import token
from tests.support.visitor import parts
from tests.visits.test_reading_again import proof_of, sent, stored

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def test_of_many_at_once_exactly_twenty_read(real_cloud: Cloud) -> None:
    url, deps = sent(real_cloud, "link"), wiring.deps()
    rid = parts(url)[0]
    proof = proof_of(url)

    def read(number: int) -> bool:
        for _ in range(80):
            visit = token(hashlib.sha256(str(number).encode()).digest())
            link = deps.links.get(rid)
            assert link
            oldest = min(link.visits, key=lambda each: link.visits[each]) if len(link.visits) > 3 else None
            try:
                deps.visits.read_receipt(rid, proof, visit, deps.now(), forget=oldest)
            except NotChanged as refusal:
                if refusal.stored and refusal.stored.receipt and refusal.stored.receipt.reads >= READS:
                    return False
            else:
                return True
        return False

    with ThreadPoolExecutor(8) as pool:
        read_again = sum(pool.map(read, range(1, 41)))

    receipt = stored(url).receipt
    assert receipt
    assert (read_again, receipt.reads) == (READS, READS)
