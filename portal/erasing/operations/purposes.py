"""What users said before that data were wanted for, and are offered again: without what names somebody."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.erasing.queries.marks import Marks
from portal.erasing.queries.traces import tells

_SAID = text(
    """
    SELECT DISTINCT w.words FROM tbl_audit_words w JOIN tbl_audit_log e ON e.id = w."entryId"
    WHERE w.words IS NOT NULL AND e."tableName" = 'tbl_beneficiaries' AND e."recordId" = ANY(:named)
    """
)
_FORGET = text(
    f"""
    UPDATE tbl_users u SET extras = jsonb_set(u.extras, '{{preferences}}', (
        SELECT jsonb_object_agg(p.key, CASE
            WHEN p.key LIKE 'purposes.%' AND jsonb_typeof(p.value) = 'array' THEN (
                SELECT coalesce(jsonb_agg(to_jsonb(said) ORDER BY at), '[]')
                FROM jsonb_array_elements_text(p.value) WITH ORDINALITY AS before (said, at)
                WHERE NOT said = ANY(CAST(:words AS text[])) AND NOT {tells("said")})
            ELSE p.value END)
        FROM jsonb_each(u.extras -> 'preferences') p))
    WHERE EXISTS (
        SELECT FROM jsonb_each(CASE WHEN jsonb_typeof(u.extras -> 'preferences') = 'object'
            THEN u.extras -> 'preferences' END) p
        CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE WHEN p.key LIKE 'purposes.%' AND jsonb_typeof(p.value) = 'array' THEN p.value ELSE '[]' END) said
        WHERE said = ANY(CAST(:words AS text[])) OR {tells("said")})
    """
)


def forget_purposes(session: Session, marks: Marks) -> None:
    """Offer to nobody any more what was said about these people, or names them. Before those words are erased."""
    values = marks.values
    words = list(session.scalars(_SAID, {"named": values["named"]}))
    session.execute(_FORGET, {"words": words, **{name: values[name] for name in ("texts", "lines", "whole")}})
