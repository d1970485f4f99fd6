"""The services with which this installation is registered, as pages and addresses name them."""

from flask import Flask, current_app

from portal.auth.client.kinds import KINDS
from portal.auth.client.providers import Provider, configured_providers
from portal.auth.identifiers import OWN_SERVICES
from portal.core.enums import Service
from portal.core.errors import NotFound
from portal.web.links import outside

SLUG = f"<any({','.join(kind.slug for kind in KINDS)}):service>"
"""The part of a route that names a service."""


def open_services(app: Flask) -> None:
    """Read the configuration once, and let the page to sign in offer what there is. Raises ValueError."""
    app.extensions["portal_providers"] = configured_providers(app.config)
    app.jinja_env.globals["sign_in_services"] = lambda: [one.kind for one in providers().values()]


def providers() -> dict[Service, Provider]:
    """The services that this installation is registered with."""
    found: dict[Service, Provider] = current_app.extensions["portal_providers"]
    return found


def provider_named(slug: str) -> Provider:
    """The service of an address. Raises NotFound where we are not registered with it."""
    found = providers().get(Service(slug.upper()))
    if found is None:
        raise NotFound
    return found


def return_url(provider: Provider) -> str:
    """Where the service sends the browser back to. It has to stand in our registration there."""
    return outside("auth.receive_service", service=provider.kind.slug)


def usable_services() -> set[Service]:
    """The ways to sign in that lead in here; a service that is configured no more does not."""
    return {*OWN_SERVICES, Service.WALLET, *providers()}
