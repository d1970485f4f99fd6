"""The demo's people, made up by a generator with a fixed seed: the same ones in every installation."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from portal.core.enums import BankedStatus, Gender, GroupPurpose, InternetStatus, PhoneStatus
from portal.demo import names, places
from portal.demo.names import Tongue
from portal.demo.phones import fictitious
from portal.demo.places import Place
from portal.demo.programme import CYCLONE, FLOOD, GROUPS, WINTER, WORK, Group, named

SEED = 2_025


@dataclass(frozen=True)
class Country:
    """Where some of the people live: how many, with names of which languages, and in which project."""

    code: str
    people: int
    tongues: tuple[Tongue, ...]
    places: tuple[Place, ...]
    project: str


KOSHI = tuple(
    place for place in places.NEPAL if place.name in {"Sunsari", "Saptari", "Morang", "Udayapur", "Siraha"}
)
COUNTRIES = (
    Country("NP", 210, (names.NEPALI, names.DEVANAGARI), KOSHI, FLOOD),
    Country("BD", 60, (names.BENGALI,), places.BANGLADESH, FLOOD),
    Country("UA", 80, (names.UKRAINIAN,), places.UKRAINE, WINTER),
    Country("TR", 50, (names.TURKISH,), places.TURKIYE, WINTER),
    Country("YE", 50, (names.ARABIC,), places.YEMEN, WORK),
    Country("ET", 50, (names.AMHARIC,), places.ETHIOPIA, WORK),
    Country("KH", 30, (names.KHMER,), places.CAMBODIA, CYCLONE),
    Country("HN", 30, (names.SPANISH,), places.HONDURAS, CYCLONE),
    Country("VN", 30, (names.VIETNAMESE,), places.VIET_NAM, CYCLONE),
    Country("MY", 20, (names.CHINESE,), places.MALAYSIA, CYCLONE),
)
MONTHS_AGO = {CYCLONE: (150, 330), WINTER: (20, 120), FLOOD: (3, 210), WORK: (0, 30)}
"""Between how many days ago people were registered for a project."""

YOUNGEST = 16
"""Who speaks for a household is rarely a child."""

BANKS = ("Example Bank", "Demo Cooperative Bank", "Sample Savings and Credit")
NOTES = (
    "Prefers to be called in the evening.",
    "A neighbour reads messages to her.",
    "Needs a ramp at the distribution point.",
    "Changed address after the flood.",
)


@dataclass(frozen=True)
class Made:
    """A made-up person: the values of the two tables by attribute name, the project and the groups."""

    uuid: UUID
    person: dict[str, Any]
    pii: dict[str, Any]
    project: str
    groups: tuple[Group, ...]


def people(now: dt.datetime) -> Iterator[Made]:
    """Everybody, as if registered over the months before `now`. Wallets are not among the facts."""
    chance = Random(SEED)  # noqa: S311 -- repeatable on purpose, protects nothing
    number = 0
    for country in COUNTRIES:
        for _ in range(country.people):
            yield _person(chance, country, number, now)
            number += 1


def _person(chance: Random, country: Country, number: int, now: dt.datetime) -> Made:
    uuid = named("person", str(number))
    gender = chance.choices([Gender.FEMALE, Gender.MALE], [58, 42])[0]
    name = chance.choice(country.tongues).name(chance, gender).replace("_", " ")
    shown = chance.choices([gender, Gender.OTHER, Gender.UNKNOWN], [96, 2, 2])[0]
    first, last = MONTHS_AGO[country.project]
    created = now - dt.timedelta(days=chance.uniform(first, last))
    place = names.often_first(chance, country.places)
    phone_status = chance.choices(list(PhoneStatus), [4, 7, 46, 43])[0]
    has_phone = phone_status is not PhoneStatus.NO_PHONE
    groups = _groups(chance, country.project)
    person = {
        "uuid": uuid,
        "gender": shown,
        **_age(chance, now.date()),
        "location": place.name,
        **_point(chance, place),
        "extras": _extras(chance, number, groups),
        "notes": chance.choice(NOTES) if chance.random() < 0.06 else None,
        "banked_status": chance.choices(list(BankedStatus), [10, 44, 38, 8])[0],
        "internet_status": chance.choices(list(InternetStatus), [9, 42, 10, 39])[0],
        "phone_status": phone_status,
        "is_verified": chance.random() < 0.55,
        "created_at": created,
    }
    government_id = f"{country.code}-X{chance.randrange(10**6, 10**7)}" if chance.random() < 0.7 else None
    pii = {
        "name": name,
        "phone": fictitious(number) if has_phone else f"none:{uuid}",
        "email": f"person{number}@example.org" if chance.random() < 0.12 else None,
        "extras": {"govtIDNumber": government_id} if government_id else None,
    }
    return Made(uuid, person, pii, country.project, groups)


def _groups(chance: Random, project: str) -> tuple[Group, ...]:
    """Some of the project's groups; who is paid by bank gets no mobile money."""
    chosen: list[Group] = []
    for group in GROUPS:
        by_bank = any(one.purpose is GroupPurpose.BANK_TRANSFER for one in chosen)
        wanted = group.project == project and chance.random() < group.share
        if wanted and not (by_bank and group.purpose is GroupPurpose.MOBILE_MONEY):
            chosen.append(group)
    return tuple(chosen)


def _age(chance: Random, today: dt.date) -> dict[str, Any]:
    """A birth date with the age that follows, only an age, or neither."""
    age = int(chance.triangular(YOUNGEST, 92, 34))
    known = chance.random()
    if known < 0.75:
        born = today - dt.timedelta(days=age * 365.25 + chance.randrange(1, 360))
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return {"birth_date": dt.datetime(born.year, born.month, born.day, tzinfo=dt.UTC), "age": years}
    return {"birth_date": None, "age": age if known < 0.93 else None}


def _point(chance: Random, place: Place) -> dict[str, float | None]:
    """Somewhere near the middle of the district, or nowhere."""
    if chance.random() < 0.25:
        return {"latitude": None, "longitude": None}
    return {
        "latitude": round(place.latitude + chance.uniform(-0.08, 0.08), 5),
        "longitude": round(place.longitude + chance.uniform(-0.08, 0.08), 5),
    }


def _extras(chance: Random, number: int, groups: tuple[Group, ...]) -> dict[str, Any]:
    """Household and ward; a bank account for nearly all whose group is paid by bank."""
    extras: dict[str, Any] = {"household_size": 1 + int(chance.triangular(0, 11, 4))}
    if chance.random() < 0.8:
        extras["ward"] = chance.randrange(1, 15)
    if chance.random() < 0.08:
        extras["has_disability"] = True
    by_bank = any(group.purpose is GroupPurpose.BANK_TRANSFER for group in groups)
    if by_bank and chance.random() < 0.92:
        extras["bank"] = chance.choice(BANKS)
        extras["bankAccount"] = f"0000{chance.randrange(10**7):07d}"
    return extras
