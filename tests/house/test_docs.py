"""What the pages about the portal say is so: ids, variables, folders, links, commands."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from portal.cli import main

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SECURITY = ROOT / "docs" / "security.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = [page for page in PAGES if page.name != "seed-schema.md"]
"""All pages but the specification, which is quoted as it came."""

NO_FOLDERS_OF_CODE = {"instance", "build", "dist", "screenshots", "node_modules"}
IMAGINED = "visits"
"""The module that README's recipe makes up."""


def section(document: Path, heading: str) -> str:
    """What stands under a heading of the second rank."""
    return document.read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def code_in(text: str) -> Iterator[str]:
    """What is set as code, between lines of backticks or within a line, comments left out."""
    fenced = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for block in fenced.findall(text):
        yield from (line.partition(" # ")[0] for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", fenced.sub("", text))


def named_rules() -> Iterator[tuple[str, str]]:
    """Each id that a test's name begins with, and where that test stands."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE):
            words = re.match(r"test_((?:[A-G]\d+_(?:and_)?)*)", name)
            for rule in re.findall(r"[A-G]\d+", words[1] if words else ""):
                yield rule, f"{path.relative_to(ROOT)}::{name}"


def test_every_rule_that_a_test_names_stands_on_the_page_about_security() -> None:
    listed = set(re.findall(r"^- \*\*([A-G]\d+)\*\*", SECURITY.read_text(), re.MULTILINE))
    unknown = sorted({f"{rule} ({test})" for rule, test in named_rules() if rule not in listed})
    assert not unknown, f"Give these a line in docs/security.md, or the test the right id: {unknown}"


def test_every_test_on_the_page_about_security_is_there_and_under_its_rule() -> None:
    there, rule, wrong = set(named_rules()), "", []
    for line in SECURITY.read_text().splitlines():
        rule = heading[1] if (heading := re.match(r"- \*\*([A-G]\d+)\*\*", line)) else rule
        named = re.match(r"  - `(tests/[^`]+)`", line)
        if named and (rule, named[1]) not in there:
            wrong.append(f"{rule}: {named[1]}")
    assert not wrong, f"Renamed, moved or gone; put right in docs/security.md: {wrong}"


def test_a_rule_that_is_called_met_has_a_test_and_one_that_is_not_built_has_none() -> None:
    tested = {rule for rule, _test in named_rules()}
    entries = re.split(r"^- (?=\*\*[A-G]\d+\*\*)", SECURITY.read_text(), flags=re.MULTILINE)[1:]
    wrong = []
    for entry in entries:
        rule, state = re.match(r"\*\*(\w+)\*\*", entry), re.search(r"\*(Met|Partly|Not built)\.\*", entry)
        assert rule, entry
        assert state, f"{rule[1]}: say *Met.*, *Partly.* or *Not built.*"
        if (state[1] == "Met" and rule[1] not in tested) or (state[1] == "Not built" and rule[1] in tested):
            wrong.append(f"{rule[1]} {state[1]}")
    assert not wrong, f"Say how these stand by now, in docs/security.md: {wrong}"


def test_every_variable_of_the_program_stands_in_the_configuration_and_no_other() -> None:
    used = {"DATABASE_URL", "HOST", "PORT"}
    for path in (ROOT / "portal").rglob("*.py"):
        used |= set(re.findall(r"\bPORTAL_[A-Z_]*[A-Z]\b", path.read_text()))
    told = set(re.findall(r"`(PORTAL_[A-Z_]+|DATABASE_URL|HOST|PORT)`", section(README, "Configuration")))
    assert used <= told, f"Say in README, under Configuration, what these mean: {sorted(used - told)}"
    elsewhere = {"PORTAL_SCREENSHOTS", "PORTAL_BENCH"}  # read by tests and measurements
    assert told - used <= elsewhere, f"The program reads these no more; out of README: {told - used}"


def test_every_folder_on_the_map_is_there_and_every_one_that_is_there_is_on_it() -> None:
    mapped = set(re.findall(r"^\| `([\w/]+)` \|", section(README, "The map"), re.MULTILINE))
    gone = sorted(name for name in mapped if not (ROOT / name).is_dir())
    assert not gone, f"README's map names folders that are not there: {gone}"
    packages = {
        f"portal/{path.parent.name}"
        for path in (ROOT / "portal").glob("*/__init__.py")
        if path.stat().st_size
    }
    assert packages <= mapped, f"Give these a line in README's map: {sorted(packages - mapped)}"
    top = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name not in NO_FOLDERS_OF_CODE
    }
    assert top - {"portal"} <= mapped, (
        f"Give these a line in README's map: {sorted(top - {'portal'} - mapped)}"
    )


def anchors(document: Path) -> set[str]:
    """The names by which a link can point to a heading."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (document.parent / name).resolve() if name else document
        if not found.exists() or (anchor and anchor not in anchors(found)):
            dead.append(target)
    assert not dead, f"{document.name} points to what is not there: {dead}"


@pytest.mark.parametrize("document", OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_are_there(document: Path) -> None:
    tops = "portal|templates|static|migrations|tests|bench|docs|requirements"
    gone = [
        code
        for code in code_in(document.read_text())
        if re.fullmatch(rf"(?:{tops})/[\w./-]+", code) and IMAGINED not in code and not (ROOT / code).exists()
    ]
    assert not gone, f"{document.name} names files that were moved or removed: {gone}"


@pytest.mark.parametrize("document", OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_named_are_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = set(main.list_commands(click.Context(main)))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"portal": "portal.cli:main"}
    unknown = []
    for code in code_in(document.read_text()):
        unknown += [f"make {name}" for name in re.findall(r"\bmake ([a-z]+)", code) if name not in targets]
        unknown += [
            f"portal {name}"
            for name in re.findall(r"(?:^|[/=\s])portal ([a-z][a-z-]+)", code)
            if name not in commands
        ]
    assert not unknown, (
        f"{document.name} names commands that do not exist (see `make` and `portal --help`): {unknown}"
    )


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    missing = [path.name for path in folder.glob("[0-9]*.md") if f"({path.name})" not in listed]
    assert not missing, f"Name these in docs/decisions/README.md: {missing}"
