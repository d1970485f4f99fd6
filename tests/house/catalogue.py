"""What PostgreSQL itself says about the tables that the migrations built."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '', a.attgenerated <> ''
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relname LIKE 'tbl\\_%'
        AND c.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
"""

KEYS = """
    SELECT c.relname, k.contype, array(
            SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.number ORDER BY n.place),
        f.relname, array(
            SELECT a.attname FROM unnest(k.confkey) AS n (number)
            JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum = n.number)
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid AND c.relname LIKE 'tbl\\_%'
    LEFT JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.contype IN ('p', 'u', 'f')
"""

ENUMS = """
    SELECT t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE t.typname NOT LIKE 'procrastinate\\_%' GROUP BY t.typname
"""

LEADING = """
    SELECT c.relname, a.attname, pg_get_expr(i.indpred, i.indrelid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid AND c.relname LIKE 'tbl\\_%'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
"""


@dataclass(frozen=True)
class Column:
    """A column as it is."""

    table: str
    name: str
    type: str
    nullable: bool
    default: str | None
    counts: bool
    generated: bool


@dataclass(frozen=True)
class Catalogue:
    """Columns by (table, name), and keys of each kind."""

    columns: dict[tuple[str, str], Column]
    primary: set[tuple[str, tuple[str, ...]]]
    unique: set[tuple[str, tuple[str, ...]]]
    references: set[tuple[str, str, str]]
    enums: dict[str, list[str]]
    indexed: set[tuple[str, str]]
    live: set[str]

    @property
    def tables(self) -> set[str]:
        """The names of all tables."""
        return {table for table, _ in self.columns}


def _finds_every(column: str, condition: str | None) -> bool:
    """Whether an index with this condition finds every row in which the column has a given value."""
    return condition is None or condition.replace('"', "") == f"({column} IS NOT NULL)"


def read_catalogue(session: Session) -> Catalogue:
    """Ask the database behind `session`."""

    def rows(sql: str) -> list[Any]:
        return list(session.execute(text(sql)))

    keys = [(table, kind, tuple(names), target, there) for table, kind, names, target, there in rows(KEYS)]
    leading = rows(LEADING)
    return Catalogue(
        columns={(row[0], row[1]): Column(*row) for row in rows(COLUMNS)},
        primary={(table, names) for table, kind, names, *_ in keys if kind == "p"},
        unique={(table, names) for table, kind, names, *_ in keys if kind == "u"},
        references={(t, n[0], f"{target}.{there[0]}") for t, kind, n, target, there in keys if kind == "f"},
        enums={name: list(values) for name, values in rows(ENUMS)},
        indexed={(table, name) for table, name, condition in leading if _finds_every(name, condition)},
        live={table for table, _, condition in leading if condition == '("deletedAt" IS NULL)'},
    )
