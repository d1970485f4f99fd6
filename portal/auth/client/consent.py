"""Being told by a service who somebody is: the way there, and what they bring back."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from portal.auth.client.conversation import FAULTS, HEADERS, Conversation, ServiceFault, fault_of
from portal.auth.client.providers import Provider
from portal.core.enums import Service

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
"""How a token may be signed: by a key that only the service has. Never by our own secret, never not at all."""
LEEWAY = 60
"""Seconds by which a service's clock may differ from ours."""
LONGEST_SUBJECT = 255
METADATA_FOR = 3_600
"""Seconds for which a service's endpoints are kept."""


@dataclass(frozen=True)
class Request:
    """What one browser was sent away with; what comes back has to fit it."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Somebody as a service knows them. `shown_as` is a name to recognise it by, and proves nothing."""

    subject: str
    shown_as: str | None = field(default=None, repr=False)


def new_request() -> Request:
    """Three random values; 256 bits each."""
    return Request(*(secrets.token_urlsafe(32) for _ in range(3)))


def consent_url(provider: Provider, request: Request, redirect_uri: str) -> str:
    """Where the browser asks the service for consent. Raises ServiceFault."""
    try:
        with Conversation(provider, redirect_uri) as talk:
            more = {"nonce": request.nonce} if provider.kind.nonce and provider.kind.issuer else {}
            url, _state = talk.create_authorization_url(
                _endpoint(provider, talk, "authorize"),
                state=request.state,
                code_verifier=request.verifier,
                **more,
            )
            return str(url)
    except FAULTS as error:
        raise fault_of(error) from None


def identify(provider: Provider, request: Request, redirect_uri: str, answer: Mapping[str, str]) -> Identity:
    """Who somebody is, by the `answer` (the query) with which the service sent their browser back.

    Raises ServiceFault.
    """
    if said := answer.get("error"):  # with or without our state: it only ends what was begun
        raise ServiceFault(
            "cancelled" if said == "access_denied" or said.startswith("user_cancelled") else "refused"
        )
    if not secrets.compare_digest(answer.get("state", "").encode(), request.state.encode()):
        raise ServiceFault("stale")
    if not answer.get("code"):
        raise ServiceFault("refused")
    if answer.get("iss", provider.issuer) != provider.issuer and provider.kind.issuer:
        raise ServiceFault("refused")
    try:
        with Conversation(provider, redirect_uri) as talk:
            verifier = {"code_verifier": request.verifier} if provider.kind.pkce else {}
            token = talk.fetch_token(
                _endpoint(provider, talk, "token"),
                grant_type="authorization_code",
                code=answer["code"],
                headers=HEADERS,
                **verifier,
            )
            if provider.kind.issuer:
                return _from_id_token(provider, talk, token, request.nonce)
            return _from_user(provider, talk, token)
    except FAULTS as error:
        raise fault_of(error) from None


def _endpoint(provider: Provider, talk: Conversation, name: str) -> str:
    if endpoints := provider.endpoints:
        return str(getattr(endpoints, name))
    key = {"authorize": "authorization_endpoint", "token": "token_endpoint", "keys": "jwks_uri"}[name]
    told = _told_by(provider, talk).get(key)
    if not isinstance(told, str) or not provider.names(told):
        raise ServiceFault("refused")
    return told


def _told_by(provider: Provider, talk: Conversation) -> dict[str, Any]:
    """What the service tells of itself; it has to name itself as the one that we asked."""
    for when, found in list(provider.told.items()):
        if time.monotonic() - when < METADATA_FOR:
            return found
    found = talk.json_of(provider.discovery)
    if found.get("issuer") != provider.issuer:
        raise ServiceFault("refused")
    provider.told.clear()
    provider.told[time.monotonic()] = found
    return found


def _from_id_token(provider: Provider, talk: Conversation, token: Mapping[str, Any], nonce: str) -> Identity:
    # Typed as a set of keys and really any JSON object; what is none is caught where this is called.
    keys = KeySet.import_key_set(talk.json_of(_endpoint(provider, talk, "keys")))  # type: ignore[arg-type]
    signed = jwt.decode(
        str(token.get("id_token", "")),
        keys,
        registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
    )
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        {
            "client_id": provider.client_id,
            "access_token": token.get("access_token"),
            "nonce": nonce if provider.kind.nonce else None,
        },
    )
    claims.validate(leeway=LEEWAY)
    return _identity(claims.get("sub"), claims.get("email"))


def _from_user(provider: Provider, talk: Conversation, token: Mapping[str, Any]) -> Identity:
    user = talk.json_of(
        _endpoint(provider, talk, "user"), str(token.get("access_token", "")), **provider.kind.user_query
    )
    if provider.kind.service is Service.TWITTER:
        inner = user.get("data")
        user = inner if isinstance(inner, dict) else {}
    subject = user.get("id")
    if provider.kind.service is Service.GITHUB and type(subject) is int:
        subject = str(subject)
    return _identity(subject, user.get("login") or user.get("username") or user.get("name"))


def _identity(subject: Any, shown_as: Any) -> Identity:
    """What a service says is foreign text: taken only in the shape that it should have."""
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise ServiceFault("refused")
    named = isinstance(shown_as, str) and shown_as.isprintable() and shown_as
    return Identity(subject, shown_as[:100] if named else None)
