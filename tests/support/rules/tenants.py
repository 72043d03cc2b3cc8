"""Rules of tenants, their keys and their tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linkgate.model.policy import TIERS
from linkgate.model.tenant import Credential, Tenant
from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused
from linkgate.store.tenant_items import credential_key, record_item, record_values, tenant_key
from linkgate.store.tenants import DynamoTenants, Only
from tests.support.rules.links import TENANT
from tests.support.rules.rule import ELSEWHERE, GONE, MS, NOW, Rule, changed, through

GONE_NOW = {"gone": [ELSEWHERE]}
OLD = Credential("old", "0d" * 16, TENANT, "trendsic", b"s" * 32)
FRESH = replace(OLD, hash="new", id="1e" * 16)
KEY = record_item(credential_key("old"), OLD)
OTHER_KEY = record_item(credential_key("new"), replace(FRESH, dialect="manage"))
ENDING = replace(OLD, expires_at=NOW + timedelta(days=1))
ENDING_KEY = changed(KEY, {"expires_at": MS + 86_400_000})
BANK = Tenant(TENANT, "Bank")
STORED = record_item(tenant_key(TENANT), BANK)
STANDARD = TIERS["standard"]
TIERED = {**STORED, "tiers": {"standard": record_values(replace(STANDARD, default_views=5))}}
UNTIERED = {**STORED, "tiers": {}}
tenants = through(lambda table: DynamoTenants(table, lambda: NOW))
registry = through(Registry)
RULES = {
    "replace a key": Rule(
        tenants(lambda store: store.replace_credential(OLD, FRESH, NOW)),
        KEY,
        {
            **GONE_NOW,
            "replaced before": {"replaced_by": "x"},
            "ends by now": {"expires_at": MS},
            "the new one is taken": [KEY, OTHER_KEY],
        },
        told=ConditionRefused,
    ),
    "replace a key that ends": Rule(
        tenants(lambda store: store.replace_credential(ENDING, FRESH, NOW)),
        ENDING_KEY,
        {
            "replaced before": {"replaced_by": "x"},
            "another end": {"expires_at": MS},
            "no end": {"expires_at": GONE},
            "the new one is taken": [ENDING_KEY, OTHER_KEY],
        },
        told=ConditionRefused,
    ),
    "let a key expire": Rule(
        registry(lambda store: store.expire_credential(OLD, NOW)),
        KEY,
        {**GONE_NOW, "expires by then": {"expires_at": MS}},
        kept={"expires later": {"expires_at": MS + 1}},
        told=False,
    ),
    "set scopes": Rule(
        registry(lambda store: store.set_scopes(OLD, frozenset({"links:read"}))), KEY, GONE_NOW, told=False
    ),
    "add a tier": Rule(
        registry(lambda store: store.put_tier(TENANT, STANDARD, new=True)),
        UNTIERED,
        {**GONE_NOW, "there already": [TIERED]},
        told=ConditionRefused,
    ),
    "change a tier": Rule(
        registry(lambda store: store.put_tier(TENANT, STANDARD, new=False)),
        TIERED,
        {"not there": [UNTIERED]},
        told=ConditionRefused,
    ),
    "delete a tier": Rule(
        registry(lambda store: store.delete_tier(TENANT, "standard")),
        TIERED,
        {"not there": [UNTIERED]},
        told=ConditionRefused,
    ),
    "add a tenant": Rule(
        tenants(lambda store: store.put_tenant(BANK, Only.NEW)),
        ELSEWHERE,
        {"there already": [{**STORED, "name": "Other"}]},
        told=ConditionRefused,
    ),
    "change a tenant": Rule(
        tenants(lambda store: store.put_tenant(replace(BANK, name="New"), Only.KNOWN)),
        STORED,
        GONE_NOW,
        told=ConditionRefused,
    ),
    "lease numbers": Rule(
        tenants(lambda store: store.next_number(TENANT)),
        {"pk": f"numbers#{TENANT}", "sk": "numbers", "leased": 100},
    ),
}
