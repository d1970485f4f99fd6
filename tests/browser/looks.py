"""A page in each size and theme: what it must hold to, and a picture of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

NARROWEST, PHONE, DESK = 320, 360, 1280
"""Widths in CSS pixels. At the narrowest a page has to fit; at the others it is looked over."""
HEIGHT = {NARROWEST: 700, PHONE: 780, DESK: 900}


@dataclass(frozen=True)
class Looks:
    """The looks of one browser page."""

    page: Page

    def over(self, name: str) -> None:
        """Fail on anything that axe finds, and on a page wider than its window; first all of it has to be there.

        Where `PORTAL_SCREENSHOTS` names a folder, a picture of each look goes there: `<name>-360-dark.png`.
        """
        self.page.wait_for_load_state()
        expect(self.page.locator(".loaded[hx-trigger=load]")).to_have_count(0)
        self._dress(NARROWEST, "light")
        self._fits(name, NARROWEST)
        for width, scheme in self._each():
            self._photograph(f"{name}-{width}-{scheme}")
            self._fits(name, width)
            # Between the themes of one size nothing but the colours differs.
            found = self._axe(["color-contrast"] if scheme == "dark" else None)
            assert found.violations_count == 0, f"{name}, {width} {scheme}\n{found.generate_report()}"

    def _each(self) -> Iterator[tuple[int, str]]:
        for width in (PHONE, DESK):
            for scheme in ("light", "dark"):
                self._dress(width, scheme)
                yield width, scheme

    def _dress(self, width: int, scheme: Any) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def _photograph(self, name: str) -> None:
        if folder := os.environ.get("PORTAL_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            # Hiding the caret would write styles into fields, which a page of ours never has.
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")

    def _fits(self, name: str, width: int) -> None:
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{name} at {width}: {wider} px wider than the window"

    def _axe(self, rules: list[str] | None) -> AxeResults:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        if rules:
            options["runOnly"] = rules
        return AxeResults(self.page.evaluate("options => axe.run(options)", options))
