"""Key of the stack that signs the heads of timelines, in AWS KMS. Its private half never leaves there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.model.timeline import SIGNATURE_ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_kms import KMSClient


class KmsEvidenceKey:
    """`ports.history.HeadSigner` on KMS."""

    def __init__(self, key: str, client: Callable[[], KMSClient]) -> None:
        self.key = key
        self._client = client

    def sign(self, statement: bytes) -> bytes:
        with unavailable_on_failure():
            signed = self._client().sign(
                KeyId=self.key, Message=statement, MessageType="RAW", SigningAlgorithm=SIGNATURE_ALGORITHM
            )
        return signed["Signature"]
