"""Pairs that this reader may see: those of whose people they see both, personal data and all."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject
from portal.beneficiaries.queries.comparing import Reason
from portal.beneficiaries.queries.people import REMEMBERED
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.core.keyset import (
    FIRST,
    Count,
    Page,
    Position,
    Sort,
    count_up_to,
    page_statement,
    read_page,
    within,
)
from portal.core.unchanged import while_unchanged
from portal.duplicates.models import Duplicate, Merge

LIKELIEST = Sort("-score", (Duplicate.score, Duplicate.id), descending=True)
LAST_DECIDED = Sort("-decided", (Duplicate.decided_at, Duplicate.id), descending=True)

_one, _other = aliased(Beneficiary, name="one"), aliased(Beneficiary, name="other")
_one_pii, _other_pii = aliased(BeneficiaryPii, name="one_pii"), aliased(BeneficiaryPii, name="other_pii")


@dataclass(frozen=True)
class PairFilter:
    """Which pairs a list shows: those still to be decided or those that are, with a reason, in a project."""

    decided: bool = False
    reason: Reason | None = None
    project: UUID | None = None

    @property
    def sort(self) -> Sort:
        """The order of such a list: the likeliest first, or the last decided."""
        return LAST_DECIDED if self.decided else LIKELIEST


def page_of_pairs(session: Session, chosen: PairFilter, ability: Ability, position: Position = FIRST) -> Page:
    """One page, each row with the names of both."""
    statement = partial(_page_statement, chosen, ability)
    return read_page(session.connection(), statement, chosen.sort, within(position, 0))


@lru_cache(REMEMBERED)
def _page_statement(chosen: PairFilter, ability: Ability, shape: Position) -> Select[*tuple[Any, ...]]:
    shown: list[Any] = [
        Duplicate.uuid,
        Duplicate.score,
        Duplicate.reasons,
        Duplicate.state,
        _one_pii.name.label("first_name"),
        _other_pii.name.label("second_name"),
        _one.location.label("first_place"),
        _other.location.label("second_place"),
    ]
    return page_statement(_chosen(select(*shown), chosen, ability), chosen.sort, shape)


def count_pairs(session: Session, chosen: PairFilter, ability: Ability) -> Count:
    """How many there are."""
    return while_unchanged(
        session,
        ("pairs", chosen, ability),
        lambda: count_up_to(session, _chosen(select(Duplicate.id), chosen, ability)),
    )


def pair_with(session: Session, uuid: UUID, ability: Ability, action: str = "read") -> Duplicate:
    """One pair. Raises NotFound where the reader may not do that with both of its people, personal data and all."""
    statement = _visible(select(Duplicate).where(Duplicate.uuid == uuid), ability, action)
    found: Duplicate | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def standing_merge(session: Session, pair: Duplicate) -> Merge | None:
    """The merge of a pair that has not been undone."""
    return session.scalars(
        select(Merge).where(Merge.pair_id == pair.uuid, Merge.undone_at.is_(None))
    ).one_or_none()


def _visible(
    statement: Select[*tuple[Any, ...]], ability: Ability, action: str = "read"
) -> Select[*tuple[Any, ...]]:
    statement = (
        statement.join(_one, _one.uuid == Duplicate.first_id)
        .join(_other, _other.uuid == Duplicate.second_id)
        .join(_one_pii, _one_pii.beneficiary_id == _one.id)
        .join(_other_pii, _other_pii.beneficiary_id == _other.id)
        .where(_one.erased_at.is_(None), _other.erased_at.is_(None))
    )
    for entity in (_one, _other, _one_pii, _other_pii):
        statement = ability.accessible(statement, action, entity)
    return ability.accessible(statement, action, Duplicate)


def _chosen(
    statement: Select[*tuple[Any, ...]], chosen: PairFilter, ability: Ability
) -> Select[*tuple[Any, ...]]:
    statement = _visible(statement, ability)
    if chosen.decided:
        statement = statement.where(Duplicate.state != "OPEN")
    else:
        statement = statement.where(
            Duplicate.state == "OPEN", _one.deleted_at.is_(None), _other.deleted_at.is_(None)
        )
    if chosen.reason is not None:
        statement = statement.where(literal(chosen.reason.value) == any_(Duplicate.reasons))
    if chosen.project is not None:
        part = exists().where(
            BeneficiaryProject.project_id == chosen.project,
            or_(
                BeneficiaryProject.beneficiary_id == Duplicate.first_id,
                BeneficiaryProject.beneficiary_id == Duplicate.second_id,
            ),
            BeneficiaryProject.deleted_at.is_(None),
        )
        statement = statement.where(part)
    return statement
