"""Making a list: what it says, and its rows, a copy of the people it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, array, distinct_on, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import Text, Uuid

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.filters import BANK_KEYS, PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.beneficiaries.queries.travelling import packed, unpacked
from portal.core.abilities import Ability
from portal.core.db import rows_changed
from portal.core.enums import TransactionStatus
from portal.core.errors import Conflict, Refusal
from portal.payouts.models import PayoutList, PayoutRow
from portal.payouts.moves import State
from portal.payouts.operations.judging import judge, sum_of
from portal.payouts.operations.moving import MOVED_ON, change, hold, move
from portal.payouts.queries.amounts import amount_of
from portal.payouts.terms import AmountRule, Reason
from portal.transactions.models import Transaction
from portal.transactions.operations.making import check_amount
from portal.transactions.queries.currencies import decimals_allowed

SHARED_PHONE = "shared phone"
"""Under this name stands the phone that somebody uses who has none of their own."""

LARGE = 2_000
SURVEY = text(
    "ANALYZE (SKIP_LOCKED)"
    ' tbl_payout_rows ("listId", verdict, "heldBy", "beneficiaryId", phone, wallet, account)'
)
"""Of rows that were written a moment ago PostgreSQL knows no numbers: what is striking about a list of a hundred
thousand would be looked for by comparing everybody with everybody. Nobody waits for it: where another survey is under
way, the database's own comes within a minute."""


@dataclass(frozen=True)
class Terms:
    """What a list says of each payment. Of `amount` and `key` the rule says which there are."""

    title: str
    vendor: UUID
    method: str
    provider: str | None
    currency: str
    rule: str
    amount: Decimal | None = None
    key: str | None = None

    def columns(self) -> dict[str, Any]:
        """As the list keeps them."""
        return {
            "title": self.title,
            "vendor_id": self.vendor,
            "method": self.method,
            "provider": self.provider,
            "currency": self.currency,
            "amount_rule": self.rule,
            "amount": self.amount,
            "amount_key": self.key,
        }


def make(
    session: Session, uuid: UUID, project: UUID, chosen: PeopleFilter, terms: Terms, *, by: int, job: UUID
) -> bool:
    """A new list of the people a filter finds, which `job` fills. False where the same form has made it before.

    Raises Refusal for an amount that is too fine for its currency.
    """
    _check(session, terms)
    values = {
        "project_id": project,
        "group_id": chosen.group,
        "filter": packed(chosen),
        **terms.columns(),
    }
    return _add(session, uuid, by=by, job=job, **values)


def follow_up(session: Session, uuid: UUID, former: PayoutList, title: str, *, by: int, job: UUID) -> bool:
    """A new list of those whose payment by `former` failed. False where the same form has made it before.

    Raises Refusal where none failed, or all that did are being paid again.
    """
    if not session.scalar(select(_failed(former.uuid).exists())):
        raise Refusal("No payment of this list has failed and waits to be tried again.")
    same = {
        name: getattr(former, name) for name in ("project_id", "vendor_id", "method", "provider", "currency")
    }
    return _add(
        session,
        uuid,
        by=by,
        job=job,
        title=title,
        follows_id=former.uuid,
        amount_rule=AmountRule.AS_BEFORE.value,
        **same,
    )


def _check(session: Session, terms: Terms) -> None:
    if terms.amount is not None:
        check_amount(session, terms.amount, terms.currency)


def _add(session: Session, uuid: UUID, *, by: int, job: UUID, **values: Any) -> bool:
    made = session.scalar(
        insert(PayoutList)
        .values(uuid=uuid, created_by=by, edited_by=by, job_id=job, **values)
        .on_conflict_do_nothing(index_elements=["uuid"])
        .returning(PayoutList.uuid)
    )
    return made is not None


def change_terms(session: Session, found: PayoutList, terms: Terms, *, seen: int, by: int, job: UUID) -> None:
    """Say other terms of a draft; its rows are then made anew. Raises Conflict where somebody changed it meanwhile."""
    _check(session, terms)
    told = terms.columns()
    if found.amount_rule == AmountRule.AS_BEFORE:
        told |= {"amount_rule": found.amount_rule, "amount": None, "amount_key": None}
    at = PayoutList.version == seen
    move(session, found.uuid, State.DRAFT, State.FILLING, at, edited_by=by, job_id=job, trouble=None, **told)


def fill(session: Session, found: PayoutList, ability: Ability) -> int:
    """Copy the people into the list, by what whoever fills it may see now; how many there are."""
    session.execute(
        delete(PayoutRow).where(PayoutRow.list_id == found.uuid).execution_options(synchronize_session=False)
    )
    again = found.amount_rule == AmountRule.AS_BEFORE
    rows = (
        _failed_before(found)
        if again
        else _people(found, ability, decimals_allowed(session, found.currency) or 0)
    )
    names = ["listId", "number", "beneficiaryId", "name", "phone", "wallet", "account", "amount", "retryOf"]
    statement = insert(PayoutRow.__table__).from_select([*names, "verdict", "reasons"], rows)
    done = session.execute(statement.execution_options(preserve_rowcount=True))
    number = rows_changed(done)
    if number >= LARGE:
        session.execute(SURVEY)
    return number


