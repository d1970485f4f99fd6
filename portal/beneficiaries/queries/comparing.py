"""How much two records look like one person, as SQL: what speaks for it, and how strongly.

Each side is a row with the columns of `TRAITS`. A reason is something two people have in common; what speaks against
it lowers the score and is no reason. Points are weights found by trying on planted duplicates (`bench duplicates`).
"""

from enum import StrEnum

POSSIBLE, LIKELY, NEARLY_CERTAIN = 55, 70, 85
"""From how many of 100 points on two records may be one person, are likely to be, and almost certainly are."""


class Reason(StrEnum):
    """What two records have in common; templates word it."""

    SAME_PHONE = "SAME_PHONE"
    SAME_ID = "SAME_ID"
    SAME_WALLET = "SAME_WALLET"
    SAME_NAME = "SAME_NAME"
    NAME_SWAPPED = "NAME_SWAPPED"
    NAME_SOUNDS = "NAME_SOUNDS"
    NAME_SIMILAR = "NAME_SIMILAR"
    SAME_BIRTH_DATE = "SAME_BIRTH_DATE"
    NEAR_BIRTH_DATE = "NEAR_BIRTH_DATE"
    SAME_YEAR = "SAME_YEAR"
    YEAR_APART = "YEAR_APART"
    SAME_GENDER = "SAME_GENDER"
    SAME_PLACE = "SAME_PLACE"


SHARED_PHONE = "b.extras ->> 'shared phone'"
"""Where a phone is kept that somebody else has too."""
SOUND = "portal_name_sound(portal_name_spelt(p.name))"

TRAITS = f"""
    b.id, b.uuid, p.phone, portal_phone_key(p.phone) AS line,
    CASE WHEN ({SHARED_PHONE}) IS NOT NULL THEN portal_phone_key({SHARED_PHONE}) END AS shared,
    CASE WHEN (p.extras ->> 'govtIDNumber') IS NOT NULL THEN portal_id_key(p.extras ->> 'govtIDNumber') END AS govt_id,
    lower(b."walletAddress") AS wallet, replace(portal_fold(btrim(p.name)), '  ', ' ') AS name, heard.spelt,
    portal_name_sound(heard.spelt) AS sound, born.day AS born, b.gender::text AS gender,
    coalesce(date_part('year', born.day), date_part('year', b."createdAt") - b.age)::integer AS year,
    born.day IS NOT NULL AND to_char(born.day, 'MMDD') <> '0101' AS dated,
    nullif(portal_fold(btrim(b.location)), '') AS place
"""
"""What of a person is compared. Who was born on the first of January was, as a rule, born some day of that year."""

PEOPLE = """
    tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
    CROSS JOIN LATERAL (SELECT portal_name_spelt(p.name) AS spelt OFFSET 0) heard
    CROSS JOIN LATERAL (SELECT (b."birthDate" AT TIME ZONE 'UTC')::date AS day OFFSET 0) born
"""
"""Where the traits come from."""

_SEEN = """
    SELECT
        x.line IN (y.line, y.shared) OR x.shared IN (y.line, y.shared) AS same_phone,
        x.govt_id = y.govt_id AS same_id,
        x.govt_id <> y.govt_id AND similarity(x.govt_id, y.govt_id) < 0.6 AS other_id,
        x.wallet = y.wallet AS same_wallet,
        x.name = y.name AS same_name,
        x.sound = y.sound AS same_sound,
        similarity(x.spelt, y.spelt) AS alike,
        similarity(x.name, y.name) AS written_alike,
        (x.spelt ~ '[a-z]') = (y.spelt ~ '[a-z]') AS comparable,
        (x.name ~ '[a-z]') <> (y.name ~ '[a-z]') AS other_script,
        x.dated AND y.dated AS exact,
        x.born = y.born AS same_day,
        abs(x.year - y.year) AS years,
        x.dated AND y.dated AND (
            to_char(x.born, 'YYYYDDMM') = to_char(y.born, 'YYYYMMDD')
            OR to_char(x.born, 'MMDD') = to_char(y.born, 'MMDD')) AS near_day,
        x.gender = y.gender AND x.gender <> 'UNKNOWN' AS same_gender,
        x.gender <> y.gender AND x.gender IN ('MALE', 'FEMALE') AND y.gender IN ('MALE', 'FEMALE') AS other_gender,
        x.place = y.place AS same_place,
        x.place <> y.place AS other_place
    OFFSET 0
"""

_ALIKE = "NOT coalesce(same_name, false) AND"
_SWAPPED = f"{_ALIKE} written_alike >= 0.999"
_SOUNDS = f"{_ALIKE} same_sound AND written_alike < 0.999 AND (alike >= 0.25 OR other_script)"

_FOR: dict[Reason, tuple[str, int]] = {
    Reason.SAME_PHONE: ("same_phone", 55),
    Reason.SAME_ID: ("same_id", 90),
    Reason.SAME_WALLET: ("same_wallet", 90),
    Reason.SAME_NAME: ("same_name", 40),
    Reason.NAME_SWAPPED: (_SWAPPED, 40),
    Reason.NAME_SOUNDS: (_SOUNDS, 32),
    Reason.NAME_SIMILAR: (f"{_ALIKE} same_sound IS NOT TRUE AND written_alike < 0.999 AND alike >= 0.5", 25),
    Reason.SAME_BIRTH_DATE: ("exact AND same_day", 30),
    Reason.NEAR_BIRTH_DATE: ("near_day AND NOT same_day AND years <= 1", 20),
    Reason.SAME_YEAR: ("years = 0 AND NOT (exact AND (same_day OR near_day))", 4),
    Reason.YEAR_APART: ("years = 1 AND NOT exact", 4),
    Reason.SAME_GENDER: ("same_gender", 4),
    Reason.SAME_PLACE: ("same_place", 10),
}
_MORE_OR_LESS = (
    ("years = 0 AND NOT exact", 11),
    ("years = 0 AND exact AND NOT same_day AND NOT near_day", -8),
    ("years = 1 AND exact AND NOT near_day", -10),
    ("years > 1", -25),
    ("alike < 0.25 AND comparable AND NOT same_sound", -30),
    ("other_gender", -15),
    ("other_id", -20),
    ("other_place", -5),
)


def _points() -> str:
    weighed = [*_FOR.values(), *_MORE_OR_LESS]
    return " + ".join(f"CASE WHEN {condition} THEN {points} ELSE 0 END" for condition, points in weighed)


def _reasons() -> str:
    codes = ", ".join(f"CASE WHEN {condition} THEN '{code}' END" for code, (condition, _) in _FOR.items())
    return f"array_remove(ARRAY[{codes}], NULL)"


COMPARED = f"""
    CROSS JOIN LATERAL ({_SEEN}) seen
    CROSS JOIN LATERAL (SELECT least(100, {_points()}) AS score OFFSET 0) weighed
"""
"""Joined behind two sides `x` and `y`: gives `score`, up to 100, and what `REASONS` reads."""
REASONS = _reasons()
"""The codes of what two compared sides have in common, the strongest kinds first."""
