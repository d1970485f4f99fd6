"""The plan of a conversion: which column of a file goes where. It travels to the parsing process as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

FIELDS = (
    "uuid",
    "name",
    "first_name",
    "middle_name",
    "last_name",
    "phone",
    "email",
    "govt_id",
    "gender",
    "birth_date",
    "age",
    "location",
    "latitude",
    "longitude",
    "coordinates",
    "wallet_address",
    "notes",
    "banked_status",
    "internet_status",
    "phone_status",
    "groups",
)
"""What a column can be mapped to, beside the extras. `middle_name` and `coordinates` have no column of
their own: they become part of the name, and latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, counted from 0.

    `field` is one of `FIELDS`; without it the cell goes to the extras under the name `extra`; without
    either the column is left out. `date_order`, `phone_style` and `letters` are those of `Context`.
    """

    position: int
    header: str
    field: str | None = None
    extra: str | None = None
    date_order: str = "DMY"
    phone_style: str = "mixed"
    letters: str = "MF"


@dataclass(frozen=True, slots=True)
class Plan:
    """All columns of a file, the region of its national phone numbers, and the day dates are judged on."""

    columns: tuple[Column, ...]
    region: str | None
    today: date

    @classmethod
    def of(cls, columns: list[Column], region: str | None = None, today: date | None = None) -> Plan:
        """A plan of these columns; `today` is the UTC day unless given."""
        return cls(tuple(columns), region, today or datetime.now(UTC).date())

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON values; `from_json` reads it back."""
        return {
            "columns": [asdict(column) for column in self.columns],
            "region": self.region,
            "today": self.today.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        """The plan that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            tuple(Column(**column) for column in data["columns"]),
            data["region"],
            date.fromisoformat(data["today"]),
        )
