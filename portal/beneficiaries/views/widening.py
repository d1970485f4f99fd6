"""What the list does when a search finds nobody, or hardly anybody: it offers names that are like what was typed."""

from dataclasses import dataclass, replace

from portal.beneficiaries.queries.filters import PeopleFilter, ranks_of
from portal.beneficiaries.queries.people import count_people, personal_data
from portal.beneficiaries.queries.sounding import can_sound
from portal.beneficiaries.views.reading import Reading
from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.keyset import Count, Page
from portal.web.lists import here

HARDLY_ANYBODY = 10


@dataclass(frozen=True)
class Alike:
    """What a page says of names that are like what was typed: `others` has more of them at `url`; `from_here_on` that
    the rows of this page are they, `instead` that nobody bears the very name."""

    url: str = ""
    others: Count | None = None
    from_here_on: bool = False
    instead: bool = False


def wider_address(reading: Reading, count: Count) -> str | None:
    """Where the same search finds names that are like what was typed: for a search that found nobody itself."""
    if count.number or not _can_widen(reading.chosen):
        return None
    return here(reading.query, alike="yes")


def names_alike(reading: Reading, ability: Ability, people: Page, count: Count) -> Alike | None:
    """What is to be said of such names on this page; None where there is nothing to say."""
    chosen = reading.chosen
    if chosen.widened:
        exact = len(ranks_of(replace(chosen, alike=None), personal_data(ability))) or 1
        only = bool(people.rows) and people.rows[0].tier >= exact
        return Alike(from_here_on=only, instead=only and people.previous is None)
    if not 0 < count.number <= HARDLY_ANYBODY or not _can_widen(chosen):
        return None
    all_of_them = count_people(db.session(), replace(chosen, alike=True), ability)
    others = Count(all_of_them.number - count.number, all_of_them.more)
    return Alike(here(reading.query, alike="yes"), others) if others.number else None


def _can_widen(chosen: PeopleFilter) -> bool:
    return not chosen.alike and can_sound(chosen.needle)
