"""The pictures of buttons, places and signs: chosen from the Lucide set, and sent in one file that browsers keep.

A page has some forty, most of them on every page. Drawn into each, they were a fifth of what it weighs; so a page
only says which one stands where, and `assets` serves the file they all come from.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from zipfile import ZipFile

from markupsafe import Markup

FILE = "img/icons.svg"
NAMES = """
activity archive archive-restore arrow-down arrow-left arrow-left-right arrow-right arrow-up arrow-up-down at-sign
badge-check badge-x banknote chart-column check check-check chevron-down chevron-left chevron-right chevrons-left
chevrons-right chevrons-up-down circle-check circle-pause circle-user-round coins columns-2 columns-3 copy copy-check
door-closed door-open download eraser external-link eye file-up file-x flask-conical folder-kanban folder-x hand-coins
history info key laptop layers list list-checks loader-circle locate lock lock-open log-out mail map map-pin
map-pin-off menu merge message-square-warning monitor moon octagon-alert pen-line pencil play plus rotate-ccw
scan-search scroll-text search search-x send shield signature sliders-horizontal split store sun target trash-2
triangle-alert undo-2 user user-check user-cog user-minus user-plus user-search user-x users wallet x
"""
ICONS = frozenset(NAMES.split())
"""Which of the set we use, by their names there: add yours to NAMES."""
MIRRORED = frozenset(
    f"{shape}-{way}" for shape in ("arrow", "chevron", "chevrons", "corner-down") for way in ("left", "right")
) | {"list", "log-out", "scroll-text", "undo-2"}
"""Icons that point along the line, or show lines of writing: where it runs from the right, they are turned."""
SHAPES = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
BLANKS = re.compile(r"\s*\n\s*| (?=/>)")


@cache
def sheet() -> bytes:
    """The file: each icon as a symbol with its name. How lines are stroked is said by the page's style.

    The set's archive is opened once: `lucide.jinja` opens it for each icon, half a second before the first page.
    """
    drawn = []
    with files("lucide").joinpath("lucide.zip").open("rb") as file, ZipFile(file) as archive:
        for name in sorted(ICONS):
            shapes = SHAPES.search(archive.read(f"{name}.svg").decode())
            if shapes is None:
                raise ValueError(f"the set draws {name!r} in an unknown way")
            drawn.append(f'<symbol id="{name}" viewBox="0 0 24 24">{BLANKS.sub("", shapes[1])}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'.encode()


def drawer(address: Callable[[str], str]) -> Callable[..., Markup]:
    """What templates call: `icon("user", size=16)`, in pixels, is a picture that says nothing to a screen reader.

    `address` tells where a browser finds a file. Raises LookupError for an icon that is not among `ICONS`.
    """

    def icon(name: str, size: int = 24) -> Markup:
        return _drawn(name, size, address(FILE))

    return icon


@cache
def _drawn(name: str, size: int, file: str) -> Markup:
    if name not in ICONS:
        raise LookupError(f"No icon {name!r}: add it to NAMES of portal/web/icons.py.")
    return Markup(
        '<svg class="icon{}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"></use></svg>'
    ).format(" flip" if name in MIRRORED else "", size, size, file, name)
