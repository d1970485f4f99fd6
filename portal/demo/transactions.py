"""Transactions of the demo: what people received from vendors over the last weeks, and what became of it.

They walk the way of any other: made by one colleague, decided by another, a few of them failed and were tried again.
"""

import datetime as dt

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.demo.programme import CYCLONE, FLOOD, WINTER, WORK, named

AMOUNTS = {FLOOD: (6_500, "NPR"), WINTER: (220, "EUR"), WORK: (1_800, "ETB"), CYCLONE: (2_400, "HNL")}
"""What one instalment is, by project."""
WEEKS = 7
OVER = dt.timedelta(days=21)
"""For how long nothing has been paid any more in the project that is closed."""

CHANCE = """
CREATE OR REPLACE FUNCTION pg_temp.luck(seed text) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN (hashtextextended(seed, 7) & 1048575)::double precision / 1048576
"""

MAKE = text(
    """
INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, "createdBy",
    "createdAt", extras)
SELECT md5('paid ' || part."beneficiaryId" || round.note)::uuid, part."projectId", part."beneficiaryId", shop.uuid,
    CAST(:amount AS numeric) * (1 + floor(3 * pg_temp.luck(part."beneficiaryId" || 'much')) / 2), :currency, maker.id,
    made.at, jsonb_build_object('note', round.note)
FROM tbl_beneficiaries_projects part
JOIN tbl_beneficiaries b ON b.uuid = part."beneficiaryId" AND b."deletedAt" IS NULL
CROSS JOIN (VALUES ('First instalment', 0.55), ('Second instalment', 0.35)) round (note, share)
CROSS JOIN LATERAL (
    SELECT v.uuid FROM tbl_projects_vendors pv JOIN tbl_vendors v ON v.uuid = pv."vendorId"
    WHERE pv."projectId" = part."projectId" AND pv."deletedAt" IS NULL AND v."deletedAt" IS NULL
        AND v.state = 'APPROVED' AND coalesce(pv."startsOn", current_date) <= current_date
    ORDER BY pg_temp.luck(v.uuid::text || part."beneficiaryId") LIMIT 1
) shop
CROSS JOIN LATERAL (
    SELECT greatest(b."createdAt" + interval '1 day', :now - interval '7 days' * :weeks
        * pg_temp.luck(part."beneficiaryId" || round.note || 'when')) AS at
) made
JOIN tbl_users maker ON maker.email = CASE WHEN pg_temp.luck(part."beneficiaryId" || 'who') < 0.9
    THEN 'manager@example.org' ELSE 'admin@example.org' END
WHERE part."projectId" = :project AND part."deletedAt" IS NULL AND made.at < :now - interval '3 hours'
    AND pg_temp.luck(part."beneficiaryId" || round.note) < round.share * :often
ORDER BY made.at
"""
)

# What came in the last days waits, most of the rest is approved.
DECIDE = text(
    """
UPDATE tbl_transactions t SET status = fate.status::"TransactionStatus", "decidedBy" = approver.id,
    "decidedAt" = least(t."createdAt" + interval '30 hours' * (0.1 + pg_temp.luck(t.uuid || 'at')), :now),
    "updatedAt" = now(),
    reason = CASE WHEN fate.status = 'REJECTED' THEN (array[
        'Was paid by another organisation this month.', 'The household is counted twice.',
        'Moved away before the distribution.', 'The amount is that of a larger household.'
    ])[1 + floor(4 * pg_temp.luck(t.uuid || 'why'))::int] END
FROM tbl_users approver, (
    SELECT uuid, CASE WHEN pg_temp.luck(uuid || 'what') < 0.09 THEN 'REJECTED' ELSE 'APPROVED' END AS status
    FROM tbl_transactions
) fate
WHERE t.status = 'PENDING' AND fate.uuid = t.uuid AND approver.email = 'approver@example.org'
    AND t."createdAt" < :now - interval '4 days' * (0.3 + pg_temp.luck(t.uuid || 'left'))
"""
)

FAIL = text(
    """
UPDATE tbl_transactions t SET status = 'FAILED', "failedBy" = t."createdBy", "updatedAt" = now(),
    "failedAt" = t."decidedAt" + interval '2 days' * (0.2 + pg_temp.luck(t.uuid || 'failed at')),
    reason = (array['The phone number is not in service.', 'Nobody came to the shop within ten days.',
        'The provider refused the name on the account.'])[1 + floor(3 * pg_temp.luck(t.uuid || 'reason'))::int]
WHERE t.status = 'APPROVED' AND t."payoutListId" IS NULL AND t."decidedAt" < :now - interval '3 days'
    AND pg_temp.luck(t.uuid || 'fails') < 0.07
"""
)

RETRY = text(
    """
INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, "createdBy",
    "createdAt", extras, "retryOf", "requestKey")
SELECT md5('again ' || t.uuid)::uuid, t."projectId", t."beneficiaryId", t."vendorId", t.amount, t.currency,
    t."createdBy", least(t."failedAt" + interval '1 day', :now - interval '2 hours'), t.extras, t.uuid, t.uuid
FROM tbl_transactions t WHERE t.status = 'FAILED' AND pg_temp.luck(t.uuid || 'again') < 0.6
ORDER BY t."failedAt"
"""
)


def add_transactions(session: Session, now: dt.datetime) -> None:
    """Some hundred transactions in all states, of the weeks before `now`."""
    session.execute(text(CHANCE))
    for project, (amount, currency) in AMOUNTS.items():
        told = {"project": named("project", project), "amount": amount, "currency": currency}
        last = now - OVER if project == CYCLONE else now
        session.execute(MAKE, {**told, "now": last, "weeks": WEEKS, "often": 0.6})
    for step in (DECIDE, FAIL, RETRY, DECIDE):
        session.execute(step, {"now": now})
