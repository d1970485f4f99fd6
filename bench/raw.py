"""The least that an import could take: COPY of the ready rows into both tables, with all their indexes, keys and
audit triggers, read from a file that somebody else has checked and converted."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True)
class Table:
    """A table with the columns that an import fills, and the file its rows lie in."""

    name: str
    key: str
    columns: str
    file: str

    def of(self, batch: Any) -> str:
        """The rows that a batch brought, in the order they were numbered."""
        ours = f"""SELECT id FROM tbl_beneficiaries WHERE uuid IN (
            SELECT uuid FROM tbl_temp_beneficiaries WHERE "batchId" = '{batch}')"""
        return f"SELECT {self.columns} FROM {self.name} WHERE {self.key} IN ({ours}) ORDER BY {self.key}"


PEOPLE = Table(
    "tbl_beneficiaries",
    "id",
    'id, uuid, gender, "walletAddress", "birthDate", age, location, latitude, longitude, extras, notes, '
    '"bankedStatus", "internetStatus", "phoneStatus"',
    "people.copy",
)
PERSONAL = Table(
    "tbl_beneficiaries_pii", '"beneficiaryId"', '"beneficiaryId", name, phone, email, extras', "personal.copy"
)


def raw_copy(connection: psycopg.Connection, folder: Path) -> float:
    """Seconds to COPY the rows of the folder in and commit; they are taken out again afterwards."""
    start = time.perf_counter()
    with connection.transaction(), connection.cursor() as cursor:
        for table in (PEOPLE, PERSONAL):
            with cursor.copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy:
                copy.write((folder / table.file).read_bytes())
    took = time.perf_counter() - start
    numbers = [int(line.split(b"\t", 1)[0]) for line in (folder / PEOPLE.file).open("rb")]
    with connection.transaction():
        for table in (PERSONAL, PEOPLE):
            connection.execute(
                f"DELETE FROM {table.name} WHERE {table.key} BETWEEN {min(numbers)} AND {max(numbers)}"
            )
    return took
