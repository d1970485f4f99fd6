"""A field for several of many: boxes to tick where they are few; else their names are typed, one a line.

It needs no script, and says at once which lines it could not understand, and what is called like them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, html_params

from portal.web.picking import NAMED, Find

MOST = 1_000
"""So many lines are looked for; a form that sends more has made a mistake."""


class LinesWidget:
    """Draws an area with a line for each that is chosen."""

    multiple = True

    def __call__(self, field: "SeveralField", **given: Any) -> Markup:
        """The area. `given` are further attributes."""
        attributes = {
            **given,
            "class": str(given.get("class", "")).replace("form-select", "form-control"),
            "id": field.id,
            "name": field.name,
            "rows": 4,
            "dir": "auto",
            "spellcheck": "false",
        }
        lines = escape("\n".join(field.lines))
        return Markup(f"<textarea {html_params(**attributes)}>\n{lines}</textarea>")  # noqa: S704 -- both are escaped


class SeveralField(SelectMultipleField):
    """Several of what `offer` lets choose. Its data are their values, uuids."""

    widget: Any = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    many = False
    _unknown: Sequence[tuple[str, list[str]]] = ()

    def offer(self, find: Find) -> None:
        """Let somebody choose among what `find` finds for each name that was typed."""
        few = find("")
        self.many = few.many
        if not self.many:
            self.choices = [(str(value), name) for value, name in few.options]
            return
        self.widget = LinesWidget()
        chosen: dict[str, str] = {}
        unknown: list[tuple[str, list[str]]] = []
        for line in self._typed():
            found = [(str(value), name) for value, name in find(line).options]
            meant = [(value, name) for value, name in found if line == value or _same(line, name)]
            if len(meant) == 1:
                chosen.update(meant)
            else:
                like = [f"{name} ({value})" for value, name in meant] or [name for _value, name in found]
                unknown.append((line, like[:NAMED]))
        self.choices, self._unknown = list(chosen.items()), unknown
        self.data = list(chosen)

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return self.many or bool(self.choices)

    @property
    def lines(self) -> Iterable[str]:
        """What stands in the area: the names of what is chosen, and what could not be understood."""
        words: Any = self.choices
        return [*(name for _value, name in words), *(line for line, _like in self._unknown)]

    def pre_validate(self, form: Any) -> None:
        """Each line names one thing that can be chosen; raises ValidationError for the first that does not."""
        if not self.many:
            super().pre_validate(form)
        for line, like in self._unknown:
            if like:
                raise ValidationError(
                    _l("“%(line)s” is not exactly one of them. Like it: %(names)s.", line=line, names=like)
                )
            raise ValidationError(_l("Nothing that you can choose is called “%(line)s”.", line=line))

    def _typed(self) -> list[str]:
        lines = (line for value in self.data or () for line in str(value).splitlines())
        return [tidied for line in lines if (tidied := " ".join(line.split()))][:MOST]


def _same(typed: str, name: str) -> bool:
    """Whether it is the same name, or the name with the reference behind it by which namesakes are told apart."""
    return " ".join(name.split()).casefold() == typed.casefold()
