"""Filling groups from filters, and keeping filters with the groups they fill."""

from uuid import UUID

from sqlalchemy import Select, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.beneficiaries.operations.membership import add_people_to_group
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import packed, unpacked
from portal.core.abilities import Ability
from portal.core.errors import Refusal
from portal.groups.models import SavedFilter
from portal.groups.queries.reach import reachable


def keep_filter(session: Session, group: UUID, name: str, chosen: PeopleFilter, owner: int) -> SavedFilter:
    """Keep a filter with a group under a name. Raises Refusal when the group has one of this name."""
    kept = SavedFilter(name=name, filter=packed(chosen), owner_id=owner, beneficiary_group_id=group)
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError as clash:
        raise Refusal("The group has a filter of this name already.", "keep") from clash
    return kept


def people_of(kept: SavedFilter, ability: Ability) -> Select[UUID]:
    """Whom a kept filter finds now, of those whom somebody may see and change.

    Raises Refusal for a filter that this version of the portal does not understand.
    """
    try:
        return reachable(unpacked(kept.filter), ability)
    except ValueError as error:
        raise Refusal("This filter was kept by another version of the portal and cannot be used.") from error


def run_filter(session: Session, kept: SavedFilter, ability: Ability) -> int:
    """Add who matches a kept filter now to its group; how many joined."""
    added = add_people_to_group(session, kept.beneficiary_group_id, people_of(kept, ability))
    kept.used_at = func.now()
    session.flush()
    return added
