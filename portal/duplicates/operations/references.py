"""Everything that refers to a person, and what becomes of it when their record is merged into another.

A house test compares this with the database's own list of foreign keys, so that a table that comes later cannot be
forgotten.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryProject, GroupedBeneficiary
from portal.core.errors import sentence
from portal.projects.operations.following import following_people

MOVED = {
    ("tbl_transactions", "beneficiaryId"): sentence("A payout"),
    ("tbl_grievances", "beneficiaryId"): sentence("A grievance"),
    ("tbl_offramps", "beneficiaryId"): sentence("An offramp"),
    ("tbl_beneficiaries", "mergedInto"): sentence("Another merge"),
}
"""What goes to the winner as it is, and what it is called where it stands in the way of undoing."""

SHARED = {
    ("tbl_grouped_beneficiaries", "beneficiaryId"): ("beneficiaryGroupId", sentence("Membership of a group")),
    ("tbl_beneficiaries_projects", "beneficiaryId"): ("projectId", sentence("Part in a project")),
}
"""Memberships, of which a person has one in each group and project: the winner joins where the loser was, and the
loser's end with the loser."""

STAYS = {
    ("tbl_beneficiaries_pii", "beneficiaryId"): "merged field by field",
    ("tbl_duplicate_pairs", "firstId"): "what was found of the two",
    ("tbl_duplicate_pairs", "secondId"): "what was found of the two",
    ("tbl_merges", "winnerId"): "what was merged before",
    ("tbl_merges", "loserId"): "what was merged before",
    ("tbl_payout_rows", "beneficiaryId"): "whom a list meant to pay; who was merged away is paid by no list",
}

_OWN_TO_A_ROW = {"id", "uuid", "beneficiaryId", "deletedAt", "updatedAt"}


def columns_to_copy(table: str) -> list[str]:
    """The columns that the winner's membership takes over from the loser's."""
    models: dict[str, Any] = {
        model.__tablename__: model.__table__ for model in (GroupedBeneficiary, BeneficiaryProject)
    }
    return [column.name for column in models[table].columns if column.name not in _OWN_TO_A_ROW]


def rows_of(session: Session, people: tuple[UUID, UUID]) -> dict[str, dict[str, Any]]:
    """All rows that refer to either of two people, by `table.column` and id, as they stand now."""
    found: dict[str, dict[str, Any]] = {}
    for table, column in (*MOVED, *SHARED):
        rows = session.execute(
            text(
                f"SELECT id, to_jsonb(t) - 'updatedAt' AS data FROM {table} t WHERE \"{column}\" = ANY(:people)"
            ),
            {"people": list(people)},
        )
        found[f"{table}.{column}"] = {str(row.id): _kept(table, row.data) for row in rows}
    return found


def _kept(table: str, data: dict[str, Any]) -> dict[str, Any]:
    """Of another person only where they point; the rest of them is none of this merge."""
    return {"mergedInto": data["mergedInto"]} if table == "tbl_beneficiaries" else data


def follow(session: Session, winner: UUID, loser: UUID) -> None:
    """Let everything that refers to the loser follow the winner, without doubling, in closed projects too. Before the
    loser is deleted."""
    values = {"winner": winner, "loser": loser}
    with following_people(session):
        for table, column in MOVED:
            touched = ', "updatedAt" = now()' if table != "tbl_beneficiaries" else ""
            session.execute(
                text(f'UPDATE {table} SET "{column}" = :winner{touched} WHERE "{column}" = :loser'), values
            )
        for (table, column), (partner, _words) in SHARED.items():
            copied = ", ".join(f'"{name}"' for name in columns_to_copy(table))
            session.execute(
                text(
                    f"""
                    INSERT INTO {table} ({copied}, "{column}")
                    SELECT {copied}, :winner FROM {table} WHERE "{column}" = :loser AND "deletedAt" IS NULL
                    ON CONFLICT ("{partner}", "{column}") DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
                    WHERE {table}."deletedAt" IS NOT NULL
                    """
                ),
                values,
            )


def give_back(session: Session, before: dict[str, dict[str, Any]], people: tuple[UUID, UUID]) -> None:
    """Put the rows that refer to two people back as they were; those that came since are taken out again."""
    with following_people(session):
        for table, column in MOVED:
            for number, row in before[f"{table}.{column}"].items():
                session.execute(
                    text(
                        f'UPDATE {table} SET "{column}" = CAST(:to AS uuid) WHERE id = :id AND "{column}" <> :to'
                    ),
                    {"to": UUID(row[column]), "id": int(number)},
                )
        for table, column in SHARED:
            _give_back_memberships(session, table, column, before[f"{table}.{column}"], people)


def _give_back_memberships(
    session: Session, table: str, column: str, rows: dict[str, Any], people: tuple[UUID, UUID]
) -> None:
    session.execute(
        text(f'DELETE FROM {table} WHERE "{column}" = ANY(:people) AND NOT id = ANY(:known)'),
        {"people": list(people), "known": [int(number) for number in rows]},
    )
    for number, row in rows.items():
        session.execute(
            text(
                f'UPDATE {table} SET "deletedAt" = CAST(:ended AS timestamptz), "updatedAt" = now() '
                'WHERE id = :id AND "deletedAt" IS DISTINCT FROM CAST(:ended AS timestamptz)'
            ),
            {"ended": row["deletedAt"], "id": int(number)},
        )


def called(place: str) -> str:
    """What the rows of `table.column` are called (English; the key of its translation)."""
    table, _, column = place.partition(".")
    return MOVED.get((table, column)) or SHARED[table, column][1]
