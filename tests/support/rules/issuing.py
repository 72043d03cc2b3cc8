"""Rules of new links, imports and pauses between surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from linkgate.model.imports import FileFormat, Hold, Import, Part, Pause, Subject, Tally
from linkgate.model.link import Channel
from linkgate.model.tenant import Tenant
from linkgate.ports.links import Body
from linkgate.store.issuing.import_budget import DynamoImportBudget
from linkgate.store.issuing.imports import DynamoImports
from linkgate.store.issuing.new_links import DynamoNewLinks
from linkgate.store.issuing.survey_pauses import DynamoSurveyPauses
from linkgate.tokens import address_hash
from tests.support.rules.links import LINK, TENANT, stored
from tests.support.rules.rule import ELSEWHERE, MS, NOW, SECONDS, Rule, Told, through

ROLE = replace(LINK, rid="o" * 22, master_rid=LINK.rid, role="agent", claim="f" * 22)
THERE = stored(claim="z" * 22)
ROLE_THERE = stored(rid=ROLE.rid, claim="z" * 22)
LINKS = {
    "create a link": Rule(
        lambda table: DynamoNewLinks(table).create((LINK,), None), ELSEWHERE, {"the rid is taken": [THERE]}
    ),
    "create a link with a body": Rule(
        lambda table: DynamoNewLinks(table).create((LINK,), Body("b", {})), ELSEWHERE, {"the rid is taken": [THERE]}
    ),
    "create a link with a role": Rule(
        lambda table: DynamoNewLinks(table).create((LINK, ROLE), None),
        ELSEWHERE,
        {"the rid is taken": [THERE], "the role's rid is taken": [ROLE_THERE]},
    ),
}

IMPORT = Import(
    id="i", tenant=TENANT, name="n", salt=b"s", format=FileFormat.CSV, digest="d", size=1, subject=Subject(process="p"),
    domain="x", created_at=NOW, created_by="k", key="h", ttl=NOW, run=1, parts=2, parts_done=2,
)  # fmt: skip
RUNNING: dict[str, Any] = {
    "pk": f"tenant#{TENANT}", "sk": "import#i", "id": "i", "tenant": TENANT, "name": "n", "salt": b"s", "digest": "d",
    "size": 1, "domain": "x", "created_by": "k", "key": "h", "run": 1, "parts": 2, "parts_done": 2, "format": "csv",
    "state": "running", "subject": {"process": "p"}, "created_at": MS, "ttl": SECONDS, "created": 0, "duplicates": 0,
    "failed": 0,
}  # fmt: skip
NOT_MINE = {"another run": {"run": 2}, "paused": {"state": "paused"}}
imports = through(DynamoImports)
DONE = {"pk": "import#i", "sk": "part#000001", "created": 1, "ttl": SECONDS}
IMPORTS = {
    "add an import": Rule(imports(lambda store: store.add(IMPORT)), ELSEWHERE, {"there already": Told([RUNNING], ...)}),
    "start an import": Rule(
        imports(lambda store: store.start(IMPORT, "k2", "h2")),
        {**RUNNING, "state": "waiting"},
        {"another run": {"run": 2}, "finished": {"state": "finished"}},
        kept={"paused": {"state": "paused"}, "refused": {"state": "refused"}},
        told=None,
    ),
    "pause an import": Rule(imports(lambda store: store.pause(IMPORT, Pause.ASKED)), RUNNING, NOT_MINE, told=None),
    "stop an import": Rule(
        imports(lambda store: store.stop(IMPORT)),
        RUNNING,
        {"finished": {"state": "finished"}, "no import": [ELSEWHERE]},
        told=None,
    ),
    "check an import": Rule(
        imports(lambda store: store.checked(replace(IMPORT, columns=("a",), rows=2))), RUNNING, NOT_MINE, told=False
    ),
    "refuse an import": Rule(imports(lambda store: store.refuse(IMPORT, [])), RUNNING, NOT_MINE, told=False),
    "record a part": Rule(
        imports(lambda store: store.record(IMPORT, Part(1, 0, 1, 1), Tally(1, 0, 0))),
        RUNNING,
        {"recorded before": Told([RUNNING, DONE], None), "no import": Told([ELSEWHERE], None)},
    ),
    "hold an import": Rule(
        imports(lambda store: store.hold(IMPORT, Hold("sms_per_day", NOW))), RUNNING, NOT_MINE, told=None
    ),
    "finish an import": Rule(
        imports(lambda store: store.finish(IMPORT, NOW)),
        RUNNING,
        {**NOT_MINE, "a part is not done": {"parts_done": 1}},
        told=False,
    ),
}

SHARES = Tenant(TENANT, "Bank", creates_per_minute=10, emails_per_day=10, sms_per_day=10)
ASKED = {
    "pk": f"asked#{TENANT}|{address_hash(TENANT, 'ada@example.com')}", "sk": "asked", "until": MS, "ttl": SECONDS,
}  # fmt: skip
COUNTED = {"pk": f"imports#creates_per_minute#{TENANT}", "sk": "2026-11-28T12:00", "taken": 9, "ttl": SECONDS}
BUDGETS = {
    "ask again": Rule(
        lambda table: DynamoSurveyPauses(table).begin(TENANT, "ada@example.com", NOW + timedelta(days=1), NOW),
        ASKED,
        {"asked lately": {"until": MS + 1}},
        kept={"never asked": {"pk": "other"}},
        told=False,
    ),
    "take a share": Rule(
        lambda table: DynamoImportBudget(table).take(SHARES, 1, {Channel.SMS: 0}, NOW),
        COUNTED,
        {"used up": {"taken": 10}},
        kept={"the first": {"pk": "other"}},
        told=Hold("creates_per_minute", NOW + timedelta(minutes=1)),
    ),
}
RULES = {**LINKS, **IMPORTS, **BUDGETS}
