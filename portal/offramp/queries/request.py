"""One request: what it says, every try at it, everything that was said about it, and what the reader may do with it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, bindparam, cast, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.offramp.models import (
    OfframpAttempt,
    OfframpCallback,
    OfframpEvent,
    OfframpProvider,
    OfframpRequest,
    OfframpTransaction,
)
from portal.offramp.queries.columns import (
    columns,
    joined,
    knows_colleagues,
    reads_receiver,
    reveals_phone,
)
from portal.offramp.queries.listing import REMEMBERED
from portal.offramp.watching import OfframpAttention
from portal.payouts.models import PayoutList
from portal.projects.models import Project
from portal.users.models import User

Rows = Sequence[Row[*tuple[Any, ...]]]
NAMED = ("receiver", "phone", "provider", "project", "list", "maker", "releaser")
OWN = (
    *("id", "uuid", "chain", "token", "senderAddress", "amount", "requestId", "escrowAddress", "status"),
    *("createdAt", "deletedAt", "createdBy", "projectId", "providerId", "transactionId", "payoutListId"),
    *("beneficiaryId", "receiverNetwork", "currency", "fiatAmount", "fee", "quoteExpiresAt", "needsRelease"),
    *("releasedBy", "releasedAt", "statusAt", "completedAt", "failedReason", "endedAt"),
)
"""The columns of its own that a request's page shows or decides by. Who is paid comes by `columns`, masked."""


def request_with(uuid: UUID) -> Select[OfframpRequest]:
    """SQL: the request of a uuid, also one that was withdrawn."""
    return select(OfframpRequest).where(OfframpRequest.uuid == uuid)


