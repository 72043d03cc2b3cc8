"""Sign a person in: send a browser to an identity provider, and make a session of what it brings back."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkgate.errors import NotFound, SignInRefused
from linkgate.lazy_dataclass import dataclass
from linkgate.model.person import ROLES, SIGNING_LIFE, STEP_UP_LIFE, Person, Session, Signing
from linkgate.tokens import code_verifier, session_hash, sign_in_nonce, sign_in_state, state_hash, subject_hash, token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import SignIn
    from linkgate.ports.deps import Deps

_LONGEST_NAME = 200
_TRUE = (True, "true")
"""Ways in which providers say yes. Amazon Cognito is one that writes a text."""
_NEVER = datetime.fromtimestamp(0, UTC)
ENDED_BY_PROVIDER = "signed_out"
"""Reason if the provider no longer knows a person without asking them."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A wish to sign in at a provider, and to come back to a page."""

    sign_in: str
    to: str
    silent: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Back:
    """A browser that comes back from a provider."""

    sign_in: str
    signing: Signing | None
    """Way that the browser left for. None if it has none."""
    address: str
    """Address to which it came back, without the query."""
    state: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str = ""
    session: SessionKey | None = None
    """Session that the browser had."""


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Cookie of a signed-in browser."""

    tenant: str
    person: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and the page to go on to."""

    key: SessionKey
    to: str


def leave(wish: Leave, deps: Deps) -> tuple[SignIn, Signing]:
    """Return the provider and the way to it. Raises NotFound for an unknown provider."""
    sign_in = deps.staff.sign_ins.get(wish.sign_in)
    if sign_in is None:
        raise NotFound("sign-in")
    secret = token(deps.random(16))
    return sign_in, Signing(secret, sign_in.id, wish.to, deps.now(), silent=wish.silent, again=wish.again)


def come_back(back: Back, deps: Deps) -> SignedIn:
    """Begin a session for the person whom the provider names, and end the one that the browser had.

    Raises SignInRefused, or Unavailable if the provider cannot be reached.
    """
    now, signing = deps.now(), _own_way(back, deps)
    sign_in = deps.staff.sign_ins.get(back.sign_in)
    if sign_in is None:
        raise SignInRefused("state")
    if (back.issuer or sign_in.names_issuer) and back.issuer != sign_in.issuer:
        raise SignInRefused("issuer")
    if back.error or not back.code:
        raise _turned_away(back, signing, deps)
    verifier = code_verifier(signing.secret)
    claims = deps.staff.providers.claims(sign_in, back.code, verifier, back.address, now)
    if claims.get("nonce") != sign_in_nonce(signing.secret):
        raise SignInRefused("token")
    proved_at = _proved_at(claims, signing, now)
    if signing.again and proved_at + STEP_UP_LIFE <= now:
        raise SignInRefused("not_again")
    person = _person(sign_in, claims, deps)
    secret = token(deps.random(16))
    session = Session(session_hash(secret), person.id, person.tenant, sign_in.id, now, now, proved_at, now)
    deps.staff.sessions.begin(session)
    if back.session:
        deps.staff.sessions.end(session_hash(back.session.secret))
    return SignedIn(SessionKey(person.tenant, person.id, secret), signing.to)


def _own_way(back: Back, deps: Deps) -> Signing:
    """Return the way that this browser left for, which it may come back by once."""
    signing, now = back.signing, deps.now()
    if signing is None or signing.sign_in != back.sign_in or signing.left_at + SIGNING_LIFE <= now:
        raise SignInRefused("state")
    if back.state != sign_in_state(signing.secret) or not deps.staff.signings.spend(state_hash(back.state), now):
        raise SignInRefused("state")
    return signing


def _turned_away(back: Back, signing: Signing, deps: Deps) -> SignInRefused:
    """End the session of a person whom the provider no longer lets in without asking."""
    if not signing.silent:
        return SignInRefused("denied")
    if back.session:
        deps.staff.sessions.end(session_hash(back.session.secret))
    return SignInRefused(ENDED_BY_PROVIDER)


def _proved_at(claims: Mapping[str, object], signing: Signing, now: datetime) -> datetime:
    """Return when the person last proved who they are.

    A provider that does not say is only known to have asked if it was told to.
    """
    at = claims.get("auth_time")
    if at is None:
        return now if signing.again else _NEVER
    try:
        return min(datetime.fromtimestamp(at, UTC), now) if isinstance(at, int | float) else _NEVER
    except (OSError, OverflowError, ValueError):
        return _NEVER


def _person(sign_in: SignIn, claims: Mapping[str, object], deps: Deps) -> Person:
    """Return the person, with the roles that the provider's groups give. Somebody new is added if they have any."""
    people, now = deps.staff.people, deps.now()
    subject = subject_hash(sign_in.issuer, str(claims["sub"]))
    known = people.of_subject(sign_in.tenant, subject)
    roles = _roles(sign_in, claims) if sign_in.groups else known.roles if known else frozenset()
    if known is None and sign_in.groups and roles:
        known = _added(sign_in, claims, subject, roles, deps)
    if known is None or not roles:
        raise SignInRefused("no_role")
    told = dataclasses.replace(
        known,
        name=_name(claims) or known.name,
        email=_text(claims, "email") or known.email,
        roles=roles,
        verified=bool(_text(claims, "email")) and claims.get("email_verified") in _TRUE,
    )
    person = people.signed_in(told, now)
    if person is None:
        raise SignInRefused("ended")
    return person


def _added(
    sign_in: SignIn, claims: Mapping[str, object], subject: str, roles: frozenset[str], deps: Deps
) -> Person | None:
    person = Person(
        id=deps.random(16).hex(),
        tenant=sign_in.tenant,
        name=_name(claims),
        email=_text(claims, "email"),
        roles=roles,
        subject=subject,
        added_by="provider",
        added_at=deps.now(),
    )
    return person if deps.staff.people.add(person) else deps.staff.people.of_subject(sign_in.tenant, subject)


def _roles(sign_in: SignIn, claims: Mapping[str, object]) -> frozenset[str]:
    told = claims.get(sign_in.groups_claim)
    groups = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    roles = {sign_in.groups.get(group, "") for group in groups if isinstance(group, str)}
    return frozenset(role for role in roles if role in ROLES)


def _name(claims: Mapping[str, object]) -> str:
    return _text(claims, "name") or _text(claims, "preferred_username") or _text(claims, "email") or "?"


def _text(claims: Mapping[str, object], name: str) -> str:
    """Return a text of the provider in one line."""
    value = claims.get(name)
    line = "".join(each if each.isprintable() else " " for each in value) if isinstance(value, str) else ""
    return " ".join(line.split())[:_LONGEST_NAME]
