"""A million payouts for measuring: made once for a crowd, by the database, from their number alone."""

from bench.ground import Ground

SHOPS = 60

VENDORS = """
INSERT INTO tbl_users (uuid, name) SELECT md5('shop ' || n)::uuid, 'Shop ' || n FROM generate_series(1, %(shops)s) n;
INSERT INTO tbl_vendors (uuid, name, state) SELECT md5('shop ' || n)::uuid, 'Shop ' || n, 'APPROVED'
FROM generate_series(1, %(shops)s) n;
INSERT INTO tbl_projects_vendors ("projectId", "vendorId")
SELECT p.uuid, md5('shop ' || n)::uuid FROM generate_series(1, %(shops)s) n
JOIN tbl_projects p ON p.status = 'ACTIVE' AND (hashint4(n) + p.id) %% 3 <> 0;
"""

PAYOUTS = """
WITH parts AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY bp.id) - 1 AS n, bp."projectId", bp."beneficiaryId"
    FROM tbl_beneficiaries_projects bp JOIN tbl_projects p ON p.uuid = bp."projectId" AND p.status = 'ACTIVE'
    WHERE bp."deletedAt" IS NULL
), drawn AS (
    SELECT i, hashint8extended(i, 7) & 1048575 AS luck, hashint8extended(i, 8) & 1048575 AS shop,
        now() - interval '400 days' * (1 - i / %(rows)s::float8) AS at
    FROM generate_series(0, %(rows)s - 1) i
)
INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency, status, "createdAt",
    "createdBy", "decidedBy", "decidedAt", "failedBy", "failedAt", reason)
SELECT parts."projectId", parts."beneficiaryId", md5('shop ' || 1 + floor(%(shops)s * (shop / 1048576.0) ^ 2))::uuid,
    500 + luck %% 40 * 250, CASE WHEN luck %% 20 = 0 THEN 'USD' ELSE 'NPR' END, s.status::"TransactionStatus", at,
    maker.id, CASE WHEN s.status <> 'PENDING' THEN other.id END, CASE WHEN s.status <> 'PENDING' THEN at END,
    CASE WHEN s.status = 'FAILED' THEN maker.id END, CASE WHEN s.status = 'FAILED' THEN at END,
    CASE WHEN s.status IN ('REJECTED', 'FAILED') THEN 'Made up' END
FROM drawn
JOIN parts ON parts.n = i %% (SELECT count(*) FROM parts)
CROSS JOIN LATERAL (SELECT CASE WHEN luck < 20000 THEN 'FAILED' WHEN luck < 50000 THEN 'REJECTED'
    WHEN luck < 100000 THEN 'PENDING' ELSE 'APPROVED' END AS status) s
CROSS JOIN (SELECT min(id) AS id FROM tbl_users) maker
CROSS JOIN (SELECT min(id) + 1 AS id FROM tbl_users) other
ORDER BY i
"""

SUMS = """
INSERT INTO tbl_transaction_sums ("projectId", "vendorId", currency, status, number, amount)
SELECT "projectId", "vendorId", currency, status, count(*), sum(amount) FROM tbl_transactions GROUP BY 1, 2, 3, 4
"""


def pay_everybody(ground: Ground, rows: int) -> None:
    """See to it that there are so many payouts, in all states, of sixty shops over four hundred days."""
    with ground.connect() as connection, connection.transaction():
        if connection.execute("SELECT 1 FROM tbl_transactions LIMIT 1").fetchone():
            return
        print(f"Making {rows:,} payouts up, once …", flush=True)
        connection.execute("SET LOCAL statement_timeout = 0")
        for statement in VENDORS.split(";"):
            if statement.strip():
                connection.execute(statement, {"shops": SHOPS})
        # What comes in decided is no move that the table's triggers would let pass, and adds up faster at its end.
        connection.execute("ALTER TABLE tbl_transactions DISABLE TRIGGER USER")
        connection.execute(PAYOUTS, {"rows": rows, "shops": SHOPS})
        connection.execute("ALTER TABLE tbl_transactions ENABLE TRIGGER USER")
        connection.execute(SUMS)
    with ground.connect() as connection:
        connection.execute("VACUUM ANALYZE tbl_transactions")
        connection.execute("ANALYZE tbl_transaction_sums")
