"""A crowd: as many made-up people as one wants, for measuring how the portal does with them.

They are made by the database, from their number alone, so a crowd of one size is the same everywhere. Their
distributions are like a real registry's: few names are common and most are rare, a few districts and groups
hold most people, things are unknown here and there, and some people were deleted. Wallets are forty
hexadecimal digits in small letters: a valid address without a checksum, whose key nobody has.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup, BeneficiaryProject, GroupedBeneficiary
from portal.core.copying import driver_connection
from portal.core.enums import GroupPurpose, ProjectStatus
from portal.core.errors import Refusal
from portal.demo.bulk import take_stock, without_indexes
from portal.demo.names import distinct_names
from portal.demo.phones import CROWD_FIRST, CROWD_LINES, SCATTER, areas, capacity
from portal.demo.places import KOSHI, NEPAL
from portal.projects.models import Project

NAMES = 22_000
SEED = 20_251
SPACE = UUID("6d0a1a34-3f0f-4a5e-9a35-0f4f0d1c7e11")
"""Where the uuids of the crowd's groups and projects are named."""

CHUNK = 100_000
"""People made by one statement; between two, one may see how far it is, and stop."""

MANY = 20_000
"""From here on it pays to build the indexes anew."""

PROJECTS = [
    ("Flood Preparedness, Terai", ProjectStatus.ACTIVE, 0.24),
    ("Unconditional Cash, Karnali", ProjectStatus.ACTIVE, 0.12),
    ("Cash for Work, Hill Roads", ProjectStatus.ACTIVE, 0.07),
    ("Earthquake Recovery, Jajarkot", ProjectStatus.CLOSED, 0.05),
    ("Nutrition Vouchers, Madhesh", ProjectStatus.NOT_READY, 0.02),
    ("Cold Wave Relief Pilot", ProjectStatus.ACTIVE, 0.001),
]
"""Name, status and the share of the crowd that takes part."""

SHARES = [0.16, 0.08, 0.05, 0.04, 0.03, 0.02, 0.015, 0.01, 0.008, 0.005, 0.004, 0.003, 0.002, 0.001]
GROUPS = [*SHARES, 0.0005, 0.0002, 0.0001, 0.00005, 0.00002, 0.00001]
"""The shares of the crowd's twenty groups."""

CHANCE = """
CREATE OR REPLACE FUNCTION pg_temp.chance(number bigint, purpose bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashint8extended(number, purpose) >> 11) & 9007199254740991)::double precision / 9007199254740992
"""
"""A number from 0 to below 1 that follows from the person's number and what it is for."""

LISTS = [
    "CREATE TEMPORARY TABLE crowd_names (n int PRIMARY KEY, name text, gender text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE crowd_places (n int PRIMARY KEY, name text, lat float8, lon float8) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE crowd_areas (n int PRIMARY KEY, area text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE crowd_sets (kind text, uuid uuid, purpose int, share float8) ON COMMIT DROP",
]

