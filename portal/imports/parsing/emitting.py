"""Rows as lines of PostgreSQL's COPY text format, ready to be handed on without being looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import JSONEncoder
from operator import itemgetter

from portal.imports.values import Row

COPY_COLUMNS = (
    "row_number", "raw", "uuid", "first_name", "last_name", "name", "phone", "email", "govt_id", "gender",
    "birth_date", "age", "location", "latitude", "longitude", "wallet_address", "notes", "banked_status",
    "internet_status", "phone_status", "groups", "extras", "problems", "notices",
)  # fmt: skip
"""What a line can hold, in this order unless others are asked for. `raw` is a JSON array of the row's cells
as read, `groups` one of names, `extras` an object; `problems` and `notices` are arrays of objects with
field, code, message and params, NULL when there are none. Dates are ISO dates."""

_NULL = "\\N"
_json = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def copy_text(value: str | None) -> str:
    """A text as a field of a COPY line."""
    if value is None:
        return _NULL
    if value.isprintable() and "\\" not in value:
        return value
    return (
        value.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\0", "")
    )


def copy_json(value: object) -> str:
    """A value as JSON in a field of a COPY line."""
    text = _json(value)
    return text.replace("\\", "\\\\") if "\\" in text else text


class LineWriter:
    """Makes the lines of a table: some of `COPY_COLUMNS` in an order of its own, after cells that are the
    same in every line (`constants`), with texts instead of NULL where the table wants one (`fill`).

    Raises ValueError for a column that is not of `COPY_COLUMNS`.
    """

    def __init__(
        self,
        columns: Sequence[str] = COPY_COLUMNS,
        constants: Sequence[str | None] = (),
        fill: Mapping[str, str] | None = None,
    ) -> None:
        if unknown := (set(columns) | set(fill or {})) - set(COPY_COLUMNS):
            raise ValueError(f"no such column: {sorted(unknown)}")
        self._start = "".join(copy_text(constant) + "\t" for constant in constants)
        picks = [COPY_COLUMNS.index(column) for column in columns]
        self._pick = None if tuple(columns) == COPY_COLUMNS else itemgetter(*picks, picks[0])
        self._fill = [(COPY_COLUMNS.index(column), copy_text(text)) for column, text in (fill or {}).items()]

    def line(self, number: int, cells: Sequence[str], row: Row) -> str:
        """One line, without its end."""
        fields = [
            str(number),
            copy_json(cells),
            row.uuid or _NULL,
            copy_text(row.first_name),
            copy_text(row.last_name),
            copy_text(row.name),
            row.phone or _NULL,
            copy_text(row.email),
            copy_text(row.govt_id),
            row.gender or _NULL,
            _NULL if row.birth_date is None else row.birth_date.isoformat(),
            _NULL if row.age is None else str(row.age),
            copy_text(row.location),
            _NULL if row.latitude is None else repr(row.latitude),
            _NULL if row.longitude is None else repr(row.longitude),
            row.wallet_address or _NULL,
            copy_text(row.notes),
            row.banked_status or _NULL,
            row.internet_status or _NULL,
            row.phone_status or _NULL,
            copy_json(row.groups) if row.groups else _NULL,
            copy_json(row.extras) if row.extras else _NULL,
            copy_json([problem._asdict() for problem in row.problems]) if row.problems else _NULL,
            copy_json([note._asdict() for note in row.warnings]) if row.warnings else _NULL,
        ]
        for at, text in self._fill:
            if fields[at] is _NULL:
                fields[at] = text
        return self._start + "\t".join(fields if self._pick is None else self._pick(fields)[:-1])
