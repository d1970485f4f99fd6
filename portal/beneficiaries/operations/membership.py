"""Putting people into groups and projects, whole sets at a time.

A project that a group is assigned to takes in the group's members, also those who join later (domain rule), until
it is closed.
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

JOIN_GROUPS = """
INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId")
SELECT DISTINCT g.uuid, m.person FROM ({members}) m JOIN tbl_beneficiaries_group g ON g.name = m.group_name
ON CONFLICT ("beneficiaryGroupId", "beneficiaryId") DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
WHERE tbl_grouped_beneficiaries."deletedAt" IS NOT NULL
"""

JOIN_PROJECTS_OF_GROUPS = """
INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId")
SELECT DISTINCT gp."projectId", m.person
FROM ({members}) m
JOIN tbl_beneficiaries_group g ON g.name = m.group_name
JOIN tbl_beneficiaries_gorup_projects gp ON gp."beneficiaryGroupId" = g.uuid AND gp."deletedAt" IS NULL
JOIN tbl_projects project
    ON project.uuid = gp."projectId" AND project.status <> 'CLOSED' AND project."deletedAt" IS NULL
ON CONFLICT ("projectId", "beneficiaryId") DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
WHERE tbl_beneficiaries_projects."deletedAt" IS NOT NULL
"""

JOIN_PROJECT = """
INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId")
SELECT DISTINCT CAST(:project AS uuid), m.person FROM ({people}) m
ON CONFLICT ("projectId", "beneficiaryId") DO UPDATE SET "deletedAt" = NULL, "updatedAt" = now()
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
    session.execute(text(JOIN_GROUPS.format(members=members)), values)
    session.execute(text(JOIN_PROJECTS_OF_GROUPS.format(members=members)), values)


def join_project(session: Session, people: str, project: UUID, values: dict[str, Any]) -> None:
    """Put people into a project. `people` is a SELECT of `person` (a uuid)."""
    session.execute(text(JOIN_PROJECT.format(people=people)), {**values, "project": project})
