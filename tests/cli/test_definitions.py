"""Definition files are stored as written, and refused with the wrong line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.definition_commands import NOUNS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

TIER = "default_life: 2d\ngreatest_life: 14d\ndefault_views: 20\ngreatest_views: 50\ncode_digits: 6\n"


def test_a_tenant_made_from_the_example_is_listed(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "tenant.yaml"
    shell.run("tenant", "example", file)

    shell.run("tenant", "create", file)

    (tenant,) = shell.json("tenant", "list")
    assert tenant["name"] == "Example Bank"
    assert len(tenant["id"]) == 32


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
@pytest.mark.parametrize("name", ["Example Bank", "EXAMPLE bank", "' Example Bank '"])
def test_no_two_tenants_have_one_name(bank: Shell, name: str, dry_run: tuple[str, ...]) -> None:
    bank.run("tenant", "create", "-", given="name: Other\n")
    first, other = sorted(bank.json("tenant", "list"), key=lambda tenant: str(tenant["name"]))

    for command in (("create", "-"), ("update", "-", "--tenant", other["id"])):
        said = bank.run("tenant", *command, *dry_run, given=f"name: {name}\n", code=1)
        assert said.startswith(f"The tenant {first['id']} already has the name Example Bank. ")

    assert sorted(tenant["name"] for tenant in bank.json("tenant", "list")) == ["Example Bank", "Other"]


def test_a_tenants_name_may_change_its_letters(bank: Shell) -> None:
    assert "name: Example Bank -> EXAMPLE BANK" in bank.run("tenant", "update", "-", given="name: EXAMPLE BANK\n")


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_what_is_shown_is_a_file_that_changes_nothing(bank: Shell, noun: object, tmp_path: Path) -> None:
    name = str(getattr(noun, "name", None))
    file = tmp_path / "definition.yaml"
    bank.run(name, "create", "-", given=bank.run(name, "example"))
    (listed,) = bank.json(name, "list")
    file.write_text(bank.run(name, "show", listed["id"]))

    said = bank.run(name, "update", file)

    assert "unchanged" in said
    assert bank.json(name, "list") == [listed]


def test_a_tenants_settings_survive_being_shown_and_written_back(bank: Shell, tmp_path: Path) -> None:
    file = tmp_path / "tenant.yaml"
    file.write_text(bank.run("tenant", "show"))

    assert "unchanged" in bank.run("tenant", "update", file)


def test_a_definition_is_made_once(bank: Shell) -> None:
    bank.run("agent", "create", "-", given="id: A.N. Agent")

    assert "already exists" in bank.run("agent", "create", "-", given="id: A.N. Agent", code=1)


def test_a_list_makes_several(bank: Shell) -> None:
    bank.run("agent", "create", "-", given="- id: One\n- id: Two\n---\nid: Three\n")

    assert [agent["id"] for agent in bank.json("agent", "list")] == ["One", "Three", "Two"]


def test_what_is_deleted_is_gone(bank: Shell) -> None:
    bank.run("agent", "create", "-", given="id: One")
    bank.run("agent", "delete", "One")

    assert "has no agent 'One'" in bank.run("agent", "show", "One", code=1)


@pytest.mark.parametrize(
    ("noun", "text", "said"),
    [
        (
            "process",
            "id: p\ntitle: P\ntier: gold\n",
            "stdin:3: tier: must be one of confidential, restricted",
        ),
        ("process", "id: p\n", "stdin:1: title: is required"),
        ("process", "id: p\ntitle: 12\n", "stdin:2: title: must be text"),
        (
            "process",
            "id: p\ntitle: P\nchannels:\n  - email\n  - fax\n",
            "stdin:5: channels.1: must be 'email' or 'sms'",
        ),
        (
            "process",
            "id: p\ntitle: P\nchanels: [email]\n",
            "stdin:3: chanels: is not a field here; the fields are: id",
        ),
        ("process", "id: p\ntitle: P\ntitle: Q\n", "stdin:3: title is given twice"),
        ("process", "id: p\ntitle: [P\n", "stdin:3: expected ',' or ']'"),
        ("process", "id: p\ntitle: P\nemail_pointer: metadata\n", "stdin:3: email_pointer: must be a JSON Pointer"),
        ("process", "id: p\ntitle: P\nschema:\n  type: 7\n", "stdin:3: schema: is not a JSON Schema"),
        ("process", "id: p\ntitle: P\nschema: {pattern: '^(?=a)a'}\n", "stdin:3: schema: is not a JSON Schema"),
        ("process", '{"id": "p",\n\t"title": 1}', "stdin:2: title: must be text"),
        ("process", '{"id": "p",\n"title"}', "stdin:2: Expecting ':' delimiter"),
        ("campaign", "- id: a\n  title: A\n- id: b\n", "stdin:3: title: is required"),
        ("agent", "just text", "stdin:1: must be a mapping of fields to values"),
        ("contact", "id: 1\nname: A\nemail: nobody\n", "stdin:3: email: must be an e-mail address"),
        ("contact", "id: 0\nname: A\nphone: '123'\n", "stdin:1: id: must be at least 1"),
        ("contact", "id: 1\nname: A\nphone: 'x'\n", "stdin:3: phone: must be a phone number"),
        ("contact", "id: true\nname: A\n", "stdin:1: id: must be a whole number"),
        ("resource-type", "id: I\ntitle: I\nurl: http://a.example\n", "stdin:3: url: must be an https address"),
        ("agent", "# nothing yet\n", "defines nothing"),
        ("agent", "[]", "defines nothing"),
        ("agent", "id: !!int many\n", "stdin:1: does not match its tag int"),
        ("agent", "\nid: !!bool maybe\n", "stdin:2: does not match its tag bool"),
        ("agent", "id: !!timestamp noon\n", "stdin:1: does not match its tag timestamp"),
        ("agent", f"id: {'9' * 5000}\n", "stdin:1: does not match its tag int"),
        ("agent", '{"id":\n"half \\ud83d"}', "stdin:2: contains half a character"),
        ("process", f"id: p\ntitle: P\nschema: {'[' * 3000}{']' * 3000}\n", "is nested too deeply"),
        (
            "process",
            '{"id": "p", "title": "P", "schema": ' + '{"a": ' * 3000 + "1" + "}" * 3001,
            "is nested too deeply",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_line_and_changes_nothing(bank: Shell, noun: str, text: str, said: str) -> None:
    before = bank.cloud.table()

    assert said in bank.run(noun, "create", "-", given=text, code=2)
    assert bank.cloud.table() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: ''\n", "stdin:1: name: must not be empty"),
        (
            "name: A\nregion: NO\nlocale: nb\nportal: https://a.example/x\n",
            "stdin:4: portal: must be https:// and a host",
        ),
        ("name: A\nregion: XX\n", "stdin:2: region: must be a country's two letters"),
        ("name: A\nretention_days: 0\n", "stdin:2: retention_days: must be at least 1"),
        ("name: A\ncolour: blue\n", "stdin:2: colour: must be # and six hex digits"),
        (
            "name: A\ntiers: {g: {\ndefault_life: 7, greatest_life: 7d, default_views: 1, greatest_views: 1}}",
            "stdin:3: tiers.g.default_life: must be a number and a unit",
        ),
        (
            "name: A\ntiers:\n  gold:\n    life: 7d\n",
            "stdin:4: tiers.gold.life: is not a field here; the fields are: default",
        ),
    ],
)
def test_a_wrong_tenant_is_told_with_its_line(shell: Shell, text: str, said: str) -> None:
    assert said in shell.run("tenant", "create", "-", given=text, code=2)
    assert shell.json("tenant", "list") == []


def test_norway_is_a_country_and_not_the_word_no(shell: Shell) -> None:
    shell.run("tenant", "create", "-", given="name: A\nregion: NO\n")

    assert shell.json("tenant", "list")[0]["region"] == "NO"


def test_a_dry_run_says_what_would_change_and_changes_nothing(bank: Shell) -> None:
    before = bank.cloud.table()

    said = bank.run("tenant", "update", "-", "--dry-run", given="name: Example Bank\nregion: ES\nlocale: es\n")

    assert "locale: en -> es" in said
    assert "region: GB -> ES" in said
    assert bank.cloud.table() == before


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("agent", "create", "-"), "id: One\n"),
        (("agent", "update", "-"), "id: Two\n"),
        (("agent", "delete", "Two"), None),
        (("tier", "create", "gold", "-"), TIER),
        (("tier", "update", "silver", "-"), TIER),
        (("tier", "delete", "silver"), None),
    ],
)
def test_a_dry_run_is_refused_what_the_command_would_be(
    bank: Shell, arguments: tuple[str, ...], given: str | None
) -> None:
    bank.run("agent", "create", "-", given="id: One\n")
    bank.run("tier", "create", "gold", "-", given=TIER)

    refused = bank.run(*arguments, given=given, code=1)

    assert bank.run(*arguments, "--dry-run", given=given, code=1) == refused


def test_what_is_deleted_is_told_to_programs_too(bank: Shell) -> None:
    bank.run("agent", "create", "-", given="id: One\n")

    assert bank.json("agent", "delete", "One", "--dry-run") == {"what": "agent One", "would_delete": True}
    assert bank.json("agent", "delete", "One") == {"what": "agent One", "deleted": True}


def test_json_as_programs_write_it_keeps_every_character(bank: Shell) -> None:
    process = {"id": "p", "title": "Grüße 😀", "schema": {"title": "😀", "properties": {"😀": {"type": "string"}}}}

    bank.run("process", "create", "-", given=json.dumps(process))

    (listed,) = bank.json("process", "list")
    assert (listed["title"], listed["schema"]) == (process["title"], process["schema"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("default_life: 15d", "default_life must be at most greatest_life"),
        ("default_views: 51", "default_views must be at most greatest_views"),
        ("default_life: 30m", "stdin:1: default_life: must be between 1h and 3650d"),
        ("greatest_life: 999999d", "stdin:2: greatest_life: must be between 1h and 3650d"),
        ("code_digits: 1", "stdin:5: code_digits: must be 0, for no code, or 6 to 8"),
        ("code_digits: 9", "stdin:5: code_digits: must be 0, for no code, or 6 to 8"),
    ],
)
def test_a_tier_that_guards_nothing_is_refused(bank: Shell, change: str, said: str) -> None:
    name = change.partition(":")[0]
    lines = [change if line.startswith(f"{name}:") else line for line in TIER.splitlines()]
    tenant = "name: Example Bank\ntiers:\n  gold:\n" + "".join(f"    {line}\n" for line in lines)

    assert said in bank.run("tier", "create", "gold", "-", given="\n".join(lines), code=2)
    assert said.rpartition(": ")[2] in bank.run("tenant", "update", "-", given=tenant, code=2)


@pytest.mark.parametrize("name", ["", " ", "\t"])
@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_tier_has_a_name(bank: Shell, name: str, dry_run: tuple[str, ...]) -> None:
    tenant = {"name": "Example Bank", "tiers": {name: bank.json("tier", "show", "standard")}}

    said = bank.run("tier", "create", name, "-", *dry_run, given=TIER, code=2)

    assert said == "NAME: a tier's name must not be blank\n"
    assert "tiers: a tier's name must not be blank" in bank.run(
        "tenant", "update", "-", *dry_run, given=json.dumps(tenant), code=2
    )
    assert not any(tier["own"] for tier in bank.json("tier", "list"))


def test_a_tenant_is_named_by_id_name_or_customer_name(bank: Shell) -> None:
    bank.run("tenant", "create", "-", given="name: Other\ncustomer_names: [other-customer]\n")

    assert "region: GB" in bank.run("tenant", "show", "--tenant", "example bank")
    assert "name: Other" in bank.run("tenant", "show", "-t", "other-customer")
    assert "Name a tenant" in bank.run("tenant", "show", code=2)
    assert "There is no tenant 'nobody'" in bank.run("tenant", "show", "-t", "nobody", code=2)


def test_a_tier_of_ones_own_wins_over_the_built_in_one(bank: Shell) -> None:
    bank.run("tier", "create", "standard", "-", given=bank.run("tier", "example"))

    tiers = {tier["name"]: tier for tier in bank.json("tier", "list")}
    assert tiers["standard"]["own"] is True
    assert tiers["standard"]["default_life"] == "2d"
    assert tiers["confidential"]["own"] is False
    assert "already exists" in bank.run("tier", "create", "standard", "-", given=bank.run("tier", "example"), code=1)
    bank.run("tier", "delete", "standard")
    assert {tier["name"]: tier["own"] for tier in bank.json("tier", "list")}["standard"] is False


def test_an_unknown_table_is_told_in_one_line(bank: Shell) -> None:
    said = bank.run("tenant", "list", "--table", "nothing", code=1)

    assert "ResourceNotFoundException" in said
    assert len(said.strip().splitlines()) == 1


HOURS = "- {{id: a, title: A, hours: {{timezone: {zone}, weekly: {{{week}}}, closed: [{closed}]}}}}\n"


def test_opening_hours_are_stored_as_written(bank: Shell) -> None:
    week = 'mon: ["09:00-12:00", "13:00-24:00"], sun: []'
    bank.run("category", "create", "-", given=HOURS.format(zone="Europe/Madrid", week=week, closed="2026-12-25"))

    (category,) = bank.json("category", "list")

    assert category["hours"] == {
        "timezone": "Europe/Madrid",
        "weekly": {"mon": ["09:00-12:00", "13:00-24:00"], "sun": []},
        "closed": ["2026-12-25"],
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"zone": "Madrid"}, "hours.timezone: must be a time zone"),
        ({"week": 'mo: ["09:00-10:00"]'}, "hours.weekly: mo: must be one of mon, tue"),
        ({"week": 'mon: ["9:00-10:00"]'}, "hours.weekly: mon: must be spans such as"),
        ({"week": 'mon: ["10:00-10:00"]'}, "the later time last"),
        ({"week": 'mon: ["24:00-24:00"]'}, "hours.weekly: mon: must be spans"),
        ({"week": 'mon: ["09:00-12:00", "11:00-13:00"]'}, "hours.weekly: mon: must be spans that do not overlap"),
        ({"week": 'mon: ["09:00"]'}, "hours.weekly: mon: must be spans"),
        ({"week": 'mon: "09:00-10:00"'}, "hours.weekly.mon: must be a list"),
        ({"week": "mon: []"}, "must name the hours of at least one day"),
        ({"closed": "20261225"}, "hours.closed: must be days, such as 2026-12-25"),
        ({"closed": "2026-02-30"}, "hours.closed.0: must be a day, such as 2026-12-25"),
    ],
)
def test_opening_hours_that_mean_nothing_are_refused(bank: Shell, wrong: dict[str, str], said: str) -> None:
    right = {"zone": "Europe/Madrid", "week": 'mon: ["09:00-10:00"]', "closed": ""}

    assert said in bank.run("category", "create", "-", given=HOURS.format(**{**right, **wrong}), code=2)
    assert bank.json("category", "list") == []


def test_a_category_says_how_long_calls_wait_and_which_means_they_have(bank: Shell) -> None:
    bank.run(
        "category",
        "create",
        "-",
        given="- {id: a, title: A}\n- {id: b, title: B, patience: 5m, media: audio, relay: true}\n",
    )

    plain, other = bank.json("category", "list")
    assert [plain[name] for name in ("patience", "media", "relay")] == ["2m", "video", False]
    assert [other[name] for name in ("patience", "media", "relay")] == ["5m", "audio", True]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("patience: 30", "patience: must be a number and a unit, such as 90m"),
        ("patience: 61m", "patience: must be between 1m and 60m"),
        ("media: film", "media: must be 'video', 'audio' or 'text'"),
        ("relay: 1", "relay: must be true or false"),
    ],
)
def test_means_of_calls_that_mean_nothing_are_refused(bank: Shell, wrong: str, said: str) -> None:
    assert said in bank.run("category", "create", "-", given=f"- {{id: a, title: A, {wrong}}}\n", code=2)
    assert bank.json("category", "list") == []
