"""Convert links to items of the table, and back.

A link has `pk = rid, sk = "link"`, and its data shares the partition. Times are epoch milliseconds, except `ttl`, which
DynamoDB reads and which is in seconds. The three list keys are written once and never change.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from linkgate.model.callback import Callback
from linkgate.model.challenge import Challenge, CodeFailure, CodePolicy
from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.kinds import KINDS
from linkgate.model.link import Channel, Delivery, DeliveryState, Grant, Kind, Link, Look, Occasion, Recipient
from linkgate.model.receipt import Receipt
from linkgate.store.link_keys import campaign_key, month_key, recipient_key, resource_key, shard_of
from linkgate.store.ways import looked_name, way_name
from linkgate.tokens import field_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.ports.links import Body
    from linkgate.store.attribute_values import Item

LINK = "link"
BODY = "body#"
"""Beginning of the sort keys of data that is kept beside a link. What belongs to a draft is between it and `FIELD`."""
FIELD = "field#"
"""Beginning of the sort keys of a draft's answers."""
FILE = "file#"
"""Beginning of the sort keys of files."""
FILES = "files"
"""Sort key of the room that all files of a place take."""
CHAT = "chat#"
"""Beginning of the sort keys of what the sides of a call wrote."""


def link_item(link: Link) -> Item:
    """Build the whole item of a new link."""
    address = link.recipient.email or link.recipient.phone
    listed = link.role is None
    return {
        "pk": link.rid,
        "sk": LINK,
        "master_rid": link.master_rid if link.master_rid != link.rid else None,
        "tenant": link.tenant,
        "kind": link.kind.value,
        "dialect": link.dialect,
        "subject": link.definition_id,
        "tier": link.tier,
        "portal": link.portal,
        "recipient": recipient_map(link.recipient),
        "created_at": milliseconds(link.created_at),
        "expires_at": milliseconds(link.expires_at),
        "ttl": epoch_seconds(link.ttl),
        # Opening counts to `views` whatever the link counts. Documents given out are counted beside it.
        "max_views": link.max_opens or link.max_views,
        "attached": link.attached or None,
        "created_by": link.created_by,
        "claim": link.claim,
        "secrets": dict(link.secrets),
        "opt_outs": link.opt_outs or None,
        "version": link.version,
        "reference": link.reference,
        "number": link.number,
        "source": link.source,
        "role": link.role,
        "roles": dict(link.roles) or None,
        "body": link.body_name,
        "code": {"channel": link.code.channel.value, "digits": link.code.digits} if link.code else None,
        "fingerprint": link.fingerprint,
        "deliveries": {channel.value: delivery_map(d) for channel, d in link.deliveries.items()} if listed else None,
        "refused": list(link.refused) or None,
        "views": link.views if link.max_opens is None else link.opens,
        "shown": None if link.max_opens is None else link.views,
        "max_shown": None if link.max_opens is None else link.max_views,
        "visits": {visit: milliseconds(end) for visit, end in link.visits.items()},
        "challenges": {} if link.code else None,
        "codes_sent": [] if link.code else None,
        "codes_before": link.codes_before or None,
        "code_tries": link.code_tries if link.code else None,
        "replaces": link.replaces,
        "reopens": link.reopens,
        "test": link.test or None,
        "codes_from": milliseconds(link.codes_from) if link.codes_from else None,
        "renewals": link.renewals or None,
        "reminders": [milliseconds(due) for due in link.reminders] or None,
        "resource_key": _definition_key(link) if listed else None,
        "month_key": month_key(link.lists, link.created_at, shard_of(link.lists, link.rid)) if listed else None,
        "recipient_key": recipient_key(link.lists, address) if listed and address else None,
    }


