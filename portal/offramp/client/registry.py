"""Which ways of speaking to providers there are, and the adapter of one provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.core.errors import sentence
from portal.offramp.client import file, kotani, sandbox
from portal.offramp.client.adapter import Adapter, ProviderFault, Setting, Trouble
from portal.offramp.client.file import FileProvider
from portal.offramp.client.kotani import KotaniPay
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.client.setup import INCOMPLETE, Setup, set_up
from portal.offramp.models import OfframpProvider


@dataclass(frozen=True)
class Kind:
    """A way of speaking: what it is called, whom it suits, and what has to be set up for it."""

    key: str
    label: str
    about: str
    settings: tuple[Setting, ...]
    make: Callable[[Setup], Adapter]

    def setting(self, key: str) -> Setting:
        """The setting of this key. Raises KeyError."""
        return {one.key: one for one in self.settings}[key]


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "KOTANI_PAY",
            sentence("Kotani Pay"),
            sentence("Pays into mobile money in several African countries, over the internet."),
            kotani.SETTINGS,
            KotaniPay,
        ),
        Kind(
            "SANDBOX",
            sentence("Sandbox"),
            sentence("A provider inside the portal, to try things out: no money moves."),
            sandbox.SETTINGS,
            Sandbox,
        ),
        Kind(
            "FILE",
            sentence("File"),
            sentence(
                "For who has no interface: a payout file goes out, and a file with the results comes back."
            ),
            file.SETTINGS,
            FileProvider,
        ),
    )
}
"""By the name that stands in `tbl_offramp_providers.adapter`."""


def open_adapter(provider: OfframpProvider, config: Mapping[str, Any]) -> Adapter:
    """The adapter of a provider, as it is set up now; `config` is the portal's configuration.

    It holds nothing of the database: it may be used after the transaction has ended, and must not be used within one.
    Raises ProviderFault(UNREACHED) where the provider is not set up.
    """
    return adapter_of(provider.uuid, provider.adapter, provider.config, config)


def adapter_of(uuid: UUID, kind: str, saved: Mapping[str, Any], config: Mapping[str, Any]) -> Adapter:
    """The same, from a provider's facts."""
    if kind not in KINDS:
        raise ProviderFault(Trouble.UNREACHED, INCOMPLETE)
    found = KINDS[kind]
    return found.make(set_up(uuid, found.settings, saved, config))
