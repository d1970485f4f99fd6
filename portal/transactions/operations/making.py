"""Making a transaction: what somebody is to receive, PENDING until somebody else decides. So is a vendor's claim."""

import json
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.core.values.money import decimals_of, plain_amount
from portal.projects.models import ProjectBudget
from portal.transactions.models import Transaction
from portal.transactions.queries.currencies import decimals_allowed
from portal.transactions.queries.places import check_place
from portal.transactions.queries.transaction import NOTE

BUDGET = "ck_tbl_project_budgets_spent"


@dataclass(frozen=True)
class Payout:
    """What is asked for: that a vendor pays a person so much in a project. All but `note` by uuid and code."""

    project: UUID
    beneficiary: UUID
    vendor: UUID
    amount: Decimal
    currency: str
    note: str = ""

    def hash(self) -> str:
        """The same for the same payout, however its amount was written."""
        told = [
            self.project,
            self.beneficiary,
            self.vendor,
            plain_amount(self.amount),
            self.currency,
            self.note,
        ]
        return sha256(json.dumps([str(part) for part in told]).encode()).hexdigest()


def make_transaction(
    session: Session, payout: Payout, *, by: int, key: UUID | None = None, retry_of: UUID | None = None
) -> UUID:
    """Make a PENDING transaction in the name of the user `by`; its uuid.

    Who sends the same `key` again with the same payout gets the uuid of what is there. Raises Conflict where they send
    another payout under it; Refusal at its field where project, person or vendor are not at work, the currency is not
    known or the amount too fine for it, and where the project's budget is not enough.
    """
    known = _made_under(session, by, key)
    if known is not None:
        return _same(known, payout)
    check_place(session, payout.project, payout.beneficiary, payout.vendor)
    check_amount(session, payout.amount, payout.currency)
    uuid = _insert(session, payout, by, key, retry_of)
    if uuid is None:  # the same form, sent at the same time, was first
        known = _made_under(session, by, key)
        if known is None:
            raise Conflict("This transaction was tried again already.")
        return _same(known, payout)
    return uuid


def check_amount(session: Session, amount: Decimal, currency: str) -> None:
    """Raises Refusal where the currency is not known, or the amount too fine for it."""
    decimals = decimals_allowed(session, currency)
    if decimals is None:
        raise Refusal("Neither a currency nor a token is called “%(code)s”.", field="currency", code=currency)
    if decimals_of(amount) > decimals:
        raise Refusal(
            "An amount of %(code)s has at most this many decimals: %(most)s.",
            field="amount",
            code=currency,
            most=decimals,
        )


def _made_under(session: Session, by: int, key: UUID | None) -> Row[UUID, str | None] | None:
    """What this user made under the key."""
    if key is None:
        return None
    wanted = select(Transaction.uuid, Transaction.request_hash)
    return session.execute(
        wanted.where(Transaction.created_by == by, Transaction.request_key == key)
    ).one_or_none()


def _same(known: Row[UUID, str | None], payout: Payout) -> UUID:
    uuid, made = known
    if made != payout.hash():
        raise Conflict(
            "This form was sent before with other content. Open it anew to make another transaction."
        )
    return uuid


def _insert(
    session: Session, payout: Payout, by: int, key: UUID | None, retry_of: UUID | None
) -> UUID | None:
    """The uuid of the new row; None where one with the same key, or one that tries the same again, is there."""
    adding = insert(Transaction).values(
        project_id=payout.project,
        beneficiary_id=payout.beneficiary,
        vendor_id=payout.vendor,
        amount=payout.amount,
        currency=payout.currency,
        extras={NOTE: payout.note} if payout.note else None,
        created_by=by,
        request_key=key,
        request_hash=payout.hash() if key else None,
        retry_of=retry_of,
    )
    try:
        with session.begin_nested():
            return session.scalar(adding.on_conflict_do_nothing().returning(Transaction.uuid))
    except IntegrityError as error:
        if not isinstance(error.orig, psycopg.Error) or error.orig.diag.constraint_name != BUDGET:
            raise
        raise _too_much(session, payout) from error


def _too_much(session: Session, payout: Payout) -> Refusal:
    budget: Row[Any] | None = session.execute(
        select(ProjectBudget.amount - ProjectBudget.spent).where(
            ProjectBudget.project_id == payout.project, ProjectBudget.currency == payout.currency
        )
    ).one_or_none()
    left = max(budget[0] if budget and budget[0] is not None else Decimal(0), Decimal(0))
    return Refusal(
        "The budget of this project is not enough: %(left)s %(currency)s are left, and %(missing)s are missing.",
        field="amount",
        left=plain_amount(left),
        missing=plain_amount(max(payout.amount - left, Decimal(0))),
        currency=payout.currency,
    )
