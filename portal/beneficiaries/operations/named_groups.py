"""Groups as files name them: made or brought back by their names, and joined by the people of a file.

Which people and which groups is said by a SELECT over the file's staged rows, so that a hundred thousand people
join in two statements.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

MAKE_GROUPS = """
INSERT INTO tbl_beneficiaries_group (name)
{names}
ON CONFLICT (name) DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
WHERE tbl_beneficiaries_group."deletedAt" IS NOT NULL
RETURNING uuid, xmax = 0 AS made
"""

HOLD_GROUPS = """
SELECT FROM tbl_beneficiaries_group g WHERE g.name IN (SELECT m.group_name FROM ({members}) m)
ORDER BY g.uuid FOR SHARE OF g
"""
"""A group that is being assigned to a project is joined after that, so that nobody falls between the two."""

JOIN_GROUPS = """
INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId")
SELECT DISTINCT g.uuid, m.person FROM ({members}) m JOIN tbl_beneficiaries_group g ON g.name = m.group_name
ORDER BY g.uuid, m.person
ON CONFLICT ("beneficiaryGroupId", "beneficiaryId") DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
WHERE tbl_grouped_beneficiaries."deletedAt" IS NOT NULL
"""

HOLD_PROJECTS = """
SELECT FROM tbl_projects project WHERE project.uuid IN (
    SELECT gp."projectId" FROM tbl_beneficiaries_gorup_projects gp
    JOIN tbl_beneficiaries_group g ON g.uuid = gp."beneficiaryGroupId"
    WHERE gp."deletedAt" IS NULL AND g.name IN (SELECT m.group_name FROM ({members}) m))
ORDER BY project.uuid FOR SHARE OF project
"""
"""A project that is being closed is joined before that, or not at all."""

JOIN_PROJECTS_OF_GROUPS = """
INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId", "broughtBy")
SELECT DISTINCT ON (gp."projectId", m.person) gp."projectId", m.person, gp.uuid
FROM ({members}) m
JOIN tbl_beneficiaries_group g ON g.name = m.group_name
JOIN tbl_beneficiaries_gorup_projects gp ON gp."beneficiaryGroupId" = g.uuid AND gp."deletedAt" IS NULL
JOIN tbl_projects project
    ON project.uuid = gp."projectId" AND project.status <> 'CLOSED' AND project."deletedAt" IS NULL
ORDER BY gp."projectId", m.person, gp.uuid
ON CONFLICT ("projectId", "beneficiaryId") DO UPDATE
SET "deletedAt" = NULL, "broughtBy" = excluded."broughtBy", "updatedAt" = now()
WHERE tbl_beneficiaries_projects."deletedAt" IS NOT NULL
"""

JOIN_PROJECT = """
INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId")
SELECT DISTINCT CAST(:project AS uuid), m.person FROM ({people}) m ORDER BY m.person
ON CONFLICT ("projectId", "beneficiaryId") DO UPDATE
SET "deletedAt" = NULL, "broughtBy" = NULL, "updatedAt" = now()
WHERE tbl_beneficiaries_projects."deletedAt" IS NOT NULL
"""


def make_groups(session: Session, names: str, values: dict[str, Any]) -> list[UUID]:
    """Make the groups that the SELECT `names` names, and restore those that were deleted.

    Returns the uuids of those that did not exist before.
    """
    rows = session.execute(text(MAKE_GROUPS.format(names=names)), values)
    return [row.uuid for row in rows if row.made]


def join_groups(session: Session, members: str, values: dict[str, Any]) -> None:
    """Put people into groups, and into the projects these groups are assigned to.

    `members` is a SELECT of `person` (a uuid) and `group_name`. Who is in already stays in, once.
    """
    for statement in (HOLD_GROUPS, JOIN_GROUPS, HOLD_PROJECTS, JOIN_PROJECTS_OF_GROUPS):
        session.execute(text(statement.format(members=members)), values)


def join_project(session: Session, people: str, project: UUID, values: dict[str, Any]) -> None:
    """Put people into a project. `people` is a SELECT of `person` (a uuid)."""
    session.execute(text(JOIN_PROJECT.format(people=people)), {**values, "project": project})
