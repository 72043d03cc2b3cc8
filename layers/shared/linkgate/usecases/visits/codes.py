"""One-time codes. Each is for one browser and a limited number of tries. Tries are spent before codes are compared."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkgate.errors import CodeRefused, LinkExhausted, LinkLocked, NotFound, Throttled, Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Challenge, DeliveryState
from linkgate.model.pauses import retry_after
from linkgate.model.policy import (
    CHALLENGES_KEPT,
    CODE_LIFE,
    CODE_TRIES,
    CODES_PER_HOUR,
    CODES_PER_LINK,
    FIRST_PAUSE,
    LINK_TRIES,
)
from linkgate.ports.delivery import CodeNotice
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import CodeProof
from linkgate.tokens import bind_hash, is_token, keyed_code, one_time_code, token
from linkgate.usecases.delivery.sending import send_code
from linkgate.usecases.delivery.suppression import barred
from linkgate.usecases.visits.hosts import opens_at
from linkgate.usecases.visits.renewal import closed_for_holder, may_renew
from linkgate.usecases.visits.visit import begin_visit

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel, CodePolicy, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit

_HOUR = timedelta(hours=1)
_NOT_GONE_OUT = frozenset({DeliveryState.REFUSED, DeliveryState.DELAYED})


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
    if bind is None or challenge is None or link.code is None:
        return None
    return CodeAsked(link, bind, link.code, link.address(link.code.channel) or "", challenge)


def ask_code(link: Link, bind: str | None, deps: Deps, *, secret_hash: str | None = None) -> CodeAsked:
    """Send a code for this browser. Nothing is sent during its pause after the last code.

    The code is counted before it is sent, and sent at most once. A browser without `bind` gets one. If the browser was
    not asked yet, `secret_hash` must be the link's. Raises NotFound, LinkClosed (LinkExhausted once the link's codes
    are used up) and Throttled (too many codes in the link's hour). Raises Unavailable if the provider accepted no
    message or the address must not get one.
    """
    now = deps.now()
    bind = bind if bind and is_token(bind) else token(deps.random(16))
    earlier = code_asked(link, bind)
    if earlier and now < earlier.challenge.next_at:
        return earlier
    if link.code is None:
        raise NotFound("code")
    tenant, to = deps.tenants.tenant(link.tenant), link.address(link.code.channel)
    if tenant is None or not to:
        raise NotFound("link")
    if barred(tenant, {link.code.channel: to}, deps):
        # Checked before the code is counted, because a counted code is reported as sent.
        raise Unavailable(retry_after(FIRST_PAUSE))
    code = one_time_code(link.code.digits, deps.random)
    sent = earlier.challenge.sent + 1 if earlier else 1
    challenge = Challenge(
        codes=frozenset({keyed_code(bind, link.rid, code)}),
        tries={},
        begun_at=now,
        expires_at=min(now + CODE_LIFE, link.expires_at),
        next_at=now + FIRST_PAUSE * 2 ** (sent - 1),
        sent=sent,
        claim=token(deps.random(16)),
        sent_via=_sent_via(link, secret_hash, earlier),
    )
    forget = _given_up(link, now) if not earlier and len(link.challenges) >= CHALLENGES_KEPT else None
    browser = bind_hash(link.rid, bind)
    try:
        kept = deps.codes.begin(link.rid, secret_hash, browser, challenge, forget=forget)
    except NotChanged as refusal:
        return _reason_not_sent(refusal.stored, bind, secret_hash, deps)
    asked = CodeAsked(kept, bind, link.code, to, challenge)
    _send(asked, code, tenant, deps)
    return asked


def _sent_via(link: Link, secret_hash: str | None, earlier: CodeAsked | None) -> str:
    if secret_hash is not None and secret_hash in link.secrets:
        return link.secrets[secret_hash]
    return earlier.challenge.sent_via if earlier else ""  # `begin` refuses this challenge


def send_code_again(rid: str, bind: str | None, deps: Deps) -> CodeAsked:
    """Send another code for a browser that was asked before. Raises Throttled in its pause, and as `ask_code` does."""
    link = deps.links.get(rid) if bind and is_token(rid) and is_token(bind) else None
    earlier = code_asked(link, bind) if link else None
    if link is None or earlier is None:
        raise NotFound("link")
    if closed := closed_for_holder(link, deps):
        raise closed
    pause = earlier.challenge.next_at - deps.now()
    if pause > timedelta():
        raise Throttled(retry_after(pause))
    return ask_code(link, bind, deps)


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
                rid, browser, keyed_code(bind, rid, code), token(deps.random(16)), now
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
    if closed := closed_for_holder(link, deps):
        raise closed
    if challenge.passed and challenge.expires_at > now:
        return _open(link, CodeProof(browser, challenge.passed), deps)
    if link.code_tries >= LINK_TRIES:
        deps.codes.lock(rid, now)
        raise LinkLocked
    raise CodeRefused(CODE_TRIES - len(challenge.tries) if spent and challenge.expires_at > now else 0)


def _open(link: Link, proof: CodeProof, deps: Deps) -> Visit:
    try:
        return begin_visit(link.rid, proof, deps)
    except NotChanged as refusal:
        if refusal.stored and (closed := closed_for_holder(refusal.stored, deps)):
            raise closed from refusal
        # Other browsers changed the link at the same moment. The code stays proven, so a second press opens the link.
        raise Throttled(1) from refusal


def _given_up(link: Link, now: datetime) -> str:
    """Return the challenge to drop: one that is of no more use, or else the oldest."""

    def worth(browser: str) -> tuple[bool, datetime]:
        challenge = link.challenges[browser]
        alive = challenge.expires_at > now and len(challenge.tries) < CODE_TRIES
        return alive, challenge.begun_at

    return min(link.challenges, key=worth)


def _reason_not_sent(stored: Link | None, bind: str, secret_hash: str | None, deps: Deps) -> CodeAsked:
    """Raise the reason why no code may be sent, or return the code from a parallel request of the same browser."""
    now = deps.now()
    if stored is None or (secret_hash is not None and secret_hash not in stored.secrets):
        raise NotFound("link")
    if closed := closed_for_holder(stored, deps):
        raise closed
    asked = code_asked(stored, bind)
    if asked and now < asked.challenge.next_at:
        return asked
    if secret_hash is None and asked is None:
        raise NotFound("link")
    if len(stored.codes_sent) >= CODES_PER_LINK:
        raise LinkExhausted(renewable=may_renew(stored, deps))
    if len(stored.codes_sent) >= CODES_PER_HOUR:
        freed = stored.codes_sent[CODES_PER_HOUR - 1] + _HOUR - now
        if freed > timedelta():
            raise Throttled(retry_after(freed))
    raise Throttled(1)


def _send(asked: CodeAsked, code: str, tenant: Tenant, deps: Deps) -> None:
    link = asked.link
    notice = CodeNotice(
        channel=asked.channel,
        tenant=tenant,
        to=asked.to,
        code=code,
        rid=link.rid,
        locale=link.recipient.locale,
        host=urlsplit(link.portal).hostname or "",
        life=asked.challenge.expires_at - asked.challenge.begun_at,
    )
    if send_code(notice, deps).state in _NOT_GONE_OUT:
        raise Unavailable(retry_after(FIRST_PAUSE))
