"""Payout files: which there are, what waits for the next one, and what one holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, case, cast, exists, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import OfframpStatus
from portal.core.exporting import Safe, export
from portal.core.keyset import Count, count_up_to
from portal.offramp.files import PayoutFile
from portal.offramp.models import OfframpAttempt, OfframpRequest
from portal.offramp.queries.columns import reads_receiver, reveals_phone
from portal.users.models import User

HEADER = (
    "reference", "request", "network", "phone", "name", "amount to pay", "currency", "token amount", "token",
    "chain",
)  # fmt: skip
STANDING = ("SENDING", "UNKNOWN", "ACCEPTED")
"""The states of a try that is not over: a worker may have died before it wrote that the order was taken."""
MOST_FILES = 100
"""How many files of a provider are listed, the latest first."""
MOST_ORDERS = 10_000
"""How many orders one file, and so one commit, holds; the others wait for the next."""
AT_ONCE = 1_000
"""Up to how many orders are put into a file while somebody waits; of more, a job makes the files."""


@dataclass(frozen=True)
class Told:
    """A file in the list, and who made it."""

    file: PayoutFile
    maker: str | None


def waiting_orders(provider: UUID, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The tries (`id`, `offramp_id`) that a provider has to be told of and that stand in no file yet, of those that the
    reader may have as a file."""
    wanted = (
        select(OfframpAttempt.id, OfframpAttempt.offramp_id)
        .join(OfframpRequest, OfframpRequest.uuid == OfframpAttempt.offramp_id)
        .where(
            OfframpRequest.provider_id == provider,
            OfframpRequest.status == OfframpStatus.PROCESSING,
            OfframpRequest.deleted_at.is_(None),
            OfframpAttempt.state.in_(STANDING),
            OfframpAttempt.file_id.is_(None),
        )
    )
    return ability.accessible(wanted, "export", OfframpRequest)


def count_waiting(session: Session, provider: UUID, ability: Ability) -> Count:
    """How many orders wait for a file; of more than one file holds, that there are more."""
    return count_up_to(session, waiting_orders(provider, ability), MOST_ORDERS)


def list_files(session: Session, provider: UUID, ability: Ability) -> Sequence[Told]:
    """The latest files of a provider of which the reader may have something."""
    wanted = (
        select(PayoutFile, User.name)
        .outerjoin(User, User.id == PayoutFile.created_by)
        .where(PayoutFile.provider_id == provider, exists(_orders(ability).where(_in_file())))
        .order_by(PayoutFile.number.desc())
        .limit(MOST_FILES)
    )
    return [Told(file, maker) for file, maker in session.execute(wanted)]


def file_of(session: Session, provider: UUID, uuid: UUID, ability: Ability) -> PayoutFile | None:
    """A provider's file, if the reader may have anything of it."""
    wanted = select(PayoutFile).where(
        PayoutFile.provider_id == provider,
        PayoutFile.uuid == uuid,
        exists(_orders(ability).where(_in_file())),
    )
    return session.scalar(wanted)


def next_number(session: Session, provider: UUID) -> int:
    """The number of a provider's next file. The caller has locked the provider's row."""
    last = select(func.max(PayoutFile.number)).where(PayoutFile.provider_id == provider)
    return (session.scalar(last) or 0) + 1


def count_orders(session: Session, file: PayoutFile, ability: Ability) -> int:
    """How many rows of a file the reader may have."""
    wanted = _orders(ability).where(OfframpAttempt.file_id == file.id).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def export_orders(session: Session, file: PayoutFile, ability: Ability, kind: str) -> Iterator[bytes]:
    """The file in pieces, as `csv` or `xlsx`: for each order the reference by which its provider is to answer.

    Whom it pays stands there where the reader may know it.
    """

    def statement(safe: Safe) -> Select[*tuple[Any, ...]]:
        request: Any = OfframpRequest
        return (
            _orders(ability)
            .where(OfframpAttempt.file_id == file.id)
            .with_only_columns(
                safe(cast(OfframpAttempt.reference_id, Text)),
                safe(request.request_id),
                safe(request.receiver_network),
                safe(case((reveals_phone(ability), request.receiver_phone), else_=None)),
                safe(case((reads_receiver(ability), request.receiver_name), else_=None)),
                cast(func.trim_scale(request.fiat_amount), Text),
                safe(request.currency),
                cast(func.trim_scale(request.amount), Text),
                safe(request.token),
                safe(request.chain),
            )
            .order_by(OfframpAttempt.id)
        )

    return export(session, kind, statement, HEADER, "Payouts")


def _orders(ability: Ability) -> Select[*tuple[Any, ...]]:
    joined = select(OfframpAttempt.id).join(OfframpRequest, OfframpRequest.uuid == OfframpAttempt.offramp_id)
    return ability.accessible(joined, "export", OfframpRequest)


def _in_file() -> Any:
    return OfframpAttempt.file_id == PayoutFile.id
