"""What somebody says of a project, whichever way it comes in."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of a project, typed: `contract_address` in its EIP-55 spelling, `time_zone` a name of IANA's,
    `currency` a code of ISO 4217 or a token's symbol; None where nothing is said."""

    name: str
    type: str
    description: str | None = None
    contract_address: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    extras: dict[str, Any] = field(default_factory=dict)
