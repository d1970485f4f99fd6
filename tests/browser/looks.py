"""A page in each size and theme: what it must hold to, and a picture of it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

NARROWEST, PHONE, DESK = 320, 360, 1280
"""Widths in CSS pixels. At the narrowest a page has to fit; at the others it is looked over."""
HEIGHT = {NARROWEST: 700, PHONE: 780, DESK: 900}

Scheme = Literal["light", "dark"]
LOOKS: Final[tuple[tuple[int, tuple[Scheme, ...]], ...]] = (
    (NARROWEST, ()),
    (PHONE, ("light", "dark")),
    (DESK, ("dark", "light")),
)
"""From one look to the next as little changes as may be, since each change lays the whole page out anew."""

OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

ONE_OF_EACH_KIND = """
  const grounds = new Map([[null, ""]]);
  const ground = (part) => {
    if (!grounds.has(part)) {
      const style = getComputedStyle(part);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position].join();
      const below = ground(part.parentElement);
      grounds.set(part, own === "rgba(0, 0, 0, 0),none,1,static" ? below : `${below}/${own}`);
    }
    return grounds.get(part);
  };
  const says = (part) => part.matches("input, select, textarea")
    || [...part.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const kinds = new Map();
  for (const part of document.body.querySelectorAll("*")) {
    if (!part.checkVisibility() || !says(part)) continue;
    const style = getComputedStyle(part);
    const written = [part.tagName, style.color, style.fontSize, style.fontWeight, style.textShadow].join();
    const kind = written + ground(part);
    if (!kinds.has(kind)) kinds.set(kind, part);
  }
  const contrast = () => axe.run(
    {include: [...kinds.values()]}, {runOnly: ["color-contrast"], resultTypes: ["violations"], preload: false});
"""
"""Contrast is what axe takes longest for, and it is the same for all that is written alike over grounds painted alike:
one text of each kind is asked."""

AXE = {
    "light": f"""async () => {{ {ONE_OF_EACH_KIND}
  const found = await axe.run(
    {{rules: {{"color-contrast": {{enabled: false}}}}, resultTypes: ["violations"], preload: false}});
  found.violations.push(...(await contrast()).violations);
  return found;
}}""",
    "dark": f"() => {{ {ONE_OF_EACH_KIND} return contrast(); }}",
}
"""Between the themes of one size nothing but colours differs, so in the dark only contrast is asked for."""


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
        worn: Scheme = "light"
        self.page.emulate_media(color_scheme=worn, reduced_motion="reduce")
        for width, schemes in LOOKS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
            wider = self.page.evaluate(OVERHANG)
            assert wider <= 0, f"{name} at {width}: {wider} px wider than the window"
            for scheme in schemes:
                if scheme != worn:
                    self.page.emulate_media(color_scheme=scheme)
                    worn = scheme
                self._photograph(f"{name}-{width}-{scheme}")
                found = self._axe(scheme)
                assert found.violations_count == 0, f"{name}, {width} {scheme}\n{found.generate_report()}"

    def _photograph(self, name: str) -> None:
        if folder := os.environ.get("PORTAL_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            # Hiding the caret would write styles into fields, which a page of ours never has.
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")

    def _axe(self, scheme: Scheme) -> AxeResults:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        return AxeResults(self.page.evaluate(AXE[scheme]))