ADD_PEOPLE = text(
    """
INSERT INTO tbl_beneficiaries (id, uuid, gender, "walletAddress", "birthDate", age, location, latitude, longitude,
    extras, "bankedStatus", "internetStatus", "phoneStatus", "isVerified", "createdAt", "deletedAt")
SELECT i, md5('crowd ' || i)::uuid,
    (CASE WHEN pg_temp.chance(i, 2) < 0.97 THEN names.gender
        WHEN pg_temp.chance(i, 2) < 0.995 THEN 'UNKNOWN' ELSE 'OTHER' END)::"Gender",
    '0x' || md5('wallet ' || i) || left(md5('purse ' || i), 8),
    born.at AT TIME ZONE 'UTC',
    CASE WHEN born.at IS NOT NULL THEN date_part('year', age(current_date, born.at))
        WHEN pg_temp.chance(i, 4) < 0.6 THEN floor(95 * pg_temp.chance(i, 3) ^ 2) END::int,
    places.name,
    CASE WHEN pg_temp.chance(i, 6) < 0.7 THEN round((places.lat + pg_temp.chance(i, 7) * 0.2 - 0.1)::numeric, 5) END,
    CASE WHEN pg_temp.chance(i, 6) < 0.7 THEN round((places.lon + pg_temp.chance(i, 8) * 0.2 - 0.1)::numeric, 5) END,
    CASE WHEN pg_temp.chance(i, 9) < 0.75 THEN jsonb_build_object(
        'ward', 1 + floor(pg_temp.chance(i, 10) ^ 1.5 * 32)::int,
        'household_size', 1 + floor(11 * pg_temp.chance(i, 11) ^ 1.7)::int,
        'has_disability', pg_temp.chance(i, 12) < 0.06) END,
    (CASE WHEN pg_temp.chance(i, 13) < 0.47 THEN 'UNBANKED' WHEN pg_temp.chance(i, 13) < 0.79 THEN 'BANKED'
        WHEN pg_temp.chance(i, 13) < 0.97 THEN 'UNKNOWN' ELSE 'UNDER_BANKED' END)::"BankedStatus",
    (CASE WHEN pg_temp.chance(i, 14) < 0.49 THEN 'NO_INTERNET' WHEN pg_temp.chance(i, 14) < 0.86
        THEN 'MOBILE_INTERNET' WHEN pg_temp.chance(i, 14) < 0.93 THEN 'UNKNOWN' ELSE 'HOME_INTERNET' END
    )::"InternetStatus",
    (CASE WHEN pg_temp.chance(i, 15) < 0.05 THEN 'NO_PHONE' WHEN pg_temp.chance(i, 15) < 0.3 THEN 'FEATURE_PHONE'
        WHEN pg_temp.chance(i, 15) < 0.94 THEN 'SMART_PHONE' ELSE 'UNKNOWN' END)::"PhoneStatus",
    pg_temp.chance(i, 16) < 0.4,
    seen.at,
    CASE WHEN pg_temp.chance(i, 17) < 0.03 THEN seen.at + (now() - seen.at) * pg_temp.chance(i, 18) END
FROM generate_series(CAST(:first AS bigint), :last) AS i
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.chance(i, 4) >= 0.25
    THEN (current_date - 1 - floor(34700 * pg_temp.chance(i, 3) ^ 2)::int)::timestamp END AS at) born
CROSS JOIN LATERAL (SELECT now() - interval '540 days' * (1 - (i - :start + pg_temp.chance(i, 19)) / :people)
    AS at) seen
JOIN crowd_names names ON names.n = floor(:names * pg_temp.chance(i, 1) ^ 2)::int
JOIN crowd_places places ON places.n = (CASE WHEN pg_temp.chance(i, 24) < 0.6
    THEN floor(:near * pg_temp.chance(i, 5) ^ 1.3) ELSE :near + floor(:far * pg_temp.chance(i, 5) ^ 2) END)::int
ORDER BY i
"""
)

NAME_PEOPLE = text(
    """
INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone, email, extras)
SELECT b.id, names.name,
    CASE WHEN b."phoneStatus" = 'NO_PHONE' OR pg_temp.chance(b.id, 25) < 0.02 THEN 'none:' || b.uuid
        ELSE '+1' || areas.area || '555' || lpad((:line + b.id / :areas * :scatter % :lines)::text, 4, '0') END,
    CASE WHEN pg_temp.chance(b.id, 20) < 0.1 THEN 'person.' || b.id || '@example.org' END,
    CASE WHEN pg_temp.chance(b.id, 21) < 0.6 THEN jsonb_build_object('govtIDNumber',
        lpad(floor(pg_temp.chance(b.id, 22) * 77)::text, 2, '0') || '-X' || lpad(b.id::text, 8, '0')) END
FROM tbl_beneficiaries b
JOIN crowd_names names ON names.n = floor(:names * pg_temp.chance(b.id, 1) ^ 2)::int
JOIN crowd_areas areas ON areas.n = b.id % :areas
WHERE b.id BETWEEN :first AND :last
ORDER BY b.id
"""
)

JOIN_SETS = """
INSERT INTO {table} ("{column}", "beneficiaryId", "createdAt", "updatedAt")
SELECT sets.uuid, b.uuid, b."createdAt" + interval '2 days', b."createdAt" + interval '2 days'
FROM tbl_beneficiaries b CROSS JOIN crowd_sets sets
WHERE b.id BETWEEN :first AND :last AND b."deletedAt" IS NULL AND sets.kind = '{table}'
  AND pg_temp.chance(b.id, sets.purpose) < sets.share
"""
IN_GROUPS = text(JOIN_SETS.format(table="tbl_grouped_beneficiaries", column="beneficiaryGroupId"))
IN_PROJECTS = text(JOIN_SETS.format(table="tbl_beneficiaries_projects", column="projectId"))

TABLES = [
    "tbl_beneficiaries",
    "tbl_beneficiaries_pii",
    GroupedBeneficiary.__tablename__,
    BeneficiaryProject.__tablename__,
    "tbl_audit_log",
]


