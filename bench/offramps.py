"""The list of requests with its totals, one request with its story, and what needs attention, at a million: pages
against what they ask.

The requests are made once, by the database, from their number alone: of three providers, in two tokens and a rare one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.asked import asked_by, in_turns, tell
from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.knowing import alone, browser_with, sessions_of
from bench.statements import portal_on

PROVIDERS = """
INSERT INTO tbl_offramp_providers (name, adapter, config, "isActive")
SELECT 'Measured ' || n, 'SANDBOX', '{"currency": "NPR", "rate": "1"}', true FROM generate_series(1, 3) n
"""
REQUESTS = """
INSERT INTO tbl_offramps (chain, token, "senderAddress", amount, "requestId", "escrowAddress", status, "createdAt",
    "updatedAt", "createdBy", "projectId", "providerId", "beneficiaryId", "receiverNetwork", "receiverPhone",
    "receiverName", currency, "fiatAmount", fee, "statusAt", "completedAt", "failedReason")
SELECT (array['CELO', 'CELO', 'BASE'])[1 + luck %% 3], CASE WHEN i %% 20000 = 0 THEN 'RARE' ELSE
    (array['CUSD', 'USDC'])[1 + luck %% 2] END, '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 5 + luck %% 400,
    'm-' || i, '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', s.status::"OfframpStatus", at, at, maker.id, pr.uuid,
    v.uuid, b.uuid,
    'MTN', '+97798' || lpad(i::text, 8, '0'), p.name, 'NPR', (5 + luck %% 400) * 130, 1, at + interval '5 minutes',
    CASE s.status WHEN 'COMPLETED' THEN at + interval '5 minutes' END,
    CASE s.status WHEN 'FAILED' THEN 'Insufficient float' END
FROM (SELECT i, hashint8extended(i, 11) & 1048575 AS luck,
    now() - interval '400 days' * (1 - i / %(rows)s::float8) AS at FROM generate_series(1, %(rows)s) i) drawn
CROSS JOIN LATERAL (SELECT CASE WHEN luck < 30000 THEN 'FAILED' WHEN i > %(rows)s * 0.99 THEN 'PROCESSING'
    WHEN i > %(rows)s * 0.98 THEN 'PENDING' ELSE 'COMPLETED' END AS status) s
JOIN (SELECT row_number() OVER (ORDER BY id) AS n, id, uuid FROM tbl_beneficiaries WHERE "deletedAt" IS NULL) b
    ON b.n = 1 + luck %% (SELECT count(*) FROM tbl_beneficiaries WHERE "deletedAt" IS NULL)
JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
JOIN (SELECT row_number() OVER (ORDER BY id) AS n, uuid FROM tbl_projects WHERE status = 'ACTIVE') pr
    ON pr.n = 1 + luck / 1024 %% (SELECT count(*) FROM tbl_projects WHERE status = 'ACTIVE')
JOIN (SELECT row_number() OVER (ORDER BY id) AS n, uuid FROM tbl_offramp_providers WHERE name LIKE 'Measured %%') v
    ON v.n = 1 + luck / 7 %% 3
CROSS JOIN (SELECT min(id) AS id FROM tbl_users) maker
ORDER BY i
"""
TRIES = """
INSERT INTO tbl_offramp_attempts ("offrampId", number, "referenceId", state, reason, "createdAt", "settledAt")
SELECT uuid, 1, 'rp-' || uuid, CASE status WHEN 'PROCESSING' THEN 'ACCEPTED' ELSE status::text END, "failedReason",
    "createdAt", CASE WHEN status <> 'PROCESSING' THEN "statusAt" END
FROM tbl_offramps WHERE status <> 'PENDING' ORDER BY id
"""
TRANSFERS = """
INSERT INTO tbl_offramp_transactions ("requestId", "txHash", chain, token, "referenceId", status)
SELECT "requestId", '0x' || md5("requestId") || md5("requestId" || 'x'), chain, token, 'rp-' || uuid, status
FROM tbl_offramps WHERE status <> 'PENDING' ORDER BY id
"""
STORIES = """
INSERT INTO tbl_offramp_events ("offrampId", kind, facts, "createdAt")
SELECT uuid, kind, jsonb_build_object('status', 'PROCESSING', 'http', 200), "createdAt"
FROM tbl_offramps, unnest(array['MADE', 'SENT', 'ANSWERED']) AS kind ORDER BY id
"""
SUMS = """
INSERT INTO tbl_offramp_sums ("projectId", "providerId", chain, token, status, number, amount)
SELECT "projectId", "providerId", chain, token, status, count(*), sum(amount) FROM tbl_offramps GROUP BY 1, 2, 3, 4, 5
"""
ATTENTION = """
INSERT INTO tbl_offramp_attention (kind, "offrampId", facts, since, "settledAt", note)
SELECT CASE status WHEN 'PROCESSING' THEN 'STUCK' ELSE 'AMOUNT' END, uuid, '{}', "statusAt",
    CASE status WHEN 'COMPLETED' THEN "statusAt" + interval '1 hour' END,
    CASE status WHEN 'COMPLETED' THEN 'They were asked' END
