"""The list of vendors: a page of it, how many there are, and all of it as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.exporting import Safe, export
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.core.search import contains, digits_in, tidy, words_in
from portal.core.unchanged import while_unchanged
from portal.projects.models import Project
from portal.vendors.models import CONTACT, SEARCHED, ProjectVendor, Vendor
from portal.vendors.places import DECIMALS, locates
from portal.vendors.states import VendorState

NEWEST = Sort("-created", (Vendor.created_at, Vendor.id), descending=True)
BY_NAME = (SEARCHED, Vendor.id)
SORTS = {
    sort.name: sort
    for sort in (
        NEWEST,
        Sort("created", (Vendor.created_at, Vendor.id)),
        Sort("name", BY_NAME),
        Sort("-name", BY_NAME, descending=True),
    )
}


@dataclass(frozen=True)
class VendorFilter:
    """Which vendors a list shows: with all words of `q` in name, phone, e-mail or wallet, at work in one project, in
    one state; those that are deleted instead of those that are not."""

    q: str = ""
    project: UUID | None = None
    state: VendorState | None = None
    deleted: bool = False


def chosen_vendors(chosen: VendorFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The vendors that a filter finds among those the reader may see; columns are added by the caller."""
    gone = Vendor.deleted_at.is_not(None) if chosen.deleted else Vendor.deleted_at.is_(None)
    statement = select(Vendor.id).where(gone, *_is_found(chosen.q))
    if chosen.state is not None:
        statement = statement.where(Vendor.state == chosen.state.value)
    if chosen.project is not None:
        there = select(ProjectVendor.id).where(
            ProjectVendor.vendor_id == Vendor.uuid,
            ProjectVendor.project_id == chosen.project,
            ProjectVendor.deleted_at.is_(None),
        )
        statement = statement.where(there.correlate(Vendor).exists())
    return ability.accessible(statement, "read", Vendor)


def page_of_vendors(
    session: Session, chosen: VendorFilter, ability: Ability, sort: Sort = NEWEST, position: Position = FIRST
) -> Page:
    """One page of the list in one statement: uuid, name, phone, location, projects (names or None), created, state."""
    shown = chosen_vendors(chosen, ability).with_only_columns(
        Vendor.uuid,
        Vendor.name,
        Vendor.phone,
        Vendor.location,
        _projects(ability).label("projects"),
        Vendor.created_at.label("created"),
        Vendor.state,
    )
    return page_of(session, shown, sort, position)


def count_vendors(session: Session, chosen: VendorFilter, ability: Ability) -> Count:
    """How many the filter finds, up to 10,000."""
    return while_unchanged(
        session,
        (count_vendors, chosen, ability),
        lambda: count_up_to(session, chosen_vendors(chosen, ability)),
    )


def count_exactly(session: Session, chosen: VendorFilter, ability: Ability) -> int:
    """How many vendors a file of the list will hold."""
    return session.scalar(select(func.count()).select_from(chosen_vendors(chosen, ability).subquery())) or 0


COLUMNS = (
    "name",
    "contact",
    "phone",
    "email",
    "location",
    "latitude",
    "longitude",
    "wallet",
    "state",
    "projects",
    "created",
    "uuid",
)
"""What a file of the list may hold, in its order."""


def export_vendors(
    session: Session, chosen: VendorFilter, ability: Ability, wanted: Sequence[str], sort: Sort, kind: str
) -> Iterator[bytes]:
    """The filtered list as a file of a `kind`, in pieces."""

    def statement(safe: Safe) -> Select[*tuple[Any, ...]]:
        cells = _cells(ability, safe)
        keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
        picked = chosen_vendors(chosen, ability).with_only_columns(
            *(cells[name].label(name) for name in wanted)
        )
        return picked.order_by(*keys)

    text = tidy(chosen.q)
    private = [piece for piece in (*words_in(text), digits_in(text)) if piece]
    return export(session, kind, statement, wanted, "Vendors", private)


def _cells(ability: Ability, safe: Safe) -> dict[str, ColumnElement[Any]]:
    """Each column as text; what people wrote themselves is made safe."""
    projects = func.array_to_string(_projects(ability), ", ", type_=Text)
    return {
        **{name: safe(getattr(Vendor, name)) for name in ("name", "phone", "email", "location", "wallet")},
        "contact": safe(Vendor.extras[CONTACT].astext),
        "latitude": _degrees(Vendor.latitude, ability),
        "longitude": _degrees(Vendor.longitude, ability),
        "state": cast(Vendor.state, Text),
        "projects": safe(projects),
        "created": func.to_char(func.timezone("UTC", Vendor.created_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        "uuid": cast(Vendor.uuid, Text),
    }


def _degrees(column: SQLColumnExpression[Any], ability: Ability) -> ColumnElement[Any]:
    """A coordinate as text, as exactly as the reader may know it."""
    if locates(ability):
        return cast(column, Text)
    return cast(func.trim_scale(func.round(cast(column, Numeric), DECIMALS)), Text)


def _is_found(typed: str) -> list[ColumnElement[bool]]:
    """Each word stands somewhere in name, phone, e-mail or wallet; a number may be written in any way."""
    text = tidy(typed)
    if not text:
        return []
    in_words = and_(*(contains(SEARCHED, word) for word in words_in(text)))
    digits = digits_in(text)
    return [or_(SEARCHED.like(f"%{digits}%"), in_words) if digits else in_words]


@lru_cache(64)
def _projects(ability: Ability) -> ColumnElement[Any]:
    return (
        select(func.array_agg(aggregate_order_by(Project.name, Project.name)))
        .join(ProjectVendor, ProjectVendor.project_id == Project.uuid)
        .where(
            ProjectVendor.vendor_id == Vendor.uuid,
            ProjectVendor.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            ability.condition("read", Project),
        )
        .correlate(Vendor)
        .scalar_subquery()
    )
