"""The rows of a list: which of them, as far as the reader may know whom they are about."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.keyset import Count, Page, Position, Sort, count_up_to, page_of
from portal.duplicates.models import Duplicate
from portal.payouts.models import PayoutList, PayoutRow
from portal.payouts.moves import State
from portal.payouts.queries.complaints import has_open_grievance
from portal.transactions.models import Transaction
from portal.users.models import User

IN_ORDER = Sort("number", (PayoutRow.number,))
FAR = 2
"""Twice as much as last time, or half as much, is far from it."""


class Show(StrEnum):
    """Which rows of a list are shown."""

    ALL = "all"
    PAYABLE = "payable"
    BAD = "bad"
    HELD = "held"
    SHARED_PHONE = "shared-phone"
    SHARED_WALLET = "shared-wallet"
    SHARED_ACCOUNT = "shared-account"
    FAR = "far"
    NEW = "new"
    DOUBTED = "doubted"
    GRIEVANCE = "grievance"
    FAILED = "failed"


SHARED = {
    Show.SHARED_PHONE: PayoutRow.phone,
    Show.SHARED_WALLET: PayoutRow.wallet,
    Show.SHARED_ACCOUNT: PayoutRow.account,
}


def payable(row: Any = PayoutRow) -> ColumnElement[bool]:
    """SQL: the row can be paid, and is not held out."""
    return and_(row.verdict == "OK", row.held_by.is_(None))


def rows_of(
    found: PayoutList, ability: Ability, show: Show, last: UUID | None = None
) -> Select[*tuple[Any, ...]]:
    """The rows of a list that are shown; `last` is the list that the project paid before it."""
    return select(PayoutRow.uuid).where(PayoutRow.list_id == found.uuid, _shown(found, ability, show, last))


def count_rows(
    session: Session, found: PayoutList, ability: Ability, show: Show, last: UUID | None = None
) -> Count:
    """How many that are, up to 10,000."""
    return count_up_to(session, rows_of(found, ability, show, last))


def page_of_rows(
    session: Session, found: PayoutList, ability: Ability, show: Show, last: UUID | None, position: Position
) -> Page:
    """A page of the rows, personal data as far as the reader may see them, with the payment that each became."""
    personal = personal_data(ability)
    holder = aliased(User)
    row = PayoutRow
    statement = (
        rows_of(found, ability, show, last)
        .add_columns(
            row.number,
            row.beneficiary_id.label("person"),
            ability.condition("read", Beneficiary).label("leads"),
            personal.shown(row.name, masked_words(row.name)).label("name"),
            masked_phone(row.phone).label("phone"),
            masked_end(row.account).label("account"),
            row.wallet,
            row.amount,
            row.verdict,
            row.reasons,
            holder.name.label("holder"),
            personal.shown(row.held_reason, literal("—")).label("held_reason"),
            row.held_by.label("held_by"),
            Transaction.status.label("status"),
        )
        .join(Beneficiary, Beneficiary.uuid == row.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .outerjoin(holder, holder.id == row.held_by)
        .outerjoin(Transaction, Transaction.uuid == row.uuid)
    )
    return page_of(session, statement, IN_ORDER, position)


def row_with(found: PayoutList, uuid: UUID, ability: Ability) -> Select[*tuple[Any, ...]]:
    """One row, for changing it: its amount, and who it is about as far as the reader may see that."""
    personal = personal_data(ability)
    return (
        select(
            PayoutRow.uuid,
            PayoutRow.number,
            PayoutRow.amount,
            personal.shown(PayoutRow.name, masked_words(PayoutRow.name)).label("name"),
        )
        .join(Beneficiary, Beneficiary.uuid == PayoutRow.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(PayoutRow.list_id == found.uuid, PayoutRow.uuid == uuid)
    )


def masked_end(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The last three characters: enough to tell two accounts apart on the telephone."""
    return literal("••••") + func.right(column, 3)


def last_paid(session: Session, found: PayoutList) -> PayoutList | None:
    """The list in the same currency that the project paid before this one."""
    return session.scalars(
        select(PayoutList)
        .where(
            PayoutList.project_id == found.project_id,
            PayoutList.currency == found.currency,
            PayoutList.state == State.APPROVED,
            PayoutList.uuid != found.uuid,
            *([PayoutList.decided_at < found.decided_at] if found.decided_at else []),
        )
        .order_by(PayoutList.decided_at.desc(), PayoutList.uuid)
        .limit(1)
    ).one_or_none()


def _shown(found: PayoutList, ability: Ability, show: Show, last: UUID | None) -> ColumnElement[bool]:
    row = PayoutRow
    match show:
        case Show.ALL:
            return true()
        case Show.PAYABLE:
            return payable()
        case Show.BAD:
            return row.verdict == "BAD"
        case Show.HELD:
            return row.held_by.is_not(None)
        case Show.FAILED:
            payment = aliased(Transaction)  # a page of rows joins the payments, too
            return exists().where(payment.uuid == row.uuid, payment.status == "FAILED")
        case Show.DOUBTED:
            pair = Duplicate
            doubted = (select(side).where(pair.state == "OPEN") for side in (pair.first_id, pair.second_id))
            return and_(payable(), or_(*(row.beneficiary_id.in_(side) for side in doubted)))
        case Show.GRIEVANCE:
            return and_(payable(), has_open_grievance(found.project_id, ability))
        case Show.NEW | Show.FAR:
            return and_(payable(), _beside(last, show))
        case _:
            return and_(payable(), _shared(found, SHARED[show]))


def _shared(found: PayoutList, column: Any) -> ColumnElement[bool]:
    """Somebody else in the list has the same."""
    other = aliased(PayoutRow)
    value = getattr(other, column.key)
    several = (
        select(value)
        .where(other.list_id == found.uuid, payable(other), value.is_not(None))
        .group_by(value)
        .having(func.count() > 1)
    )
    found_in: ColumnElement[bool] = column.in_(several)
    return found_in


def _beside(last: UUID | None, show: Show) -> ColumnElement[bool]:
    """Compared with the last list: who was not paid by it, or far more or far less."""
    row, before = PayoutRow, aliased(PayoutRow)
    paid = and_(before.list_id == last, before.beneficiary_id == row.beneficiary_id, payable(before))
    if show is Show.NEW:
        return not_(exists().where(paid))
    far = or_(row.amount >= FAR * before.amount, row.amount * FAR <= before.amount)
    return exists().where(paid, far)
