"""What becomes of people in the database: deleted, restored, verified, whole sets at once."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroupProject,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.operations.fate import delete_people, restore_people, verify_people
from portal.beneficiaries.operations.membership import remove_people_from_project
from portal.core.abilities import Ability, Rule
from portal.groups.operations.assigning import assign_group, end_assignment
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database

ME = uuid4()


def these(*people: Beneficiary) -> Any:
    return select(Beneficiary.uuid).where(Beneficiary.uuid.in_([person.uuid for person in people]))


def memberships(session: Session, person: Beneficiary) -> tuple[int, int]:
    """In how many groups and projects a person is."""
    counts = [
        session.scalar(
            select(func.count(kind.id)).where(kind.beneficiary_id == person.uuid, kind.deleted_at.is_(None))
        )
        for kind in (GroupedBeneficiary, BeneficiaryProject)
    ]
    return counts[0] or 0, counts[1] or 0


def later(session: Session) -> None:
    """Within a test's one transaction it is always now: let what was done lie a day back."""
    for table in ("tbl_beneficiaries", "tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"):
        session.execute(text(f'UPDATE {table} SET "deletedAt" = "deletedAt" - interval \'1 day\''))
    session.expire_all()


def age_by_a_day(session: Session, *tables: str) -> None:
    """Let what was written into tables have been written yesterday."""
    for table in tables:
        moments = ("createdAt", "updatedAt", "deletedAt")
        older = ", ".join(f'"{moment}" = "{moment}" - interval \'2 days\'' for moment in moments)
        session.execute(text(f"UPDATE {table} SET {older}"))
    session.expire_all()


def test_who_is_deleted_leaves_groups_and_projects_and_has_a_reason(session: Session) -> None:
    north = add_project(session, "North")
    group = add_group(session, "Round 1")
    gone = add_beneficiary(session, "Sita", groups=[group], projects=[north])
    stays = add_beneficiary(session, "Maya", groups=[group], projects=[north])
    assert delete_people(session, these(gone), reason="Moved away", by=ME) == 1
    session.expire_all()
    assert gone.deleted_at is not None
    assert (gone.deleted_reason, gone.deleted_by, gone.version) == ("Moved away", ME, 2)
    assert memberships(session, gone) == (0, 0)
    assert memberships(session, stays) == (1, 1)
    assert delete_people(session, these(gone), reason="Again", by=uuid4()) == 0
    session.expire_all()
    assert (gone.deleted_reason, gone.deleted_by) == ("Moved away", ME)


def test_E9_who_is_restored_is_where_they_were_but_for_what_they_left_before_and_what_is_gone(
    session: Session,
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    one, left, doomed = (add_group(session, name) for name in ("One", "Left", "Doomed"))
    person = add_beneficiary(session, "Sita", groups=[one, left, doomed], projects=[north, south])
    session.execute(
        text(
            "UPDATE tbl_grouped_beneficiaries SET \"deletedAt\" = now() - interval '9 days'"
            ' WHERE "beneficiaryGroupId" = :group'
        ),
        {"group": left.uuid},
    )
    delete_people(session, these(person), reason="By mistake", by=ME)
    later(session)
    doomed.deleted_at = func.now()
    south.deleted_at = func.now()
    session.flush()
    assert restore_people(session, these(person)) == 1
    session.expire_all()
    assert (person.deleted_at, person.deleted_reason, person.deleted_by) == (None, None, None)
    live = select(GroupedBeneficiary.beneficiary_group_id).where(GroupedBeneficiary.deleted_at.is_(None))
    assert list(session.scalars(live)) == [one.uuid]
    assert memberships(session, person) == (1, 1)
    assert restore_people(session, these(person)) == 0


def test_E9_who_is_restored_follows_their_group_into_the_projects_it_was_assigned_to_meanwhile(
    session: Session,
) -> None:
    before, meanwhile, closed, ended = (
        add_project(session, name) for name in ("Before", "Meanwhile", "Closed", "Ended")
    )
    group, other = add_group(session, "Round 1"), add_group(session, "Round 2")
    person = add_beneficiary(session, "Sita", groups=[group])
    stays = add_beneficiary(session, "Maya", groups=[group, other])
    assign_group(session, group.uuid, before.uuid)
    remove_people_from_project(session, before.uuid, these(person))
    age_by_a_day(session, "tbl_beneficiaries_projects", "tbl_beneficiaries_gorup_projects")
    delete_people(session, these(person), reason="By mistake", by=ME)
    later(session)
    for project in (meanwhile, closed, ended):
        assign_group(session, group.uuid, project.uuid)
    assign_group(session, other.uuid, meanwhile.uuid)
    end_assignment(session, group.uuid, ended.uuid, undo=False)
    session.execute(
        text("UPDATE tbl_projects SET status = 'CLOSED' WHERE uuid = :uuid"), {"uuid": closed.uuid}
    )
    assert restore_people(session, these(person)) == 1
    session.expire_all()
    live = select(BeneficiaryProject).where(
        BeneficiaryProject.beneficiary_id == person.uuid, BeneficiaryProject.deleted_at.is_(None)
    )
    found = session.scalars(live).all()
    assert [row.project_id for row in found] == [meanwhile.uuid]
    assignment = select(BeneficiaryGroupProject.uuid).where(
        BeneficiaryGroupProject.project_id == meanwhile.uuid,
        BeneficiaryGroupProject.beneficiary_group_id == group.uuid,
    )
    assert found[0].brought_by == session.scalar(assignment)
    assert memberships(session, stays)[1] == 4


def test_verifying_counts_whom_it_changes_and_leaves_deleted_people_alone(session: Session) -> None:
    one, two, gone = (add_beneficiary(session, name) for name in ("One", "Two", "Gone"))
    delete_people(session, these(gone), reason="x", by=ME)
    assert verify_people(session, these(one, two, gone)) == 2
    assert verify_people(session, these(one, two)) == 0
    assert verify_people(session, these(one), verified=False) == 1
    session.expire_all()
    assert (one.is_verified, two.is_verified, gone.is_verified) == (False, True, False)


def test_who_could_see_a_person_in_their_project_finds_them_after_deletion_and_nobody_else_does(
    session: Session,
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    person = add_beneficiary(session, "Sita", projects=[north, south])
    session.execute(
        text('UPDATE tbl_beneficiaries_projects SET "deletedAt" = now() WHERE "projectId" = :south'),
        {"south": south.uuid},
    )
    later(session)
    delete_people(session, these(person), reason="x", by=ME)
    session.expire_all()

    def seen(project: UUID) -> tuple[bool, bool]:
        ability = Ability([Rule("read", "Beneficiary", projects=(str(project),))])
        found = ability.accessible(these(person), "read", Beneficiary)
        return session.scalar(found) is not None, ability.can("read", person)

    assert seen(north.uuid) == (True, True)
    assert seen(south.uuid) == (False, False)


def test_F6_why_somebody_was_deleted_does_not_enter_the_log(session: Session) -> None:
    person = add_beneficiary(session, "Sita")
    delete_people(session, these(person), reason="Her neighbour Ram told us", by=ME)
    restore_people(session, these(person))
    entries = session.scalars(select(AuditEntry).where(AuditEntry.record_id == str(person.uuid))).all()
    changed = [entry for entry in entries if entry.action == "UPDATE"]
    assert [(entry.after or {}).get("deletedReason", "") for entry in changed] == ["(hidden)", None]
    assert "neighbour" not in str([(entry.before, entry.after) for entry in entries])
