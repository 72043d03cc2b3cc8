"""Signatures of timelines, checked with the stack's public key."""

import base64
import textwrap
from collections.abc import Callable
from pathlib import Path

from cli.failures import MISUSED, CommandError

PEM = "-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def pem_of(der: bytes) -> str:
    """Return a public key as PEM, from its DER form (SubjectPublicKeyInfo)."""
    return PEM.format(body="\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64)))


def read_key(path: Path) -> str:
    """Return the text of a key's file. Raises CommandError if it cannot be read."""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read", MISUSED) from error


def signature_check(pem: str) -> Callable[[bytes, bytes], bool]:
    """Return a function that tells whether a statement's signature was made with this key.

    Raises CommandError for text that is not an RSA key.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CommandError("The key is not a public key from `linkgate evidence-key`.", MISUSED) from error
    if not isinstance(key, RSAPublicKey):
        raise CommandError("The key is not a public key from `linkgate evidence-key`.", MISUSED)

    def is_genuine(statement: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, statement, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    return is_genuine
