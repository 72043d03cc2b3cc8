"""One-time codes. Each is for one browser and a limited number of tries. Tries are spent before codes are compared."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.errors import (
    CodeNotSent,
    CodeRefused,
    CodesUsedUp,
    LinkExhausted,
    LinkLocked,
    NotFound,
    Throttled,
    Unavailable,
)
from linkgate.lazy_dataclass import dataclass
from linkgate.model.challenge import Challenge, CodeFailure
from linkgate.model.delivery_rules import ADDRESS_CHANGED, UNAVAILABLE
from linkgate.model.link import DeliveryState
from linkgate.model.pauses import retry_after
from linkgate.model.policy import (
    CHALLENGES_KEPT,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_LINK,
    FIRST_PAUSE,
    LINK_TRIES,
    TEST_CODE,
    UNASKED_PER_HOUR,
    UNASKED_PER_LINK,
)
from linkgate.ports.delivery import CodeMessage, SendOutcome
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import CodeProof, CodeStart
from linkgate.tokens import bind_hash, is_token, keyed_code, one_time_code, token
from linkgate.usecases.delivery.channels import code_of
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.sending import send_code
from linkgate.usecases.delivery.suppression import barred
from linkgate.usecases.visits.hosts import opens_at
from linkgate.usecases.visits.renewal import closed_to_codes, may_renew, wait_for_code
from linkgate.usecases.visits.visit import begin_visit

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.challenge import CodePolicy
    from linkgate.model.link import Channel, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit

_HOUR = timedelta(hours=1)
_TRIES_TO_GIVE_BACK = 32
"""Tries of a write that every other code of the link may get ahead of, each once as it begins and once as it ends."""
_CLAIM_BYTES = 6
"""A claim only tells the few challenges and tries of one link apart, and the link should stay below a kilobyte."""
_GONE_OUT = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class CodeOffered:
    """The link opens with a code, which is sent once a person asks for it. Robots have used up the unasked ones."""

    link: Link
    policy: CodePolicy
    to: str


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """The link opens once this browser enters the code that was sent for it."""

    link: Link
    bind: str = field(repr=False)
    """Cookie that binds the code to the browser."""
    policy: CodePolicy
    to: str
    """Address that the code was sent to. Only shown masked."""
    challenge: Challenge

    @property
    def channel(self) -> Channel:
        return self.policy.channel


def code_asked(link: Link, bind: str | None) -> CodeAsked | None:
    """Return the code that this browser was asked for earlier, or None."""
    challenge = link.challenges.get(bind_hash(link.rid, bind)) if bind else None
    policy = code_of(link)
    if bind is None or challenge is None or policy is None:
        return None
    return CodeAsked(link, bind, policy, link.address(policy.channel) or "", challenge)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """Request for a code by a browser."""

    bind: str | None = field(repr=False)
    secret_hash: str | None = None
    """Hash of the link's secret. A browser that was asked for a code before need not present it."""
    by_person: bool = False
    """True if more than a press of a button shows that a person asks."""


def ask_code(link: Link, request: CodeRequest, deps: Deps) -> CodeAsked | CodeOffered:
    """Send a code for this browser. Nothing is sent during its pause after the last code.

    The code is counted before it is sent, and sent at most once. If no provider takes it, it is given back. A browser
    without `bind` gets one. Raises NotFound, LinkClosed (LinkExhausted once the link's codes are used up), CodesUsedUp
    and CodeNotSent.
    """
    now = deps.now()
    bind = request.bind if request.bind and is_token(request.bind) else token(deps.random(16))
    earlier = code_asked(link, bind)
    if earlier and now < earlier.challenge.next_at:
        return earlier
    policy = code_of(link)
    if policy is None:
        raise NotFound("code")
    tenant, to = deps.tenants.tenant(link.tenant), link.address(policy.channel)
    if tenant is None or not to:
        raise NotFound("link")
    code, browser = _new_code(link, policy, deps), bind_hash(link.rid, bind)
    sent_via = _sent_via(link, request.secret_hash, earlier)
    start = CodeStart(
        challenge=_challenge(
            earlier,
            keyed_code(bind, link.rid, code),
            sent_via,
            link.ttl if link.submitted_at else link.expires_at,
            deps,
        ),
        secret_hash=request.secret_hash,
        earlier=earlier.challenge if earlier else None,
        unasked=not request.by_person,
        forget=None if earlier else _ended(link, now),
    )
    try:
        kept = deps.codes.begin(link.rid, browser, start)
    except NotChanged as refusal:
        return _reason_not_sent(refusal.stored, bind, request, deps)
    asked = CodeAsked(kept, bind, policy, to, start.challenge)
    outcome = _sent(asked, code, tenant, deps)
    if outcome.state in _GONE_OUT:
        # The reader has the code, whatever becomes of this record.
        with suppress(NotChanged, Unavailable):
            deps.codes.record(link.rid, browser, start.challenge.claim, outcome.state)
        return asked
    _withdraw(kept, browser, start, CodeFailure(start.challenge.begun_at, outcome.reason), deps)
    raise CodeNotSent(retry_after(FIRST_PAUSE))


