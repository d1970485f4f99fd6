"""What a filter of the list means. The filter travels as a value, from the URL to an export or a bulk action."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Uuid, and_, any_, cast, exists, false, func, not_, or_
from sqlalchemy.dialects.postgresql import array

from portal.beneficiaries.models import (
    VALID_PHONE,
    Beneficiary,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.columns import PersonalData
from portal.beneficiaries.queries.places import Area, within
from portal.beneficiaries.queries.search import Needle, matches, ranks, read_needle, stands_in_name
from portal.beneficiaries.queries.sounding import alike, can_sound, ranks_alike
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus


class Lack(StrEnum):
    """What a person may be without that a group's purpose asks for."""

    BANK_ACCOUNT = "BANK_ACCOUNT"
    VALID_PHONE = "VALID_PHONE"
    PHONE = "PHONE"


BANK_KEYS = (("bankAccount",), ("bank", "bankName"))
"""What of a person's extras a bank transfer needs: the account and the bank, each under one of its names."""


@dataclass(frozen=True)
class PeopleFilter:
    """Which people a list shows. An empty field does not narrow. Ages in years, both ends included.

    `alike` finds, beside those whom `q` finds, people whose names sound like it or are spelt nearly so.
    `lacks` finds who is without any of what it names. `groups` finds who is in any of them: those of which a part of
    the name was typed. `also_in` and `not_in` are further groups beside `group`, so that
    two can be compared.
    `location` names places, or parts of their names: who lives at any of them is found.
    `area` is a part of the map as `places.Area` has it; `placed` asks who has coordinates and who has none.
    """

    q: str = ""
    alike: bool | None = None
    gender: tuple[Gender, ...] = ()
    banked_status: tuple[BankedStatus, ...] = ()
    internet_status: tuple[InternetStatus, ...] = ()
    phone_status: tuple[PhoneStatus, ...] = ()
    lacks: tuple[Lack, ...] = ()
    also_in: UUID | None = None
    not_in: UUID | None = None
    verified: bool | None = None
    group: UUID | None = None
    groups: tuple[UUID, ...] = ()
    project: UUID | None = None
    people: tuple[UUID, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    created_from: dt.date | None = None
    created_to: dt.date | None = None
    location: tuple[str, ...] = ()
    area: tuple[float, ...] = ()
    placed: bool | None = None

    @property
    def needle(self) -> Needle | None:
        """What the search box asks for."""
        return read_needle(self.q)

    @property
    def widened(self) -> bool:
        """Whether names that are only like what was typed are found too."""
        return bool(self.alike) and can_sound(self.needle)

    @property
    def narrows(self) -> bool:
        """Whether it leaves anybody out."""
        return any(getattr(self, field.name) not in ("", (), None) for field in fields(self))


def where(chosen: PeopleFilter, *, personal: PersonalData, ranked: bool = False) -> list[ColumnElement[bool]]:
    """The conditions of a filter on Beneficiary joined with BeneficiaryPii.

    `personal` says what the reader may know of whom: a search in names finds only people whose names they see,
    one in phones and ids only those whose phone and id they may have shown, so that finding somebody never tells
    what reading would not. In a `ranked` list the ranks say what matches.
    """
    conditions: list[ColumnElement[bool]] = [Beneficiary.deleted_at.is_(None)]
    for column, values in (
        (Beneficiary.gender, chosen.gender),
        (Beneficiary.banked_status, chosen.banked_status),
        (Beneficiary.internet_status, chosen.internet_status),
        (Beneficiary.phone_status, chosen.phone_status),
    ):
        if values:
            conditions.append(column == values[0] if len(values) == 1 else column.in_(values))
    if chosen.verified is not None:
        conditions.append(Beneficiary.is_verified.is_(chosen.verified))
    if chosen.lacks:
        conditions.append(or_(*(lacking(lack) for lack in chosen.lacks)))
    if chosen.group:
        conditions.append(_in_group(chosen.group))
    if chosen.groups:
        conditions.append(_in_group(*chosen.groups))
    if chosen.also_in:
        conditions.append(_in_group(chosen.also_in))
    if chosen.not_in:
        conditions.append(not_(_in_group(chosen.not_in)))
    if chosen.project:
        conditions.append(_in_project(chosen.project))
    if chosen.people:
        conditions.append(Beneficiary.uuid == any_(array(chosen.people, type_=Uuid())))
    conditions += _ages(chosen.age_from, chosen.age_to)
    if chosen.created_from:
        conditions.append(Beneficiary.created_at >= chosen.created_from)
    if chosen.created_to:
        conditions.append(Beneficiary.created_at < chosen.created_to + dt.timedelta(days=1))
    if places := [name.strip().lower() for name in chosen.location if name.strip()]:
        conditions.append(or_(*(_at(place) for place in places)))
    if chosen.area:
        conditions.append(within(Area(*chosen.area), exact=personal.locates))
    if chosen.placed is not None:
        known = and_(Beneficiary.latitude.is_not(None), Beneficiary.longitude.is_not(None))
        conditions.append(known if chosen.placed else not_(known))
    if needle := chosen.needle:
        conditions += _searched(needle, personal, wider=chosen.widened, ranked=ranked)
    return conditions


def _searched(
    needle: Needle, personal: PersonalData, *, wider: bool, ranked: bool
) -> Iterator[ColumnElement[bool]]:
    like = [alike(needle)] if wider else []
    if needle.personal:
        yield personal.plain
        yield or_(personal.whole, stands_in_name(BeneficiaryPii.search_text, needle), *like)
    if not ranked:
        yield or_(matches(needle), *like)


def ranks_of(chosen: PeopleFilter, personal: PersonalData) -> tuple[ColumnElement[bool], ...]:
    """The parts of the list that a search ranks, the best first; none where nothing is ranked."""
    needle = chosen.needle
    if needle is None or not chosen.widened:
        return ranks(needle, personal.whole)
    return *(ranks(needle, personal.whole) or (matches(needle),)), *ranks_alike(needle)


def lacking(lack: Lack) -> ColumnElement[bool]:
    """SQL: the person is without this."""
    match lack:
        case Lack.PHONE:
            return BeneficiaryPii.phone.like("none:%")
        case Lack.VALID_PHONE:  # in the words of the index of these
            return not_(BeneficiaryPii.phone.regexp_match(VALID_PHONE))
        case Lack.BANK_ACCOUNT:
            return or_(*(_blank(keys) for keys in BANK_KEYS))


def _blank(keys: tuple[str, ...]) -> ColumnElement[bool]:
    """Nothing stands under any of these keys, neither among the personal extras nor among the others."""
    extras = (Beneficiary.extras, BeneficiaryPii.extras)
    values = [func.nullif(func.btrim(column[key].astext), "") for column in extras for key in keys]
    return func.coalesce(*values).is_(None)


def _at(place: str) -> ColumnElement[bool]:
    """SQL: the person's place holds this text, however its letters are written."""
    return func.lower(Beneficiary.location).contains(place, autoescape=True)


def _in_group(*groups: UUID) -> ColumnElement[bool]:
    within = GroupedBeneficiary.beneficiary_group_id
    return exists().where(
        within == groups[0] if len(groups) == 1 else within == any_(array(groups, type_=Uuid())),
        GroupedBeneficiary.beneficiary_id == Beneficiary.uuid,
        GroupedBeneficiary.deleted_at.is_(None),
    )


def _in_project(project: UUID) -> ColumnElement[bool]:
    return exists().where(
        BeneficiaryProject.project_id == project,
        BeneficiaryProject.beneficiary_id == Beneficiary.uuid,
        BeneficiaryProject.deleted_at.is_(None),
    )


def _ages(youngest: int | None, oldest: int | None) -> list[ColumnElement[bool]]:
    """An age range, by the birth date where it is known and by the age as entered where it is not."""
    by_date: list[ColumnElement[bool]] = []
    by_age: list[ColumnElement[bool]] = []
    if youngest is not None:
        by_date.append(cast(Beneficiary.birth_date, Date) <= _years_ago(youngest))
        by_age.append(Beneficiary.age >= youngest)
    if oldest is not None:
        by_date.append(cast(Beneficiary.birth_date, Date) > _years_ago(oldest + 1))
        by_age.append(Beneficiary.age <= oldest)
    if not by_date:
        return []
    if youngest is not None and oldest is not None and youngest > oldest:
        return [false()]
    return [
        or_(
            and_(Beneficiary.birth_date.is_not(None), *by_date),
            and_(Beneficiary.birth_date.is_(None), *by_age),
        )
    ]


def _years_ago(years: int) -> ColumnElement[dt.date]:
    return cast(func.current_date() - func.make_interval(years), Date)
