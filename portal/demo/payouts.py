"""Payouts in the demo: a list that was paid, one that waits to be looked at, and a draft."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.core.abilities import Ability, Rule
from portal.core.enums import Gender
from portal.demo.programme import FLOOD, named
from portal.demo.staff import COLLEAGUES
from portal.payouts.models import PayoutList
from portal.payouts.operations import approving, drafting, paying, submitting
from portal.payouts.terms import AmountRule, Method
from portal.users.models import User

EVERYTHING = Ability((Rule("manage", "all"),))
EAST, WEST = "Koshi east bank, paid by bank", "Koshi west bank, mobile money"


@dataclass(frozen=True)
class Plan:
    """A list of the demo: whose, how, and how much for each of them, or for each member of a household."""

    title: str
    chosen: PeopleFilter
    vendor: str
    method: Method
    provider: str
    amount: int
    by_members: bool = False
    currency: str = "NPR"
    project: str = FLOOD

    def terms(self) -> drafting.Terms:
        """As the list keeps them."""
        return drafting.Terms(
            self.title,
            named("vendor", self.vendor),
            self.method.value,
            self.provider,
            self.currency,
            (AmountRule.PER_MEMBER if self.by_members else AmountRule.FIXED).value,
            Decimal(self.amount),
            "household_size" if self.by_members else None,
        )


PAID = Plan(
    "Before the flood: east bank",
    PeopleFilter(group=named("group", EAST), gender=(Gender.FEMALE,)),
    "Biratnagar Cooperative Shop",
    Method.BANK_TRANSFER,
    "Koshi Development Bank",
    5_000,
)
WAITING = Plan(
    "After the flood: east bank",
    PeopleFilter(group=named("group", EAST)),
    "Biratnagar Cooperative Shop",
    Method.BANK_TRANSFER,
    "Koshi Development Bank",
    12_000,
)
DRAFT = Plan(
    "After the flood: west bank",
    PeopleFilter(group=named("group", WEST)),
    "Inaruwa Grain Store",
    Method.MOBILE_MONEY,
    "Terai Mobile Money",
    2_500,
    by_members=True,
)


def add_payouts(session: Session) -> None:
    """The three lists, as the manager made them and the approver and the administrator approved one."""
    paid_by(session, PAID)
    maker = _users(session)["manager"]
    _submitted(session, WAITING, maker)
    _draft(session, DRAFT, maker)


def paid_by(session: Session, plan: Plan) -> None:
    """A list that the manager made, and the approver, and the administrator where it is large, approved."""
    users = _users(session)
    paid = _submitted(session, plan, users["manager"])
    for approver in ("approver", "admin"):
        seen = paid.rows_hash or ""
        given = approving.approve(session, paid.uuid, seen=seen, by=users[approver], begin=lambda: paid.uuid)
        session.refresh(paid)
        if given.last:
            break
    paying.check_approved(session, paid)
    paying.pay(session, paid)


def _users(session: Session) -> dict[str, int]:
    """The ids of the colleagues, by mailbox."""
    ids = {one.mailbox: one.email for one in COLLEAGUES}
    return {
        name: session.scalars(select(User.id).where(User.email == email)).one() for name, email in ids.items()
    }


def _draft(session: Session, plan: Plan, maker: int) -> PayoutList:
    uuid = named("payout list", plan.title)
    drafting.make(
        session, uuid, named("project", plan.project), plan.chosen, plan.terms(), by=maker, job=uuid
    )
    found = session.get_one(PayoutList, uuid)
    drafting.fill(session, found, EVERYTHING)
    drafting.finish_filling(session, found)
    session.refresh(found)
    return found


def _submitted(session: Session, plan: Plan, maker: int) -> PayoutList:
    found = _draft(session, plan, maker)
    submitting.begin_submitting(session, found.uuid, seen=found.version, job=found.uuid)
    session.refresh(found)
    submitting.submit(session, found, by=maker)
    session.refresh(found)
    return found
