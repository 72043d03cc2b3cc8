"""A signature over a timeline's head detects what a chain of hashes cannot: a whole chain made anew."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cli.signatures import pem_of
from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.timeline import BEGINNING, Fact, entry_hash
from linkgate.ports.history import NewFacts
from linkgate.settings import Settings
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.table import Table
from linkgate.usecases.history.link_facts import facts_of
from local.judge import Judge
from local.template import PARAMETERS, read_template
from tests.support.cloud import TEMPLATE
from tests.support.command_line import invoke
from tests.support.visitor import Visitor, parts, process_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.template import Template
    from tests.support.cloud import Cloud

Evidence = dict[str, Any]
GENUINE = "complete and unchanged. The signature is genuine."
ACCIDENTS = "this detects accidents, not forgery."


@dataclasses.dataclass(frozen=True)
class Signing:
    """A cloud whose timelines are signed. `key` is the file of the public key."""

    cloud: Cloud
    key: Path
    folder: Path

    def rid(self) -> str:
        """Make a link and open it, so that its timeline has two entries."""
        url = process_link(self.cloud)
        Visitor(self.cloud).see(url)
        self.cloud.settle()
        return parts(url)[0]

    def export(self, rid: str) -> Evidence:
        evidence: Evidence = json.loads(self.run("export", rid, "--json"))
        return evidence

    def verify(self, evidence: Evidence, *options: str, code: int = 0) -> str:
        file = self.folder / "evidence.json"
        file.write_text(json.dumps(evidence))
        return self.run("verify", "--file", str(file), *options, code=code)

    def run(self, *arguments: str, code: int = 0) -> str:
        result = invoke(*arguments, env={"LINKGATE_TABLE": self.cloud.template.tables[0]["TableName"]})
        assert result.exit_code == code, result.output
        return result.output


def new_key(cloud: Cloud, file: Path, spec: str = "RSA_2048") -> str:
    """Make a key and write its public half to the file. Returns its ARN."""
    kms = cloud.aws.client("kms")
    arn: str = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    file.write_text(pem_of(kms.get_public_key(KeyId=arn)["PublicKey"]))
    return arn


def signing_template(arn: str, folder: Path) -> Template:
    """Return the template with this key, whose rights the local runner leaves out."""
    file = folder / "template.yaml"
    file.write_text(TEMPLATE.read_text().replace("!GetAtt EvidenceKey.Arn", arn))
    return read_template(file, {**PARAMETERS, "SignEvidence": "true"})


@pytest.fixture
def signing(cloud: Cloud, tmp_path: Path) -> Iterator[Signing]:
    before, key = wiring.deps(), tmp_path / "key.pem"
    arn = new_key(cloud, key)
    settings = Settings.from_environ({**os.environ, **cloud.environment(), "EVIDENCE_KEY": arn})
    cloud.aws.judge = Judge(signing_template(arn, tmp_path))
    wiring.use(dataclasses.replace(before, timeline=wiring.build(settings, now=cloud.clock.now).timeline))
    yield Signing(cloud, key, tmp_path)
    wiring.use(before)


def chained_anew(evidence: Evidence, entries: list[dict[str, Any]]) -> Evidence:
    """Compute every sequence and hash of these entries, as a forger does."""
    previous, chain = BEGINNING, []
    for sequence, entry in enumerate(entries, start=1):
        fact = Fact(entry["id"], entry["type"], datetime.fromisoformat(entry["atUtc"]), entry["details"])
        hash_ = entry_hash(evidence["rid"], fact, sequence, previous)
        chain.append({**entry, "sequence": sequence, "previous": previous, "hash": hash_})
        previous = hash_
    return {**evidence, "entries": chain, "head": {"sequence": len(chain), "hash": previous}}


def dated_back(evidence: Evidence) -> Evidence:
    first, *rest = evidence["entries"]
    at = datetime.fromisoformat(first["atUtc"]) - timedelta(hours=1)
    return chained_anew(evidence, [{**first, "atUtc": at.isoformat()}, *rest])


def without_the_first(evidence: Evidence) -> Evidence:
    return chained_anew(evidence, evidence["entries"][1:])


def without_the_last(evidence: Evidence) -> Evidence:
    return chained_anew(evidence, evidence["entries"][:-1])


def told_otherwise(evidence: Evidence) -> Evidence:
    *rest, last = evidence["entries"]
    return chained_anew(evidence, [*rest, {**last, "details": "{}"}])


def signed_for_the_new_head(evidence: Evidence) -> Evidence:
    forged = told_otherwise(evidence)
    return {**forged, "signature": {**evidence["signature"], **forged["head"]}}


def without_a_signature(evidence: Evidence) -> Evidence:
    return {**evidence, "signature": None}


def of_another_link(evidence: Evidence) -> Evidence:
    return chained_anew({**evidence, "rid": "x" * 21 + "A"}, evidence["entries"])


def test_a_genuine_file_is_told_from_one_that_nobody_can_vouch_for(signing: Signing) -> None:
    evidence = signing.export(signing.rid())

    assert f"2 entries, {GENUINE}" in signing.verify(evidence, "--key", str(signing.key))
    assert ACCIDENTS in signing.verify(evidence)


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (dated_back, "not the one that was signed"),
        (without_the_first, "not the one that was signed"),
        (without_the_last, "not the one that was signed"),
        (told_otherwise, "not the one that was signed"),
        (signed_for_the_new_head, "not made with this key"),
        (without_a_signature, "has no signature"),
        (of_another_link, "not made with this key"),
    ],
)
def test_a_forged_file_is_noticed_with_the_key_only(
    signing: Signing, forge: Callable[[Evidence], Evidence], says: str
) -> None:
    forged = forge(signing.export(signing.rid()))

    assert ACCIDENTS in signing.verify(forged)
    assert says in signing.verify(forged, "--key", str(signing.key), code=1)


@pytest.fixture
def together(signing: Signing) -> list[Evidence]:
    """Return the evidence of three links that were recorded in one batch."""
    deps = wiring.deps()
    links = [deps.links.get(parts(process_link(signing.cloud))[0]) for _ in range(3)]
    list(deps.timeline.append([NewFacts(link.rid, facts_of(None, link), link.ttl) for link in links if link]))
    return [signing.export(link.rid) for link in links if link]


def test_links_that_change_together_share_a_signature(signing: Signing, together: list[Evidence]) -> None:
    assert len({evidence["signature"]["value"] for evidence in together}) == 1
    for evidence in together:
        assert GENUINE in signing.verify(evidence, "--key", str(signing.key))
        for forge in (told_otherwise, dated_back):
            assert "not the one that was signed" in signing.verify(forge(evidence), "--key", str(signing.key), code=1)


def test_a_shared_signature_is_none_of_another_link(signing: Signing, together: list[Evidence]) -> None:
    first, second, third = together
    for signature in (
        {**first["signature"], "path": second["signature"]["path"]},
        {**first["signature"], "path": first["signature"]["path"][:-1]},
        {**first["signature"], "path": []},
        {**third["signature"], "sequence": 1, "hash": first["head"]["hash"]},
    ):
        forged = {**first, "signature": signature}
        assert "not made with this key" in signing.verify(forged, "--key", str(signing.key), code=1)


def test_another_key_proves_nothing(signing: Signing, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    new_key(signing.cloud, other)

    assert "not made with this key" in signing.verify(signing.export(signing.rid()), "--key", str(other), code=1)


@pytest.mark.parametrize("content", ["", "-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n", "ECC_NIST_P256"])
def test_what_is_no_such_key_is_said(signing: Signing, tmp_path: Path, content: str) -> None:
    file = tmp_path / "none.pem"
    file.write_text(content)
    if content == "ECC_NIST_P256":
        new_key(signing.cloud, file, content)

    assert "evidence-key" in signing.verify(signing.export(signing.rid()), "--key", str(file), code=2)
    assert "cannot be read" in signing.verify({}, "--key", str(tmp_path / "missing.pem"), code=2)


@pytest.mark.parametrize("value", ["x", 5, {"sequence": 1}, {"sequence": "x", "hash": "", "key": "", "value": "?"}])
def test_a_broken_signature_is_no_traceback(signing: Signing, value: object) -> None:
    evidence = {**signing.export(signing.rid()), "signature": value}

    assert "is not a file from" in signing.verify(evidence, "--key", str(signing.key), code=2)


def test_the_table_is_verified_with_the_key_too(signing: Signing) -> None:
    rid = signing.rid()

    assert GENUINE in signing.run("verify", rid, "--key", str(signing.key))
    assert ACCIDENTS in signing.run("verify", rid)


def test_entries_that_were_not_signed_are_named(signing: Signing) -> None:
    rid = signing.rid()
    client = signing.cloud.aws.client("dynamodb")
    unsigned = DynamoTimelines(Table(signing.cloud.environment()["TABLE_NAME"], lambda: client))
    now = wiring.deps().now()
    list(unsigned.append([NewFacts(rid, [Fact("more", "link.draft_saved", now, "{}")], now + timedelta(days=1))]))

    assert "entries after 2 are not signed" in signing.verify(signing.export(rid), "--key", str(signing.key), code=1)


def test_nothing_is_recorded_while_the_key_does_not_answer(signing: Signing) -> None:
    settings = Settings.from_environ({**os.environ, **signing.cloud.environment(), "EVIDENCE_KEY": "alias/none"})
    timeline, now = wiring.build(settings, now=signing.cloud.clock.now).timeline, wiring.deps().now()
    rid = parts(process_link(signing.cloud))[0]

    with pytest.raises(Unavailable):
        list(timeline.append([NewFacts(rid, [Fact("created", "link.created", now, "{}")], now + timedelta(days=1))]))

    entries, head = timeline.read(rid)
    assert (list(entries), head.sequence, head.seal) == ([], 0, None)
