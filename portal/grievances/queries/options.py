"""What the list of cases can be narrowed to: projects, categories, channels and colleagues the reader may know of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.choosing import Offer, kept_offer
from portal.core.unchanged import while_unchanged
from portal.grievances.models import Grievance, GrievanceCategory, GrievanceChannel
from portal.grievances.queries.columns import knows_colleagues
from portal.projects.queries.choosing import projects_to_see
from portal.users.models import User
from portal.vendors.models import Vendor

Option = tuple[str, str]


@dataclass(frozen=True)
class Options:
    """Categories and channels by name with their keys; what can be chosen of projects, and of colleagues in charge of a
    case."""

    projects: Offer
    categories: tuple[Option, ...]
    channels: tuple[Option, ...]
    colleagues: Offer


def options(session: Session, ability: Ability, *, project: str = "", who: str = "") -> Options:
    """What the reader can choose among, who typed these names of a project and a colleague, or named these uuids."""
    found = while_unchanged(session, options, lambda: _ask(session))
    return Options(
        kept_offer(session, projects_to_see, ability, project),
        found["categories"],
        found["channels"],
        kept_offer(session, colleagues_in_charge, ability, who) if knows_colleagues(ability) else Offer(()),
    )


def _ask(session: Session) -> Mapping[str, tuple[Option, ...]]:
    rows = session.connection().execute(_TERMS).all()
    return {
        wanted: tuple((key, name) for kind, key, name in rows if kind == wanted)
        for wanted in ("categories", "channels")
    }


def colleagues_in_charge(ability: Ability) -> Select[UUID, str]:
    """Who is in charge of a case that the reader may see."""
    theirs = select(Grievance.id).where(Grievance.assignee_id == User.id, Grievance.deleted_at.is_(None))
    in_charge = ability.accessible(theirs, "read", Grievance).correlate(User).exists()
    name = func.coalesce(User.name, User.email, type_=Text).label("name")
    return select(User.uuid, name).where(in_charge)


def _option(kind: str, key: Any, name: Any) -> tuple[Any, ...]:
    return literal(kind).label("kind"), cast(key, Text).label("key"), name.label("name")


_TERMS = union_all(
    *(
        select(select(*_option(kind, model.uuid, model.name)).order_by(model.name).subquery())
        for kind, model in (("categories", GrievanceCategory), ("channels", GrievanceChannel))
    )
)


def user_numbered(session: Session, uuid: UUID) -> int | None:
    """The id of the user with that uuid; None where there is none."""
    return session.scalar(select(User.id).where(User.uuid == uuid))


def name_of_vendor(session: Session, uuid: UUID, ability: Ability) -> str:
    """What a vendor is called; their reference where this reader may not know of them."""
    statement = select(Vendor.name).where(Vendor.uuid == uuid)
    return session.scalar(ability.accessible(statement, "read", Vendor)) or str(uuid)
