"""The seed's page and our own page about the database, read into tables and columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent.parent.parent / "docs"
ENUM_WORDS = re.compile(r"\s+enum$")

PLAIN_TYPES = {
    "Int": "integer",
    "String": "text",
    "Text": "text",
    "Float": "double precision",
    "DateTime": "timestamp with time zone",
    "Json": "jsonb",
    "JsonB": "jsonb",
    "Boolean": "boolean",
    "String[]": "text[]",
}


@dataclass(frozen=True)
class SeedColumn:
    """One line of the seed: `notes` are the words in brackets (PK, FK, Unique, UUID)."""

    table: str
    name: str
    base: str
    notes: frozenset[str]
    nullable: bool

    @property
    def type(self) -> str:
        """The PostgreSQL type this line asks for, as `format_type` spells it."""
        if "UUID" in self.notes:
            return "uuid"
        return PLAIN_TYPES.get(self.base) or f'"{self.base}"'


@dataclass(frozen=True)
class Seed:
    """What the specification holds."""

    columns: list[SeedColumn]
    pairs: set[tuple[str, frozenset[str]]]
    enums: dict[str, list[str]]

    @property
    def tables(self) -> set[str]:
        """The names of its tables."""
        return {column.table for column in self.columns}


def read_seed(text: str) -> Seed:
    """Take the specification apart: `#### tbl_…` headings, their rows, unique pairs, enums."""
    columns, pairs, table = [], set(), ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = re.match(r"#### `(\w+)`", line)
            table = heading.group(1) if heading else ""
        elif table and (row := re.match(r"\| `(\w+)` \| ([^|]+?) \|", line)):
            columns.append(_column(table, row.group(1), row.group(2)))
        elif table and (pair := re.match(r"- Unique constraint on `\[(\w+), (\w+)\]`", line)):
            pairs.add((table, frozenset(pair.groups())))
    enums = {
        name: body.split()
        for name, body in re.findall(r"^enum (\w+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    }
    return Seed(columns, pairs, enums)


def _column(table: str, name: str, kind: str) -> SeedColumn:
    shape = re.fullmatch(r"([\w\[\]]+(?: enum)?)(\?)?(?: \(([^)]*)\))?(\?)?", kind)
    assert shape, f"docs/seed-schema.md: {table}.{name} has the type {kind!r}, which this test cannot read"
    base, early, notes, late = shape.groups()
    words = frozenset(word.strip() for word in (notes or "").split(",") if word)
    return SeedColumn(table, name, ENUM_WORDS.sub("", base), words, bool(early or late))


def rows_under(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading of docs/schema.md, without its head."""
    page = (DOCS / "schema.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and cells[0].startswith("tbl_"):
            yield cells
