"""What imports keep of a person beside their rows: the uploaded file, and the first values of its columns.

An import whose rows are read needs its file no more, but to choose its columns anew. So the file of every import that
holds a row of theirs goes. A file that nobody has had checked yet is left: what is in it is not known, and it is
forgotten in time like every other.
"""

from pathlib import Path

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, sentence
from portal.erasing.queries.marks import Marks
from portal.erasing.queries.traces import OF_IMPORT
from portal.imports.models import ImportBatch, TempBeneficiary
from portal.imports.operations.mending import judge_again

BUSY = sentence("An import is at work and may hold this person. Erase them when it has ended.")
AT_WORK = ("CHECKING", "TAKING", "UNDOING")

_CLEAR = text(
    f"""
    WITH held AS (
        SELECT b.uuid, b."filePath" FROM tbl_import_batches b
        WHERE b.uuid IN (SELECT t."batchId" FROM tbl_temp_beneficiaries t WHERE {OF_IMPORT})
    )
    UPDATE tbl_import_batches b SET
        "filePath" = NULL,
        inspection = b.inspection || jsonb_build_object('sample', '[]'::jsonb, 'sample_rows', '[]'::jsonb,
            'titles', '[]'::jsonb),
        mapping = jsonb_set(b.mapping, '{{mapping,columns}}', (
            SELECT coalesce(jsonb_agg(c || '{{"examples": []}}' ORDER BY at), '[]')
            FROM jsonb_array_elements(b.mapping #> '{{mapping,columns}}') WITH ORDINALITY AS columns (c, at)))
    FROM held WHERE held.uuid = b.uuid
    RETURNING b.uuid, held."filePath" AS path
    """
)


def hold_batches(session: Session) -> None:
    """Keep imports from beginning to read or write people until the transaction ends.

    Raises Conflict while one does: what it holds cannot be seen before it has ended.
    """
    remembered = or_(ImportBatch.inspection.is_not(None), ImportBatch.file_path.is_not(None))
    held = session.execute(
        select(ImportBatch.uuid, ImportBatch.state)
        .where(remembered)
        .order_by(ImportBatch.uuid)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    number = session.scalar(select(func.count()).select_from(ImportBatch).where(remembered)) or 0
    if len(held) < number or any(row.state in AT_WORK for row in held):
        raise Conflict(BUSY)


def judge_who_is_left(session: Session, marks: Marks) -> None:
    """Judge those anew who were held up by these people under review, such as a family with the same phone. After the
    people's own rows are empty."""
    rows = session.scalars(
        select(TempBeneficiary)
        .join(ImportBatch, ImportBatch.uuid == TempBeneficiary.batch_id)
        .where(TempBeneficiary.match_id.in_(marks.people), ImportBatch.state == "REVIEW")
        .order_by(TempBeneficiary.id)
    ).all()
    for row in rows:
        judge_again(session, row)


def clear_batches(session: Session, marks: Marks) -> list[Path]:
    """Forget what imports with rows of these people keep beside the rows; which files are to be removed.

    Before their rows go. Who undoes such an import takes out the others.
    """
    values = marks.values
    wanted = ("people", "phones", "mails", "ids", "wallets", "names", "sounds")
    rows = session.execute(_CLEAR, {name: values[name] for name in wanted}).all()
    return [Path(row.path) for row in rows if row.path]
