"""What modules above this one make of chosen people: pages that take the filter of the list in their query.

Whoever draws people (the bar above the list, the page of a group) draws links to them and knows nothing of what is
behind.
"""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.core.abilities import Ability


@dataclass(frozen=True)
class Way:
    """A page at `endpoint` about the people whom a filter finds, for those who may `action` on `subject`.

    `name` stands for it in a form, `picture` is its icon.
    """

    name: str
    label: LazyString
    endpoint: str
    picture: str
    action: str
    subject: str


_ways: dict[str, Way] = {}


def offer_way(way: Way) -> None:
    """Let people be taken there from now on."""
    _ways[way.name] = way


def ways_of(ability: Ability) -> list[Way]:
    """Where whoever has this ability can take people."""
    return [way for way in _ways.values() if ability.can(way.action, way.subject)]


def way_called(name: str | None) -> Way | None:
    """The way of that name."""
    return _ways.get(name or "")
