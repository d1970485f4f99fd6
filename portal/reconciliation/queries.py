"""Every SELECT about reconciliations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.keyset import Page, Position, Sort, page_of
from portal.reconciliation.meanings import Verdict
from portal.reconciliation.models import Reconciliation, ReconciliationRow
from portal.transactions.models import Transaction
from portal.users.models import User

IN_ORDER = Sort("number", (ReconciliationRow.number,))
MOST_WORDS = 50
"""Words of a provider that can be told the portal; a column with more is none of states."""


def reconciliation_with(uuid: UUID) -> Select[Reconciliation]:
    """SQL: the one of a uuid."""
    return select(Reconciliation).where(Reconciliation.uuid == uuid)


def reconciliations_of(session: Session, payout_list: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The files that were taken for a list, newest first: uuid, file_name, state, counts, created_at, by."""
    return session.execute(
        select(
            Reconciliation.uuid,
            Reconciliation.file_name,
            Reconciliation.state,
            Reconciliation.counts,
            Reconciliation.created_at,
            User.name.label("by"),
        )
        .join(User, User.id == Reconciliation.created_by)
        .where(Reconciliation.list_id == payout_list)
        .order_by(Reconciliation.created_at.desc(), Reconciliation.uuid)
    ).all()


def same_file(session: Session, payout_list: UUID, digest: str) -> bool:
    """Whether this very file was taken for the list before."""
    before = select(Reconciliation.uuid).where(
        Reconciliation.list_id == payout_list, Reconciliation.file_hash == digest
    )
    return session.scalar(select(before.exists())) or False


def page_of_rows(
    session: Session, uuid: UUID, verdict: Verdict | None, ability: Ability, position: Position
) -> Page:
    """A page of the rows in the file's order, each with the payment that it names: number, given, said, reason, amount,
    verdict, paid, currency, payment, person (masked for who may not know them)."""
    row, personal = ReconciliationRow, personal_data(ability)
    statement: Select[*tuple[Any, ...]] = (
        select(
            row.number,
            row.given,
            row.said,
            row.reason,
            row.amount,
            row.verdict,
            Transaction.uuid.label("payment"),
            Transaction.amount.label("paid"),
            Transaction.currency,
            personal.shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name)).label("person"),
        )
        .outerjoin(Transaction, Transaction.uuid == row.transaction_id)
        .outerjoin(Beneficiary, Beneficiary.uuid == Transaction.beneficiary_id)
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(row.reconciliation_id == uuid)
    )
    if verdict:
        statement = statement.where(row.verdict == verdict)
    return page_of(session, statement, IN_ORDER, position)


def words_of(session: Session, uuid: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The provider's words that nobody could read, the commonest first: said, rows."""
    row = ReconciliationRow
    return session.execute(
        select(row.said, func.count().label("rows"))
        .where(row.reconciliation_id == uuid, row.verdict == Verdict.UNREADABLE, row.said.is_not(None))
        .group_by(row.said)
        .order_by(func.count().desc(), row.said)
        .limit(MOST_WORDS)
    ).all()
