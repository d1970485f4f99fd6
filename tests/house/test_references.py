"""Nothing that refers to a person is forgotten when records are merged or erased: the database says what there is."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.duplicates.operations.references import MOVED, SHARED, STAYS
from portal.erasing.queries.traces import REFERRING

FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, a.attname
FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) AS part JOIN pg_attribute a
    ON a.attrelid = c.conrelid AND a.attnum = part
WHERE c.contype = 'f' AND c.confrelid = 'tbl_beneficiaries'::regclass
"""


def test_every_foreign_key_to_a_person_has_its_fate_in_a_merge(session: Session) -> None:
    """A new table that refers to people: say in `duplicates/operations/references.py` what becomes of its rows."""
    found = {(row[0], row[1]) for row in session.execute(text(FOREIGN_KEYS))}
    known = {*MOVED, *SHARED, *STAYS} - {("tbl_beneficiaries", "mergedInto")}
    assert found == known


def test_every_foreign_key_to_a_person_has_its_fate_when_they_are_erased(session: Session) -> None:
    """A new table that refers to people: say in `erasing/queries/traces.py` what becomes of its rows, and of what they
    hold of the person's name, phone, id, wallet or of words about them."""
    found = {(row[0], row[1]) for row in session.execute(text(FOREIGN_KEYS))}
    assert found == set(REFERRING)
