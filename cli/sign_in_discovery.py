"""Discovery of an identity provider: its own description. Source: OpenID Connect Discovery 1.0."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cli.failures import MISUSED, CommandError

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.sending.receiver_post import ReceiverPost

ANSWER_BYTES = 64 * 1024
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_OK = 200


def discovered(issuer: str, http: "ReceiverPost", now: "datetime") -> Mapping[str, Any]:
    """Return the provider's document. Raises CommandError if it is not one that the console can rely on."""
    from linkgate.model.receiver_urls import ForbiddenReceiverError

    if "{" in issuer:
        raise CommandError(
            "The issuer has a placeholder. Name your organisation's own, not one for everybody.", MISUSED
        )
    answer = http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", now)
    if answer.status != _OK:
        raise CommandError(f"There is no provider at {issuer}: {answer.reason or answer.status}.")
    try:
        document = json.loads(answer.body)
    except ValueError as error:
        raise CommandError(f"What {issuer} says of itself is not JSON.") from error
    missing = [name for name in _NEEDED if not isinstance(document.get(name), str)]
    if missing:
        raise CommandError(f"The provider does not name its {', '.join(missing)}.")
    if document["issuer"] != issuer:
        raise CommandError(
            f"The provider calls itself {document['issuer']}, not {issuer}. Its tokens would be refused. Name it as it "
            "does. An issuer with a placeholder stands for everybody's organisation and is never accepted.",
            MISUSED,
        )
    for name in _NEEDED[1:]:
        try:
            http.check(document[name])
        except ForbiddenReceiverError as error:
            raise CommandError(f"The provider's {name} {error}.") from error
        except OSError as error:
            raise CommandError(f"The host of the provider's {name} does not resolve.") from error
    return dict(document)