FROM tbl_offramps WHERE status = 'PROCESSING' OR status = 'COMPLETED' AND id % 20 = 0
ON CONFLICT DO NOTHING
"""
TABLES = ("tbl_offramps", "tbl_offramp_attempts", "tbl_offramp_transactions", "tbl_offramp_events")
MANAGER = """
SELECT a.id FROM tbl_auth a JOIN tbl_users_roles ur ON ur."userId" = a."userId"
JOIN tbl_auth_roles r ON r.id = ur."roleId"
WHERE r.name = 'Manager' ORDER BY a.id LIMIT 1
"""


def measure_offramps(report: Report, ground: Ground, rows: int) -> None:
    """The page rule for what a manager opens."""
    _send(ground, rows)
    with portal_on(ground) as app, _manager() as token:
        addresses = _addresses()
        client = browser_with(app, token)
        asked = asked_by(alone(client), addresses)
        cookie = client.get_cookie("sid").value
        with served(ground) as server, ground.connect() as connection:
            browser = Browser(server.port).bring(f"sid={cookie}")
            took = in_turns(report, browser, connection, addresses, asked)
    report.heading(f"A manager's pages among {rows:,} offramps")
    tell(report, took, asked)


def _send(ground: Ground, rows: int) -> None:
    with ground.connect() as connection, connection.transaction():
        found = connection.execute(
            "SELECT count(*) FROM tbl_offramps WHERE \"requestId\" LIKE 'm-%'"
        ).fetchone()
        if found and found[0] >= rows:
            return
        print(f"Making {rows:,} offramps up, once …", flush=True)
        connection.execute("SET LOCAL statement_timeout = 0")
        # What comes in paid is no move that the triggers would let pass.
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(PROVIDERS)
        connection.execute(REQUESTS, {"rows": rows})
        for statement in (TRIES, TRANSFERS, STORIES, ATTENTION):
            connection.execute(statement)
        connection.execute("DELETE FROM tbl_offramp_sums")
        connection.execute(SUMS)
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with ground.connect() as connection:
        connection.execute(f"VACUUM ANALYZE {', '.join(TABLES)}, tbl_offramp_attention, tbl_offramp_sums")


@contextmanager
def _manager() -> Iterator[str]:
    from sqlalchemy import text

    from portal.core.db import db

    account = db.session.scalar(text(MANAGER))
    db.session.rollback()
    with sessions_of({"Manager": account}) as tokens:
        yield tokens["Manager"]


def _addresses() -> dict[str, str]:
    from sqlalchemy import text

    from portal.core.db import db
    from portal.core.keyset import LAST

    def one(sql: str) -> Any:
        return db.session.scalar(text(sql))

    request = one("SELECT uuid FROM tbl_offramps WHERE status = 'COMPLETED' ORDER BY id DESC LIMIT 1")
    reference = one('SELECT "referenceId" FROM tbl_offramp_attempts ORDER BY id DESC LIMIT 1')
    project = one('SELECT "projectId" FROM tbl_offramps ORDER BY id DESC LIMIT 1')
    provider = one('SELECT "providerId" FROM tbl_offramps ORDER BY id DESC LIMIT 1')
    db.session.rollback()  # what waits in a transaction while others are measured is cut off
    return {
        "list": "/offramps",
        "last page": f"/offramps?at={LAST.token()}",
        "of a status": "/offramps?status=FAILED",
        "of a project": f"/offramps?project={project}",
        "of a provider": f"/offramps?provider={provider}",
        "of a token": "/offramps?token=USDC",
        "of a rare token": "/offramps?token=RARE",
        "of a chain and status": "/offramps?chain=BASE&status=FAILED",
        "of amounts": "/offramps?amount_from=400&amount_to=402",
        "stuck": "/offramps?stuck=24",
        "a name": "/offramps?q=sita",
        "a reference": f"/offramps?q={reference}",
        "one request": f"/offramps/{request}",
        "what needs attention": "/offramps/attention",
        "what was settled": "/offramps/attention?state=settled",
    }
