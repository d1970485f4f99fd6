"""The facts of a person between which a merge chooses, and which of two it takes when nobody chooses."""

from collections.abc import Mapping
from typing import Any

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii

OWN = (
    "gender",
    "birth_date",
    "age",
    "location",
    "latitude",
    "longitude",
    "wallet_address",
    "banked_status",
    "phone_status",
    "internet_status",
    "is_verified",
    "notes",
)
"""Facts in the person's own row."""
PERSONAL = ("name", "phone", "email")
"""Facts in the personal row; the government id stands there among the extras."""
GOVT_ID = "govt_id"

TOGETHER = {"birth_date": ("birth_date", "age"), "location": ("location", "latitude", "longitude")}
"""What is chosen as one: an age follows from its date, a point on the map from its place."""
CHOSEN = ("name", "phone", "govt_id", "email", "gender", "birth_date", "location", "wallet_address", "banked_status",
          "phone_status", "internet_status", "is_verified", "notes")  # fmt: skip
"""What one chooses between, in the order of the page. Extras are put together: where both name one, the winner's."""

NOTHING = (None, "", "UNKNOWN", False)
"""Says nothing: the other side's value is taken."""


def facts_of(person: Beneficiary, pii: BeneficiaryPii) -> dict[str, Any]:
    """What a person is, by the names of this page."""
    own = {name: getattr(person, name) for name in OWN}
    personal = {name: getattr(pii, name) for name in PERSONAL}
    return {**own, **personal, GOVT_ID: (pii.extras or {}).get("govtIDNumber")}


def parts_of(choice: str) -> tuple[str, ...]:
    """The facts that are chosen together under this name."""
    return TOGETHER.get(choice, (choice,))


def says_nothing(facts: Mapping[str, Any], choice: str) -> bool:
    """Whether this side knows nothing here; who has no phone has one that begins with `none:`."""
    values = [facts[part] for part in parts_of(choice)]
    return all(value in NOTHING or str(value).startswith("none:") for value in values)


def differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[str, ...]:
    """What the two sides say differently, so that somebody has to choose."""
    return tuple(
        choice
        for choice in CHOSEN
        if any(first[part] != second[part] for part in parts_of(choice))
        and not (says_nothing(first, choice) and says_nothing(second, choice))
    )


def usual(winner: Mapping[str, Any], loser: Mapping[str, Any], choice: str) -> bool:
    """Whether the winner's own value is the one to keep: unless it says nothing and the other does not."""
    return not says_nothing(winner, choice) or says_nothing(loser, choice)
