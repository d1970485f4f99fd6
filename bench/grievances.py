"""The list and the board of grievances, and one case, at 200,000 cases: their pages against what they ask.

The cases are made once, by the database, from their number alone: a tenth of them open, a few sensitive.
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

CASES = """
INSERT INTO tbl_grievances ("reportedBy", "reporterUserId", "reporterContact", title, type, "projectId", description,
    status, "createdAt", "updatedAt", "beneficiaryId", "categoryId", "channelId", priority, "isSensitive", "assigneeId",
    "statusAt", "statusReason", "waitingSince", "acknowledgedAt", "resolvedAt", "closedAt", "clockFrom",
    "acknowledgeRisk", "acknowledgeBy", "resolveRisk", "resolveBy", "riskAt", "dueAt")
SELECT p.name, maker.id, p.phone, c.name || ' ' || i,
    (array['TECHNICAL', 'NON_TECHNICAL', 'OTHER'])[1 + i %% 3]::"GrievanceType",
    pr.uuid, 'Made up for measuring, number ' || i, s.status::"GrievanceStatus", made, made, b.uuid, c.uuid, ch.uuid,
    (array['LOW', 'NORMAL', 'NORMAL', 'HIGH', 'URGENT'])[1 + luck %% 5], luck %% 50 = 0,
    CASE WHEN luck %% 4 > 0 THEN worker.id END, made, CASE WHEN s.status <> 'NEW' THEN 'Made up' END,
    CASE WHEN s.status = 'UNDER_REVIEW' AND luck %% 7 = 0 THEN made + interval '1 day' END,
    CASE WHEN s.status <> 'NEW' THEN made + interval '1 day' END,
    CASE WHEN s.status IN ('RESOLVED', 'CLOSED') THEN made + interval '5 days' END,
    CASE WHEN s.status = 'CLOSED' THEN made + interval '9 days' END, made, made + interval '1 day',
    made + interval '2 days', made + interval '8 days', made + interval '10 days',
    CASE s.status WHEN 'NEW' THEN made + interval '1 day' WHEN 'UNDER_REVIEW' THEN made + interval '8 days' END,
    CASE s.status WHEN 'NEW' THEN made + interval '2 days' WHEN 'UNDER_REVIEW' THEN made + interval '10 days' END
FROM (SELECT i, hashint8extended(i, 9) & 1048575 AS luck,
    now() - interval '400 days' * (1 - i / %(rows)s::float8) AS made
    FROM generate_series(1, %(rows)s) i) drawn
CROSS JOIN LATERAL (SELECT CASE WHEN i > %(rows)s * 0.95 THEN 'NEW' WHEN i > %(rows)s * 0.9 THEN 'UNDER_REVIEW'
    WHEN luck %% 5 = 0 THEN 'RESOLVED' ELSE 'CLOSED' END AS status) s
JOIN (SELECT row_number() OVER (ORDER BY id) AS n, id, uuid FROM tbl_beneficiaries WHERE "deletedAt" IS NULL) b
    ON b.n = 1 + luck %% (SELECT count(*) FROM tbl_beneficiaries WHERE "deletedAt" IS NULL)
JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
JOIN (SELECT row_number() OVER (ORDER BY name) AS n, uuid, name FROM tbl_grievance_categories) c ON c.n = 1 + luck %% 12
JOIN (SELECT row_number() OVER (ORDER BY name) AS n, uuid FROM tbl_grievance_channels) ch ON ch.n = 1 + luck %% 7
JOIN (SELECT row_number() OVER (ORDER BY id) AS n, uuid FROM tbl_projects WHERE status <> 'CLOSED') pr
    ON pr.n = 1 + luck / 1024 %% (SELECT count(*) FROM tbl_projects WHERE status <> 'CLOSED')
CROSS JOIN (SELECT min(id) AS id FROM tbl_users) maker
CROSS JOIN (SELECT "userId" AS id FROM tbl_users_roles ur JOIN tbl_auth_roles r ON r.id = ur."roleId"
    WHERE r.name = 'Supervisor' ORDER BY 1 LIMIT 1) worker
ORDER BY i
"""
STORIES = """
INSERT INTO tbl_grievance_events ("grievanceId", kind, body, "createdAt")
SELECT uuid, kind, 'Made up', "createdAt" FROM tbl_grievances, unnest(array['OPENED', 'ACKNOWLEDGED', 'NOTE']) AS kind
"""
SUPERVISOR = """
SELECT a.id FROM tbl_auth a JOIN tbl_users_roles ur ON ur."userId" = a."userId"
JOIN tbl_auth_roles r ON r.id = ur."roleId"
WHERE r.name = 'Supervisor' ORDER BY a.id LIMIT 1
"""
ONE = """SELECT uuid FROM tbl_grievances WHERE status = 'UNDER_REVIEW' ORDER BY id DESC LIMIT 1"""


def measure_grievances(report: Report, ground: Ground, rows: int) -> None:
    """The page rule for what a supervisor opens."""
    _complain(ground, rows)
    with portal_on(ground) as app, _supervisor() as token:
        addresses = _addresses()
        client = browser_with(app, token)
        asked = asked_by(alone(client), addresses)
        cookie = client.get_cookie("sid").value
        with served(ground) as server, ground.connect() as connection:
            browser = Browser(server.port).bring(f"sid={cookie}")
            took = in_turns(report, browser, connection, addresses, asked)
    report.heading(f"A supervisor's pages among {rows:,} grievances")
    tell(report, took, asked)


def _complain(ground: Ground, rows: int) -> None:
    with ground.connect() as connection, connection.transaction():
        found = connection.execute("SELECT count(*) FROM tbl_grievances").fetchone()
        if found and found[0] >= rows:
            return
        print(f"Making {rows:,} grievances up, once …", flush=True)
        connection.execute("SET LOCAL statement_timeout = 0")
        # What comes in answered is no move that the triggers would let pass.
        for table in ("tbl_grievances", "tbl_grievance_events"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(CASES, {"rows": rows})
        connection.execute(STORIES)
        for table in ("tbl_grievances", "tbl_grievance_events"):
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with ground.connect() as connection:
        connection.execute("VACUUM ANALYZE tbl_grievances, tbl_grievance_events")


@contextmanager
def _supervisor() -> Iterator[str]:
    from sqlalchemy import text

    from portal.core.db import db

    account = db.session.scalar(text(SUPERVISOR))
    db.session.rollback()
    with sessions_of({"Supervisor": account}) as tokens:
        yield tokens["Supervisor"]


def _addresses() -> dict[str, str]:
    from sqlalchemy import text

    from portal.core.db import db
    from portal.core.keyset import LAST

    case: Any = db.session.scalar(text(ONE))
    project: Any = db.session.scalar(
        text("SELECT uuid FROM tbl_projects WHERE status = 'ACTIVE' ORDER BY id LIMIT 1")
    )
    db.session.rollback()  # what waits in a transaction while others are measured is cut off
    return {
        "list": "/grievances",
        "last page": f"/grievances?at={LAST.token()}",
        "newest first": "/grievances?sort=-created",
        "overdue": "/grievances?clock=breached",
        "of a project": f"/grievances?project={project}",
        "a search": "/grievances?q=sita",
        "board": "/grievances/board",
        "board of a project": f"/grievances/board?project={project}",
        "one case": f"/grievances/{case}",
    }