def link_of(item: Item) -> Link:
    """Read a link back, with every fact recorded since `link_item`."""
    code = item.get("code")
    return Link(
        rid=item["pk"],
        attached=item.get("attached", False),
        master_rid=item.get("master_rid") or item["pk"],
        tenant=item["tenant"],
        kind=Kind(item["kind"]),
        dialect=item["dialect"],
        definition_id=item["subject"],
        tier=item["tier"],
        portal=item["portal"],
        recipient=_recipient(item["recipient"]),
        created_at=moment(item["created_at"]),
        expires_at=moment(item["expires_at"]),
        ttl=moment(item["ttl"] * 1000),
        max_views=item["max_shown" if "max_shown" in item else "max_views"],
        created_by=item["created_by"],
        claim=item["claim"],
        secrets=item["secrets"],
        opt_outs=frozenset(item.get("opt_outs", ())),
        unsubscribed_at=_optional(item, "unsubscribed_at"),
        disowned_at=_optional(item, "disowned_at"),
        resubscribed_at=_optional(item, "resubscribed_at"),
        version=item.get("version"),
        reference=item.get("reference"),
        number=item.get("number"),
        source=item.get("source"),
        role=item.get("role"),
        roles=item.get("roles", {}),
        body_name=item.get("body"),
        code=CodePolicy(Channel(code["channel"]), code["digits"]) if code else None,
        fingerprint=item.get("fingerprint"),
        deliveries={
            Channel(channel): _delivery(Channel(channel), value)
            for channel, value in item.get("deliveries", {}).items()
        },
        refused=tuple(item.get("refused", ())),
        views=item["shown" if "shown" in item else "views"],
        max_opens=item["max_views"] if "max_shown" in item else None,
        opens=item["views"],
        looked=frozenset(visit for visit in item["visits"] if looked_name(visit) in item),
        looks=item.get("looks", 0),
        look=_look(item["look"]) if "look" in item else None,
        visits={visit: moment(end) for visit, end in item["visits"].items()},
        visit_ways={visit: item[way_name(visit)] for visit in item["visits"] if way_name(visit) in item},
        opened_at=_optional(item, "opened_at"),
        opened_via=item.get("opened_via"),
        joined_at=_optional(item, "joined_at"),
        draft_at=_optional(item, "draft_at"),
        submitted_at=_optional(item, "submitted_at"),
        submission=item.get("submission"),
        submit_claim=item.get("submit_claim"),
        receipt=_receipt(item["receipt"]) if "receipt" in item else None,
        revoked_at=_optional(item, "revoked_at"),
        revoked_by=item.get("revoked_by"),
        revoked_note=item.get("revoked_note", {}),
        ways_revoked_at=_optional(item, "ways_revoked_at"),
        ways_revoked_by=item.get("ways_revoked_by"),
        ways_revoked_note=item.get("ways_revoked_note", {}),
        locked_at=_optional(item, "locked_at"),
        challenges={browser: _challenge(value) for browser, value in item.get("challenges", {}).items()},
        codes_sent=tuple(moment(value) for value in item.get("codes_sent", ())),
        codes_unasked=tuple(moment(value) for value in item.get("unasked", ())),
        code_failure=_failure(item["code_failure"]) if "code_failure" in item else None,
        codes_before=item.get("codes_before", 0),
        code_tries=item.get("code_tries", 0),
        renewed_as=item.get("renewed_as"),
        renewed_at=_optional(item, "renewed_at"),
        reopened_by=item.get("reopened_by"),
        reopened_note=item.get("reopened_note", {}),
        replaces=item.get("replaces"),
        reopens=item.get("reopens"),
        test=item.get("test", False),
        codes_from=_optional(item, "codes_from"),
        renewals=item.get("renewals", 0),
        resends=item.get("resends", 0),
        resent_note=item.get("resent_note", {}),
        reminders=tuple(moment(value) for value in item.get("reminders", ())),
        reminded=item.get("reminded", 0),
        extended_at=_optional(item, "extended_at"),
        extended_by=item.get("extended_by"),
        extended_note=item.get("extended_note", {}),
        erased_at=_optional(item, "erased_at"),
        erased_note=item.get("erased_note", {}),
        grant=_grant(item["handover"]) if "handover" in item else None,
        callback=_callback(item["callback"]) if "callback" in item else None,
    )


