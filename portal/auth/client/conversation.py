"""Speaking to a service: never long, never much, never to an address that it was led to."""

import time
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError

from portal.auth.client.providers import Provider

TIMEOUT = (3.05, 6.0)
"""Seconds to reach it, and between two pieces of an answer."""
LONGEST = 12.0
"""Seconds for an answer, however many pieces it comes in."""
MOST_BYTES = 200_000
PIECE = 16_384
HEADERS = {"Accept": "application/json", "User-Agent": "Rahat-Portal"}


class ServiceFault(Exception):
    """What a service did instead of saying who somebody is; `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REASONS = {
    "cancelled": "the person said no over there",
    "stale": "what came back is of another request than ours",
    "refused": "it answered, and what it said is no proof",
    "away": "it gave no answer in time",
}


class Conversation(OAuth2Session):
    """Authlib's client of one service, on a short leash."""

    def __init__(self, provider: Provider, redirect_uri: str | None = None) -> None:
        self.provider = provider
        kind = provider.kind
        super().__init__(
            client_id=provider.client_id,
            client_secret=provider.client_secret() if redirect_uri else None,
            token_endpoint_auth_method="client_secret_basic" if kind.basic else "client_secret_post",
            scope=kind.scope or None,
            redirect_uri=redirect_uri,
            code_challenge_method="S256" if kind.pkce else None,
        )

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask; raises ServiceFault("refused") for addresses that are not the service's own, and for long answers."""
        if not self.provider.names(url):
            raise ServiceFault("refused")
        bounds = {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
        response: requests.Response = super().request(method, url, *args, **{**kwargs, **bounds})
        # Reads the body within bounds; requests itself has none, and finds it here as if it had.
        response._content = _read(response)
        return response

    def json_of(self, url: str, token: str | None = None, **query: str) -> dict[str, Any]:
        """The object at an address, with a person's token where one is given."""
        headers = {**HEADERS, "Authorization": f"Bearer {token}"} if token else HEADERS
        response = self.get(url, params=query, headers=headers, withhold_token=True)
        if response.status_code >= 500:
            raise ServiceFault("away")
        found = response.json() if response.status_code == 200 else None
        if not isinstance(found, dict):
            raise ServiceFault("refused")
        return found


def _read(response: requests.Response) -> bytes:
    until, body = time.monotonic() + LONGEST, b""
    with response:
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) > MOST_BYTES:
                raise ServiceFault("refused")
            if time.monotonic() > until:
                raise ServiceFault("away")
    return body


def fault_of(error: Exception) -> ServiceFault:
    """What went wrong in a conversation, in our words: what the service wrote stays out of pages and logs."""
    if isinstance(error, ServiceFault):
        return error
    away = isinstance(error, requests.ConnectionError | requests.Timeout | requests.HTTPError)
    return ServiceFault("away" if away else "refused")


ODD = (ValueError, TypeError, AttributeError, LookupError)
"""What libraries stumble over in an answer that has not the shape it should have."""
FAULTS = (ServiceFault, requests.RequestException, AuthlibBaseError, JoseError, *ODD)
"""All that a conversation may end in."""
