"""The list of projects: a page of it, how many there are, of which types, and the same as a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.core.exporting import export
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.core.search import contains, tidy, words_in
from portal.core.unchanged import while_unchanged
from portal.projects.models import Project, ProjectBudget
from portal.projects.queries.parts import number_in, seen_parts

NEWEST = Sort("-created", (Project.created_at, Project.id), descending=True)
BY_NAME = (Project.name, Project.id)
SORTS = {
    sort.name: sort
    for sort in (
        NEWEST,
        Sort("created", (Project.created_at, Project.id)),
        Sort("name", BY_NAME),
        Sort("-name", BY_NAME, descending=True),
    )
}


@dataclass(frozen=True)
class ProjectFilter:
    """Which projects a list shows: those with all words of `q` in name or description, in one state, of one type; those
    that are deleted instead of those that are not."""

    q: str = ""
    status: ProjectStatus | None = None
    type: str | None = None
    deleted: bool = False


def chosen_projects(chosen: ProjectFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The projects that a filter finds among those the reader may see; columns are added by the caller."""
    gone = Project.deleted_at.is_not(None) if chosen.deleted else Project.deleted_at.is_(None)
    told = func.concat_ws(" ", Project.name, Project.description)
    searched = literal(" ") + func.portal_fold(told, type_=Text)
    statement = select(Project.id).where(
        gone, *(contains(searched, word) for word in words_in(tidy(chosen.q)))
    )
    if chosen.status:
        statement = statement.where(Project.status == chosen.status)
    if chosen.type:
        statement = statement.where(Project.type == chosen.type)
    return ability.accessible(statement, "read", Project)


def page_of_projects(
    session: Session, chosen: ProjectFilter, ability: Ability, sort: Sort = NEWEST, position: Position = FIRST
) -> Page:
    """One page of the list in one statement: uuid, name, status, type, currency, created, deleted."""
    shown = chosen_projects(chosen, ability).with_only_columns(
        Project.uuid,
        Project.name,
        Project.status,
        Project.type,
        Project.currency,
        Project.created_at.label("created"),
        Project.deleted_at.label("deleted"),
    )
    return page_of(session, shown, sort, position)


def count_projects(session: Session, chosen: ProjectFilter, ability: Ability) -> Count:
    """How many the filter finds, up to 10,000."""
    return while_unchanged(
        session,
        (count_projects, chosen, ability),
        lambda: count_up_to(session, chosen_projects(chosen, ability)),
    )


def types_in_use(session: Session, ability: Ability) -> Sequence[str]:
    """The types of the projects that the reader may see, in order."""
    return while_unchanged(session, (types_in_use, ability), lambda: _ask_types(session, ability))


def _ask_types(session: Session, ability: Ability) -> Sequence[str]:
    used = select(Project.type).where(Project.deleted_at.is_(None)).distinct()
    return session.scalars(ability.accessible(used, "read", Project).order_by(Project.type)).all()


def count_exactly(session: Session, chosen: ProjectFilter, ability: Ability) -> int:
    """How many projects a file will hold."""
    return session.scalar(select(func.count()).select_from(chosen_projects(chosen, ability).subquery())) or 0


def export_projects(
    session: Session, chosen: ProjectFilter, ability: Ability, sort: Sort, kind: str
) -> Iterator[bytes]:
    """The filtered list as a file of a `kind` ("csv" or "xlsx"), in pieces, with the figures of the page."""
    figures = seen_parts(ability)
    header = [
        *("uuid", "name", "status", "type", "description", "contract address", "time zone", "currency"),
        *(part.name for part in figures),
        *("budgets", "created"),
    ]

    def statement(safe: Callable[[Any], Any]) -> Select[*tuple[Any, ...]]:
        counts = [cast(number_in(part, ability, Project), Text) for part in figures]
        cells: list[Any] = [
            cast(Project.uuid, Text),
            safe(Project.name),
            cast(Project.status, Text),
            safe(Project.type),
            safe(Project.description),
            Project.contract_address,
            Project.time_zone,
            safe(Project.currency),
            *counts,
            safe(_budgets()),
            func.to_char(func.timezone("UTC", Project.created_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        ]
        wanted = chosen_projects(chosen, ability).with_only_columns(
            *(cell.label(f"cell_{at}") for at, cell in enumerate(cells))
        )
        return wanted.order_by(*(key.desc() if sort.descending else key.asc() for key in sort.keys))

    return export(session, kind, statement, header, "Projects")


def _budgets() -> Any:
    """SQL: the budgets of a project in a line, such as "EUR 120 of 500, NPR 30"."""
    told = (
        ProjectBudget.currency
        + " "
        + _plain(ProjectBudget.spent)
        + case((ProjectBudget.amount.is_not(None), literal(" of ") + _plain(ProjectBudget.amount)), else_="")
    )
    return (
        select(func.string_agg(told, aggregate_order_by(literal(", "), ProjectBudget.currency)))
        .where(ProjectBudget.project_id == Project.uuid)
        .correlate(Project)
        .scalar_subquery()
    )


def _plain(amount: Any) -> Any:
    return cast(func.trim_scale(amount), Text)
