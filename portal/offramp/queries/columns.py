"""The columns that a list of requests can show and an export can hold, each with the SQL that gives it.

Who is paid, and under which number, is masked here, in the database, for who may not read personal data in the
request's project. Names of colleagues are for those who work with requests.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.core.abilities import Ability
from portal.offramp.models import OfframpAttempt, OfframpProvider, OfframpRequest
from portal.payouts.models import PayoutList
from portal.projects.models import Project
from portal.users.models import User

DEFAULT = ("receiver", "amount", "status", "provider", "project", "created", "moved")
COUNTED = {"amount": "token", "pays": "currency", "fee": "currency"}
"""Columns of amounts, each with the column that says of what."""
PERSONAL = frozenset({"receiver", "phone"})
"""They name somebody: who may not read personal data gets them masked on a page, and has no file with them."""
COLLEAGUES = ("update", "approve", "export")
"""Who may do one of these with requests works with them."""


def knows_colleagues(ability: Ability) -> bool:
    """Whether this reader is told who made and who released."""
    return any(ability.can(action, "OfframpRequest") for action in COLLEAGUES)


def reads_receiver(ability: Ability) -> ColumnElement[bool]:
    """SQL: whether this reader may know to whom a request goes."""
    return ability.condition_on("read", "BeneficiaryPii", OfframpRequest)


def reveals_phone(ability: Ability) -> ColumnElement[bool]:
    """SQL: whether this reader may have the receiver's number whole."""
    return and_(reads_receiver(ability), ability.condition_on("reveal", "BeneficiaryPii", OfframpRequest))


def joined() -> FromClause:
    """Requests with their providers, projects and payout lists, for columns of theirs; each has at most one of each."""
    source: FromClause = (
        OfframpRequest.__table__.outerjoin(
            OfframpProvider, OfframpProvider.uuid == OfframpRequest.provider_id
        )
        .outerjoin(Project, Project.uuid == OfframpRequest.project_id)
        .outerjoin(PayoutList, PayoutList.uuid == OfframpRequest.payout_list_id)
    )
    return source


def columns(
    ability: Ability, wanted: Sequence[str], *, on_screen: bool = False
) -> dict[str, SQLColumnExpression[Any]]:
    """The `wanted` columns by their names in URLs and settings; `on_screen` phones are masked for everybody."""
    makers = _makers(ability, on_screen)
    return {name: makers[name]() for name in wanted}


def with_units(wanted: Sequence[str]) -> list[str]:
    """The same columns, beside each amount the one that says what it counts."""
    return [part for name in wanted for part in ((name, COUNTED[name]) if name in COUNTED else (name,))]


def _makers(ability: Ability, on_screen: bool) -> Mapping[str, Callable[[], SQLColumnExpression[Any]]]:
    request = OfframpRequest
    colleague = _user_name if knows_colleagues(ability) else _nobody
    masked = masked_phone(request.receiver_phone)
    return {
        "receiver": lambda: case(
            (reads_receiver(ability), request.receiver_name), else_=masked_words(request.receiver_name)
        ),
        "phone": lambda: (
            masked if on_screen else case((reveals_phone(ability), request.receiver_phone), else_=masked)
        ),
        "network": lambda: request.receiver_network,
        "amount": lambda: request.amount,
        "token": lambda: request.token,
        "status": lambda: request.status,
        "provider": lambda: OfframpProvider.name,
        "chain": lambda: request.chain,
        "project": lambda: Project.name,
        "list": lambda: PayoutList.title,
        "pays": lambda: request.fiat_amount,
        "fee": lambda: request.fee,
        "currency": lambda: func.coalesce(request.currency, ""),
        "created": lambda: request.created_at,
        "maker": lambda: colleague(request.created_by),
        "released": lambda: request.released_at,
        "releaser": lambda: colleague(request.released_by),
        "moved": lambda: request.status_at,
        "completed": lambda: request.completed_at,
        "reason": lambda: request.failed_reason,
        "request": lambda: request.request_id,
        "reference": _reference,
        "uuid": lambda: request.uuid,
    }


def _reference() -> SQLColumnExpression[Any]:
    """The reference of the last try."""
    return (
        select(OfframpAttempt.reference_id)
        .where(OfframpAttempt.offramp_id == OfframpRequest.uuid)
        .order_by(OfframpAttempt.number.desc())
        .limit(1)
        .correlate(OfframpRequest)
        .scalar_subquery()
    )


def _user_name(user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    name = func.coalesce(User.name, User.email, type_=Text)
    return select(name).where(User.id == user).correlate(OfframpRequest).scalar_subquery()


def _nobody(_user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    return cast(null(), Text)
