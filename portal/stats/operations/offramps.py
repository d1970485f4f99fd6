"""Counting offramps: for each month and project what was made, what became of it, how long it took and what it cost.

It is kept in `tbl_stats`, a row for each month of a project, so that a page adds up a few rows however many requests
there are. How long each took is kept as how many took so many seconds, to three figures: medians do not add up, counts
do.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.stats.queries.offramps import name_of

# A month with very many requests is counted anew the less often the more there are: that takes seconds, and while they
# are under way it has changed again at once. Below two thousand it is never too early.
_TAKE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT t.month, t."projectId" FROM (SELECT DISTINCT month, "projectId" FROM tbl_offramp_touched) t
        WHERE NOT EXISTS (SELECT FROM tbl_stats s
            WHERE s.name = 'OFFRAMP_' || to_char(t.month, 'YYYY-MM') || coalesce('_ID_' || t."projectId", '')
                AND s."updatedAt" > clock_timestamp() - interval '10 seconds' * least(60, (SELECT coalesce(
                    sum(CAST(told ->> 'count' AS bigint)), 0)::bigint / 2000 FROM jsonb_array_elements(s.data) told)))
    )
    DELETE FROM tbl_offramp_touched t USING due
    WHERE t.month = due.month AND t."projectId" IS NOT DISTINCT FROM due."projectId"
    RETURNING t.month, t."projectId"
    """
)
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('offramp figures'))")

# Long figures in a provider's reason may be a phone or an account: they are left out, and alike reasons come together.
_COUNT = text(
    r"""
    WITH made AS MATERIALIZED (
        SELECT o.uuid, o."providerId" AS provider, o.token, o.amount, o.status, o."completedAt" AS completed, o.fee,
            o.currency
        FROM tbl_offramps o
        WHERE o."projectId" IS NOT DISTINCT FROM CAST(:project AS uuid) AND o."deletedAt" IS NULL
            AND o."createdAt" >= CAST(:month AS timestamp) AT TIME ZONE 'UTC'
            AND o."createdAt" < (CAST(:month AS timestamp) + interval '1 month') AT TIME ZONE 'UTC'
    ), tries AS MATERIALIZED (
        SELECT m.provider, a.state, a.reason, coalesce(a.fee, m.fee) AS fee,
            coalesce(a.currency, m.currency) AS currency,
            CASE WHEN a.state = 'COMPLETED' THEN extract(epoch FROM m.completed
                - min(a."createdAt") OVER (PARTITION BY a."offrampId")) END AS took
        FROM made m JOIN tbl_offramp_attempts a ON a."offrampId" = m.uuid
    ), whole AS (
        SELECT provider, count(*) AS made, count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
            count(*) FILTER (WHERE status = 'FAILED') AS failed
        FROM made GROUP BY provider
    ), tried AS (
        SELECT provider, count(*) AS tries FROM tries GROUP BY provider
    ), tokens AS (
        SELECT provider, jsonb_object_agg(token, amount::text) AS amounts FROM (
            SELECT provider, token, sum(amount) AS amount FROM made WHERE status = 'COMPLETED' GROUP BY 1, 2) t
        GROUP BY provider
    ), fees AS (
        SELECT provider, jsonb_object_agg(currency, fee::text) AS amounts FROM (
            SELECT provider, currency, sum(fee) AS fee FROM tries
            WHERE state = 'COMPLETED' AND fee IS NOT NULL AND currency IS NOT NULL GROUP BY 1, 2) t
        GROUP BY provider
    ), reasons AS (
        SELECT provider, jsonb_object_agg(reason, number) AS numbers FROM (
            SELECT provider, left(regexp_replace(btrim(reason), '[+0-9][0-9 -]{3,}[0-9]', '…', 'g'), 200) AS reason,
                count(*) AS number
            FROM tries WHERE state = 'FAILED' GROUP BY 1, 2) t
        GROUP BY provider
    ), times AS (
        SELECT provider, jsonb_object_agg(seconds, number) AS numbers FROM (
            SELECT provider, seconds::bigint::text AS seconds, count(*) AS number FROM (
                SELECT provider, CASE WHEN took < 1000 THEN round(took)
                    ELSE round(took, 2 - floor(log(took))::integer) END AS seconds
                FROM (SELECT provider, greatest(took, 0) AS took FROM tries WHERE took IS NOT NULL) t) t
            GROUP BY 1, 2) t
        GROUP BY provider
    )
    INSERT INTO tbl_stats (name, data, "group", "updatedAt")
    SELECT CAST(:name AS text), coalesce(jsonb_agg(jsonb_build_object(
            'id', w.provider, 'count', w.made, 'completed', w.completed, 'failed', w.failed,
            'tries', coalesce(tried.tries, 0), 'amounts', coalesce(tokens.amounts, '{}'),
            'fees', coalesce(fees.amounts, '{}'), 'reasons', coalesce(reasons.numbers, '{}'),
            'seconds', coalesce(times.numbers, '{}'))), '[]'), CAST(:group AS text), clock_timestamp()
    FROM whole w
    LEFT JOIN tried ON tried.provider IS NOT DISTINCT FROM w.provider
    LEFT JOIN tokens ON tokens.provider IS NOT DISTINCT FROM w.provider
    LEFT JOIN fees ON fees.provider IS NOT DISTINCT FROM w.provider
    LEFT JOIN reasons ON reasons.provider IS NOT DISTINCT FROM w.provider
    LEFT JOIN times ON times.provider IS NOT DISTINCT FROM w.provider
    ON CONFLICT (name) DO UPDATE SET data = excluded.data, "updatedAt" = excluded."updatedAt"
    """
)


def count_offramps(session: Session) -> int:
    """Count anew the months in which an offramp was made or moved; how many there were.

    Right whatever is written meanwhile: what is committed after the marks were taken leaves marks of its own.
    """
    session.execute(_ALONE)
    touched = {(row.month, row.projectId) for row in session.execute(_TAKE)}
    for month, project in touched:
        told = {
            "month": month,
            "project": project,
            "name": name_of(month, project),
            "group": None if project is None else str(project),
        }
        session.execute(_COUNT, told)
    return len(touched)
