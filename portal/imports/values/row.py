"""One row of a file as one person: the same function for a hundred thousand rows and for a cell mended by
hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from portal.core.values.choices import (
    convert_banked,
    convert_gender,
    convert_internet,
    convert_phone_status,
)
from portal.core.values.contacts import convert_email, convert_uuid, convert_wallet
from portal.core.values.dates import convert_birth_date
from portal.core.values.names import (
    convert_govt_id,
    convert_groups,
    convert_line,
    convert_name,
    convert_text,
)
from portal.core.values.numbers import (
    convert_age,
    convert_coordinates,
    convert_latitude,
    convert_longitude,
    geopoint,
)
from portal.core.values.outcome import Context, Converted, Note, Problem
from portal.core.values.phone import convert_phone
from portal.core.values.text import clean
from portal.imports.values.plan import Column, Plan

Converter = Callable[[str, Context], Converted]

CONVERTERS: dict[str, Converter] = {
    "uuid": convert_uuid,
    "name": convert_name,
    "first_name": convert_name,
    "middle_name": convert_name,
    "last_name": convert_name,
    "phone": convert_phone,
    "email": convert_email,
    "govt_id": convert_govt_id,
    "gender": convert_gender,
    "birth_date": convert_birth_date,
    "age": convert_age,
    "location": convert_line,
    "latitude": convert_latitude,
    "longitude": convert_longitude,
    "coordinates": convert_coordinates,
    "wallet_address": convert_wallet,
    "notes": convert_text,
    "banked_status": convert_banked,
    "internet_status": convert_internet,
    "phone_status": convert_phone_status,
    "groups": convert_groups,
}

# Fields whose cells repeat down a column: what was converted once is remembered, so many different cells.
_REPEATED = frozenset(CONVERTERS) - {
    "uuid", "name", "phone", "email", "govt_id", "wallet_address", "notes", "latitude",
    "longitude", "coordinates",
}  # fmt: skip
_REMEMBERED = 40_000


@dataclass(slots=True)
class Row:
    """A person as the file tells. A field that the file does not fill is None; `extras` holds what has no
    field, under its own header, as text."""

    uuid: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    govt_id: str | None = None
    gender: str | None = None
    birth_date: date | None = None
    age: int | None = None
    location: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    wallet_address: str | None = None
    notes: str | None = None
    banked_status: str | None = None
    internet_status: str | None = None
    phone_status: str | None = None
    groups: list[str] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)


def convert_row(cells: Sequence[str | None], plan: Plan) -> Row:
    """The person in the cells of one row, by column position; cells that are missing at the end are empty.

    Never raises for what a cell holds: what cannot be taken is named in `problems`, and a row with problems
    is held; `warnings` hold nothing up.
    """
    return converter(plan).row(cells)


@lru_cache(maxsize=16)
def converter(plan: Plan) -> RowConverter:
    """The plan made ready for many rows."""
    return RowConverter(plan)


class RowConverter:
    """A plan with its converters bound; holds the memory of cells already converted, so keep it for a whole
    file."""

    def __init__(self, plan: Plan) -> None:
        self._fields: list[tuple[int, str, str, Converter, Context, dict[str, Converted] | None]] = []
        self._extras: list[tuple[int, str]] = []
        self.width = max((column.position for column in plan.columns), default=-1) + 1
        taken: set[str] = set()
        for column in plan.columns:
            if column.field and (column.field not in taken or column.field == "groups"):
                taken.add(column.field)
                self._fields.append(self._bound(column, plan))
            elif column.extra or column.field:
                self._extras.append((column.position, column.extra or column.header))

    @staticmethod
    def _bound(
        column: Column, plan: Plan
    ) -> tuple[int, str, str, Converter, Context, dict[str, Converted] | None]:
        field = column.field or ""
        context = Context(
            field,
            column.header,
            plan.region,
            column.phone_style,
            column.date_order,
            column.letters,
            plan.today,
        )
        memory: dict[str, Converted] | None = {} if field in _REPEATED else None
        return column.position, field, column.header, CONVERTERS[field], context, memory

    def row(self, cells: Sequence[str | None]) -> Row:
        """The person in these cells. See `convert_row`."""
        row = Row()
        present = len(cells)
        extras = row.extras
        values: dict[str, Any] = {}
        for position, name, header, convert, context, memory in self._fields:
            cell = cells[position] if position < present else None
            if not cell:
                continue
            if memory is None:
                found = convert(cell, context)
            else:
                known = memory.get(cell)
                if known is None:
                    known = convert(cell, context)
                    if len(memory) < _REMEMBERED and len(cell) < 64:
                        memory[cell] = known
                found = known
            value, problem, note, rest = found
            if value is not None:
                values[name] = values["groups"] + value if name == "groups" and "groups" in values else value
            if problem is not None:
                row.problems.append(problem)
            if note is not None:
                row.warnings.append(note)
            if rest is not None:
                extras[header] = rest
        for position, header in self._extras:
            cell = cells[position] if position < present else None
            if cell and (text := clean(cell)):
                extras[header] = text
        _fill(row, values)
        return row


def _fill(row: Row, values: dict[str, Any]) -> None:
    middle = values.pop("middle_name", None)
    place = values.pop("coordinates", None)
    for name in ("latitude", "longitude"):
        if isinstance(values.get(name), tuple):
            place = values.pop(name)
    for name, value in values.items():
        setattr(row, name, value)
    if row.name is None and (row.first_name or middle or row.last_name):
        row.name = " ".join(part for part in (row.first_name, middle, row.last_name) if part)
    _place(row, place)
    _judge(row)


def _place(row: Row, place: tuple[float, float] | None) -> None:
    """Latitude and longitude from wherever the row tells them."""
    if place is None and row.location and row.latitude is None and row.longitude is None:
        place = geopoint(row.location)
    if place is not None:
        if row.latitude is None:
            row.latitude = place[0]
        if row.longitude is None:
            row.longitude = place[1]


_NOBODY = Problem(
    "name", "nobody", "The row has neither a name nor a phone number, so it does not say who it is."
)
_NAMELESS = Note("name", "no_name", "The row has no name.")
_HALF_A_PLACE = Note("latitude", "half_a_place", "Of latitude and longitude only one is given.")


def _judge(row: Row) -> None:
    """What can be said only of the row as a whole."""
    if row.name is None and row.uuid is None:
        if row.phone is None and not any(problem.field in ("name", "phone") for problem in row.problems):
            row.problems.append(_NOBODY)
        elif row.phone is not None:
            row.warnings.append(_NAMELESS)
    if (row.latitude is None) != (row.longitude is None) and not any(
        problem.field in ("latitude", "longitude") for problem in row.problems
    ):
        row.warnings.append(_HALF_A_PLACE)
