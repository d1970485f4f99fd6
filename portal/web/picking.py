"""A field for one of many: a select where they are few; else a name is typed, and names like it are suggested.

Without a script the names that the page brought along are suggested, and a name that is not exactly one's comes back
with those that are like it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import Select as Choices
from wtforms import SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from portal.core.abilities import Ability
from portal.core.choosing import Offer, Option, kept_offer, offer, offer_of
from portal.core.db import db

NAMED = 5
"""So many like it are named where nothing is called exactly as it was typed."""


Find = Callable[[str], Offer]
"""What can be chosen by somebody who typed this."""


def among(choices: Choices[Any, str]) -> Find:
    """To choose among what a SELECT of uuid and name finds; where these are few, asked once for all its fields."""
    few: list[Offer] = []

    def find(typed: str) -> Offer:
        found = few[0] if few else offer(db.session(), choices, typed)
        if not found.many:
            few[:] = [found]
        return found

    return find


def kept_among(choices: Callable[[Ability], Choices[UUID, str]], ability: Ability) -> Find:
    """To choose among what `choices` finds for somebody: for filters, asked once while nobody writes anything."""
    return lambda typed: kept_offer(db.session(), choices, ability, typed)


def of(options: Iterable[Option]) -> Find:
    """To choose among options that are at hand: pairs of value and name."""
    at_hand = list(options)
    return lambda typed: offer_of(at_hand, typed)


def given(found: Offer) -> Find:
    """To choose among what was found already for what was typed."""
    return lambda _typed: found


def suggesting(url: str, names: str) -> dict[str, str]:
    """What makes a text field ask `url` for names as one types; they go into the datalist with the id `names`."""
    return {
        "hx-get": url,
        "hx-trigger": "focus once, input changed delay:200ms",
        "hx-target": f"#{names}",
        "hx-swap": "innerHTML",
        "hx-push-url": "false",
        "hx-sync": "this:replace",
    }


class PickWidget:
    """Draws a select, or a field to type in with a list of suggestions."""

    multiple = False

    def __call__(self, field: "PickField", **given: Any) -> Markup:
        """The field's controls. `given` are further attributes."""
        if not field.many:
            return self._select(field, given)
        names = f"{field.id}-names"
        attributes = {
            **given,
            "class": str(given.get("class", "")).replace("form-select", "form-control"),
            "id": field.id,
            "name": field.name,
            "type": "text",
            "value": field.shown,
            "placeholder": field.advice,
            "list": names,
            "autocomplete": "off",
            "dir": "auto",
            "required": field.flags.required or False,
        }
        if field.suggestions:
            attributes |= suggesting(field.suggestions, names)
        options = "".join(f'<option value="{escape(one)}"></option>' for one in field.names)
        drawn = f'<input {html_params(**attributes)}><datalist id="{escape(names)}">{options}</datalist>'
        return Markup(drawn)  # noqa: S704 -- each of its parts is escaped

    def _select(self, field: "PickField", given: dict[str, Any]) -> Markup:
        """A select. WTForms' own takes ten times as long over fifty options, and pages have several such fields."""
        attributes = {"id": field.id, "name": field.name, "required": field.flags.required or False, **given}
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(words)}</option>'
            for value, words, chosen, _attributes in field.iter_choices()
        )
        return Markup(f"<select {html_params(**attributes)}>{options}</select>")  # noqa: S704 -- as above


class PickField(SelectField):
    """One of what `offer` lets choose. Its data is the chosen value, mostly a uuid, or "" for none; of something that
    cannot be chosen it is what was typed."""

    widget = PickWidget()
    many = False
    suggestions = ""
    _words: Sequence[tuple[str, Any]] = ()
    _others: Sequence[Any] = ()
    _namesakes = False

    def offer(
        self,
        find: Find,
        *further: tuple[str, Any],
        suggestions: str = "",
    ) -> None:
        """Let somebody choose among what `find` finds for what was typed, and `further` values with their words.

        A value "" is what stands for none. `suggestions` is where htmx asks for names while somebody types.
        """
        typed = str(self.data or "").strip()
        found = find(typed)
        self.many, self.suggestions = found.many, suggestions
        self._others = [words for value, words in further if value]
        self._words = [*further, *((str(uuid), name) for uuid, name in found.options)]
        self.choices = list(self._words)
        self.data = self._meant(typed) if self.many else typed

    def keep(self, value: str, words: str) -> None:
        """Let this be chosen too, though it is not among what is offered, or not any more."""
        if value in {known for known, _words in self._words}:
            return
        self._words = [*self._words, (value, words)]
        if self.many:
            self.data = self._meant(self.data)
        else:
            self.choices = list(self._words)

    @property
    def only(self) -> str | None:
        """The value of the one thing that there is to choose; None where there are several, or none."""
        values = [value for value, _words in self._words if value]
        return values[0] if len(values) == 1 and not self.many else None

    @property
    def names(self) -> Iterable[str]:
        """What is suggested before anybody types."""
        return [str(words) for value, words in self._words if value]

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return self.many or any(value for value, _words in self._words)

    @property
    def advice(self) -> str:
        """What to do with the field, and what can be typed that is no name and not suggested while somebody types."""
        others = [str(words) for words in self._others]
        return str(_("A name, or: %(others)s", others=others) if others else _("Type a part of the name"))

    @property
    def shown(self) -> str:
        """What stands in the field: the name of what is chosen, else what was typed."""
        if not self.data:
            return ""
        return next((str(words) for value, words in self._words if value == self.data), str(self.data))

    def pre_validate(self, form: Any) -> None:
        """Something that can be chosen is; raises ValidationError where nothing is called so."""
        if self._namesakes:
            raise ValidationError(_l("Several are called so. Choose one of them."))
        if not self.many or self.data in {value for value, _words in self._words}:
            return super().pre_validate(form)
        like = [words for value, words in self._words if value][:NAMED]
        if not self.data:
            raise ValidationError(_l("Choose one: type a part of its name."))
        if not like:
            raise ValidationError(_l("Nothing that you can choose has this in its name."))
        raise ValidationError(
            _l("Nothing is called exactly so. Like it: %(names)s.", names=[str(one) for one in like])
        )

    def _meant(self, typed: str) -> str:
        """The value that is called exactly as was typed, or is it; else what was typed."""
        if not typed:
            return ""
        called = " ".join(typed.split()).casefold()
        exact = [value for value, words in self._words if value == typed or str(words).casefold() == called]
        if len(exact) > 1:
            self._draw_namesakes(exact)
        return exact[0] if len(exact) == 1 else typed

    def _draw_namesakes(self, values: Sequence[str]) -> None:
        """Several are called so: they are put into a select, each with the first signs of its reference."""
        self.many, self._namesakes = False, True
        self.choices = [
            (value, f"{words} ({value[:8]})" if value else words)
            for value, words in self._words
            if not value or value in values
        ]