def _challenge(earlier: CodeAsked | None, keyed: str, sent_via: str, ends: datetime, deps: Deps) -> Challenge:
    now, sent = deps.now(), earlier.challenge.sent + 1 if earlier else 1
    return Challenge(
        codes=frozenset({keyed}),
        tries={},
        begun_at=now,
        expires_at=min(now + CODE_LIFE, ends),
        next_at=now + FIRST_PAUSE * 2 ** (sent - 1),
        sent=sent,
        claim=token(deps.random(_CLAIM_BYTES)),
        sent_via=sent_via,
    )


def _sent_via(link: Link, secret_hash: str | None, earlier: CodeAsked | None) -> str:
    if secret_hash is not None and secret_hash in link.secrets:
        return link.secrets[secret_hash]
    return earlier.challenge.sent_via if earlier else ""  # `begin` refuses this challenge


def send_code_again(rid: str, bind: str | None, deps: Deps, *, by_person: bool) -> CodeAsked | CodeOffered:
    """Send another code for a browser that was asked before. Raises Throttled in its pause, and as `ask_code` does."""
    link = deps.links.get(rid) if bind and is_token(rid) and is_token(bind) else None
    earlier = code_asked(link, bind) if link else None
    if link is None or earlier is None:
        raise NotFound("link")
    if closed := closed_to_codes(link, deps):
        raise closed
    pause = earlier.challenge.next_at - deps.now()
    if pause > timedelta():
        raise Throttled(retry_after(pause))
    return ask_code(link, CodeRequest(bind=bind, by_person=by_person), deps)


def check_code(rid: str, bind: str | None, code: str, host: str, deps: Deps) -> Visit:
    """Open the link for the browser that the code was sent for. `host` served the request.

    Raises CodeRefused, LinkLocked and LinkClosed. Raises NotFound for any other browser, which costs the link no try.
    """
    if not (bind and is_token(rid) and is_token(bind)):
        raise NotFound("link")
    browser, now = bind_hash(rid, bind), deps.now()
    if code.isascii() and code.isdecimal():
        try:
            link: Link | None = deps.codes.spend_try(
                rid, browser, keyed_code(bind, rid, code), token(deps.random(_CLAIM_BYTES)), now
            )
            spent = True
        except NotChanged as refusal:
            link, spent = refusal.stored, False
    else:
        # Text that cannot be a code does not cost the reader a try.
        link, spent = deps.links.get(rid), True
    challenge = link.challenges.get(browser) if link else None
    if link is None or challenge is None or not opens_at(host, link, deps):
        raise NotFound("link")
    if closed := closed_to_codes(link, deps):
        raise closed
    if challenge.passed and challenge.expires_at > now:
        return _open(link, CodeProof(browser, challenge.passed), deps)
    if link.code_tries >= LINK_TRIES:
        deps.codes.lock(rid, now)
        raise LinkLocked
    raise CodeRefused(CODE_TRIES - len(challenge.tries) if spent and challenge.expires_at > now else 0)