def finish_filling(session: Session, found: PayoutList) -> None:
    """The list is a draft that can be looked at."""
    judge(session, found)
    seal = sum_of(session, found.uuid)
    move(
        session,
        found.uuid,
        State.FILLING,
        State.DRAFT,
        rows_hash=None,
        total=seal.total,
        payable=seal.payable,
    )


def set_amount(session: Session, uuid: UUID, row: UUID, amount: Decimal, *, seen: int, by: int) -> None:
    """Give one person of a draft another amount. Raises Conflict where the draft was changed meanwhile."""
    found = _draft(session, uuid, seen)
    check_amount(session, amount, found.currency)
    changed = session.execute(
        update(PayoutRow)
        .where(PayoutRow.uuid == row, PayoutRow.list_id == uuid)
        .values(amount=amount)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(changed):
        raise Conflict(MOVED_ON)
    _changed_rows(session, found, by)


def remove_rows(session: Session, uuid: UUID, rows: Sequence[UUID], *, seen: int, by: int) -> int:
    """Take people out of a draft; how many. Raises Conflict where the draft was changed meanwhile."""
    found = _draft(session, uuid, seen)
    removed = session.execute(
        delete(PayoutRow)
        .where(PayoutRow.list_id == uuid, PayoutRow.uuid.in_(rows))
        .execution_options(synchronize_session=False)
    )
    _changed_rows(session, found, by)
    return rows_changed(removed)


def _draft(session: Session, uuid: UUID, seen: int) -> PayoutList:
    found = hold(session, uuid, State.DRAFT)
    if found.version != seen:
        raise Conflict("Somebody changed this list meanwhile. Look at it again before you change it.")
    return found


def _changed_rows(session: Session, found: PayoutList, by: int) -> None:
    judge(session, found)
    seal = sum_of(session, found.uuid)
    values = {"edited_by": by, "total": seal.total, "payable": seal.payable, "trouble": None}
    change(session, found.uuid, State.DRAFT, **values)


def _people(found: PayoutList, ability: Ability, decimals: int) -> Select[*tuple[Any, ...]]:
    try:
        chosen = unpacked(found.filter) if found.filter is not None else None
    except ValueError:
        chosen = None
    if chosen is None:
        raise Refusal("Whom this was about is no longer known. Choose the people anew.")
    amount, said = amount_of(found, decimals)
    lacking = case((said, Reason.AMOUNT_UNREADABLE.value), else_=Reason.AMOUNT_MISSING.value)
    return chosen_people(chosen, ability).with_only_columns(
        literal(found.uuid, Uuid()),
        func.row_number().over(order_by=Beneficiary.id),
        Beneficiary.uuid,
        *_copied(),
        amount,
        literal(None, Uuid()),
        case((amount.is_(None), "BAD"), else_="OK"),
        case((amount.is_(None), array([lacking])), else_=literal([], ARRAY(Text))),
        maintain_column_froms=True,
    )


def _failed_before(found: PayoutList) -> Select[*tuple[Any, ...]]:
    failed = _failed(found.follows_id).subquery()
    return (
        select(
            literal(found.uuid, Uuid()),
            func.row_number().over(order_by=Beneficiary.id),
            Beneficiary.uuid,
            *_copied(),
            failed.c.amount,
            failed.c.uuid,
            literal("OK"),
            literal([], ARRAY(Text)),
        )
        .join(Beneficiary, Beneficiary.uuid == failed.c.beneficiaryId)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
    )


def _failed(former: UUID | None) -> Select[*tuple[Any, ...]]:
    """The failed transactions of a list that nothing pays again yet, one of each person."""
    table = Transaction.__table__
    retried = table.alias("retried")
    return (
        select(table.c.uuid, table.c.beneficiaryId, table.c.amount)
        .ext(distinct_on(table.c.beneficiaryId))
        .where(
            table.c.payoutListId == former,
            table.c.status == TransactionStatus.FAILED,
            table.c.deletedAt.is_(None),
            ~select(retried.c.id)
            .where(retried.c.retryOf == table.c.uuid, retried.c.deletedAt.is_(None))
            .exists(),
        )
        .order_by(table.c.beneficiaryId, table.c.id.desc())
    )


def _copied() -> tuple[Any, ...]:
    """Name, phone, wallet and account of a person, as they stand now: what a payment needs to arrive."""
    pii = BeneficiaryPii
    shared = func.nullif(func.btrim(Beneficiary.extras[SHARED_PHONE].astext), "")
    phone = case((pii.phone.like("none:%"), shared), else_=pii.phone)
    accounts = [
        func.nullif(func.btrim(extras[key].astext), "")
        for extras in (pii.extras, Beneficiary.extras)
        for key in BANK_KEYS[0]
    ]
    return pii.name, phone, Beneficiary.wallet_address, func.coalesce(*accounts)
