"""Sets of people join and leave groups and projects."""

from collections.abc import Iterable, Iterator
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary, BeneficiaryProject, GroupedBeneficiary
from portal.beneficiaries.operations.membership import (
    add_people_to_group,
    add_people_to_project,
    remove_people_from_group,
    remove_people_from_project,
)
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.models import Project
from tests.factories import add_beneficiaries, add_beneficiary, add_group, add_project


def these(people: Iterable[UUID]) -> Select[UUID]:
    return select(Beneficiary.uuid).where(Beneficiary.uuid.in_(list(people)))


def members(session: Session, group: UUID) -> set[UUID]:
    inside = select(GroupedBeneficiary.beneficiary_id).where(
        GroupedBeneficiary.beneficiary_group_id == group, GroupedBeneficiary.deleted_at.is_(None)
    )
    return set(session.scalars(inside))


def part_takers(session: Session, project: UUID) -> set[UUID]:
    inside = select(BeneficiaryProject.beneficiary_id).where(
        BeneficiaryProject.project_id == project, BeneficiaryProject.deleted_at.is_(None)
    )
    return set(session.scalars(inside))


def test_people_join_a_group_once_and_only_newcomers_are_counted(session: Session) -> None:
    group, people = add_group(session, "Widows").uuid, add_beneficiaries(session, 4)
    assert add_people_to_group(session, group, these(people[:3])) == 3
    assert add_people_to_group(session, group, these(people)) == 1
    assert members(session, group) == set(people)


def test_who_left_a_group_can_join_again_in_the_same_row(session: Session) -> None:
    group, people = add_group(session, "Widows").uuid, add_beneficiaries(session, 3)
    add_people_to_group(session, group, these(people))
    assert remove_people_from_group(session, group, these(people[:2])) == 2
    assert members(session, group) == {people[2]}
    assert remove_people_from_group(session, group, these(people[:2])) == 0
    assert add_people_to_group(session, group, these(people)) == 2
    rows = session.scalar(select(func.count()).select_from(GroupedBeneficiary))
    assert (members(session, group), rows) == (set(people), 3)


def test_later_members_follow_into_the_open_projects_of_their_group(session: Session) -> None:
    running, closed = add_project(session, "Cash"), add_project(session, "Old", status="CLOSED")
    ready = add_project(session, "Next", status="NOT_READY")
    group = add_group(session, "Widows", [running, closed, ready]).uuid
    people = add_beneficiaries(session, 2)
    assert add_people_to_group(session, group, these(people)) == 2
    assert part_takers(session, running.uuid) == part_takers(session, ready.uuid) == set(people)
    assert part_takers(session, closed.uuid) == set()


def test_who_leaves_a_group_stays_in_its_projects(session: Session) -> None:
    project = add_project(session, "Cash")
    group, people = add_group(session, "Widows", [project]).uuid, add_beneficiaries(session, 2)
    add_people_to_group(session, group, these(people))
    assert remove_people_from_group(session, group, these(people)) == 2
    assert (members(session, group), part_takers(session, project.uuid)) == (set(), set(people))


def test_a_member_who_was_taken_out_of_the_project_stays_out_when_others_join(session: Session) -> None:
    project = add_project(session, "Cash")
    group, people = add_group(session, "Widows", [project]).uuid, add_beneficiaries(session, 2)
    add_people_to_group(session, group, these(people[:1]))
    remove_people_from_project(session, project.uuid, these(people[:1]))
    assert add_people_to_group(session, group, these(people)) == 1
    assert part_takers(session, project.uuid) == {people[1]}


def test_who_is_chosen_by_not_being_a_member_follows_all_the_same(session: Session) -> None:
    project = add_project(session, "Cash")
    group, people = add_group(session, "Widows", [project]).uuid, add_beneficiaries(session, 2)
    inside = select(GroupedBeneficiary.beneficiary_id).where(GroupedBeneficiary.deleted_at.is_(None))
    outside = these(people).where(Beneficiary.uuid.not_in(inside))
    assert add_people_to_group(session, group, outside) == 2
    assert part_takers(session, project.uuid) == set(people)


def test_people_join_and_leave_a_project(session: Session) -> None:
    project, people = add_project(session, "Cash").uuid, add_beneficiaries(session, 3)
    assert add_people_to_project(session, project, these(people[:2])) == 2
    assert add_people_to_project(session, project, these(people)) == 1
    assert remove_people_from_project(session, project, these(people[:1])) == 1
    assert part_takers(session, project) == set(people[1:])