def _open(link: Link, proof: CodeProof, deps: Deps) -> Visit:
    try:
        return begin_visit(link.rid, proof, deps, receipt=link.submitted_at is not None)
    except NotChanged as refusal:
        if refusal.stored and (closed := closed_to_codes(refusal.stored, deps)):
            raise closed from refusal
        # Other browsers changed the link at the same moment. The code stays proven, so a second press opens the link.
        raise Throttled(1) from refusal


def _ended(link: Link, now: datetime) -> str | None:
    """Return the challenge to drop for a new one, if there is no room: the oldest that has ended."""
    if len(link.challenges) < CHALLENGES_KEPT:
        return None
    ended = [browser for browser, challenge in link.challenges.items() if challenge.expires_at <= now]
    return min(ended, key=lambda browser: link.challenges[browser].begun_at, default=None)


def _reason_not_sent(stored: Link | None, bind: str, request: CodeRequest, deps: Deps) -> CodeAsked | CodeOffered:
    """Raise the reason why no code may be sent, or return the code from a parallel request of the same browser.

    If only a person's request is missing, return an offer to make it.
    """
    now, hash_ = deps.now(), request.secret_hash
    policy = code_of(stored) if stored else None
    if stored is None or policy is None or (hash_ is not None and hash_ not in stored.secrets):
        raise NotFound("link")
    if closed := closed_to_codes(stored, deps):
        raise closed
    asked = code_asked(stored, bind)
    if asked and now < asked.challenge.next_at:
        return asked
    if hash_ is None and asked is None:
        raise NotFound("link")
    if len(stored.codes_sent) >= CODES_PER_LINK:
        raise LinkExhausted(renewable=may_renew(stored, deps))
    if wait := wait_for_code(stored, now):
        too_new = stored.codes_from is not None and stored.codes_from > now
        raise CodesUsedUp(retry_after(wait), renewable=not too_new and may_renew(stored, deps), new_address=too_new)
    if not request.by_person and _unasked_used_up(stored, now):
        return CodeOffered(stored, policy, stored.address(policy.channel) or "")
    raise Throttled(1)


def _unasked_used_up(link: Link, now: datetime) -> bool:
    lately = sum(moment > now - _HOUR for moment in link.codes_unasked)
    return len(link.codes_unasked) >= UNASKED_PER_LINK or lately >= UNASKED_PER_HOUR


def _new_code(link: Link, policy: CodePolicy, deps: Deps) -> str:
    """Return a code. That of a test link is known, because no message brings it."""
    return TEST_CODE[: policy.digits] if link.test else one_time_code(policy.digits, deps.random)


def _sent(asked: CodeAsked, code: str, tenant: Tenant, deps: Deps) -> SendOutcome:
    """Send a code, unless its address is barred or may be somebody else's now, and return the outcome."""
    link = asked.link
    message = CodeMessage(
        channel=asked.channel,
        tenant=tenant,
        to=asked.to,
        code=code,
        rid=link.rid,
        locale=link.recipient.locale,
        host=urlsplit(link.portal).hostname or "",
        life=asked.challenge.expires_at - asked.challenge.begun_at,
        test=link.test,
    )
    try:
        if asked.channel in outdated(link, tenant, deps):
            return SendOutcome(DeliveryState.REFUSED, reason=ADDRESS_CHANGED)
        if bars := barred(tenant, {asked.channel: asked.to}, deps):
            return SendOutcome(DeliveryState.REFUSED, reason=bars[asked.channel])
        return send_code(message, deps)
    except Unavailable:
        return SendOutcome(DeliveryState.DELAYED, reason=UNAVAILABLE)


def _withdraw(link: Link, browser: str, start: CodeStart, failure: CodeFailure, deps: Deps) -> None:
    """Give a code back, unless the link has lost the challenge in the meantime, as by a renewal."""
    for _ in range(_TRIES_TO_GIVE_BACK):
        challenge = link.challenges.get(browser)
        if challenge is None or challenge.claim != start.challenge.claim:
            return
        try:
            deps.codes.withdraw(link, browser, start, failure)
        except NotChanged as refusal:
            if refusal.stored is None:
                return
            link = refusal.stored
        else:
            return
