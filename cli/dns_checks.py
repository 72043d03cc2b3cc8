"""Checks of `linkgate doctor` on senders in the DNS: who may send (SPF), and what to do with the rest (DMARC)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cli.account_checks import identity_of, senders
from cli.findings import Finding, State, well
from cli.target import Operator

Texts = Callable[[str], Sequence[str]]
"""Returns the TXT records of a name, none if there are none. Raises Unanswered."""

PATIENCE = 5.0
"""Seconds to wait for all answers about one name."""
_ASK = "this machine's DNS gave no answer: dig +short TXT {0}, or nslookup -type=TXT {0}"
_DMARC = '_dmarc.{} TXT "v=DMARC1; p=none; rua=mailto:dmarc@{}", then p=quarantine: see docs/deploy.md'
_SPF = '{} TXT "v=spf1 include:amazonses.com ~all", as the only one that begins with v=spf1'


class Unanswered(Exception):
    """The DNS gave no answer, so nothing is known about a name."""


def sender_records(operator: Operator) -> Iterator[Finding]:
    """Look the records of every sender up in the DNS. A Linkgate on this machine sends nothing, so it asks nothing."""
    if operator.endpoint_url is not None:
        return
    client, texts = operator.client("sesv2"), texts_by(_resolver())
    domains = {sender.rpartition("@")[2].lower(): sender for sender in sorted(senders(operator))}
    for domain, sender in domains.items():
        yield dmarc(domain, texts)
        _, found = identity_of(client, sender)
        bounces = (found or {}).get("MailFromAttributes", {}).get("MailFromDomain")
        if bounces:
            yield spf(str(bounces), texts)


def dmarc(domain: str, texts: Texts) -> Finding:
    """Check the policy of a domain, which the nearest name above it may state."""
    about, names = f"DMARC of {domain}", domain.split(".")
    for start in range(max(len(names) - 1, 1)):
        at = f"_dmarc.{'.'.join(names[start:])}"
        try:
            policies = [text for text in texts(at) if text.lower().replace(" ", "").startswith("v=dmarc1;")]
        except Unanswered:
            return Finding(about, State.UNKNOWN, "not looked up", _ASK.format(at))
        if policies:
            only = len(policies) == 1
            text = f"{at}: {policies[0]}" if only else f"{at} has {len(policies)} policies, so none counts"
            return well(about, only, text, "keep one of them", State.WARNING)
    return Finding(about, State.WARNING, "no policy, which Gmail and Yahoo ask for", _DMARC.format(domain, domain))


def spf(bounces: str, texts: Texts) -> Finding:
    """Check that the domain which takes bounces lets SES send."""
    about = f"SPF of {bounces}"
    try:
        policies = [text for text in texts(bounces) if text.lower().split()[:1] == ["v=spf1"]]
    except Unanswered:
        return Finding(about, State.UNKNOWN, "not looked up", _ASK.format(bounces))
    right = len(policies) == 1 and "include:amazonses.com" in policies[0].lower().split()
    text = "; ".join(policies) or "no policy"
    if len(policies) == 1 and not right:
        text += " (amazonses.com is not in it; what it includes was not followed)"
    return well(about, right, text, _SPF.format(bounces), State.WARNING)


def texts_by(resolver: Any) -> Texts:  # noqa: ANN401 - loaded when it is needed
    """Return the look-up of TXT records with a resolver of dnspython. None is one that could not be made."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer

    def texts(name: str) -> Sequence[str]:
        if resolver is None:
            raise Unanswered(name)
        try:
            return [b"".join(record.strings).decode("utf-8", "replace") for record in resolver.resolve(name, "TXT")]
        except (NXDOMAIN, NoAnswer):
            return ()
        except DNSException as error:
            raise Unanswered(name) from error

    return texts


def _resolver() -> Any:  # noqa: ANN401 - loaded when it is needed
    """Return a resolver with this machine's settings, None if it has none."""
    from dns.resolver import NoResolverConfiguration, Resolver

    try:
        resolver = Resolver()
    except NoResolverConfiguration:
        return None
    resolver.lifetime = PATIENCE
    return resolver
