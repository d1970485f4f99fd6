"""Counting: what is kept ready is made anew where something changed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TAKE = text('DELETE FROM tbl_grievance_touched RETURNING month, "projectId"')

_TOUCHED = "unnest(CAST(:months AS date[]), CAST(:projects AS uuid[])) AS touched (month, project)"

_FORGET = [
    text(
        f"""DELETE FROM {table} f USING {_TOUCHED}
        WHERE (f.month, f."projectId") = (touched.month, touched.project)"""
    )
    for table in ("tbl_grievance_figures", "tbl_grievance_places")
]

# The months are those of the project's own time zone, and their ends are moments that an index finds.
_CASES = f"""{_TOUCHED}
    JOIN tbl_projects p ON p.uuid = touched.project
    JOIN tbl_grievances g ON g."projectId" = p.uuid AND g."deletedAt" IS NULL
        AND g."createdAt" >= CAST(touched.month AS timestamp) AT TIME ZONE coalesce(p."timeZone", 'UTC')
        AND g."createdAt" < (touched.month + interval '1 month') AT TIME ZONE coalesce(p."timeZone", 'UTC')"""

_COUNT = [
    text(
        f"""INSERT INTO tbl_grievance_figures (month, "projectId", type, "categoryId", "channelId", "isSensitive",
            received, acknowledged, "acknowledgedInTime", resolved, "resolvedInTime", reopened,
            "acknowledgeTook", "resolveTook")
        SELECT touched.month, touched.project, g.type, g."categoryId", g."channelId", g."isSensitive",
            count(*), count(g."acknowledgedAt"), count(*) FILTER (WHERE g."acknowledgedAt" <= g."acknowledgeBy"),
            count(g."resolvedAt"), count(*) FILTER (WHERE g."resolvedAt" <= g."resolveBy"),
            count(*) FILTER (WHERE g.reopened > 0),
            coalesce(array_agg(g."acknowledgeTook") FILTER (WHERE g."acknowledgeTook" IS NOT NULL), '{{}}'),
            coalesce(array_agg(g."resolveTook") FILTER (WHERE g."resolveTook" IS NOT NULL), '{{}}')
        FROM {_CASES} GROUP BY 1, 2, 3, 4, 5, 6"""
    ),
    text(
        f"""INSERT INTO tbl_grievance_places (month, "projectId", "isSensitive", place, received, resolved)
        SELECT touched.month, touched.project, g."isSensitive", min(btrim(b.location)), count(*), count(g."resolvedAt")
        FROM {_CASES} JOIN tbl_beneficiaries b ON b.uuid = g."beneficiaryId" AND btrim(b.location) <> ''
        GROUP BY 1, 2, 3, lower(btrim(b.location))"""
    ),
]

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('grievance figures'))")


def count_grievances(session: Session) -> int:
    """Count anew the months in which a case came or changed; how many there were.

    Right whatever is written meanwhile: what is committed after the marks were taken leaves marks of its own.
    """
    session.execute(_ALONE)
    touched = sorted({(row.month, row.projectId) for row in session.execute(_TAKE)})
    if touched:
        told = {"months": [month for month, _ in touched], "projects": [project for _, project in touched]}
        for statement in (*_FORGET, *_COUNT):
            session.execute(statement, told)
    return len(touched)
