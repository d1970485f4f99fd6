"""Which column of a file is what: guessed from headers and a few rows, changed by people, remembered by
shape."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from portal.core.values.dates import date_order
from portal.core.values.outcome import Context
from portal.core.values.phone import phone_style
from portal.core.values.text import clean, fold
from portal.imports.values.headers import field_of, is_bare_name, is_of_the_portal, key
from portal.imports.values.plan import FIELDS, Column, Plan
from portal.imports.values.row import CONVERTERS

EXTRAS = "extras"
IGNORE = "ignore"
TARGETS = (*FIELDS, EXTRAS, IGNORE)
"""What a column can be mapped to."""

# Fields whose header may deceive: when most cells of the sample cannot be taken, the column is an extra.
_DOUBTED = frozenset(
    {"uuid", "age", "latitude", "longitude", "coordinates", "wallet_address", "birth_date", "banked_status"}
    | {"internet_status", "phone_status"}
)


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column, counted from 0, and its target (one of `TARGETS`).

    `date_order` and `date_sure` are set for dates of birth: whether the column itself proves its order, or a
    person should confirm it. `examples` are the first cells that hold something, for showing.
    """

    position: int
    header: str
    target: str
    date_order: str = "DMY"
    date_sure: bool = True
    phone_style: str = "mixed"
    letters: str = "MF"
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """The targets of all columns of a file."""

    columns: tuple[MappedColumn, ...]

    def to_plan(self, region: str | None = None, today: date | None = None) -> Plan:
        """The plan to convert by. `region` is the ISO 3166 code national phone numbers belong to; `today`
        the day dates of birth are judged on, the UTC day unless given. Of two columns for one field the
        first fills it and the other goes to the extras."""
        taken: set[str] = set()
        columns = []
        for column in self.columns:
            if column.target == IGNORE:
                continue
            field = column.target if column.target in FIELDS and column.target not in taken else None
            if field and field != "groups":
                taken.add(field)
            columns.append(
                Column(
                    column.position,
                    column.header,
                    field=field,
                    extra=None if field else column.header,
                    date_order=column.date_order,
                    phone_style=column.phone_style,
                    letters=column.letters,
                )
            )
        return Plan.of(columns, region, today)

    def with_targets(self, targets: Dict[int, str], orders: Dict[int, str] | None = None) -> Mapping:
        """The mapping with other targets, by position, and other date orders. Raises ValueError for a
        target that is not of `TARGETS` or an order that is not DMY, MDY or YMD."""
        if unknown := set(targets.values()) - set(TARGETS):
            raise ValueError(f"no such target: {sorted(unknown)}")
        if unknown := set((orders or {}).values()) - {"DMY", "MDY", "YMD"}:
            raise ValueError(f"no such order: {sorted(unknown)}")
        columns = []
        for column in self.columns:
            changed = replace(column, target=targets.get(column.position, column.target))
            if orders and column.position in orders:
                changed = replace(changed, date_order=orders[column.position], date_sure=True)
            columns.append(changed)
        return Mapping(tuple(columns))

    def to_memory(self) -> dict[str, dict[str, str]]:
        """What is worth remembering for the next file of this shape: targets and confirmed orders, by
        header."""
        return {
            key(column.header): {"target": column.target}
            | (
                {"date_order": column.date_order}
                if column.target == "birth_date" and column.date_sure
                else {}
            )
            for column in self.columns
        }

    def recalled(self, memory: Dict[str, Any]) -> Mapping:
        """The mapping with what was remembered of an earlier file put over the guess. What the file itself
        proves about the order of its dates stays."""
        columns = []
        for column in self.columns:
            known = memory.get(key(column.header)) or {}
            if known.get("target") in TARGETS:
                column = replace(column, target=known["target"])
            if not column.date_sure and known.get("date_order") in ("DMY", "MDY", "YMD"):
                column = replace(column, date_order=known["date_order"], date_sure=True)
            columns.append(column)
        return Mapping(tuple(columns))

    def to_json(self) -> dict[str, Any]:
        """The mapping as plain JSON values; `from_json` reads it back."""
        return {"columns": [asdict(column) for column in self.columns]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Mapping:
        """The mapping that `to_json` wrote."""
        return cls(
            tuple(
                MappedColumn(**{**column, "examples": tuple(column["examples"])})
                for column in data["columns"]
            )
        )


def guess(
    headers: Sequence[str],
    sample_rows: Sequence[Sequence[str]],
    region: str | None = None,
    date_orders: Dict[int, tuple[str, bool]] | None = None,
) -> Mapping:
    """What each column probably is.

    `region` decides what a national phone number looks like; `date_orders`, by column, is what the reader
    found over the whole of the file, and counts for more than the sample. Columns whose header says nothing
    known, a second column for a field, and columns whose cells do not fit their header become extras.
    """
    targets = _targets(headers)
    columns = []
    for position, header in enumerate(headers):
        cells = [row[position] for row in sample_rows if position < len(row) and row[position]]
        order, sure = (date_orders or {}).get(position) or date_order(cells) or ("DMY", True)
        column = MappedColumn(
            position,
            header,
            targets[position],
            date_order=order,
            date_sure=sure,
            phone_style=phone_style(cells, region) if targets[position] == "phone" else "mixed",
            letters=_letters(cells) if targets[position] == "gender" else "MF",
            examples=tuple(cells[:3]),
        )
        if not _fits(column, cells, region):
            column = replace(column, target=EXTRAS)
        columns.append(column)
    return Mapping(tuple(columns))


def shape(headers: Sequence[str]) -> str:
    """A hash that files with the same headers share, in whatever order and spelling of case and blanks."""
    keys = sorted(key(header) or header for header in headers)
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()


def _targets(headers: Sequence[str]) -> list[str]:
    fields = [field_of(header) for header in headers]
    bare = [field == "name" and is_bare_name(header) for field, header in zip(fields, headers, strict=True)]
    for position in range(len(headers)):
        if not bare[position]:
            continue
        if "first_name" in fields and "last_name" not in fields:
            fields[position] = "last_name"
        elif "last_name" in fields and "first_name" not in fields:
            fields[position] = "first_name"
    exported = "uuid" in fields
    targets: list[str] = []
    for field, header in zip(fields, headers, strict=True):
        if field and (field not in targets or field == "groups"):
            targets.append(field)
        else:
            targets.append(IGNORE if exported and is_of_the_portal(header) else EXTRAS)
    return targets


def _letters(cells: Sequence[str]) -> str:
    """ "HM" where the cells are the letters of hombre and mujer and no other."""
    letters = {fold(cell) for cell in cells}
    return "HM" if "h" in letters and letters <= {"h", "m", "o", "x", "u", ""} else "MF"


def _fits(column: MappedColumn, cells: Sequence[str], region: str | None) -> bool:
    if column.target not in _DOUBTED:
        return True
    context = Context(column.target, column.header, region, date_order=column.date_order)
    filled = [cell for cell in cells if clean(cell)]
    failed = sum(CONVERTERS[column.target](cell, context).problem is not None for cell in filled)
    return failed * 2 <= len(filled) or len(filled) < 3
