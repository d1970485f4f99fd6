"""Going about a page by keyboard alone, as somebody does who uses no mouse: Tab, Enter and Space.

At each stop the focus has to be seen: an outline, on the thing itself or around the card or the group of fields it
stands for, inside of the window and under nothing else.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page

FOCUSED = """(wanted) => {
  const found = document.activeElement;
  const gone = !wanted.some((part) => part.isConnected);
  if (!found || found === document.body) return {html: "", there: false, gone};
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
    there: wanted.includes(found),
    gone,
  };
}"""
FARTHEST = 200
"""Stops after which whoever looks for something has given up."""


@dataclass(frozen=True)
class Keyboard:
    """The keys, over a page."""

    page: Page

    def go_to(self, target: Locator) -> None:
        """Tab until `target` has the focus, looking at every stop on the way."""
        wanted = target.element_handles()
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            focused = self._focused(wanted)
            if focused["there"]:
                return
            if focused["gone"]:  # htmx has put another in its place
                wanted = target.element_handles()
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

    def look(self) -> bool:
        """Fail where something has the focus and one cannot see it; whether anything has it."""
        return bool(self._focused([])["html"])

    def _focused(self, wanted: list[ElementHandle]) -> dict[str, Any]:
        focused: dict[str, Any] = self.page.evaluate(FOCUSED, wanted)
        if focused["html"]:
            assert focused["outlined"], f"the focus cannot be seen on {focused['html']}"
            assert focused["seen"], (
                f"the focus is out of sight, or something lies over it, on {focused['html']}"
            )
        return focused
