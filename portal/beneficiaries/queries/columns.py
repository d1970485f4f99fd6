"""The columns a list of people can show and an export can hold, each with the SQL that gives it.

Personal data is masked here, in the database: who may not read a person's data never gets it out, so no
template and no export can forget to hide it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    SQLColumnExpression,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.places import coarse
from portal.core.abilities import Ability
from portal.projects.models import Project

PERSONAL = frozenset({"name", "phone", "email", "govt_id"})
DEFAULT = ("name", "phone", "gender", "age", "location", "phone_status", "verified", "created")
GOVT_ID = BeneficiaryPii.extras["govtIDNumber"].astext


@dataclass(frozen=True)
class PersonalData:
    """What the reader may know of people: `plain` holds for those whose data they see in clear, `whole` for those
    whose phone and government id they may have shown as well, `located` for those of whom they may know exactly where
    they are. `locates` says that this is everybody: filters and the map then ask for exact places, else for none."""

    plain: ColumnElement[bool]
    whole: ColumnElement[bool]
    located: ColumnElement[bool] = field(default_factory=false)
    locates: bool = False

    def shown(
        self, clear: SQLColumnExpression[Any], masked: SQLColumnExpression[Any]
    ) -> SQLColumnExpression[Any]:
        """The clear value where the reader may see it, else the masked one."""
        return case((self.plain, clear), else_=masked)

    def shown_whole(
        self, clear: SQLColumnExpression[Any], masked: SQLColumnExpression[Any]
    ) -> SQLColumnExpression[Any]:
        """The same of a phone or a government id."""
        return case((self.whole, clear), else_=masked)

    def placed(self, degrees: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
        """A coordinate as exactly as the reader may know it."""
        return case((self.located, degrees), else_=coarse(degrees))


def age_in_years() -> ColumnElement[int]:
    """Age by the birth date where it is known, else as entered (domain rule)."""
    by_date = cast(func.date_part("year", func.age(cast(Beneficiary.birth_date, Date))), Integer)
    return func.coalesce(by_date, Beneficiary.age)


def masked_words(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The first letter of each word: "Sita Tharu" is "S••• T•••"."""
    return func.regexp_replace(column, r"(\S)\S*", r"\1•••", "g")


def masked_phone(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The country's digits and the last three: enough to tell rows apart on the telephone, no more."""
    return case(
        (column.like("none:%"), column),
        else_=func.left(column, 4) + literal("••••") + func.right(column, 3),
    )


def masked_id(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """As many dots as the government id has characters, at most four: that there is one, and no more."""
    return cast(func.left(literal("••••"), func.length(column)), Text)


def masked_email(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The first letter and the provider; only the letter of what is no address."""
    return func.regexp_replace(column, "^(.)[^@]*(@[^@]*$)?.*$", r"\1•••\2")


def _group_names(ability: Ability) -> SQLColumnExpression[Any]:
    in_order = aggregate_order_by(literal(", "), BeneficiaryGroup.name)
    return (
        select(func.string_agg(BeneficiaryGroup.name, in_order))
        .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == BeneficiaryGroup.uuid)
        .where(
            GroupedBeneficiary.beneficiary_id == Beneficiary.uuid,
            GroupedBeneficiary.deleted_at.is_(None),
            BeneficiaryGroup.deleted_at.is_(None),
            ability.condition("read", BeneficiaryGroup),
        )
        .correlate(Beneficiary)
        .scalar_subquery()
    )


def _project_names(ability: Ability) -> SQLColumnExpression[Any]:
    in_order = aggregate_order_by(literal(", "), Project.name)
    return (
        select(func.string_agg(Project.name, in_order))
        .join(BeneficiaryProject, BeneficiaryProject.project_id == Project.uuid)
        .where(
            BeneficiaryProject.beneficiary_id == Beneficiary.uuid,
            BeneficiaryProject.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            ability.condition("read", Project),
        )
        .correlate(Beneficiary)
        .scalar_subquery()
    )


def on_screen() -> dict[str, SQLColumnExpression[Any]]:
    """What pages show instead of two of the columns, to everybody: who needs the whole phone or government id of
    a person has it shown on that person's page, for a purpose that goes into the audit log."""
    return {"phone": masked_phone(BeneficiaryPii.phone), "govt_id": masked_id(GOVT_ID)}


def columns(
    personal: PersonalData, ability: Ability, wanted: Sequence[str] | None = None
) -> dict[str, SQLColumnExpression[Any]]:
    """The `wanted` columns, or all, by their names in URLs and settings.

    Of groups and projects only those are named that the reader may see.
    """
    makers = _makers(personal, ability)
    return {name: makers[name]() for name in (wanted or makers)}


def _makers(personal: PersonalData, ability: Ability) -> Mapping[str, Callable[[], SQLColumnExpression[Any]]]:
    """How each column is made, in the order in which a table shows them. Most lists want few of them, and
    putting SQL together takes longer than asking it."""
    pii = BeneficiaryPii
    return {
        "name": lambda: personal.shown(pii.name, masked_words(pii.name)),
        "phone": lambda: personal.shown_whole(pii.phone, masked_phone(pii.phone)),
        "govt_id": lambda: personal.shown_whole(GOVT_ID, masked_id(GOVT_ID)),
        "email": lambda: personal.shown(pii.email, masked_email(pii.email)),
        "gender": lambda: Beneficiary.gender,
        "age": lambda: age_in_years(),
        "birth_date": lambda: cast(Beneficiary.birth_date, Date),
        "location": lambda: Beneficiary.location,
        "latitude": lambda: personal.placed(Beneficiary.latitude),
        "longitude": lambda: personal.placed(Beneficiary.longitude),
        "banked_status": lambda: Beneficiary.banked_status,
        "phone_status": lambda: Beneficiary.phone_status,
        "internet_status": lambda: Beneficiary.internet_status,
        "groups": lambda: _group_names(ability),
        "projects": lambda: _project_names(ability),
        "verified": lambda: Beneficiary.is_verified,
        "wallet": lambda: Beneficiary.wallet_address,
        "notes": lambda: Beneficiary.notes,
        "created": lambda: Beneficiary.created_at,
        "uuid": lambda: Beneficiary.uuid,
    }
