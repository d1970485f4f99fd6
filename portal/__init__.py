"""Rahat Portal: registering people, handing out aid, hearing complaints, on PostgreSQL."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from flask import Flask


def load() -> ModuleType:
    """The assembly, and with it the whole portal, imported once in a process.

    Hundreds of modules come to stay: looking for garbage among them, while they come, takes a quarter of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        from portal import assembly
    finally:
        if collects:
            gc.enable()
    return assembly


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The portal as a WSGI application; `config` overrides what the environment says.

    The assembly is imported only here: small programs inside this package, such as the one that reads an
    uploaded file under tight limits, must not carry the whole portal with them.
    """
    app: Flask = load().assemble(config)
    return app
