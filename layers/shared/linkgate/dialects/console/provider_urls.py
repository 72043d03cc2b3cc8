"""Addresses of an identity provider, with what it is asked for. Source: OpenID Connect Core 1.0, 3.1.2. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.frame import HOME
from linkgate.tokens import code_challenge, code_verifier, sign_in_nonce, sign_in_state

if TYPE_CHECKING:
    from linkgate.model.person import SignIn, Signing


def back_address(origin: str, sign_in: str) -> str:
    """Return the address to which a provider sends people back. Each provider has its own (RFC 9700, 4.4)."""
    return f"{origin}{HOME}/signed-in/{sign_in}"


def authorization_address(sign_in: SignIn, signing: Signing, origin: str) -> str:
    """Return the address at which a person proves to a provider who they are."""
    asked = {
        "response_type": "code",
        "client_id": sign_in.client_id,
        "redirect_uri": back_address(origin, sign_in.id),
        "scope": "openid profile email",
        "state": sign_in_state(signing.secret),
        "nonce": sign_in_nonce(signing.secret),
        "code_challenge": code_challenge(code_verifier(signing.secret)),
        "code_challenge_method": "S256",
    }
    if signing.silent:
        asked["prompt"] = "none"
    if signing.again:
        asked |= {"prompt": "login", "max_age": "0"}
    return _with(sign_in.authorization_endpoint, asked)


def sign_out_address(sign_in: SignIn, origin: str) -> str | None:
    """Return the address at which a provider also signs a person out, if it has one.

    `logout_uri` is Amazon Cognito's name of `post_logout_redirect_uri`.
    """
    if sign_in.end_session_endpoint is None:
        return None
    back = f"{origin}{HOME}/signed-out"
    told = {"client_id": sign_in.client_id, "post_logout_redirect_uri": back, "logout_uri": back}
    return _with(sign_in.end_session_endpoint, told)


def _with(address: str, values: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"
