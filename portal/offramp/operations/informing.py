"""Telling people of what needs attention: each thing once, to those who look after its project."""

from collections import Counter

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.offramp.letters import tell_of_attention
from portal.offramp.models import OfframpRequest
from portal.offramp.patience import QUIET
from portal.offramp.queries.watched import told_since, untold, who_looks_after
from portal.offramp.watching import OfframpAttention
from portal.users.queries.held import abilities_of
from portal.users.roles import ADMIN

AT_ONCE = 500


def tell_people(session: Session) -> int:
    """Write to those who may change what it is about, one letter each; of how many things that told.

    Where nobody has a role for it, administrators are told. Who was written to a few minutes ago is left in peace:
    then all waits for the next time.
    """
    if told_since(session, QUIET):
        return 0
    found = untold(session, AT_ONCE)
    if not found:
        return 0
    users = who_looks_after(session, None) or who_looks_after(session, ADMIN)
    abilities = abilities_of(session, users)
    for user in users:
        kinds = Counter(
            attention.kind for attention, request in found if _concerns(abilities[user.id], request)
        )
        if kinds:
            tell_of_attention(session, user, kinds)
    session.execute(
        update(OfframpAttention)
        .where(OfframpAttention.uuid.in_([attention.uuid for attention, _request in found]))
        .values(told_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )
    return len(found)


def _concerns(ability: Ability, request: OfframpRequest | None) -> bool:
    """Whether somebody looks after this request; what is about none is for those who look after all."""
    if request is None:
        return ability.everywhere("update", OfframpRequest)
    return ability.can("update", request)
