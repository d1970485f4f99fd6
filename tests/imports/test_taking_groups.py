"""Into which groups and projects those who are taken come."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.core.errors import Refusal
from tests.factories import add_beneficiary, add_group, add_project
from tests.imports.batches import take
from tests.imports.test_taking import PHONE, line, people, staged

pytestmark = pytest.mark.database


def members(session: Session, group: str) -> list[str | None]:
    return list(
        session.scalars(
            select(BeneficiaryPii.name)
            .join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
            .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_id == Beneficiary.uuid)
            .join(BeneficiaryGroup, BeneficiaryGroup.uuid == GroupedBeneficiary.beneficiary_group_id)
            .where(
                BeneficiaryGroup.name == group,
                BeneficiaryGroup.deleted_at.is_(None),
                GroupedBeneficiary.deleted_at.is_(None),
            )
            .order_by(BeneficiaryPii.name)
        )
    )


def in_project(session: Session, project: Any) -> list[str | None]:
    return list(
        session.scalars(
            select(BeneficiaryPii.name)
            .join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
            .join(BeneficiaryProject, BeneficiaryProject.beneficiary_id == Beneficiary.uuid)
            .where(BeneficiaryProject.project_id == project.uuid, BeneficiaryProject.deleted_at.is_(None))
            .order_by(BeneficiaryPii.name)
        )
    )


def test_groups_that_rows_name_are_made_and_joined(session: Session) -> None:
    add_group(session, "Mothers")
    batch = staged(
        session,
        line(name="Asha", group="Mothers"),
        line(name="Bina", group="Artisans"),
        line(name="Chandra"),
        line(name="Deepa", group="Mothers"),
    )
    take(session, batch)
    assert members(session, "Mothers") == ["Asha", "Deepa"]
    assert members(session, "Artisans") == ["Bina"]
    assert session.scalar(select(func.count()).select_from(BeneficiaryGroup)) == 2


def test_the_group_and_project_of_the_batch_take_in_everybody(session: Session) -> None:
    add_beneficiary(session, "Known", PHONE)
    project = add_project(session, "Relief")
    batch = staged(
        session,
        line(name="Asha"),
        line(name="Known", phone=PHONE),
        group_name="Round 1",
        project=project.uuid,
    )
    take(session, batch)
    assert members(session, "Round 1") == ["Asha", "Known"]
    assert in_project(session, project) == ["Asha", "Known"]


def test_who_joins_a_group_joins_the_projects_it_is_assigned_to(session: Session) -> None:
    project, ended = add_project(session, "Relief"), add_project(session, "Ended")
    add_group(session, "Mothers", [project, ended])
    session.execute(
        text('UPDATE tbl_beneficiaries_gorup_projects SET "deletedAt" = now() WHERE "projectId" = :ended'),
        {"ended": ended.uuid},
    )
    batch = staged(session, line(name="Asha", group="Mothers"), line(name="Bina"))
    take(session, batch)
    assert in_project(session, project) == ["Asha"]
    assert in_project(session, ended) == []


@pytest.mark.parametrize(
    "change", [{"status": "CLOSED"}, {"deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}]
)
def test_E9_nobody_is_brought_into_a_project_that_was_closed_meanwhile(
    session: Session, change: dict[str, Any]
) -> None:
    project = add_project(session, "Relief")
    batch = staged(session, line(name="Asha"), project=project.uuid)
    for name, value in change.items():
        setattr(project, name, value)
    session.commit()
    with pytest.raises(Refusal, match="closed meanwhile"):
        take(session, batch)
    assert people(session) == []


@pytest.mark.parametrize(
    "change", [{"status": "CLOSED"}, {"deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}]
)
def test_E9_nor_into_one_that_their_group_was_assigned_to(session: Session, change: dict[str, Any]) -> None:
    project = add_project(session, "Relief", **change)
    add_group(session, "Mothers", [project])
    take(session, staged(session, line(name="Asha", group="Mothers")))
    assert members(session, "Mothers") == ["Asha"]
    assert in_project(session, project) == []


def test_deleted_groups_and_ended_memberships_are_brought_back_and_not_doubled(session: Session) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers", deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    add_beneficiary(session, "Known", PHONE, groups=[group], projects=[project])
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"):
        session.execute(text(f'UPDATE {table} SET "deletedAt" = now()'))
    batch = staged(session, line(name="Known", phone=PHONE, group="Mothers"), project=project.uuid)
    take(session, batch)
    assert members(session, "Mothers") == ["Known"]
    assert in_project(session, project) == ["Known"]
    assert session.scalar(select(func.count()).select_from(GroupedBeneficiary)) == 1
