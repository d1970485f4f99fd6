"""What a build takes with it: of other people's packages only the files the portal serves, and their licences."""

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WANTED = (
    "*/LICENSE*",
    "htmx/dist/htmx.min.js",
    "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css",
    "leaflet/dist/leaflet.js",
    "leaflet/dist/leaflet.css",
    "world-atlas/countries-50m.json",
    "world-atlas/countries-110m.json",
)
OURS = ("templates", "static", "migrations")


class PortalFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Runs after the hook that fetched the npm packages, and leaves of them what `WANTED` names."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Choose the files. A wheel also carries our own folders; an editable install reads them in place."""
        build_data["force_include"] = {
            source: target
            for source, target in build_data["force_include"].items()
            if any(fnmatch(target.removeprefix("portal_assets/"), pattern) for pattern in WANTED)
        }
        if version != "editable":
            for name in OURS:
                build_data["force_include"][str(Path(self.root) / name)] = f"portal/{name}"
