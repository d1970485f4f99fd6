"""Going about a page by keyboard alone, as somebody does who uses no mouse: Tab, Enter and Space.

At each stop the focus has to be seen: an outline, on the thing itself or around the card or the group of fields it
stands for, inside of the window and under nothing else.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

FOCUSED = """() => {
  const found = document.activeElement;
  if (!found || found === document.body) return null;
  const drawn = (part, pseudo) => {
    const style = part && getComputedStyle(part, pseudo);
    return part && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = found.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return {
    html: found.outerHTML.slice(0, 160),
    outlined: Boolean(drawn(found) || drawn(found, "::after") || drawn(found.closest("fieldset"))),
    seen: Boolean(above && (found.contains(above) || above.contains(found))),
  };
}"""
FARTHEST = 150
"""Stops after which whoever looks for something has given up."""


@dataclass(frozen=True)
class Keyboard:
    """The keys, over a page."""

    page: Page

    def go_to(self, target: Locator) -> None:
        """Tab until `target` has the focus, looking at every stop on the way."""
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            self.look()
            if target.and_(self.page.locator(":focus")).count() == 1:
                return
        raise AssertionError(f"no way by Tab to {target}")

    def open(self, target: Locator, key: str = "Enter") -> None:
        """Go to a link, button or menu and press it."""
        self.go_to(target)
        self.page.keyboard.press(key)

    def fill(self, target: Locator, text: str) -> None:
        """Go to a field and type into it, in place of what stands there."""
        self.go_to(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def look(self) -> None:
        """Fail where something has the focus and one cannot see it."""
        focused: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        if focused:
            assert focused["outlined"], f"the focus cannot be seen on {focused['html']}"
            assert focused["seen"], (
                f"the focus is out of sight, or something lies over it, on {focused['html']}"
            )
