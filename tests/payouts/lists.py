"""Payout lists as pages and workers bring them about, one step after the other."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.jobs.models import Job
from portal.jobs.operations import start
from portal.jobs.tasks import Progress
from portal.payouts import tasks
from portal.payouts.models import PayoutList, PayoutRow
from portal.payouts.moves import State
from portal.payouts.operations import approving, drafting, submitting
from portal.payouts.terms import AmountRule, Method
from portal.projects.models import Project
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.factories import add_beneficiary, add_group, add_project, add_user_with
from tests.vendors.shops import add_vendor

LINK = "https://portal.example.org/payouts/x"
PAGE = "/payouts"


@dataclass
class Ground:
    """What lists are made of in these tests."""

    session: Session
    project: Project
    group: BeneficiaryGroup
    vendor: Vendor
    people: list[Beneficiary]
    maker: User
    approver: User
    second: User
    worked: bool = False
    """Whether a worker runs beside the test: it does the jobs then, and the test waits for it."""

    def terms(self, **more: Any) -> drafting.Terms:
        """A hundred rupees for everybody, handed out by the shop."""
        usual: dict[str, Any] = {
            "title": "Round 1",
            "vendor": self.vendor.uuid,
            "method": Method.HANDED_OUT.value,
            "provider": None,
            "currency": "NPR",
            "rule": AmountRule.FIXED.value,
            "amount": Decimal(100),
        }
        if more.get("rule") == AmountRule.COLUMN:
            usual["amount"] = None
        return drafting.Terms(**(usual | more))

    def draft(
        self,
        chosen: PeopleFilter | None = None,
        by: User | None = None,
        number: int | None = None,
        **terms: Any,
    ) -> PayoutList:
        """A list of the group's people, or of those a filter finds, filled; of lists that were made at one moment, as
        in a test, that with the smaller `number` counts as the older."""
        uuid, user = UUID(int=number) if number else uuid4(), by or self.maker
        told: dict[str, Any] = {"payout_list": str(uuid), "by": user.id}
        job = start(tasks.FILL, told, created_by=user.id, link=PAGE).uuid
        chosen = chosen or PeopleFilter(group=self.group.uuid)
        assert drafting.make(
            self.session, uuid, self.project.uuid, chosen, self.terms(**terms), by=user.id, job=job
        )
        self.session.commit()
        self._carry_out(job, tasks.fill, told)
        return self.found(uuid)

    def some(self, start: int, end: int) -> PeopleFilter:
        """Some of the people, picked by hand."""
        return PeopleFilter(people=tuple(person.uuid for person in self.people[start:end]))

    def submitted(
        self, found: PayoutList | None = None, chosen: PeopleFilter | None = None, **terms: Any
    ) -> PayoutList:
        """A list that waits for approval."""
        found = found or self.draft(chosen, **terms)
        told: dict[str, Any] = {"payout_list": str(found.uuid), "by": self.maker.id, "page": LINK}
        job = start(tasks.SUBMIT, told, created_by=self.maker.id, link=PAGE).uuid
        assert submitting.begin_submitting(self.session, found.uuid, seen=found.version, job=job)
        self.session.commit()
        self._carry_out(job, tasks.submit, told)
        return self.found(found.uuid)

    def approve(self, found: PayoutList, by: User) -> approving.Approved:
        """Approve what a page shows now."""
        told: dict[str, Any] = {"payout_list": str(found.uuid), "by": by.id}
        jobs: list[UUID] = []

        def begin() -> UUID:
            jobs.append(start(tasks.PAY, told, created_by=by.id, link=PAGE).uuid)
            return jobs[0]

        approved = approving.approve(
            self.session, found.uuid, seen=found.rows_hash or "", by=by.id, begin=begin
        )
        self.session.commit()
        if approved.last:
            self._carry_out(jobs[0], tasks.pay, told)
        return approved

    def paid(self, chosen: PeopleFilter | None = None, **terms: Any) -> PayoutList:
        """A list that one approver approved."""
        found = self.submitted(None, chosen, **terms)
        assert self.approve(found, self.approver).last
        return self.found(found.uuid)

    def _carry_out(self, job: UUID, task: Callable[..., object], told: dict[str, Any]) -> None:
        if not self.worked:
            task(Progress(), **told)
            return
        finished = select(Job.finished_at).where(Job.uuid == job)
        for _ in range(600):
            if self.session.scalar(finished):
                return
            self.session.rollback()
            time.sleep(0.1)
        raise TimeoutError("The worker did not do its job within a minute.")

    def found(self, uuid: UUID) -> PayoutList:
        """The list as it stands now."""
        self.session.expire_all()
        return self.session.get_one(PayoutList, uuid)

    def rows(self, found: PayoutList) -> Sequence[PayoutRow]:
        """Its rows, in their order."""
        self.session.expire_all()
        wanted = select(PayoutRow).where(PayoutRow.list_id == found.uuid).order_by(PayoutRow.number)
        return self.session.scalars(wanted).all()

    def sql(self, statement: str, **values: Any) -> Any:
        """A statement, as somebody with the application's role could send it."""
        return self.session.execute(text(statement), values)


def make_ground(session: Session, people: int = 10) -> Ground:
    """All of it, committed."""
    project = add_project(session, "North", currency="NPR")
    group = add_group(session, "Mothers", [project])
    vendor = add_vendor(session, "Asha's shop", [project])
    found = [
        add_beneficiary(session, f"Sita {number}", groups=[group], projects=[project])
        for number in range(people)
    ]
    maker = add_user_with(session, "maker", "Manager")
    approver, second = (add_user_with(session, name, "Approver") for name in ("approver", "second"))
    session.commit()
    return Ground(session, project, group, vendor, found, maker, approver, second)


def add_list(
    session: Session,
    project: Project,
    vendor: Vendor,
    people: Sequence[Beneficiary],
    maker: User,
    **facts: Any,
) -> tuple[PayoutList, PayoutRow]:
    """A draft as filling leaves it, and its first row; without jobs."""
    usual = {"title": "Round 1", "method": "HANDED_OUT", "currency": "NPR", "amount_rule": "FIXED"}
    total = Decimal(100) * len(people)
    found = PayoutList(
        **usual | {"amount": Decimal(100), "state": "DRAFT", "total": total, "payable": len(people)} | facts,
        project_id=project.uuid,
        vendor_id=vendor.uuid,
        created_by=maker.id,
        edited_by=maker.id,
    )
    session.add(found)
    session.flush()
    rows = [
        PayoutRow(list_id=found.uuid, number=number, beneficiary_id=person.uuid, amount=Decimal(100))
        for number, person in enumerate(people, start=1)
    ]
    session.add_all(rows)
    session.flush()
    return found, rows[0]


__all__ = ["LINK", "Ground", "State", "add_list", "make_ground"]
