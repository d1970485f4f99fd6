"""Of which projects somebody may read figures, and how much of what is behind them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, inspect, or_, select, true
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.grievances.models import Grievance
from portal.projects.models import Project
from portal.stats.models import Stat

Projects = frozenset[UUID] | None
"""Some projects, or None for every one of them."""


@dataclass(frozen=True)
class Reach:
    """Where somebody may read figures, where sensitive cases are among them, and whether they may read the cases too.

    Who may read figures and not the cases gets no small numbers: a single complaint of a village names its maker.
    """

    figures: Projects
    sensitive: Projects
    knows_cases: bool

    def within(self, figure: Any) -> ColumnElement[bool]:
        """SQL: whether a row of prepared figures is within reach."""
        here = true() if self.figures is None else figure.project_id.in_(self.figures)
        if self.sensitive is None:
            return here
        return and_(here, or_(~figure.is_sensitive, figure.project_id.in_(self.sensitive)))


def reach_of(session: Session, ability: Ability) -> Reach:
    """How far somebody's rules reach."""
    figures = None if ability.everywhere("read", Stat) else _where(session, ability, _stat)
    if ability.everywhere("read", Grievance):
        return Reach(figures, None, knows_cases=True)
    cases = _where(session, ability, _case)
    knows = ability.everywhere("read", "Grievance") or (figures is not None and figures <= cases)
    return Reach(
        figures, _where(session, ability, _sensitive_case), knows_cases=knows or _knows_all(session, cases)
    )


def _knows_all(session: Session, cases: frozenset[UUID]) -> bool:
    every = select(Project.uuid).where(Project.deleted_at.is_(None))
    return set(session.scalars(every)) <= cases


def _where(session: Session, ability: Ability, row: Any) -> frozenset[UUID]:
    model, facts = row
    projects = session.scalars(select(Project.uuid).where(Project.deleted_at.is_(None)))
    return frozenset(uuid for uuid in projects if ability.can("read", model, facts(uuid)))


def _facts(model: type[Any], **known: Any) -> dict[str, Any]:
    return dict.fromkeys(inspect(model).column_attrs.keys()) | known


_stat = (Stat, lambda project: _facts(Stat, group=str(project)))
_case = (Grievance, lambda project: _facts(Grievance, project_id=project, is_sensitive=False))
_sensitive_case = (Grievance, lambda project: _facts(Grievance, project_id=project, is_sensitive=True))