def request_of(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """All about one request: columns of its own, the names of who and what is in it, its `tx_hash`, `walletId` and
    `customerKey`, the state of its `standing` try and how many `tries` there were; whether `person_known`,
    `project_known` and `list_known` have a page for this reader, whether they may know the receiver (`receiver_known`)
    and have that phone whole (`phone_known`); whether they `may_update` and `may_approve` it as far as their rules say;
    and `heard`, which changes with everything that happens to it.

    Raises NotFound for one that does not exist or that the reader may not see.
    """
    statement = _request_statement(ability)
    found = session.connection().execute(statement, {"request": uuid}).one_or_none()
    if found is None:
        raise NotFound
    return found


@lru_cache(REMEMBERED)
def _request_statement(ability: Ability) -> Select[*tuple[Any, ...]]:
    known: dict[str, ColumnElement[Any]] = {
        "person_known": and_(Beneficiary.deleted_at.is_(None), ability.condition("read", Beneficiary)),
        "project_known": and_(Project.deleted_at.is_(None), ability.condition("read", Project)),
        "receiver_known": reads_receiver(ability),
        "phone_known": reveals_phone(ability),
        "list_known": and_(PayoutList.uuid.is_not(None), ability.condition("read", PayoutList)),
        **{f"may_{action}": ability.condition(action, OfframpRequest) for action in ("update", "approve")},
    }
    table = OfframpRequest.__table__.c
    transfer = OfframpTransaction
    heard = [
        _of_request(OfframpEvent, func.coalesce(func.max(OfframpEvent.id), 0)),
        _of_request(OfframpCallback, func.count(OfframpCallback.settled_at)),
        _of_request(OfframpAttention, func.count(), OfframpAttention.settled_at.is_(None)),
    ]
    statement = (
        select(
            *(table[name] for name in OWN),
            *(column.label(name) for name, column in columns(ability, NAMED, on_screen=True).items()),
            *(func.coalesce(condition, literal(False)).label(name) for name, condition in known.items()),
            transfer.tx_hash.label("tx_hash"),
            transfer.wallet_id.label("walletId"),
            transfer.customer_key.label("customerKey"),
            OfframpProvider.adapter,
            OfframpProvider.is_active.label("provider_active"),
            Project.status.label("project_status"),
            _of_request(
                OfframpAttempt, func.max(OfframpAttempt.state), OfframpAttempt.state != "FAILED"
            ).label("standing"),
            _of_request(OfframpAttempt, func.count()).label("tries"),
            func.concat_ws(".", table.status, *heard).label("heard"),
        )
        .select_from(
            joined()
            .outerjoin(Beneficiary, Beneficiary.uuid == OfframpRequest.beneficiary_id)
            .outerjoin(transfer, transfer.request_id == OfframpRequest.request_id)
        )
        .where(OfframpRequest.uuid == bindparam("request"))
    )
    return ability.accessible(statement, "read", OfframpRequest)


def _of_request(model: Any, what: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
    """SQL: a figure of the rows of another table that belong to the request."""
    return (
        select(what)
        .select_from(model)
        .where(model.offramp_id == OfframpRequest.uuid, *conditions)
        .correlate(OfframpRequest)
        .scalar_subquery()
    )


def story_of(session: Session, uuid: UUID, ability: Ability) -> Rows:
    """Everything that was said and done about a request, the oldest first: `kind`, `body`, `facts`, `created_at`, the
    `number` of the try that it was about, and `who` did it, for those who are told of colleagues."""
    statement = _story_statement(knows_colleagues(ability))
    return session.connection().execute(statement, {"request": uuid}).all()


@lru_cache(2)
def _story_statement(insider: bool) -> Select[*tuple[Any, ...]]:
    who = aliased(User)
    name = func.coalesce(who.name, who.email, type_=Text) if insider else cast(null(), Text)
    return (
        select(
            OfframpEvent.uuid,
            OfframpEvent.kind,
            OfframpEvent.body,
            OfframpEvent.facts,
            OfframpEvent.created_at.label("created_at"),
            OfframpAttempt.number,
            name.label("who"),
        )
        .outerjoin(OfframpAttempt, OfframpAttempt.id == OfframpEvent.attempt_id)
        .outerjoin(who, who.id == OfframpEvent.created_by)
        .where(OfframpEvent.offramp_id == bindparam("request"))
        .order_by(OfframpEvent.id)
    )


def tries_of(session: Session, uuid: UUID) -> Rows:
    """Every try at a request, the oldest first."""
    return session.connection().execute(_TRIES, {"request": uuid}).all()


_TRIES = (
    select(
        OfframpAttempt.number,
        OfframpAttempt.reference_id.label("reference_id"),
        OfframpAttempt.state,
        OfframpAttempt.amount_paid.label("amount_paid"),
        OfframpAttempt.currency,
        OfframpAttempt.fee,
        OfframpAttempt.reason,
        OfframpAttempt.created_at.label("created_at"),
        OfframpAttempt.settled_at.label("settled_at"),
    )
    .where(OfframpAttempt.offramp_id == bindparam("request"))
    .order_by(OfframpAttempt.number)
)


def callbacks_of(session: Session, uuid: UUID) -> Rows:
    """What the provider told unasked about a request, in the order in which it came."""
    return session.connection().execute(_CALLBACKS, {"request": uuid}).all()


_CALLBACKS = (
    select(
        OfframpCallback.event_id.label("event_id"),
        OfframpCallback.reference_id.label("reference_id"),
        OfframpCallback.status,
        OfframpCallback.amount_paid.label("amount_paid"),
        OfframpCallback.currency,
        OfframpCallback.reason,
        OfframpCallback.state,
        OfframpCallback.facts,
        OfframpCallback.received_at.label("received_at"),
    )
    .where(OfframpCallback.offramp_id == bindparam("request"))
    .order_by(OfframpCallback.received_at)
)


def troubles_of(session: Session, uuid: UUID) -> Rows:
    """What somebody has to look at about a request: `kind`, `facts` and since when; the oldest first."""
    return session.connection().execute(_TROUBLES, {"request": uuid}).all()


_TROUBLES = (
    select(OfframpAttention.kind, OfframpAttention.facts, OfframpAttention.since)
    .where(OfframpAttention.offramp_id == bindparam("request"), OfframpAttention.settled_at.is_(None))
    .order_by(OfframpAttention.since)
)


def proof_of(session: Session, uuid: UUID, event: UUID, ability: Ability) -> Mapping[str, Any]:
    """What is kept of a file in a request's story, for who may know its receiver: it may name them.

    Raises NotFound where there is none.
    """
    wanted = (
        select(OfframpEvent.facts)
        .join(OfframpRequest, OfframpRequest.uuid == OfframpEvent.offramp_id)
        .where(
            OfframpEvent.uuid == event,
            OfframpEvent.offramp_id == uuid,
            OfframpEvent.kind == "PROOF",
            reads_receiver(ability),
        )
    )
    facts: Mapping[str, Any] | None = session.scalar(wanted)
    if not facts:
        raise NotFound
    return facts


def phone_of(session: Session, uuid: UUID, ability: Ability) -> str:
    """The phone that a request pays to, whole.

    Raises NotFound where there is none, or this reader may not have it shown.
    """
    wanted = select(OfframpRequest.receiver_phone).where(OfframpRequest.uuid == uuid, reveals_phone(ability))
    phone: str | None = session.scalar(ability.accessible(wanted, "read", OfframpRequest))
    if phone is None:
        raise NotFound
    return phone
