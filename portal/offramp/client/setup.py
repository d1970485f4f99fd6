"""How a provider is set up: what its form saved, opened and typed for its adapter, and where adapters may speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.core.errors import sentence
from portal.core.secrets import SealBroken, open_sealed, seal
from portal.offramp.client.adapter import ProviderFault, Setting, Trouble

SEALED = "sealed:"
"""How a secret in a provider's configuration begins once it is sealed."""

SECONDS = 20.0
"""How long a provider's answer may take, unless `PORTAL_OFFRAMP_SECONDS` says otherwise."""

INCOMPLETE = sentence("This provider is not set up: something is missing in its settings.")
SEALED_ELSEWHERE = sentence(
    "The secrets of this provider were sealed with another key. Type them again on the provider's page."
)


@dataclass(frozen=True)
class Setup:
    """What an adapter is made of. `values` holds a provider's settings by key, secrets in clear."""

    provider: UUID
    instance: Path
    values: Mapping[str, Any] = field(repr=False)
    hosts: frozenset[str] = frozenset()
    """The only hosts that may be spoken to; where empty, those that an adapter knows."""
    loopback: bool = False
    """Whether this very machine may be spoken to, which is for tests."""
    seconds: float = SECONDS
    """How long an answer may take."""


def set_up(
    provider: UUID, settings: Sequence[Setting], saved: Mapping[str, Any], config: Mapping[str, Any]
) -> Setup:
    """A provider's setup, out of what was `saved` for its adapter's settings and out of the portal's configuration.

    Raises ProviderFault(UNREACHED) where something is missing, or was sealed with another key.
    """
    instance = Path(config["PORTAL_INSTANCE"])
    try:
        values = {one.key: _value(instance, one, saved.get(one.key)) for one in settings}
    except SealBroken:
        raise ProviderFault(Trouble.UNREACHED, SEALED_ELSEWHERE) from None
    except (ValueError, InvalidOperation):
        raise ProviderFault(Trouble.UNREACHED, INCOMPLETE) from None
    if any(one.required and values[one.key] in (None, "") for one in settings):
        raise ProviderFault(Trouble.UNREACHED, INCOMPLETE)
    return Setup(
        provider,
        instance,
        values,
        allowed_hosts(config),
        is_yes(config.get("PORTAL_OFFRAMP_LOOPBACK")),
        float(config.get("PORTAL_OFFRAMP_SECONDS", SECONDS)),
    )


def sealed(instance: Path, secret: str) -> str:
    """A secret as it is saved."""
    return SEALED + seal(instance, secret)


def is_sealed(saved: object) -> bool:
    """Whether what was saved is a sealed secret."""
    return isinstance(saved, str) and saved.startswith(SEALED)


def allowed_hosts(config: Mapping[str, Any]) -> frozenset[str]:
    """The hosts in `PORTAL_OFFRAMP_HOSTS`, parted by commas or blanks."""
    named = str(config.get("PORTAL_OFFRAMP_HOSTS") or "").replace(",", " ").split()
    return frozenset(host.lower().rstrip(".") for host in named)


def is_yes(value: object) -> bool:
    """Whether a variable of the configuration says yes."""
    return value is True or (isinstance(value, str) and value.lower() in {"yes", "true"})


def _value(instance: Path, setting: Setting, saved: Any) -> Any:
    if saved in (None, ""):
        return setting.default
    if setting.kind == "number":
        number = Decimal(str(saved))
        if not number.is_finite():
            raise ValueError("no number")
        return number
    if setting.kind == "flag":
        return saved is True
    if setting.kind == "secret" and is_sealed(saved):
        return open_sealed(instance, str(saved).removeprefix(SEALED))
    return str(saved)
