"""What transactions are made of in tests: a project with money, a person in it, a shop at work in it, two people who
pay; and transactions in any state."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.enums import TransactionStatus
from portal.projects.models import Project, ProjectBudget
from portal.transactions.models import Transaction
from portal.transactions.operations.deciding import approve, fail, reject
from portal.transactions.operations.making import Payout, make_transaction
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.vendors.shops import add_vendor


@dataclass(frozen=True)
class Ground:
    """A project with 1,000 NPR to spend, Asha who takes part in it, a shop at work in it, a maker and an approver."""

    session: Session
    project: Project
    asha: Beneficiary
    shop: Vendor
    maker: User
    approver: User

    def payout(self, amount: str = "100", currency: str = "NPR", **changes: Any) -> Payout:
        """What is asked for: that the shop pays Asha so much."""
        asked = {
            "project": self.project.uuid,
            "beneficiary": self.asha.uuid,
            "vendor": self.shop.uuid,
            "amount": Decimal(amount),
            "currency": currency,
        }
        return Payout(**{**asked, **changes})

    def make(self, amount: str = "100", **changes: Any) -> UUID:
        """A transaction of the maker's, PENDING."""
        return make_transaction(self.session, self.payout(amount, **changes), by=self.maker.id)

    def made(self, status: TransactionStatus, amount: str = "100", **changes: Any) -> UUID:
        """One of the maker's in this state, decided by the approver."""
        uuid = self.make(amount, **changes)
        if status == TransactionStatus.REJECTED:
            reject(self.session, uuid, by=self.approver.id, reason="Not on the list")
        if status in {TransactionStatus.APPROVED, TransactionStatus.FAILED}:
            approve(self.session, uuid, by=self.approver.id)
        if status == TransactionStatus.FAILED:
            fail(self.session, uuid, by=self.maker.id, reason="Phone was off")
        return uuid

    def read(self, uuid: UUID) -> Transaction:
        """The row as it stands in the database now."""
        self.session.expire_all()
        return self.session.query(Transaction).where(Transaction.uuid == uuid).one()

    def spent(self, currency: str = "NPR") -> Decimal:
        """What is spent of the project's budget."""
        self.session.expire_all()
        budgets = self.session.query(ProjectBudget).filter_by(project_id=self.project.uuid, currency=currency)
        return budgets.one().spent


def make_ground(session: Session) -> Ground:
    """The ground, committed by nobody."""
    project = add_project(session, "Winter Cash", currency="NPR")
    session.add(ProjectBudget(project_id=project.uuid, currency="NPR", amount=Decimal(1000)))
    asha = add_beneficiary(session, "Asha Tharu", projects=[project])
    shop = add_vendor(session, "Inaruwa Grain Store", [project])
    return Ground(
        session,
        project,
        asha,
        shop,
        add_user_with(session, "maker", "Manager"),
        add_user_with(session, "approver", "Approver"),
    )
