"""Other services as processes on this machine, and what a browser does between them and us."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.client.providers import VARIABLES, configured_providers
from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.models import User
from tests.auth.service_process import CLIENT, SECRET

METHODS = "/account/sign-in-methods"


@dataclass(frozen=True)
class Running:
    """A service that listens."""

    url: str

    def script(self, **said: Any) -> None:
        """Who is signed in there, and how it misbehaves."""
        body = json.dumps(said).encode()
        urlopen(Request(f"{self.url}/script", body, method="PUT"), timeout=5).close()

    def behave(self) -> None:
        """As it should, again."""
        self.script(subject="4711", mode="", pkce=True, apple=None)


@contextmanager
def our_service() -> Iterator[Running]:
    """`service_process`, running."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.auth.service_process"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield Running(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.terminate()


@contextmanager
def independent_service() -> Iterator[Running]:
    """An OpenID Connect provider that somebody else has written, running; who signs in there says who they are."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"],
        stderr=subprocess.DEVNULL,
    ) as process:
        running = Running(f"http://127.0.0.1:{port}")
        for _ in range(200):
            try:
                urlopen(f"{running.url}/.well-known/openid-configuration", timeout=5).close()
                break
            except URLError:
                time.sleep(0.1)
        yield running
        process.terminate()


def settings(running: Running, *services: Service) -> dict[str, str]:
    """The configuration for these services, all at one server."""
    found: dict[str, str] = {}
    for service in services:
        for_id, for_secret, for_server = VARIABLES[service]
        found |= {for_id: CLIENT, for_secret: SECRET, for_server: running.url}
    return found


def register(app: Flask, config: dict[str, str]) -> None:
    """Let an app know the services of a configuration, as at its start."""
    app.extensions["portal_providers"] = configured_providers(config)


def link(session: Session, user: User, service: Service, subject: str = "4711") -> Auth:
    """Let somebody sign in by an account with a service."""
    auth = Auth(user_id=user.id, service=service, service_id=subject)
    session.add(auth)
    session.commit()
    return auth


def consent(address: str, form: dict[str, str] | None = None) -> str:
    """Go to the service and agree there; the path by which it sends the browser back to us."""
    answer = requests.request(
        "POST" if form else "GET", address, data=form, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def go_there(client: FlaskClient, slug: str, **query: str) -> str:
    """Choose a service on the sign-in page; where it sends the browser back to."""
    answer = client.get(f"/sign-in/{slug}", query_string=query)
    assert answer.status_code == 303
    return consent(answer.location)


def enter_by(client: FlaskClient, slug: str, **query: str) -> TestResponse:
    """Sign in by a service: there and back."""
    return client.get(go_there(client, slug, **query))
