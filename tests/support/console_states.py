"""Pages of the console in every state, with made-up data."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.dialects.console.act_pages import act_page
from linkgate.dialects.console.brand_pages import Refused, brand_page
from linkgate.dialects.console.desk_pages import own_desk_page
from linkgate.dialects.console.editor_pages import (
    Place,
    editor_page,
    live_page,
    question_page,
    version_page,
    versions_page,
)
from linkgate.dialects.console.editor_pages import Shown as ShownForm
from linkgate.dialects.console.erase_pages import erase_page, more_page
from linkgate.dialects.console.find_pages import Search, find_page, found_page
from linkgate.dialects.console.form_pages import form_page
from linkgate.dialects.console.frame import reader_of
from linkgate.dialects.console.health_pages import health_page
from linkgate.dialects.console.key_pages import key_page, keys_page, made_key_page, new_key_page
from linkgate.dialects.console.link_pages import link_page, verdict_page
from linkgate.dialects.console.message_pages import Shown, Text, message_page, messages_page
from linkgate.dialects.console.proposal_pages import proposals_page
from linkgate.dialects.console.result_pages import campaigns_page, large_file_page, results_page
from linkgate.dialects.console.setup_pages import definition_page, setup_page
from linkgate.dialects.console.submission_pages import inbox_page, submission_page
from linkgate.dialects.console.try_pages import try_page, try_refused_page
from linkgate.dialects.console.webhook_pages import (
    new_webhook_page,
    refused,
    replayed,
    secret_page,
    tested,
    webhook_page,
    webhooks_page,
)
from linkgate.errors import InvalidRequest, LinkSubmitted, Problem, Throttled
from linkgate.model.challenge import CodePolicy
from linkgate.model.file import File, FileState
from linkgate.model.file_kinds import FileKind
from linkgate.model.link import Channel, Delivery, DeliveryState, Recipient
from linkgate.model.person import Staff
from linkgate.model.proposal import FourEyes, Proposal
from linkgate.model.tenant import Agent, Credential, Process, Tenant
from linkgate.model.timeline import Fact, details_of
from linkgate.model.webhook import Attempt, DisableReason, Webhook
from linkgate.ports.history import Answer
from linkgate.ports.staff import FormDraftKept, KeptBrand, KeptForm
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.form_signatures import Signature
from linkgate.usecases.history.link_facts import facts_of
from linkgate.usecases.history.timeline import Verdict
from linkgate.usecases.management.campaign_results import Result
from linkgate.usecases.management.definition_use import DefinitionUse
from linkgate.usecases.management.erasure import Erased
from linkgate.usecases.management.link_details import Signed, Submission
from linkgate.usecases.staff.drafts import Change, Prospect, Worked
from linkgate.usecases.staff.finding import Found
from linkgate.usecases.staff.forms import CheckedForm, FormDraft
from linkgate.usecases.staff.health import Health, Sent
from linkgate.usecases.staff.keys import KeyState, MadeKey
from linkgate.usecases.staff.link_view import LinkView
from linkgate.usecases.staff.possible_acts import Act
from linkgate.usecases.staff.results import Filters, Overview, Rating
from linkgate.usecases.staff.setup import KINDS, DefinitionView, Question, Setup
from linkgate.usecases.staff.submissions import Inbox, InboxPage
from linkgate.usecases.staff.webhooks import Replayed, WebhookState
from tests.support.fakes.links import NOW, RID, TENANT, link

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Link
    from linkgate.wire.message import Reply

    State = Callable[[Staff], Reply]

STATES: dict[str, State] = {}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SAM = "5" * 32
ADA = Recipient(
    name="Ada Lovelace-Byron y García Márquez", email="ada@example.com", phone="+447700900001", sms_consent=True
)
BANK = Tenant(id=TENANT, name="Example Bank", time_zone="Europe/London")
SCOPES = frozenset({"links:read", "links:write", "links:replace", "results:read", "journal:read", "setup:write"})


def staff(language: str = "en", *roles: str, scopes: frozenset[str] = SCOPES) -> Staff:
    return Staff("Sam Support", BANK, frozenset(roles or {"support"}), scopes, language)


def bounced(**changes: Any) -> Link:
    lost = Delivery(Channel.EMAIL, DeliveryState.BOUNCED, 1, at=NOW, reason="hard_bounce")
    left = Delivery(Channel.SMS, DeliveryState.SENT, 1, at=NOW)
    return link(recipient=ADA, deliveries={Channel.EMAIL: lost, Channel.SMS: left}, **changes)


def view(of: Link, **changes: Any) -> LinkView:
    whole: dict[str, Any] = {
        "link": of,
        "title": "Open an account",
        "now": NOW + HOUR,
        "facts": facts_of(None, of)[::-1],
        "pending": [],
        "acts": dict.fromkeys(Act),
        "bars": {},
        "family": [of],
        "channel": Channel.SMS,
        "latest": NOW + 90 * DAY,
    }
    return LinkView(**whole | changes)


def state(function: State) -> State:
    STATES[function.__name__] = function
    return function


@state
def find(person: Staff) -> Reply:
    return find_page(person)


@state
def find_after_others(person: Staff) -> Reply:
    return find_page(person, searches={"12": "Ada Lovelace", "11": "+44 7700 900001", "10": "x" * 500})


@state
def find_nothing(person: Staff) -> Reply:
    return find_page(person, "nobody@example.com", "nothing")


@state
def find_unreadable(person: Staff) -> Reply:
    return find_page(person, "??", "unreadable")


@state
def find_not_ours(person: Staff) -> Reply:
    return found_page(person, Search("https://evil.example/l/x", "0"), Found((), foreign=True), {}, NOW)


@state
def found_one(person: Staff) -> Reply:
    return found_page(person, Search("ada@example.com", "0"), Found((link(),)), {}, NOW)


@state
def found_fifty(person: Staff) -> Reply:
    links = [bounced(rid=f"{number:022}", created_at=NOW - number * DAY) for number in range(50)]
    titles = {each.rid: "Open an account together with your partner" for each in links}
    return found_page(person, Search("+44 7700 900001", "3"), Found(tuple(links), older=NOW - 50 * DAY), titles, NOW)


@state
def link_of_a_lost_message(person: Staff) -> Reply:
    asked = Fact("pending", "link.resent", NOW, details_of(by=SAM, role="support", **{"as": "person"}))
    moved = dataclasses.replace(asked, kind="link.sent", details=details_of(channel="sms", by=SAM))
    return link_page(
        person, view(bounced(), bars={Channel.EMAIL: "suppressed"}, pending=[moved]), {SAM: "Sam"}, "resend"
    )


@state
def link_that_expired(person: Staff) -> Reply:
    of = bounced(expires_at=NOW - DAY, created_at=NOW - 8 * DAY, test=True)
    return link_page(person, view(of, acts={**dict.fromkeys(Act), Act.RESEND: Throttled(60)}, channel=None))


@state
def link_that_was_sent_in(person: Staff) -> Reply:
    of = link(recipient=ADA, submitted_at=NOW, submission="s", opened_at=NOW, views=1)
    return link_page(person, view(of, acts=dict.fromkeys(Act, LinkSubmitted(NOW))))


@state
def link_of_a_family(person: Staff) -> Reply:
    of = bounced(roles={"Guarantor": "B" * 22}, code=CodePolicy(Channel.SMS, 6), codes_sent=(NOW,), code_tries=2)
    guarantor = link(rid="B" * 22, role="Guarantor")
    newer = link(rid="C" * 22, replaces=RID, created_at=NOW + DAY)
    return link_page(person, view(of, family=[of, guarantor, newer]))


@state
def link_that_was_erased(person: Staff) -> Reply:
    of = link(recipient=Recipient(), erased_at=NOW, revoked_at=NOW)
    return link_page(person, view(of, acts=dict.fromkeys(Act, LinkSubmitted(NOW))))


@state
def record_is_whole(person: Staff) -> Reply:
    return verdict_page(person, link(), Verdict(12, [], signed=True))


@state
def record_was_changed(person: Staff) -> Reply:
    return verdict_page(person, link(), Verdict(12, ["entry 3 is missing"]))


@state
def resend(person: Staff) -> Reply:
    return act_page(person, view(bounced()), "resend")


@state
def extend(person: Staff) -> Reply:
    return act_page(person, view(bounced()), "extend")


@state
def revoke(person: Staff) -> Reply:
    return act_page(person, view(bounced(visits={"v": NOW + 2 * HOUR})), "revoke")


@state
def revoke_without_a_reason(person: Staff) -> Reply:
    refusal = InvalidRequest([Problem.of("reason", "required")])
    return act_page(person, view(bounced()), "revoke", refusal, {"why": "other", "reason": " "})


@state
def replace(person: Staff) -> Reply:
    return act_page(person, view(bounced()), "replace")


@state
def replace_with_a_wrong_phone(person: Staff) -> Reply:
    refusal = InvalidRequest([Problem.of("phone", "phone")])
    typed = {"phone": "12", "checked": "birthday", "sms_consent": "on"}
    return act_page(person, view(bounced()), "replace", refusal, typed)


@state
def replace_where_a_code_is_asked_for(person: Staff) -> Reply:
    return act_page(person, view(bounced(code=CodePolicy(Channel.SMS, 6))), "replace")


@state
def reopen(person: Staff) -> Reply:
    return act_page(person, view(link(recipient=ADA, submitted_at=NOW, submission="s")), "reopen")


CONTROLS = (
    *("text", "long", "number", "yes_no", "date", "email", "phone", "file", "signature", "radio", "select", "several"),
    *("scale", "agree", "section", "group", "shown"),
)
SURVEY = {
    "type": "object",
    "properties": {
        "score": {
            "type": "integer",
            "title": "Would you recommend us?",
            "minimum": 0,
            "maximum": 10,
            "x-control": "nps",
        },
        "comment": {"type": "string", "title": "What could be better?", "maxLength": 2000},
    },
}
CAMPAIGN = ("My Survey/Campaign", "How did we do?")
WORD = "Everything took very long, but the person at the desk was kind. "


def overview(surveys: int, **changes: Any) -> Overview:
    results = [
        Result(
            link(rid=f"{number:022}", recipient=ADA, submitted_at=NOW, submission="s", reference="Agent Smith"),
            {"account_number": "=1+1"},
            {"score": number % 11, "comment": WORD * 4, "old": ["x"]},
        )
        for number in range(surveys)
    ]
    rating = Rating("score", "Would you recommend us?", True, {step: 3 * (step > 5) * surveys for step in range(11)})  # noqa: FBT003 - NPS
    whole: dict[str, Any] = {
        "asked": surveys * 4,
        "left": surveys * 4,
        "arrived": surveys * 3,
        "opened": surveys * 2,
        "submitted": surveys,
        "weeks": {NOW.date() - week * timedelta(days=7): week * surveys for week in range(5)},
        "rating": rating,
        "rows": results,
        "questions": {name: part["title"] for name, part in SURVEY["properties"].items()},  # type: ignore[attr-defined]
        "cut": surveys > 1,
    }
    return Overview(**whole | changes)


@state
def campaigns(person: Staff) -> Reply:
    return campaigns_page(person, [CAMPAIGN, ("other", "Another campaign")])


@state
def no_campaigns(person: Staff) -> Reply:
    return campaigns_page(person, [])


@state
def results(person: Staff) -> Reply:
    agents = [("Agent Smith", "Agent Smith")]
    return results_page(person, CAMPAIGN, Filters(answered=True, most=6), overview(50), agents, NOW)


@state
def results_of_few(person: Staff) -> Reply:
    few = Rating("score", "Would you recommend us?", True, {step: 1 for step in range(11)})  # noqa: FBT003, C420 - NPS
    return results_page(person, CAMPAIGN, Filters(), overview(1, rating=few), [], NOW)


@state
def results_of_nothing(person: Staff) -> Reply:
    return results_page(person, CAMPAIGN, Filters(days=7), overview(0, rating=None), [], NOW)


@state
def inbox_of_fifty(person: Staff) -> Reply:
    sent = [
        link(rid=f"{number:022}", recipient=ADA, submitted_at=NOW, submission="s", definition_id="p")
        for number in range(50)
    ]
    asked = Inbox(caller=person_caller(BANK, SAM, "results", frozenset()), subject="p")
    return inbox_page(person, asked, InboxPage(sent, "next"), [("p", "Open an account")])


@state
def inbox_that_is_empty(person: Staff) -> Reply:
    asked = Inbox(caller=person_caller(BANK, SAM, "results", frozenset()))
    return inbox_page(person, asked, InboxPage([], None), [("p", "Open an account")])


@state
def submission(person: Staff) -> Reply:
    of = link(recipient=ADA, submitted_at=NOW, submission="s")
    clean, refused = (
        File(
            id=id_,
            tenant=TENANT,
            name=f"{id_}.pdf",
            kind=FileKind.PDF,
            size=12_345,
            sha256="",
            salt=b"",
            added_at=NOW,
            ttl=NOW,
            state=state_,
        )
        for id_, state_ in (("passport", FileState.CLEAN), ("payslip", FileState.INFECTED))
    )
    drawn = Signed("/sign", Signature("M1 1L200 100", "", ""), "I agree to the terms")
    typed = Signed("/other", Signature("", "Ada Lovelace", ""), "I have read the notice")
    sent = Submission({}, None, [("/files", clean), ("/files", refused)], [drawn, typed])
    return submission_page(person, of, "Open an account", sent, [("Full name", "Ada"), ("Remarks", WORD * 10)])


@state
def desk(person: Staff) -> Reply:
    return own_desk_page(dataclasses.replace(person, scopes=frozenset({"desk:answer"})), Agent("ana", "Ana"))


HOOK = Webhook(id="h", tenant=TENANT, url="https://hooks.example.com/linkgate?token=SECRET", created_at=NOW)
FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "title": "Full name"},
        "address": {"type": "object", "title": "Address", "properties": {"street": {"type": "string"}}},
        "secret": {"type": "null"},
    },
}
PROCESS = Process("open-account", "Open an account", schema=FORM, version="0123456789abcdef")


@state
def set_up(person: Staff) -> Reply:
    definitions = {name: [kind("id", "A title")] for name, kind in KINDS.items()} | {"process": [PROCESS]}
    used = {Channel.EMAIL: (1_234, 50_000), Channel.SMS: (0, 1_000)}
    return setup_page(person, Setup(definitions, used))


@state
def set_up_of_nothing(person: Staff) -> Reply:
    return setup_page(person, Setup({}, {}))


REASONS = ("forbidden", "unresolved", "unreachable", "tls", "timeout", "protocol")
FAILED = Attempt(
    at=NOW, event="evt_1", kind="link.opened", rid=RID, delivered=False, status=503, took=212, number=3,
    next_at=NOW + HOUR,
)  # fmt: skip
ATTEMPTS = [
    *(dataclasses.replace(FAILED, status=None, reason=name, next_at=None) for name in REASONS),
    FAILED,
    dataclasses.replace(FAILED, kind="webhook.test", rid=None),
    dataclasses.replace(FAILED, delivered=True, status=204),
]
FAILING = dataclasses.replace(HOOK, failing_since=NOW, events=frozenset({"link.opened", "link.submitted"}))


@state
def webhooks(person: Staff) -> Reply:
    off = (dataclasses.replace(HOOK, disabled_at=NOW, disabled_because=why) for why in (None, *DisableReason))
    return webhooks_page(
        person,
        [WebhookState(HOOK, ATTEMPTS[-1:]), WebhookState(FAILING, [FAILED]), *(WebhookState(of, []) for of in off)],
    )


@state
def no_webhooks(person: Staff) -> Reply:
    return webhooks_page(person, [])


@state
def webhook(person: Staff) -> Reply:
    answer = Answer(status=503, body=b"<b>down</b>\xff" + b"x" * 4000)
    return webhook_page(person, WebhookState(FAILING, ATTEMPTS), tested(answer, reader_of(person)))


@state
def webhook_that_is_disabled(person: Staff) -> Reply:
    off = dataclasses.replace(HOOK, test=True, disabled_at=NOW, disabled_because=DisableReason.GONE)
    problem = InvalidRequest([Problem.of("url", "format", expected="a URL")])
    said = refused(problem, reader_of(person))
    return webhook_page(person, WebhookState(off, []), said, status=422, typed={"url": "http://x"})


@state
def webhook_after_a_replay(person: Staff) -> Reply:
    found = replayed(HOOK, Replayed(12, 300, "more"), NOW, reader_of(person))
    return webhook_page(person, WebhookState(HOOK, []), found)


@state
def new_webhook(person: Staff) -> Reply:
    return new_webhook_page(person, "No.", {"url": "http://x", "test": "on", "event.link.opened": "on"})


@state
def webhook_secret(person: Staff) -> Reply:
    return secret_page(person, HOOK, "whsec_" + "A" * 43 + "=", new=True)


KEY = Credential(
    "h", "c" * 32, TENANT, "manage", b"", frozenset({"links:read", "results:read"}), created_at=NOW, name="CRM"
)
DEAD = dataclasses.replace(KEY, id="d" * 32, name=None, test=True, expires_at=NOW - DAY, replaced_by=KEY.id)


@state
def keys(person: Staff) -> Reply:
    waits = Proposal("p", TENANT, SAM, NOW, act=FourEyes.KEYS, about={"key": "Billing"}, approved_by="6" * 32)
    return keys_page(person, [KeyState(KEY, NOW.date()), KeyState(DEAD, None)], [waits], NOW, "proposed")


@state
def no_keys(person: Staff) -> Reply:
    return keys_page(person, [], [], NOW)


@state
def key(person: Staff) -> Reply:
    return key_page(person, dataclasses.replace(KEY, dialect="digidesk", expires_at=NOW + DAY), NOW, "No.")


@state
def key_that_has_ended(person: Staff) -> Reply:
    return key_page(person, DEAD, NOW)


@state
def new_key(person: Staff) -> Reply:
    return new_key_page(person, "No.", {"name": "CRM", "dialect": "digidesk", "scope.links:read": "on", "days": "30"})


@state
def made_key(person: Staff) -> Reply:
    return made_key_page(person, MadeKey(KEY, "lg_" + "A" * 43, NOW + DAY))


GOOD, BAD = Sent(4_000, 12, 0), Sent(4_000, 300, 9)


@state
def health(person: Staff) -> Reply:
    ends = KeyState(dataclasses.replace(KEY, expires_at=NOW + DAY), None)
    found = Health(
        links=1_000,
        cut=True,
        today={Channel.EMAIL: BAD, Channel.SMS: Sent(3, 1, 0)},
        week={Channel.EMAIL: BAD, Channel.SMS: GOOD},
        used={Channel.EMAIL: (49_000, 50_000), Channel.SMS: (1_000, 1_000)},
        suppressed=12,
        unsent=[bounced()],
        webhooks=[WebhookState(FAILING, [FAILED])],
        keys=[ends],
    )
    return health_page(person, found)


@state
def health_that_is_fine(person: Staff) -> Reply:
    none = {channel: Sent(0, 0, 0) for channel in Channel}
    used = dict.fromkeys(Channel, (0, 1000))
    found = Health(links=0, cut=False, today=none, week=none, used=used, suppressed=1, unsent=[], webhooks=[], keys=[])
    return health_page(person, found)


WORDS = [
    Text("process.subject", "Example Bank: your form", "", ["tenant", "title"]),
    Text("process.body", "Your form is ready.", "see https://", ["tenant"], "It must not contain a link."),
]


@state
def messages(person: Staff) -> Reply:
    return messages_page(person, "es")


@state
def message(person: Staff) -> Reply:
    shown = Shown("Example Bank: Account opening", "Example Bank: your form: https://x.example/l/A#B" + "x" * 99, 148)
    return message_page(person, "process.reminder", "en", WORDS, "v", shown=shown, done="sent")


@state
def message_without_an_sms(person: Staff) -> Reply:
    return message_page(person, "link", "en", WORDS[:1], "v", shown=Shown("x", None, 0), problem="No.")


OWN = dataclasses.replace(BANK, colour="#ffdd00", logo="https://a.example/l.png", support_email="x" * 60 + "@a.example")


@state
def brand(person: Staff) -> Reply:
    return brand_page(person, KeptBrand(OWN, SAM, NOW), {SAM: "Sam"}, saved=True)


@state
def brand_with_faults(person: Staff) -> Reply:
    return brand_page(person, KeptBrand(BANK), {}, Refused({"colour": "blue", "name": ""}, ("colour", "name")))


@state
def brand_that_somebody_else_changed(person: Staff) -> Reply:
    refused = Refused({"name": "Mine", "website": "https://mine.example"}, problem="No.", stale=True)
    return brand_page(person, KeptBrand(OWN, SAM, NOW), {SAM: "Sam"}, refused)


KEPT = KeptForm(PROCESS, SAM, NOW)
DRAFT = FormDraft("process", PROCESS.id, PROCESS.version or "", "[1,")


@state
def form(person: Staff) -> Reply:
    checked = CheckedForm([], FORM, [Question("Full name", "text", required=True, depth=0)], DefinitionUse(214, 12, 1))
    return form_page(person, DRAFT, KEPT, {SAM: "Sam"}, checked)


@state
def form_with_faults(person: Staff) -> Reply:
    return form_page(person, DRAFT, KEPT, {}, CheckedForm([("/properties/x", "asks for nothing"), ("", "is wrong")]))


@state
def form_that_somebody_else_changed(person: Staff) -> Reply:
    return form_page(person, dataclasses.replace(DRAFT, seen="other"), KEPT, {SAM: "Sam"}, None)


WIDE = {
    "type": "object",
    "required": [f"question{number}" for number in range(50)],
    "properties": {
        f"question{number}": {
            "type": "string",
            "title": f"What do you think of the {number}th of the things that we have asked you about today?",
            "enum": ["Very much", "Not at all", "I do not know", "More", "Less", "Other"],
        }
        for number in range(50)
    },
    "x-steps": [
        {"title": f"Page {page}", "fields": [f"/question{number}" for number in range(page * 10, page * 10 + 10)]}
        for page in range(5)
    ],
}
AT = Place("process", PROCESS.id)
WORKED = Worked(KEPT, FormDraftKept(WIDE, "other", "d", SAM, NOW, sound=True), [])
CHANGED = Change(["Full name"], ["Date of birth", "Street"], ["Account"], ["Street"])
NOTHING = Change([], [], [], [])


@state
def editor(person: Staff) -> Reply:
    return editor_page(person, ShownForm(AT, WORKED, {SAM: "Sam"}), "kept")


@state
def editor_of_what_is_live(person: Staff) -> Reply:
    return editor_page(person, ShownForm(AT, Worked(KEPT, None, []), {SAM: "Sam"}))


@state
def editor_with_faults(person: Staff) -> Reply:
    draft = FormDraftKept({}, PROCESS.version or "", "d", SAM, NOW, sound=False)
    return editor_page(
        person, ShownForm(AT, Worked(KEPT, draft, [("/properties/x", "asks for nothing")]), problem="No.")
    )


@state
def question(person: Staff) -> Reply:
    return question_page(person, ShownForm(AT, WORKED), "question7")


@state
def new_question(person: Staff) -> Reply:
    typed = {"title": "x" * 200, "control": "radio", "choices": "One\nTwo", "required": "on", "question_name": "1"}
    return question_page(person, ShownForm(AT, WORKED, problem="No."), "", typed)


@state
def before_live(person: Staff) -> Reply:
    use = DefinitionUse(214, 12, 1, frozenset({"0123456789abcdef", "older"}))
    return live_page(person, ShownForm(AT, WORKED, {SAM: "Sam"}, "No."), Prospect(CHANGED, NOTHING, use))


@state
def versions(person: Staff) -> Reply:
    earlier = [
        KeptForm(dataclasses.replace(PROCESS, version=f"{number:016}"), SAM if number % 2 else None, NOW)
        for number in range(20)
    ]
    old = KeptForm(dataclasses.replace(PROCESS, version=None))
    return versions_page(person, AT, KEPT, [*earlier, old], {SAM: "Sam"})


@state
def version(person: Staff) -> Reply:
    return version_page(person, ShownForm(AT, WORKED), "0123456789abcdef", CHANGED, "")


@state
def definition(person: Staff) -> Reply:
    questions = [
        *(Question(f"About {control}", control, control == "text", 0) for control in CONTROLS),
        Question("Within", None, required=False, depth=2),
    ]
    return definition_page(person, "process", DefinitionView(PROCESS, questions, 3))


@state
def definition_without_questions(person: Staff) -> Reply:
    return definition_page(person, "agent", DefinitionView(Agent("ana"), [], 0))


@state
def proposals(person: Staff) -> Reply:
    ana = "6" * 32
    others = Proposal("others", TENANT, ana, NOW, RID, "ada@example.org", "+447700900002", True, "date of birth")  # noqa: FBT003 - consent
    own, mine, taken = (dataclasses.replace(others, id=name) for name in ("own", "mine", "taken"))
    found = [
        dataclasses.replace(own, by=SAM, email=None),
        others,
        dataclasses.replace(mine, approved_by=SAM),
        dataclasses.replace(taken, approved_by="7" * 32),
    ]
    refusal = LinkSubmitted(NOW)
    sam = dataclasses.replace(person, id=SAM)
    return proposals_page(sam, found, {RID: bounced()}, {SAM: "Sam", ana: "Ana"}, refusal=refusal)


@state
def proposals_of_every_act(person: Staff) -> Reply:
    ana = "6" * 32
    file = {"campaign": "My Survey/Campaign", "query": "name=My+Survey%2FCampaign&days=90"}
    erasure = Proposal("e", TENANT, ana, NOW, RID, "ada@example.com", "+447700900001", act=FourEyes.ERASE)
    export = Proposal("f", TENANT, SAM, NOW, act=FourEyes.EXPORT, about=file)
    found = [
        erasure,
        dataclasses.replace(export, id="asked"),
        dataclasses.replace(export, id="approved", approved_by=ana),
        dataclasses.replace(export, id="theirs", by=ana, approved_by=SAM),
        Proposal("p", TENANT, ana, NOW, act=FourEyes.PEOPLE, about={"person": SAM, "roles": "admin,support"}),
        Proposal("q", TENANT, ana, NOW, act=FourEyes.PEOPLE, about={"person": SAM}),
    ]
    sam = dataclasses.replace(person, id=SAM)
    return proposals_page(sam, found, {RID: bounced()}, {SAM: "Sam", ana: "Ana"}, done="more")


@state
def replace_alone(person: Staff) -> Reply:
    return act_page(person, view(bounced(code=CodePolicy(Channel.SMS, 6))), "replace", alone=True)


ERASED = Erased(3, 2, 1, 1, [("MedicalReport", "5f3c")], more=False)


@state
def erase(person: Staff) -> Reply:
    counts = {"ada@example.com": ERASED, "+447700900001": dataclasses.replace(ERASED, more=True)}
    return erase_page(person, bounced(), counts, two=False, typed={})


@state
def erase_without_an_address(person: Staff) -> Reply:
    refusal = InvalidRequest([Problem.of("recipient", "required")])
    return erase_page(
        person, bounced(), {"ada@example.com": ERASED}, two=True, refusal=refusal, typed={"reason": "asked"}
    )


@state
def erase_nobody(person: Staff) -> Reply:
    return erase_page(person, link(recipient=Recipient(), erased_at=NOW), {}, two=False, typed={})


@state
def erase_more(person: Staff) -> Reply:
    return more_page(person, RID, {"email": "ada@example.com", "reason": "asked"})


@state
def link_of_a_test(person: Staff) -> Reply:
    return link_page(person, view(bounced(test=True)))


@state
def opened_as_customer(person: Staff) -> Reply:
    url = "https://links.example.com/l/AAAAAAAAAAAAAAAAAAAAAA#BBBBBBBBBBBBBBBBBBBBBB"
    return try_page(person, link(test=True, code=CodePolicy(Channel.SMS, 6)), url)


@state
def not_opened_as_customer(person: Staff) -> Reply:
    return try_refused_page(person, RID, InvalidRequest([Problem.of("test", "required")]))


@state
def large_file(person: Staff) -> Reply:
    return large_file_page(person, "My Survey/Campaign", "name=My+Survey%2FCampaign", 3_412)


@state
def no_proposals(person: Staff) -> Reply:
    return proposals_page(person, [], {}, {})


@state
def send_anyway(person: Staff) -> Reply:
    seen = view(bounced(), bars={Channel.EMAIL: "suppressed"})
    return act_page(person, seen, "unsuppress", typed={"channel": "email"})


@state
def send_anyway_where_the_owner_said_stop(person: Staff) -> Reply:
    return act_page(person, view(bounced(), bars={Channel.SMS: "opted_out"}), "unsuppress", typed={"channel": "sms"})


@state
def act_that_is_not_possible(person: Staff) -> Reply:
    return act_page(person, view(bounced(), acts={Act.REVOKE: LinkSubmitted(NOW)}), "revoke")
