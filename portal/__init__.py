"""Rahat Portal: registering people, handing out aid, hearing complaints, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The portal as a WSGI application; `config` overrides what the environment says.

    The assembly is imported only here: small programs inside this package, such as the one that reads an
    uploaded file under tight limits, must not carry the whole portal with them.
    """
    from portal.assembly import assemble

    return assemble(config)
