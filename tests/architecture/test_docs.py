"""Pages lead to pages that exist, and those for newcomers name files, functions and targets that exist."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

import linkgate

ROOT = Path(__file__).resolve().parents[2]
LAYER = ROOT / "layers/shared/linkgate"
SOURCES = ("layers", "functions", "cli", "local", "tests", "benchmarks")
EVERY_PAGE = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOR_NEWCOMERS = [
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs" / name for name in ("architecture.md", "glossary.md", "add-a-dialect.md", "add-a-language.md")),
]
WORKED_AWAY = {"utils", "helpers", "manager"}
"""Names that the pages mention because nothing has them."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def spans(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(page))


def is_path(span: str) -> bool:
    return bool(re.fullmatch(r"\.?[\w<]([\w<>.-]*/)*[\w<>.-]*(/|\.(py|md|toml|yaml|json))", span))


def found_at(path: str) -> list[Path]:
    """Return the targets of a path, from the repository or the package. `<name>` stands for any name."""
    pattern = re.sub(r"<\w+>", "*", path.rstrip("/"))
    return [found for base in (ROOT, LAYER) for found in base.glob(pattern)]


@pytest.mark.parametrize("page", FOR_NEWCOMERS, ids=name_of)
def test_every_path_exists(page: Path) -> None:
    assert [span for span in spans(page) if is_path(span) and not found_at(span)] == []


@cache
def names_in(module: Path) -> set[str]:
    """Return the names that a module defines, and the fields and methods of its classes."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return names


@pytest.mark.parametrize("page", FOR_NEWCOMERS, ids=name_of)
def test_every_name_after_a_path_is_in_that_file(page: Path) -> None:
    text = re.sub(r"\s+", " ", prose(page))
    wrong = [
        (path, name)
        for path, list_ in re.findall(r"`([\w/.-]+\.py)`((?:(?:,? and|,)? `\w+`)+)", text)
        for name in re.findall(r"`(\w+)`", list_)
        if not any(name in names_in(module) for module in found_at(path))
    ]

    assert wrong == []


@cache
def words_of_the_code() -> frozenset[str]:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / name for name in ("Makefile", "pyproject.toml", "template.yaml")]
    files += [module for module in LAYER.rglob("*") if module.is_dir()]
    text = " ".join(path.read_text() for path in files if path.is_file() and path != Path(__file__))
    return frozenset(re.findall(r"\w+", text)) | {path.stem for path in files}


@pytest.mark.parametrize("page", FOR_NEWCOMERS, ids=name_of)
def test_every_name_is_a_word_of_the_code(page: Path) -> None:
    names = [span for span in spans(page) if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", span) and not is_path(span)]
    unknown = [name for name in names if not set(name.split(".")) <= words_of_the_code() | WORKED_AWAY]

    assert unknown == []


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name_of)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)\b", page.read_text(), re.MULTILINE))

    assert named <= targets


def test_the_readme_names_every_page() -> None:
    linked = re.findall(r"\]\(([^)#\s]+)\)", (ROOT / "README.md").read_text())
    folders_of_their_own = {ROOT / "docs/operations/alarms"}
    pages = {page for page in EVERY_PAGE if page.parent not in folders_of_their_own} - {ROOT / "README.md"}

    assert {name_of(page) for page in pages} == {path for path in linked if path.endswith(".md")}


def test_the_picture_names_every_floor_and_room() -> None:
    (picture,) = re.findall(r"^```\n(.*?)^```", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE | re.DOTALL)

    assert missing_in(picture) == set()


def test_the_table_of_rooms_names_every_module() -> None:
    rows = re.findall(
        r"^\| (?!room)(\w+) \|[^|]*\|([^|]*)\|([^|]*)\|$", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE
    )
    named = {
        f"{floor}/{room}": set(re.findall(r"`(\w+)`", cell))
        for room, *cells in rows
        for floor, cell in zip(("usecases", "store"), cells, strict=True)
    }

    assert named == {
        f"{floor}/{room.name}": {path.stem for path in (LAYER / floor / room.name).glob("[a-z]*.py")}
        for floor in ("usecases", "store")
        for room in (LAYER / "usecases").iterdir()
        if (room / "__init__.py").exists()
    }


def test_the_map_has_the_floors_of_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == ["linkgate"]]
    floors: list[set[str]] = []
    for neighbour, name in re.findall(r"^ {4,}(\+ )?(\w+)(?:/|\.py) ", linkgate.__doc__ or "", re.MULTILINE):
        if not neighbour:
            floors.append(set())
        floors[-1].add(name)

    assert floors == [set(layer.split(" | ")) for layer in layers]


def test_the_map_names_every_room_and_dialect() -> None:
    assert missing_in(linkgate.__doc__ or "") == set()


def missing_in(text: str) -> set[str]:
    """Return the floors of the package, and their rooms and dialects, that a text does not name."""
    parts = [path for floor in (".", "usecases", "dialects", "routes") for path in (LAYER / floor).iterdir()]
    # A folder that lost its modules may still hold what Python compiled of them.
    names = {path.stem for path in parts if path.suffix == ".py" or (path / "__init__.py").exists()} - {"__init__"}
    return {name for name in names if not re.search(rf"\b{name}\b", text)}
