"""A field for several of many: boxes to tick where they are few; else their names are typed, one a line.

It needs no script, and says at once which lines it could not understand, and what is called like them. With a script
names are suggested, and one that is chosen becomes a line.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import SelectMultipleField
from wtforms.utils import unset_value
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, html_params

from portal.web.phrases import named
from portal.web.picking import NAMED, Find, suggesting

MOST = 1_000
"""So many lines are looked for; a form that sends more has made a mistake."""

REFERENCE = re.compile(r"\(([0-9a-f-]{36})\)$", re.IGNORECASE)
"""What stands behind a name where several things have it."""


class LinesWidget:
    """Draws an area with a line for each that is chosen, and a field that puts suggested names into it."""

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
        area = f"<textarea {html_params(**attributes)}>\n{lines}</textarea>"
        return Markup(self._adding(field) + area)  # noqa: S704 -- all parts are escaped

    def _adding(self, field: "SeveralField") -> str:
        """The field whose names become lines; it is of use with a script alone."""
        if not field.suggestions:
            return ""
        names = f"{field.id}-names"
        attributes = {
            "class": "form-control",
            "name": field.sought,
            "type": "text",
            "placeholder": _("Type a part of the name"),
            "aria-label": named(_("Type a part of the name"), field.label.text),
            "list": names,
            "autocomplete": "off",
            "dir": "auto",
            "data-adds": field.id,
            **suggesting(field.suggestions, names),
        }
        return (
            f'<div class="line-adding needs-script"><input {html_params(**attributes)}>'
            f'<datalist id="{escape(names)}"></datalist>'
            f'<button type="button" class="btn btn-quiet" data-add-line>{escape(_("Add"))}</button></div>'
        )


class SeveralField(SelectMultipleField):
    """Several of what `offer` lets choose. Its data are their values, uuids."""

    widget: Any = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    many = False
    suggestions = ""
    _lines: Sequence[str] = ()
    _unknown: Sequence[tuple[str, list[str]]] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take what was sent; a name that was typed and not yet added counts too, or leaving it would go unnoticed."""
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self.data = [*(self.data or ()), *formdata.getlist(self.sought)]

    def offer(self, find: Find, suggestions: str = "") -> None:
        """Let somebody choose among what `find` finds for each name that was typed.

        `suggestions` is where htmx asks for names that hold what is typed in the field called `sought`.
        """
        self.suggestions = suggestions
        few = find("")
        self.many = few.many
        if not self.many:
            self.choices = [(str(value), name) for value, name in few.options]
            return
        self.widget = LinesWidget()
        chosen: dict[str, tuple[str, str]] = {}
        unknown: list[tuple[str, list[str]]] = []
        for line in self._typed():
            found, meant = _found(find, line)
            if len(meant) == 1:
                value, name = meant[0]
                alone = _same(line, name) or len(_found(find, name)[1]) == 1
                chosen[value] = (name, name if alone else f"{name} ({value})")
            else:
                like = [f"{name} ({value})" for value, name in meant] or [name for _value, name in found]
                unknown.append((line, like[:NAMED]))
        self.choices = [(value, name) for value, (name, _line) in chosen.items()]
        self._lines = [*(line for _name, line in chosen.values()), *(line for line, _like in unknown)]
        self._unknown, self.data = unknown, list(chosen)

    @property
    def sought(self) -> str:
        """What the field is called in which names are suggested."""
        return f"{self.name}-name"

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return self.many or bool(self.choices)

    @property
    def lines(self) -> Iterable[str]:
        """What stands in the area: the names of what is chosen, and what could not be understood."""
        return self._lines

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


def _found(find: Find, line: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a line finds, and what of it is meant: called so, or named by its reference, alone or behind the name."""
    reference = REFERENCE.search(line)
    sought = reference[1].lower() if reference else line
    found = [(str(value), name) for value, name in find(sought).options]
    return found, [(value, name) for value, name in found if sought == value or _same(line, name)]


def _same(typed: str, name: str) -> bool:
    """Whether it is the same name."""
    return " ".join(name.split()).casefold() == typed.casefold()