def delivery_map(delivery: Delivery) -> Item:
    """Build the map of a delivery in its link's item."""
    values = {
        "state": delivery.state.value,
        "attempt": delivery.attempt,
        "due": milliseconds(delivery.due) if delivery.due else None,
        "message_id": delivery.message_id,
        "reason": delivery.reason,
        "copies": delivery.copies,
        "at": milliseconds(delivery.at) if delivery.at else None,
        "first": delivery.first,
        "occasion": delivery.occasion.value if delivery.occasion is not Occasion.FIRST else None,
        "spared": delivery.spared or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def challenge_map(challenge: Challenge) -> Item:
    """Build the map of a new challenge in its link's item. `codes` is a map, so that one write can remove a code."""
    return {
        "codes": dict.fromkeys(challenge.codes, True),
        "tries": dict(challenge.tries),
        "begun_at": milliseconds(challenge.begun_at),
        "expires_at": milliseconds(challenge.expires_at),
        "next_at": milliseconds(challenge.next_at),
        "sent": challenge.sent,
        "claim": challenge.claim,
        "way": challenge.sent_via,
        **({"out": challenge.outcome.value} if challenge.outcome else {}),
    }


def look_map(look: Look) -> Item:
    """Build the map of a document that is given out, in its link's item."""
    return {
        "claim": look.claim,
        "file": look.file,
        "commitment": look.commitment,
        "at": milliseconds(look.at),
        "shown": look.shown,
    }


def _look(value: Item) -> Look:
    return Look(value["claim"], value["file"], value["commitment"], moment(value["at"]), value["shown"])


def receipt_map(receipt: Receipt) -> Item:
    """Build the map of the ways to what was sent, in its link's item."""
    message = receipt.message
    values = {
        "access": receipt.access,
        "reads": receipt.reads,
        "channel": message.channel.value if message else None,
        "message": delivery_map(message) if message else None,
        "language": receipt.language,
    }
    return {name: value for name, value in values.items() if value is not None}


def _receipt(value: Item) -> Receipt:
    message = _delivery(Channel(value["channel"]), value["message"]) if "message" in value else None
    return Receipt(value.get("access"), value["reads"], message, value.get("language"))


def grant_map(grant: Grant) -> Item:
    """Build the map of a new grant in its link's item."""
    return {"secret_hash": grant.hash, "expires_at": milliseconds(grant.expires_at)}


def body_item(master_rid: str, body: Body, ttl: int) -> Item:
    """Build the item of a body in the family's partition, compressed so that any body of a request fits."""
    text = json.dumps(body.content, ensure_ascii=False, separators=(",", ":")).encode()
    return {"pk": master_rid, "sk": body_key(body.name), "json": zlib.compress(text), "ttl": ttl}


def body_key(name: str) -> str:
    """Return the sort key of a body."""
    return f"{BODY}{name}"


def field_key(pointer: str) -> str:
    """Return the sort key of an answer in a draft."""
    return f"{FIELD}{field_hash(pointer)}"


def body_content(item: Item) -> Mapping[str, object]:
    """Read the content of a body, as the inverse of `body_item`."""
    content: Mapping[str, object] = json.loads(zlib.decompress(item["json"]))
    return content


def _delivery(channel: Channel, value: Item) -> Delivery:
    return Delivery(
        channel,
        DeliveryState(value["state"]),
        value["attempt"],
        due=_optional(value, "due"),
        message_id=value.get("message_id"),
        reason=value.get("reason"),
        copies=value["copies"],
        at=_optional(value, "at"),
        first=value["first"],
        occasion=Occasion(value.get("occasion", Occasion.FIRST)),
        spared=value.get("spared", 0),
    )


def _challenge(value: Item) -> Challenge:
    return Challenge(
        codes=frozenset(value["codes"]),
        tries=value["tries"],
        begun_at=moment(value["begun_at"]),
        expires_at=moment(value["expires_at"]),
        next_at=moment(value["next_at"]),
        sent=value["sent"],
        claim=value["claim"],
        sent_via=value["way"],
        outcome=DeliveryState(value["out"]) if "out" in value else None,
    )


def failure_map(failure: CodeFailure) -> Item:
    """Build the map of the newest code that no provider took."""
    return {"at": milliseconds(failure.at), **({"reason": failure.reason} if failure.reason else {})}


def _failure(value: Item) -> CodeFailure:
    return CodeFailure(moment(value["at"]), value.get("reason"))


def callback_map(callback: Callback) -> Item:
    """Build the map of a new request to be called back."""
    return {
        "asked_at": milliseconds(callback.asked_at),
        "name": callback.name,
        "phone": callback.phone,
        "wanted": callback.wanted,
        "note": callback.note,
    }


def _callback(value: Item) -> Callback:
    return Callback(
        asked_at=moment(value["asked_at"]),
        name=value["name"],
        phone=value["phone"],
        wanted=value["wanted"],
        note=value["note"],
        taken_at=_optional(value, "taken_at"),
        taken_by=value.get("taken_by"),
        done_at=_optional(value, "done_at"),
    )


def _grant(value: Item) -> Grant:
    return Grant(value["secret_hash"], moment(value["expires_at"]), value.get("claim"))


def recipient_map(recipient: Recipient) -> Item:
    """Build the map of a recipient in its link's item."""
    return {
        "name": recipient.name,
        "email": recipient.email,
        "phone": recipient.phone,
        "contact_id": recipient.contact_id,
        "type": recipient.recipient_type,
        # Two names for one value, because a flag beside it takes links with a code past a kilobyte.
        "locale" if recipient.locale_said else "usual": recipient.locale,
        "sms_consent": recipient.sms_consent or None,
        "given": sorted(channel.value for channel in recipient.given) or None,
        "time_zone": recipient.time_zone,
    }


def _recipient(value: Item) -> Recipient:
    return Recipient(
        name=value.get("name"),
        email=value.get("email"),
        phone=value.get("phone"),
        contact_id=value.get("contact_id"),
        recipient_type=value.get("type"),
        locale=value["usual" if "usual" in value else "locale"],
        locale_said="usual" not in value,
        sms_consent=value.get("sms_consent", False),
        given=frozenset(Channel(channel) for channel in value.get("given", ())),
        time_zone=value.get("time_zone"),
    )


def _optional(item: Item, name: str) -> datetime | None:
    return moment(item[name]) if name in item else None


def _definition_key(link: Link) -> str | None:
    listed_by = KINDS[link.kind].listed_by
    if listed_by == "definition":
        return campaign_key(link.lists, link.definition_id, shard_of(link.lists, link.rid))
    if listed_by == "reference" and link.reference:
        return resource_key(link.lists, link.definition_id, link.reference)
    return None
