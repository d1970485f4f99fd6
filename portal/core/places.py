"""Where the portal's files lie, in a checkout and in an installed wheel alike."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def bundled(folder: str) -> Path:
    """The `templates`, `static` or `migrations` folder: inside the package when installed, else beside it."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


@cache
def third_party_assets() -> Path | None:
    """The browser files that the install brought (htmx, Bootstrap), or None where it could not."""
    spec = find_spec("portal_assets")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def instance_directory() -> Path:
    """Where this installation keeps what is its own: database, keys, uploads. `PORTAL_INSTANCE` moves it."""
    named = os.environ.get("PORTAL_INSTANCE")
    if named:
        return Path(named).resolve()
    checkout = PACKAGE.parent
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "instance"
