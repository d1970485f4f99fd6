"""The services with which this installation is registered, as its configuration says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.auth.client.addresses import check_address, origin
from portal.auth.client.apple import AppleKey, read_key
from portal.auth.client.kinds import DISCOVERY, KINDS, Endpoints, Kind
from portal.core.enums import Service

VARIABLES = {
    Service.GOOGLE: ("PORTAL_GOOGLE_CLIENT_ID", "PORTAL_GOOGLE_CLIENT_SECRET", "PORTAL_GOOGLE_SERVER_URL"),
    Service.GITHUB: ("PORTAL_GITHUB_CLIENT_ID", "PORTAL_GITHUB_CLIENT_SECRET", "PORTAL_GITHUB_SERVER_URL"),
    Service.LINKEDIN: (
        "PORTAL_LINKEDIN_CLIENT_ID",
        "PORTAL_LINKEDIN_CLIENT_SECRET",
        "PORTAL_LINKEDIN_SERVER_URL",
    ),
    Service.FACEBOOK: (
        "PORTAL_FACEBOOK_CLIENT_ID",
        "PORTAL_FACEBOOK_CLIENT_SECRET",
        "PORTAL_FACEBOOK_SERVER_URL",
    ),
    Service.TWITTER: (
        "PORTAL_TWITTER_CLIENT_ID",
        "PORTAL_TWITTER_CLIENT_SECRET",
        "PORTAL_TWITTER_SERVER_URL",
    ),
    Service.APPLE: ("PORTAL_APPLE_CLIENT_ID", "PORTAL_APPLE_KEY_FILE", "PORTAL_APPLE_SERVER_URL"),
}
"""What names us to a service, what proves us, and where it is if not where it is for everybody."""

APPLE_TEAM, APPLE_KEY = "PORTAL_APPLE_TEAM_ID", "PORTAL_APPLE_KEY_ID"


@dataclass(frozen=True)
class Provider:
    """A service that we are registered with. Its secret is never part of any text that shows it."""

    kind: Kind
    client_id: str
    secret: str | AppleKey = field(repr=False)
    server: str | None = None
    """A server of one's own in place of the service's."""
    told: dict[float, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    """What the service told of itself, and when (by the monotonic clock, in seconds): the last answer alone."""

    @property
    def issuer(self) -> str:
        """Who signs the tokens, where it speaks OpenID Connect."""
        return self.server or self.kind.issuer

    @property
    def discovery(self) -> str:
        """Where it tells its endpoints."""
        return self.issuer + DISCOVERY

    @property
    def endpoints(self) -> Endpoints | None:
        """Its endpoints, where it does not tell them."""
        paths = self.kind.own_endpoints
        if self.server is None or paths is None:
            return self.kind.endpoints
        return Endpoints(self.server + paths.authorize, self.server + paths.token, self.server + paths.user)

    def names(self, url: str) -> bool:
        """Whether an address that the service told is one of its own."""
        if self.server is not None:
            return origin(url) == origin(self.server)
        return any(origin(url) == f"https://{host}:443" for host in self.kind.hosts)

    def client_secret(self) -> str:
        """What proves that we ask: the secret, or one made for this time."""
        if isinstance(self.secret, AppleKey):
            return self.secret.client_secret(self.client_id, self.issuer)
        return self.secret


def configured_providers(config: Mapping[str, Any]) -> dict[Service, Provider]:
    """The services that the configuration names, in the order in which they are shown.

    Raises ValueError, with the variable's name and never its value, for one that is half or wrongly configured.
    """
    found: dict[Service, Provider] = {}
    for kind in KINDS:
        for_id, for_secret, for_server = VARIABLES[kind.service]
        client_id, secret = _text(config, for_id), _text(config, for_secret)
        if not client_id and not secret:
            continue
        if not client_id or not secret:
            raise ValueError(f"{for_id} and {for_secret} are set together, or neither")
        found[kind.service] = Provider(
            kind,
            client_id,
            _apple_key(config, secret) if kind.service is Service.APPLE else secret,
            _server(config, for_server),
        )
    return found


def _text(config: Mapping[str, Any], name: str) -> str:
    return str(config.get(name) or "").strip()


def _server(config: Mapping[str, Any], name: str) -> str | None:
    said = _text(config, name)
    try:
        return check_address(said) if said else None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _apple_key(config: Mapping[str, Any], file: str) -> AppleKey:
    team, number = _text(config, APPLE_TEAM), _text(config, APPLE_KEY)
    if not team or not number:
        raise ValueError(f"{APPLE_TEAM} and {APPLE_KEY} belong to {VARIABLES[Service.APPLE][1]}")
    try:
        return AppleKey(team, number, read_key(Path(file).read_text(encoding="ascii")))
    except (OSError, ValueError):
        raise ValueError(f"{VARIABLES[Service.APPLE][1]} names no file with a key of Apple's kind") from None
