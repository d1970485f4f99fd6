"""Parts of pages that are drawn once and kept: the menu, the filters of a list.

    {% call kept("filters", reading.state) %} … {% endcall %}

The key has to name everything that the part shows, and everything about the reader on which that depends; the
language is in it already. What differs from request to request goes through a hole in the part instead: the
form's token does so by itself, other values by `holes`, which the call block takes as arguments:

    {% call(back) kept("columns", shown, holes=[request.full_path]) %} … value="{{ back }}" … {% endcall %}
"""

import re
from collections.abc import Callable, Hashable, Sequence

from flask import Flask, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

MOST = 512
"""How many parts a process keeps; then it begins anew. They are of some ten kilobytes."""
BLANKS = re.compile(r"\n\s+")
"""How templates are set out weighs, and says nothing to a browser. No part that is kept has a text of several lines."""
TOKEN = "token"  # noqa: S105
HOLES = tuple(f"\x00{number}\x00" for number in range(8))
"""No text of a page has a NUL: browsers refuse it, and so do our forms and the database."""
AT_HOLES = re.compile(rf"\x00({TOKEN}|[0-7])\x00")


class Kept:
    """The parts that one application has drawn."""

    def __init__(self) -> None:
        self._parts: dict[Hashable, list[str]] = {}
        """What stands before the first hole, the hole's name, what stands behind it, and so on."""

    def __call__(self, *key: Hashable, caller: Callable[..., str], holes: Sequence[str] = ()) -> Markup:
        """The part, with this request's values in its holes; drawn where it is not kept yet."""
        mark = (str(get_locale()), request.script_root, *key)
        part = self._parts.get(mark)
        if part is None:
            drawn = str(caller(*HOLES[: len(holes)])).replace(generate_csrf(), f"\x00{TOKEN}\x00")
            part = AT_HOLES.split(BLANKS.sub("\n", drawn))
            if len(self._parts) >= MOST:
                self._parts.clear()
            self._parts[mark] = part
        if len(part) == 1:
            return Markup(part[0])  # noqa: S704 -- drawn by a template
        values: dict[str, str] = {str(number): escape(value) for number, value in enumerate(holes)}
        if TOKEN in part[1::2]:
            values[TOKEN] = generate_csrf()
        filled = part.copy()
        filled[1::2] = [values[name] for name in part[1::2]]
        return Markup("".join(filled))  # noqa: S704 -- drawn by a template, and what goes into its holes is escaped


def init_fragments(app: Flask) -> None:
    """Let templates keep parts."""
    app.jinja_env.globals["kept"] = Kept()
