"""What somebody has to look at: a page of it, how much there is, and who is to be told."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.core.abilities import Ability
from portal.core.keyset import FIRST, Page, Position, Sort, page_of
from portal.core.unchanged import while_unchanged
from portal.offramp.models import OfframpCallback, OfframpProvider, OfframpRequest
from portal.offramp.patience import SETTING, unpacked
from portal.offramp.watching import OfframpAttention
from portal.projects.models import Project
from portal.settings.queries import value_of
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.roles import in_force

KINDS = ("STUCK", "AMOUNT", "CONFLICT", "ORPHAN", "DOWN", "DIFFERS")
_KEYS = (OfframpAttention.since, OfframpAttention.uuid)
LONGEST_FIRST = Sort("since", _KEYS)
NEWEST_FIRST = Sort("-since", _KEYS, descending=True)


@dataclass(frozen=True)
class AttentionFilter:
    """Which of it: what waits for somebody, or what is settled; of one kind."""

    settled: bool = False
    kind: str = ""

    @property
    def sort(self) -> Sort:
        """What has waited longest stands first; of what is settled, what came last."""
        return NEWEST_FIRST if self.settled else LONGEST_FIRST


def stuck_after(session: Session) -> int:
    """After how many hours a request that is under way is stuck."""
    return unpacked(value_of(session, SETTING))


def page_of_attention(
    session: Session, chosen: AttentionFilter, ability: Ability, position: Position = FIRST
) -> Page:
    """One page of what the reader may know of, in one statement."""
    statement = _joined(_COLUMNS).where(_within(ability), _chosen(chosen))
    return page_of(session, statement, chosen.sort, position)


def waiting_by_kind(session: Session, ability: Ability) -> Mapping[str, int]:
    """How much waits for somebody, of each kind that there is, as far as the reader may know of it."""
    return while_unchanged(session, (waiting_by_kind, ability), lambda: _count(session, ability))


def _count(session: Session, ability: Ability) -> Mapping[str, int]:
    counted = (
        select(OfframpAttention.kind, func.count())
        .outerjoin(OfframpRequest, OfframpRequest.uuid == OfframpAttention.offramp_id)
        .where(_within(ability), OfframpAttention.settled_at.is_(None))
        .group_by(OfframpAttention.kind)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def attention_seen(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]] | None:
    """One thing as the list shows it; None where the reader may not know of it."""
    statement = _joined(_COLUMNS).where(_within(ability), OfframpAttention.uuid == uuid)
    return session.execute(statement).one_or_none()


def may_settle(session: Session, ability: Ability, seen: Row[*tuple[Any, ...]]) -> bool:
    """Whether somebody who sees it may settle it too: who may change the request, or requests everywhere."""
    if seen.offramp is None:
        return ability.everywhere("update", OfframpRequest)
    request = session.scalars(select(OfframpRequest).where(OfframpRequest.uuid == seen.offramp)).one()
    return ability.can("update", request)


def untold(session: Session, most: int) -> Sequence[tuple[OfframpAttention, OfframpRequest | None]]:
    """What waits for somebody and was told to nobody yet, the longest first, with its request; locked by who tells."""
    statement = (
        select(OfframpAttention, OfframpRequest)
        .outerjoin(OfframpRequest, OfframpRequest.uuid == OfframpAttention.offramp_id)
        .where(OfframpAttention.settled_at.is_(None), OfframpAttention.told_at.is_(None))
        .order_by(*_KEYS)
        .limit(most)
        .with_for_update(of=OfframpAttention, skip_locked=True)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def told_since(session: Session, ago: dt.timedelta) -> bool:
    """Whether anybody was told of anything within so long."""
    lately = select(OfframpAttention.uuid).where(OfframpAttention.told_at > func.now() - ago)
    return bool(session.scalar(select(lately.exists())))


def who_looks_after(session: Session, role: str | None) -> Sequence[User]:
    """Who may change requests by a role that is for them, or by this `role`; with an e-mail address."""
    statement = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.deleted_at.is_(None), User.email.is_not(None), in_force())
        .distinct()
        .order_by(User.id)
    )
    if role is not None:
        return session.scalars(statement.where(Role.name == role)).all()
    by_rule = statement.join(Permission, Permission.role_id == Role.id).where(
        Permission.inverted.is_(False),
        Permission.action.in_(("update", "manage")),
        Permission.subject == OfframpRequest.__name__,
    )
    return session.scalars(by_rule).all()


_Settler = aliased(User)
_COLUMNS: tuple[Any, ...] = (
    OfframpAttention.uuid,
    OfframpAttention.kind,
    OfframpAttention.facts,
    OfframpAttention.since,
    OfframpAttention.told_at.label("told"),
    OfframpAttention.settled_at.label("settled"),
    OfframpAttention.note,
    func.coalesce(_Settler.name, _Settler.email).label("settler"),
    OfframpRequest.uuid.label("offramp"),
    OfframpRequest.amount,
    OfframpRequest.token,
    OfframpRequest.status,
    OfframpRequest.status_at.label("moved"),
    Project.name.label("project"),
    OfframpProvider.name.label("provider"),
    OfframpCallback.event_id.label("event"),
    OfframpCallback.reference_id.label("reference"),
    OfframpCallback.received_at.label("received"),
)


def _joined(columns: Sequence[Any]) -> Select[*tuple[Any, ...]]:
    provider = func.coalesce(OfframpAttention.provider_id, OfframpRequest.provider_id)
    return (
        select(*columns)
        .select_from(OfframpAttention)
        .outerjoin(OfframpRequest, OfframpRequest.uuid == OfframpAttention.offramp_id)
        .outerjoin(Project, Project.uuid == OfframpRequest.project_id)
        .outerjoin(OfframpCallback, OfframpCallback.uuid == OfframpAttention.callback_id)
        .outerjoin(OfframpProvider, OfframpProvider.uuid == provider)
        .outerjoin(_Settler, _Settler.id == OfframpAttention.settled_by)
    )


def _within(ability: Ability) -> ColumnElement[bool]:
    """SQL: what is about a request is for who may read it; the rest for who may read all requests and providers."""
    providers = ability.everywhere("read", OfframpRequest) and ability.can("read", "OfframpProvider")
    return or_(
        and_(OfframpAttention.offramp_id.is_not(None), ability.condition("read", OfframpRequest)),
        and_(OfframpAttention.offramp_id.is_(None), true() if providers else false()),
    )


def _chosen(chosen: AttentionFilter) -> ColumnElement[bool]:
    settled = OfframpAttention.settled_at
    state = settled.is_not(None) if chosen.settled else settled.is_(None)
    return and_(state, OfframpAttention.kind == chosen.kind) if chosen.kind else state
