"""Who in the registry may be the person with these facts: asked before somebody is registered or changed.

People are looked up by phone, government id and wallet, and by how their name sounds where they were born in a year
next to the one given or live in the same place; then each is compared (`comparing`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.comparing import (
    COMPARED,
    PEOPLE,
    POSSIBLE,
    REASONS,
    SHARED_PHONE,
    SOUND,
    TRAITS,
    Reason,
)
from portal.core.abilities import Ability

NAMESAKES = 2_000
"""How many people whose names sound alike are looked at: more than bear the commonest name of 200,000 people."""


@dataclass(frozen=True)
class Facts:
    """What is known of somebody; None where it is not. `phone` as it would be stored, `gender` by its code."""

    name: str | None = None
    phone: str | None = None
    govt_id: str | None = None
    wallet: str | None = None
    birth_year: int | None = None
    gender: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Likeness:
    """Somebody who may be the same person: how likely, of 100, and what they have in common."""

    uuid: UUID
    score: int
    reasons: tuple[Reason, ...]


_LOOKED_UP = text(
    f"""
    WITH x AS (
        SELECT portal_phone_key(:phone) AS line, NULL::text AS shared, portal_id_key(:govt_id) AS govt_id,
            lower(CAST(:wallet AS text)) AS wallet, replace(portal_fold(btrim(:name)), '  ', ' ') AS name, heard.spelt,
            portal_name_sound(heard.spelt) AS sound, NULL::date AS born, CAST(:gender AS text) AS gender,
            CAST(:year AS integer) AS year, false AS dated, nullif(portal_fold(btrim(:location)), '') AS place
        FROM (SELECT portal_name_spelt(:name) AS spelt) heard
    ), found AS (
        SELECT p."beneficiaryId" AS id FROM tbl_beneficiaries_pii p
        WHERE portal_phone_key(p.phone) = (SELECT line FROM x)
        UNION
        SELECT b.id FROM tbl_beneficiaries b
        WHERE portal_phone_key({SHARED_PHONE}) = (SELECT line FROM x) AND ({SHARED_PHONE}) IS NOT NULL
        UNION
        SELECT p."beneficiaryId" FROM tbl_beneficiaries_pii p
        WHERE portal_id_key(p.extras ->> 'govtIDNumber') = (SELECT govt_id FROM x)
            AND (p.extras ->> 'govtIDNumber') IS NOT NULL
        UNION
        SELECT b.id FROM tbl_beneficiaries b WHERE lower(b."walletAddress") = lower(:wallet)
        UNION (
            SELECT b.id FROM tbl_beneficiaries_pii p JOIN tbl_beneficiaries b ON b.id = p."beneficiaryId"
            WHERE {SOUND} = (SELECT sound FROM x) AND b."deletedAt" IS NULL AND (
                date_part('year', b."birthDate" AT TIME ZONE 'UTC') BETWEEN :year - 1 AND :year + 1
                OR b."birthDate" IS NULL AND date_part('year', b."createdAt") - b.age BETWEEN :year - 1 AND :year + 1
                OR portal_fold(btrim(b.location)) = (SELECT place FROM x))
            LIMIT {NAMESAKES}
        )
    )
    SELECT y.uuid, score, {REASONS} AS reasons
    FROM x CROSS JOIN (
        SELECT {TRAITS} FROM {PEOPLE} WHERE b.id IN (SELECT id FROM found) AND b."deletedAt" IS NULL
    ) y {COMPARED}
    WHERE score >= {POSSIBLE}
    """  # noqa: S608 -- put together from constants
).columns(uuid=Uuid(), score=Integer, reasons=ARRAY(Text))


def likely_same(
    session: Session, facts: Facts, ability: Ability, *, besides: UUID | None = None, most: int = 5
) -> list[Likeness]:
    """The people who may be the one with these facts, the likeliest first, in one statement.

    `besides` is the person the facts are of, where they are registered already. Only people whose personal data
    the reader may read are found: that somebody has the phone one types is personal too.
    """
    found = _LOOKED_UP.subquery("found")
    statement = (
        select(found.c.uuid, found.c.score, found.c.reasons)
        .join(Beneficiary, Beneficiary.uuid == found.c.uuid)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .order_by(found.c.score.desc(), Beneficiary.id)
        .limit(most)
    )
    if besides is not None:
        statement = statement.where(found.c.uuid != besides)
    statement = ability.accessible(statement, "read", Beneficiary)
    rows = session.execute(
        ability.accessible(statement, "read", BeneficiaryPii),
        {
            "phone": facts.phone,
            "govt_id": facts.govt_id or None,
            "wallet": facts.wallet or None,
            "name": facts.name or None,
            "year": facts.birth_year,
            "gender": facts.gender or "UNKNOWN",
            "location": facts.location or None,
        },
    )
    return [Likeness(row.uuid, row.score, tuple(map(Reason, row.reasons))) for row in rows]
