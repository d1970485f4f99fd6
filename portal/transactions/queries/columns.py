"""The columns that a list of transactions can show and an export can hold, each with the SQL that gives it.

What tells who a person is, is masked here, in the database, as in the list of people. Names of colleagues are for those
who work with payouts, and not for vendors.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, SQLColumnExpression, Text, cast, func, null, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.users.models import User
from portal.vendors.models import Vendor

DEFAULT = ("beneficiary", "amount", "status", "project", "vendor", "created")
PERSONAL = frozenset({"beneficiary", "phone"})
COLLEAGUES = ("update", "approve", "export")
"""Who may do one of these with transactions works with payouts."""


def knows_colleagues(ability: Ability) -> bool:
    """Whether this reader is told who made and who decided."""
    return any(ability.can(action, "Transaction") for action in COLLEAGUES)


def joined() -> FromClause:
    """Transactions with their people, projects and vendors, for columns of theirs; each has exactly one of each."""
    source: FromClause = (
        Transaction.__table__.outerjoin(Beneficiary, Beneficiary.uuid == Transaction.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .outerjoin(Project, Project.uuid == Transaction.project_id)
        .outerjoin(Vendor, Vendor.uuid == Transaction.vendor_id)
    )
    return source


def columns(
    ability: Ability, wanted: Sequence[str], *, on_screen: bool = False
) -> dict[str, SQLColumnExpression[Any]]:
    """The `wanted` columns by their names in URLs and settings; `on_screen` phones are masked for everybody."""
    makers = _makers(ability, on_screen)
    return {name: makers[name]() for name in wanted}


def _makers(ability: Ability, on_screen: bool) -> Mapping[str, Callable[[], SQLColumnExpression[Any]]]:
    personal, pii = personal_data(ability), BeneficiaryPii
    masked = masked_phone(pii.phone)
    colleague = _user_name if knows_colleagues(ability) else _nobody
    return {
        "beneficiary": lambda: personal.shown(pii.name, masked_words(pii.name)),
        "phone": lambda: masked if on_screen else personal.shown_whole(pii.phone, masked),
        "amount": lambda: Transaction.amount,
        "currency": lambda: Transaction.currency,
        "status": lambda: Transaction.status,
        "project": lambda: Project.name,
        "vendor": lambda: Vendor.name,
        "created": lambda: Transaction.created_at,
        "maker": lambda: colleague(Transaction.created_by),
        "decided": lambda: Transaction.decided_at,
        "decider": lambda: colleague(Transaction.decided_by),
        "failer": lambda: colleague(Transaction.failed_by),
        "failed": lambda: Transaction.failed_at,
        "reason": lambda: Transaction.reason,
        "person": lambda: cast(Transaction.beneficiary_id, Text),
        "uuid": lambda: Transaction.uuid,
    }


def _user_name(user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    name = func.coalesce(User.name, User.email, type_=Text)
    return select(name).where(User.id == user).correlate(Transaction).scalar_subquery()


def _nobody(_user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    return cast(null(), Text)