def add_crowd(session: Session, people: int, show: Callable[[str, int, int], None]) -> None:
    """Add so many made-up people, with their groups and projects, in the session's transaction.

    Nobody else can add people meanwhile; from `MANY` on nobody can read them either, since the indexes are
    built anew. `show` is told the step, people done and people in all. Raises Refusal where the numbers for
    so many are used up.
    """
    session.execute(text("LOCK TABLE tbl_beneficiaries IN EXCLUSIVE MODE"))
    start = (session.scalar(select(func.max(Beneficiary.id))) or 0) + 1
    if start + people > capacity():
        raise Refusal("There are phone numbers for %(most)s made-up people at most.", most=capacity() - start)
    _lists(session)
    _fill(session, "crowd_sets", _sets(session))
    if people < MANY:
        _add(session, start, people, show)
    else:
        with without_indexes(session, TABLES):
            _add(session, start, people, show)
            show("Building the indexes", 0, 0)
    _close_finished(session)
    take_stock(session, TABLES)


def _close_finished(session: Session) -> None:
    """Close what is over, now that its people are in it."""
    finished = [uuid5(SPACE, name) for name, status, _share in PROJECTS if status == ProjectStatus.CLOSED]
    session.execute(
        update(Project)
        .where(Project.uuid.in_(finished), Project.status == ProjectStatus.ACTIVE)
        .values(status=ProjectStatus.CLOSED)
        .execution_options(synchronize_session=False)
    )


def _add(session: Session, start: int, people: int, show: Callable[[str, int, int], None]) -> None:
    fixed = {"start": start, "people": people, "names": NAMES, "near": len(KOSHI), "far": len(NEPAL)}
    phones = {"areas": len(areas()), "line": CROWD_FIRST, "lines": CROWD_LINES, "scatter": SCATTER}
    for first in range(start, start + people, CHUNK):
        piece = {"first": first, "last": min(first + CHUNK, start + people) - 1}
        session.execute(ADD_PEOPLE, {**fixed, **piece})
        session.execute(NAME_PEOPLE, {"names": NAMES, **phones, **piece})
        session.execute(IN_PROJECTS, piece)
        session.execute(IN_GROUPS, piece)
        show("Making people", piece["last"] + 1 - start, people)
    session.execute(
        text("SELECT setval(pg_get_serial_sequence('tbl_beneficiaries', 'id'), :last)"),
        {"last": start + people - 1},
    )


def _lists(session: Session) -> None:
    """What people are put together from, as tables of the transaction."""
    session.execute(text(CHANCE))
    for statement in LISTS:
        session.execute(text(statement))
    _fill(session, "crowd_names", enumerate_rows(distinct_names(NAMES, SEED)))
    _fill(session, "crowd_places", enumerate_rows([*KOSHI, *NEPAL]))
    _fill(session, "crowd_areas", enumerate_rows([(str(area),) for area in areas()]))


def enumerate_rows(rows: Any) -> list[tuple[Any, ...]]:
    """The rows with their number, from 0, in front."""
    return [(number, *row) for number, row in enumerate(rows)]


def _fill(session: Session, table: str, rows: list[tuple[Any, ...]]) -> None:
    with driver_connection(session).cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    session.execute(text(f"ANALYZE {table}"))


def _sets(session: Session) -> list[tuple[str, UUID, int, float]]:
    """The crowd's projects and groups, made where they are not yet: table of members, uuid, purpose, share."""
    sets: list[tuple[str, UUID, int, float]] = []
    for number, (name, status, share) in enumerate(PROJECTS):
        uuid = uuid5(SPACE, name)
        found = session.scalar(select(Project.status).where(Project.uuid == uuid))
        if found == ProjectStatus.CLOSED:  # by the crowd before; it takes nobody in any more
            continue
        if found is None:
            open_now = ProjectStatus.ACTIVE if status == ProjectStatus.CLOSED else status
            session.add(Project(uuid=uuid, name=name, status=open_now, type="CVA"))
        sets.append((BeneficiaryProject.__tablename__, uuid, 100 + number, share))
    purposes = [*GroupPurpose, None]
    for number, share in enumerate(GROUPS):
        name = f"Crowd group {number + 1:02d}"
        uuid = uuid5(SPACE, name)
        if session.scalar(select(BeneficiaryGroup.id).where(BeneficiaryGroup.uuid == uuid)) is None:
            purpose = purposes[number % len(purposes)]
            session.add(BeneficiaryGroup(uuid=uuid, name=name, group_purpose=purpose))
        sets.append((GroupedBeneficiary.__tablename__, uuid, 200 + number, share))
    session.flush()
    return sets