@pytest.mark.parametrize("change", [add_people_to_project, remove_people_from_project])
def test_nobody_joins_or_leaves_a_project_that_is_closed_or_gone(session: Session, change: object) -> None:
    assert callable(change)
    one = add_beneficiary(session)
    for project in (
        add_project(session, "Closed", status="CLOSED").uuid,
        add_project(session, "Deleted", deleted_at=one.created_at).uuid,
        uuid4(),
    ):
        with pytest.raises(Refusal):
            change(session, project, these([one.uuid]))
        assert part_takers(session, project) == set()


@pytest.mark.parametrize("change", [add_people_to_group, remove_people_from_group])
def test_nobody_joins_or_leaves_a_group_that_is_gone(session: Session, change: object) -> None:
    assert callable(change)
    one = add_beneficiary(session)
    for group in (add_group(session, "Deleted", deleted_at=one.created_at).uuid, uuid4()):
        with pytest.raises(Refusal, match="deleted"):
            change(session, group, these([one.uuid]))
        assert members(session, group) == set()


def test_each_membership_that_began_or_ended_is_on_the_audit_log(session: Session) -> None:
    project = add_project(session, "Cash")
    group, people = add_group(session, "Widows", [project]).uuid, add_beneficiaries(session, 5)
    add_people_to_group(session, group, these(people))
    remove_people_from_group(session, group, these(people[:2]))
    entries = session.execute(
        select(AuditEntry.table_name, AuditEntry.action, func.count())
        .where(AuditEntry.table_name.in_(["tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"]))
        .group_by(AuditEntry.table_name, AuditEntry.action)
    )
    assert {(row[0], row[1]): row[2] for row in entries} == {
        ("tbl_grouped_beneficiaries", "INSERT"): 5,
        ("tbl_grouped_beneficiaries", "UPDATE"): 2,
        ("tbl_beneficiaries_projects", "INSERT"): 5,
    }


@pytest.fixture
def crowd(committed_app: Flask) -> Iterator[tuple[UUID, UUID, list[UUID]]]:
    """A group, the project it is assigned to, and many people, where everything really commits."""
    with committed_app.app_context():
        session = db.session()
        project = add_project(session, "Cash")
        group = add_group(session, "Widows", [project])
        people = add_beneficiaries(session, 400)
        session.commit()
        yield group.uuid, project.uuid, people
        session.rollback()


def at_once(app: Flask, *works: object) -> list[object]:
    """Do each of the works on a connection of its own, begun together; what each gave or raised."""
    ready, outcomes = Barrier(len(works)), [None] * len(works)

    def run(at: int, work: object) -> None:
        assert callable(work)
        with app.app_context():
            session = db.session()
            ready.wait(30)
            try:
                outcomes[at] = work(session)
                session.commit()
            except Refusal as refusal:
                outcomes[at] = refusal  # type: ignore[call-overload]

    threads = [Thread(target=run, args=(at, work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(outcomes)


def test_sets_that_overlap_join_at_once_and_each_person_is_counted_once(
    committed_app: Flask, crowd: tuple[UUID, UUID, list[UUID]]
) -> None:
    group, project, people = crowd
    joined = at_once(
        committed_app,
        lambda session: add_people_to_group(session, group, these(people[:300])),
        lambda session: add_people_to_group(session, group, these(reversed(people[100:]))),
        lambda session: add_people_to_project(session, project, these(people)),
        lambda session: add_people_to_group(session, group, these(people)),
    )
    assert sum(count for count in (joined[0], joined[1], joined[3]) if isinstance(count, int)) == 400
    assert members(db.session(), group) == part_takers(db.session(), project) == set(people)


def test_sets_that_overlap_leave_at_once_and_each_person_is_counted_once(
    committed_app: Flask, crowd: tuple[UUID, UUID, list[UUID]]
) -> None:
    group, _project, people = crowd
    add_people_to_group(db.session(), group, these(people))
    db.session.commit()
    left = at_once(
        committed_app,
        lambda session: remove_people_from_group(session, group, these(people[:300])),
        lambda session: remove_people_from_group(session, group, these(people[100:])),
    )
    assert sum(count for count in left if isinstance(count, int)) == 400
    assert members(db.session(), group) == set()


def test_a_project_is_closed_before_or_after_people_join_and_never_between(
    committed_app: Flask, crowd: tuple[UUID, UUID, list[UUID]]
) -> None:
    _group, project, people = crowd

    def close(session: Session) -> str:
        found = session.get_one(Project, session.scalar(select(Project.id).where(Project.uuid == project)))
        found.status = "CLOSED"  # type: ignore[assignment]
        session.flush()
        return str(len(part_takers(session, project)))

    closed, joined = at_once(
        committed_app, close, lambda session: add_people_to_project(session, project, these(people))
    )
    inside = len(part_takers(db.session(), project))
    assert (closed, inside) == (("400", 400) if joined == 400 else ("0", 0))
