"""Figures of offramps, read from what is kept ready and added up."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.unchanged import while_unchanged
from portal.offramp.models import OfframpProvider, OfframpRequest
from portal.projects.models import Project
from portal.stats.models import Stat

PREFIX = "OFFRAMP_"
_MIDDLE, _HIGH = Decimal("0.5"), Decimal("0.9")


def name_of(month: dt.date, project: UUID | None) -> str:
    """Under which name the figures of a month of a project are kept."""
    name = f"{PREFIX}{month:%Y-%m}"
    return name if project is None else f"{name}_ID_{project}"


@dataclass(frozen=True)
class OfframpFilter:
    """Which requests are counted: those made from one month to another (first days, both included), in a project."""

    since: dt.date
    until: dt.date
    project: UUID | None = None


@dataclass
class Tally:
    """What was made under one heading, and what became of it. `amounts` counts tokens that arrived, by symbol; `fees`
    money, by currency; `seconds` how many took how long."""

    made: int = 0
    completed: int = 0
    failed: int = 0
    tries: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    fees: dict[str, Decimal] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)

    def add(self, told: Mapping[str, Any]) -> None:
        """Add what is kept of one month, project and provider."""
        self.made += told["count"]
        self.completed += told["completed"]
        self.failed += told["failed"]
        self.tries += told["tries"]
        for sums, kept in ((self.amounts, told["amounts"]), (self.fees, told["fees"])):
            for name, amount in kept.items():
                sums[name] = sums.get(name, Decimal(0)) + Decimal(amount)
        self.reasons.update(told["reasons"])
        self.seconds.update({int(seconds): number for seconds, number in told["seconds"].items()})

    @property
    def ended(self) -> int:
        """How many came to an end, well or not."""
        return self.completed + self.failed

    @property
    def middle(self) -> dt.timedelta | None:
        """Within how long half of what arrived did."""
        return self._within(_MIDDLE)

    @property
    def high(self) -> dt.timedelta | None:
        """Within how long nine of ten did."""
        return self._within(_HIGH)

    def _within(self, share: Decimal) -> dt.timedelta | None:
        """The least time within which this share arrived, as percentile_disc tells it; None where nothing did."""
        wanted, so_far = share * self.seconds.total(), 0
        for seconds in sorted(self.seconds):
            so_far += self.seconds[seconds]
            if so_far >= wanted:
                return dt.timedelta(seconds=seconds)
        return None


@dataclass(frozen=True)
class OfframpFigures:
    """The whole, and the same by provider (None: none is named), from the most to the fewest, and by month."""

    total: Tally
    providers: Sequence[tuple[UUID | None, Tally]]
    months: Sequence[tuple[dt.date, Tally]]


@dataclass(frozen=True)
class Reach:
    """In which projects somebody may read requests: None for every one of them, and for what lies in none."""

    projects: frozenset[UUID] | None


def reach_of(session: Session, ability: Ability) -> Reach:
    """How far somebody's rules reach. A rule that asks for more than the project reaches nowhere here."""
    if ability.everywhere("read", OfframpRequest):
        return Reach(None)
    projects = session.scalars(select(Project.uuid).where(Project.deleted_at.is_(None)))
    facts = dict.fromkeys(inspect(OfframpRequest).column_attrs.keys())
    within = (uuid for uuid in projects if ability.can("read", OfframpRequest, {**facts, "project_id": uuid}))
    return Reach(frozenset(within))


def offramp_options(session: Session, reach: Reach) -> Sequence[tuple[UUID, str]]:
    """The projects within reach, by name."""
    projects = select(Project.uuid, Project.name).where(Project.deleted_at.is_(None)).order_by(Project.name)
    if reach.projects is not None:
        projects = projects.where(Project.uuid.in_(reach.projects))
    return [(row[0], row[1]) for row in session.execute(projects)]


def providers_named(session: Session, uuids: Iterable[UUID]) -> Mapping[UUID, str]:
    """What these providers are called, also those that are deleted."""
    wanted = select(OfframpProvider.uuid, OfframpProvider.name).where(OfframpProvider.uuid.in_(list(uuids)))
    return {row[0]: row[1] for row in session.execute(wanted)}


def offramp_figures(session: Session, chosen: OfframpFilter, reach: Reach) -> OfframpFigures:
    """All figures of a filter, as far as the reader's reach goes, in one statement."""
    return while_unchanged(session, (offramp_figures, chosen, reach), lambda: _add_up(session, chosen, reach))


def _add_up(session: Session, chosen: OfframpFilter, reach: Reach) -> OfframpFigures:
    total = Tally()
    providers: dict[UUID | None, Tally] = {}
    months: dict[dt.date, Tally] = {}
    month_of = func.substr(Stat.name, len(PREFIX) + 1, 7)
    kept = select(Stat.name, Stat.data).where(
        Stat.name.startswith(PREFIX, autoescape=True),
        month_of.between(f"{chosen.since:%Y-%m}", f"{chosen.until:%Y-%m}"),
    )
    if chosen.project is not None:
        kept = kept.where(Stat.group == str(chosen.project))
    if reach.projects is not None:
        kept = kept.where(Stat.group.in_([str(project) for project in reach.projects]))
    for name, cells in session.execute(kept):
        month = _month_in(name)
        for told in cells:
            provider = UUID(told["id"]) if told["id"] else None
            for tally in (
                total,
                months.setdefault(month, Tally()),
                providers.setdefault(provider, Tally()),
            ):
                tally.add(told)
    return OfframpFigures(
        total,
        sorted(providers.items(), key=lambda pair: (-pair[1].made, str(pair[0]))),
        sorted(months.items(), key=itemgetter(0)),
    )


def _month_in(name: str) -> dt.date:
    year, month = name.removeprefix(PREFIX)[:7].split("-")
    return dt.date(int(year), int(month), 1)
