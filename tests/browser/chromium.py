"""Finds a Chromium for the browser tests, or sees to it that there is one: `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
"""First the one without a window: each new window of the others loads pages of the browser's own, which takes them
three times as long."""


def find() -> str | None:
    """The path of a Chromium: `CHROMIUM`, the system's, or Playwright's own; None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    without_window = path.parents[2].glob("chromium_headless_shell-*/*/*headless?shell")
    return next((str(found) for found in (*without_window, path) if found.exists()), None)


def install() -> None:
    """Get one: as root on Debian and its kin from there, else the one that Playwright offers."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "--yes", "--no-install-recommends"]
        for step in (["update"], [*install, "chromium-headless-shell"], [*install, "chromium"]):
            subprocess.run(["apt-get", "--quiet", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
            if find():
                return
    subprocess.run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], check=False)


def main() -> None:
    """Exit with a sentence where no Chromium is to be had."""
    if os.environ.get("CHROMIUM") and not find():
        sys.exit(f"CHROMIUM names {os.environ['CHROMIUM']}, and there is no such program.")
    if not find():
        print("No Chromium on this machine; getting one", flush=True)
        install()
    if not find():
        sys.exit(
            "The browser tests need Chromium, and none could be installed here. Install one (Debian, Ubuntu:"
            " apt install chromium) or name its program: CHROMIUM=/path/to/it make test"
        )


if __name__ == "__main__":
    main()
