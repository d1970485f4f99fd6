"""What names somebody: the values by which copies of a person are found wherever they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

SHORTEST = 5
"""Letters of an id below which it is looked for nowhere: "12" would be found in half of all texts."""

_CLUSTER = text(
    """
    WITH RECURSIVE them AS (
        SELECT uuid FROM tbl_beneficiaries WHERE uuid = ANY(:people)
        UNION
        SELECT b.uuid FROM tbl_beneficiaries b JOIN them ON b."mergedInto" = them.uuid
    )
    SELECT uuid FROM them
    """
)

# The record itself, and what copies of it say: a number that was changed since stands in those alone.
_KNOWN = text(
    """
    SELECT b.uuid, to_jsonb(b) AS person, to_jsonb(p) AS pii
    FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id WHERE b.uuid = ANY(:people)
    UNION ALL
    SELECT copy.key::uuid, copy.value -> 'person', copy.value -> 'pii'
    FROM tbl_merges m CROSS JOIN LATERAL (
        SELECT * FROM jsonb_each(m.before) UNION ALL SELECT * FROM jsonb_each(m.after)) copy
    WHERE (m."winnerId" = ANY(:people) OR m."loserId" = ANY(:people)) AND copy.key = ANY(:named)
    UNION ALL
    SELECT t."matchId", t.before -> 'person', t.before -> 'pii'
    FROM tbl_temp_beneficiaries t WHERE t."matchId" = ANY(:people) AND t.before IS NOT NULL
    UNION ALL
    SELECT t.uuid, jsonb_build_object('walletAddress', nullif(t."walletAddress", '')),
        jsonb_build_object('name', t.name, 'phone', t.phone, 'email', t.email,
            'extras', jsonb_build_object('govtIDNumber', t."govtIDNumber"))
    FROM tbl_temp_beneficiaries t WHERE t.uuid = ANY(:people)
    """
)

_FOLDED = text(
    """
    SELECT array(SELECT DISTINCT btrim(portal_fold(n)) FROM unnest(CAST(:names AS text[])) n) AS names,
        array(SELECT DISTINCT portal_name_sound(portal_name_spelt(n)) FROM unnest(CAST(:names AS text[])) n
            WHERE portal_name_sound(portal_name_spelt(n)) IS NOT NULL) AS sounds,
        array(SELECT DISTINCT portal_fold(i) FROM unnest(CAST(:ids AS text[])) i) AS ids,
        array(SELECT DISTINCT portal_phone_key(p) FROM unnest(CAST(:phones AS text[])) p
            WHERE portal_phone_key(p) IS NOT NULL) AS lines
    """
)


@dataclass
class Marks:
    """People and what names them. `folded` are the same values as the database compares them."""

    people: list[UUID]
    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    wallets: set[str] = field(default_factory=set)
    folded: dict[str, list[str]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """For the conditions of `traces`, by the names that stand in them."""
        whole = [name for name in self.folded["names"] if " " in name]
        ids = [one for one in self.folded["ids"] if len(one) >= SHORTEST]
        mails, wallets = [mail.lower() for mail in self.mails], [wallet.lower() for wallet in self.wallets]
        return {
            "people": self.people,
            "named": [str(one) for one in self.people],
            "names": self.folded["names"],
            "sounds": self.folded["sounds"],
            "phones": sorted(self.phones),
            "lines": self.folded["lines"],
            "mails": mails,
            "ids": self.folded["ids"],
            "wallets": wallets,
            "whole": whole,
            "texts": [*ids, *mails, *wallets],
            "marks": self.as_typed,
        }

    @property
    def as_typed(self) -> list[str]:
        """What is cut out of a text, the longest first. Names of one word stay: they are words of the language too."""
        names = {name.strip() for name in self.names if " " in name.strip()}
        ids = {one for one in self.ids if len(one) >= SHORTEST}
        found = {*names, *ids, *self.mails, *self.wallets, *self.phones, *self.folded["lines"]}
        return sorted(found, key=len, reverse=True)


def with_merged(session: Session, people: Sequence[UUID]) -> list[UUID]:
    """These people and all whose records became part of theirs: records of one person go together."""
    return sorted(session.scalars(_CLUSTER, {"people": list(people)}))


def marks_of(session: Session, people: Sequence[UUID]) -> Marks:
    """What names these people, in their records and in the copies of them that are kept."""
    marks = Marks(list(people))
    named = [str(one) for one in people]
    for row in session.execute(_KNOWN, {"people": list(people), "named": named}):
        person, pii = row.person or {}, row.pii or {}
        _add(marks.names, pii.get("name"))
        _add(marks.mails, pii.get("email"))
        _add(marks.ids, (pii.get("extras") or {}).get("govtIDNumber"))
        for found, value, own in (
            (marks.phones, pii.get("phone"), "none:"),
            (marks.wallets, person.get("walletAddress"), "erased:"),
        ):
            if not str(value or own).startswith(own):
                _add(found, value)
    given: dict[str, Iterable[str]] = {"names": marks.names, "ids": marks.ids, "phones": marks.phones}
    folded = session.execute(_FOLDED, {name: sorted(values) for name, values in given.items()}).one()
    marks.folded = {name: list(values) for name, values in folded._mapping.items()}
    return marks


def _add(values: set[str], value: Any) -> None:
    if value is not None and str(value).strip():
        values.add(str(value))
