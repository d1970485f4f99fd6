"""One of many, chosen by its name: all are offered where they are few; else one types, and those like it are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, func, literal, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.search import contains, tidy, words_in
from portal.core.unchanged import while_unchanged

FEW = 50
"""As many can be looked through in a list; of more, a part of the name is typed."""

SUGGESTED = 20
"""So many names are suggested while somebody types."""

Option = tuple[UUID | int | str, str]


@dataclass(frozen=True)
class Offer:
    """What can be chosen, by name: all of it; or, where there is `many` a thing, the first of those that hold what was
    typed in their names."""

    options: tuple[Option, ...]
    many: bool = False


def offer(session: Session, choices: Select[UUID, str], typed: str = "") -> Offer:
    """What `choices`, a SELECT of uuid and name, lets somebody choose who typed a part of a name, or named a uuid.

    One that is called exactly so stands first.
    """
    choice = choices.subquery()
    named = select(choice.c.uuid, choice.c.name).order_by(choice.c.name, choice.c.uuid)
    first = _asked(session, named.limit(FEW + 1))
    if len(first) <= FEW:
        return Offer(first)
    sought = tidy(typed)
    if not sought:
        return Offer(first[:FEW], many=True)
    if (uuid := _uuid_in(sought)) is not None:
        return Offer(_asked(session, named.where(choice.c.uuid == uuid)), many=True)
    name = literal(" ") + func.portal_fold(choice.c.name, type_=Text)
    exactly = func.portal_fold(choice.c.name) == func.portal_fold(sought)
    found = named.where(*(contains(name, word) for word in words_in(sought)))
    best = found.order_by(None).order_by(exactly.desc(), choice.c.name, choice.c.uuid)
    return Offer(_asked(session, best.limit(FEW)), many=True)


def offer_of(options: Sequence[Option], typed: str = "") -> Offer:
    """The same of options that are at hand, where only the program and no statement can tell which they are."""
    if len(options) <= FEW:
        return Offer(tuple(options))
    words = tidy(typed).casefold().split()
    like = [
        option
        for option in options
        if str(option[0]) == typed.strip() or all(word in option[1].casefold() for word in words)
    ]
    best = sorted(like, key=lambda option: option[1].casefold().split() != words)
    return Offer(tuple(best[:FEW]), many=True)


def kept_offer(
    session: Session, choices: Callable[[Ability], Select[UUID, str]], ability: Ability, typed: str = ""
) -> Offer:
    """The same for a filter, which every page of a list draws: asked once while nobody writes anything."""
    first = while_unchanged(session, (choices, ability), lambda: offer(session, choices(ability)))
    if not first.many or not typed.strip():
        return first
    return while_unchanged(
        session, (choices, ability, typed), lambda: offer(session, choices(ability), typed)
    )


def names_like(session: Session, choices: Select[UUID, str], typed: str) -> list[str]:
    """The names among `choices` that hold what was typed, the first of them."""
    choice = choices.subquery()
    name = literal(" ") + func.portal_fold(choice.c.name, type_=Text)
    found = select(choice.c.name).where(*(contains(name, word) for word in words_in(tidy(typed))))
    return list(session.scalars(found.order_by(choice.c.name).limit(SUGGESTED)))


def _asked(session: Session, statement: Select[*tuple[Any, ...]]) -> tuple[Option, ...]:
    return tuple((row.uuid, row.name) for row in session.execute(statement))


def _uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
