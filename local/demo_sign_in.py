"""The way into the console for the demo staff, whose provider is the runner's own (`local/identity.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.person import ROLES, SignIn
from local import demo
from local.intrinsics import STACK

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from local.cloud import LocalCloud

PATH = "/_local/identity"
CLIENT = "linkgate"
SECRET = "local-client-secret"  # noqa: S105 - public, of the demo tenant
SIGN_IN = "demo"


def addresses(issuer: str) -> dict[str, str]:
    """Return the addresses that the provider's discovery document names."""
    return {
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "end_session_endpoint": f"{issuer}/end",
    }


def add_demo_sign_in(cloud: LocalCloud, deps: Deps) -> None:
    """Let the demo staff sign in to the console of the first demo tenant."""
    name, issuer = f"/linkgate/{STACK}/sign-in/{SIGN_IN}", f"http://{cloud.domain}{PATH}"
    at = addresses(issuer)
    cloud.aws.client("ssm").put_parameter(Name=name, Type="SecureString", Value=SECRET, Overwrite=True)
    sign_in = SignIn(
        id=SIGN_IN,
        tenant=demo.DEMO.id,
        name="Demo staff",
        issuer=issuer,
        client_id=CLIENT,
        secret_name=name,
        authorization_endpoint=at["authorization_endpoint"],
        token_endpoint=at["token_endpoint"],
        jwks_uri=at["jwks_uri"],
        end_session_endpoint=at["end_session_endpoint"],
        names_issuer=True,
        groups={role: role for role in ROLES},
    )
    deps.staff.sign_ins.add(sign_in)
