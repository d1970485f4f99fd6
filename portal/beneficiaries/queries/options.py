"""What a filter or a form on people can be narrowed to."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability
from portal.core.choosing import Offer, kept_offer
from portal.core.search import contains, tidy, words_in
from portal.core.unchanged import while_unchanged
from portal.projects.queries.choosing import projects_to_see

MOST = 500
FEW = 12
"""As many groups a list lets choose among; of more, one types a part of the name."""

Option = tuple[UUID, str]
Named = tuple[tuple[Option, ...], bool, tuple[UUID, ...]]
"""What of `Choices` is about groups."""


class Choices(NamedTuple):
    """What a list can be narrowed to. `projects` are what can be chosen of them.

    `groups` are the few there are, or none but those that the address names where there are `many`; `named` are those
    of which a part of the name was typed.
    """

    groups: tuple[Option, ...]
    projects: Offer
    many: bool = False
    named: tuple[UUID, ...] = ()


def choices_of_list(
    session: Session, ability: Ability, given: Iterable[str], typed: str, project: str = ""
) -> Choices:
    """The choices of a list whose address names the groups in `given` (uuids, if they are), a part of a group's name,
    and a project by its uuid or name.

    Only what the reader may see is found, so that no name can be guessed. At most 500 groups are found by name.
    """
    asked = tuple(sorted(filter(None, map(_uuid_in, given))))
    key = (choices_of_list, ability, asked, typed)
    groups, many, named = while_unchanged(session, key, lambda: _ask_groups(session, ability, asked, typed))
    return Choices(groups, kept_offer(session, projects_to_see, ability, project), many, named)


def _uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ask_groups(session: Session, ability: Ability, asked: tuple[UUID, ...], typed: str) -> Named:
    parts = [_groups(ability, "few").limit(FEW + 1)]
    if asked:
        parts.append(_groups(ability, "asked").where(BeneficiaryGroup.uuid.in_(asked)))
    if typed.strip():
        parts.append(named_like(_groups(ability, "named"), typed).limit(MOST))
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts))).all()

    def of(*kinds: str) -> tuple[Option, ...]:
        return tuple(dict.fromkeys((row.uuid, row.name) for row in rows if row.kind in kinds))

    many = len(of("few")) > FEW
    named = tuple(uuid for uuid, _name in of("named"))
    return of("asked") if many else of("few"), many, named


def named_like(groups: Select[*tuple[Any, ...]], typed: str) -> Select[*tuple[Any, ...]]:
    """Of a SELECT of groups those with all that was typed in their names, in any spelling."""
    name = literal(" ") + func.portal_fold(BeneficiaryGroup.name, type_=Text)
    return groups.where(*(contains(name, word) for word in words_in(tidy(typed))))


def _groups(ability: Ability, kind: str) -> Select[*tuple[Any, ...]]:
    groups = (
        select(literal(kind).label("kind"), BeneficiaryGroup.uuid, BeneficiaryGroup.name)
        .where(BeneficiaryGroup.deleted_at.is_(None))
        .order_by(BeneficiaryGroup.name)
    )
    return ability.accessible(groups, "read", BeneficiaryGroup)
