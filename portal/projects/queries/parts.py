"""What hangs on projects, counted: of several projects at once, by one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Numeric,
    ScalarSelect,
    Select,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.unchanged import while_unchanged
from portal.projects.models import Project, ProjectBudget
from portal.projects.parts import OpenEnd, Part, open_ends, parts
from portal.projects.spending import Spending

BUDGET = ""
"""In the place of a part's name: the row is a budget."""


@dataclass
class Figures:
    """What the reader may know of one project: how many of each part, and its budgets by currency."""

    numbers: dict[str, int] = field(default_factory=dict)
    budgets: list[Spending] = field(default_factory=list)


def figures_of(session: Session, projects: Iterable[UUID], ability: Ability) -> Mapping[UUID, Figures]:
    """The figures of each of the projects, of what the reader may see."""
    asked = tuple(projects)
    return while_unchanged(session, (figures_of, asked, ability), lambda: _ask(session, asked, ability))


def _ask(session: Session, projects: Sequence[UUID], ability: Ability) -> Mapping[UUID, Figures]:
    found = {project: Figures({part.name: 0 for part in seen_parts(ability)}) for project in projects}
    if not projects:
        return found
    nothing = cast(null(), BigInteger)
    rows: list[Select[*tuple[Any, ...]]] = [
        select(
            literal(BUDGET).label("part"),
            ProjectBudget.project_id.label("project"),
            nothing.label("number"),
            ProjectBudget.currency,
            ProjectBudget.amount,
            ProjectBudget.spent,
        ).where(ProjectBudget.project_id.in_(projects))
    ]
    for part in seen_parts(ability):
        counted = count_of(part, ability).where(part.link.project_id.in_(projects)).subquery()
        no_text, no_money = cast(null(), Text), cast(null(), Numeric(28, 8))
        rows.append(select(literal(part.name), counted.c[0], counted.c[1], no_text, no_money, no_money))
    for row in session.execute(union_all(*rows)):
        if row.part == BUDGET:
            found[row.project].budgets.append(Spending(row.currency, row.amount, row.spent))
        else:
            found[row.project].numbers[row.part] = row.number
    for figures in found.values():
        figures.budgets.sort(key=lambda budget: budget.currency)
    return found


def seen_parts(ability: Ability) -> list[Part]:
    """The parts of which the reader may see some."""
    return [part for part in parts() if ability.can("read", part.subject)]


def count_of(part: Part, ability: Ability) -> Select[UUID, int]:
    """SQL: each project, and how many of a part are in it that the reader may see."""
    link = part.link
    statement = select(link.project_id, func.count()).where(link.deleted_at.is_(None))
    if not ability.everywhere("read", part.subject):  # else the index of the link alone can tell
        if part.on is not None:
            statement = statement.join(part.subject, part.on)
        statement = ability.accessible(statement, "read", part.subject)
    return statement.group_by(link.project_id)


def number_in(part: Part, ability: Ability, project: type[Project]) -> ScalarSelect[int]:
    """SQL: how many of a part are in the project of the surrounding row that the reader may see."""
    counted = (
        count_of(part, ability).with_only_columns(func.count(), maintain_column_froms=True).group_by(None)
    )
    return counted.where(part.link.project_id == project.uuid).correlate(project).scalar_subquery()


RECORDS = frozenset({"tbl_project_budgets", "tbl_transaction_sums", "tbl_import_batches", "tbl_bulk_actions"})
"""Tables that name a project and do not hang on it: budgets, which go with it while nothing is spent, sums of what
hangs elsewhere, and records of what was done once."""


def hanging_on(session: Session, project: UUID) -> list[str]:
    """The tables of which anything that is not deleted hangs on a project, whoever may see it.

    All that refer to projects are asked, so that a module that comes later cannot be forgotten.
    """
    asked = {}
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is not Project.__table__.c.uuid or table.name in RECORDS:
                continue
            there = select(literal(1)).select_from(table).where(key.parent == project)
            if "deletedAt" in table.c:
                there = there.where(table.c.deletedAt.is_(None))
            asked[table.name] = there.exists()
    row = session.execute(select(*(there.label(name) for name, there in asked.items()))).one()
    return [name for name in asked if getattr(row, name)]


def has_spent(session: Session, project: UUID) -> bool:
    """Whether anything was ever paid or is promised out of the project's budgets."""
    spent = select(ProjectBudget.id).where(ProjectBudget.project_id == project, ProjectBudget.spent > 0)
    return bool(session.scalar(select(spent.exists())))


def unfinished_in(session: Session, project: UUID, ability: Ability) -> list[tuple[str, int]]:
    """What is not finished in a project: the names of the open ends that are there, each with how many."""
    ends = open_ends()
    if not ends:
        return []
    row = session.execute(
        select(*(_counted(end, project, ability).scalar_subquery().label(end.name) for end in ends))
    ).one()
    return [(end.name, number) for end in ends if (number := getattr(row, end.name))]


def _counted(end: OpenEnd, project: UUID, ability: Ability) -> Select[int]:
    counted = end.count(project)
    return ability.accessible(counted, "read", end.subject) if end.subject else counted
