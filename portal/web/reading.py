"""Fields that read what is typed as a file's cells are read, and say in words what cannot be taken."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.core.values import Context, Converted
from portal.core.values.phone import USUAL_REGION

Convert = Callable[[str, Context], Converted]


def stripped(value: Any) -> str:
    """What was typed without blanks at its ends, or a value as it would be typed; nothing where there is none."""
    return "" if value is None else str(value).strip()


class ReadField(StringField):
    """A text with a meaning: `value` is what it says, None for nothing, once the field is validated.

    `convert` is one of portal.core.values. A text that holds more than the field takes (two numbers, a year alone)
    is refused: nothing of what was typed is dropped unseen.
    """

    value: Any = None

    def __init__(self, label: Any, convert: Convert, **options: Any) -> None:
        """`convert` reads the text."""
        super().__init__(label, filters=[stripped], **options)
        self.convert = convert

    def pre_validate(self, form: BaseForm) -> None:
        """Read the text."""
        typed = self.data or ""
        if "\0" in typed:
            raise StopValidation(gettext("This text holds a character that cannot be stored."))
        found = self.convert(typed, Context(self.short_name, region=home_region()))
        if found.problem is not None:
            raise StopValidation(gettext(found.problem.message, **found.problem.params))
        if found.rest is not None or (typed and found.value is None):
            raise StopValidation(self.gettext_of_rest(found))
        self.value = found.value

    def gettext_of_rest(self, found: Converted) -> str:
        """What is said of a text of which only a part could be taken, or nothing."""
        if found.note is not None:
            return str(gettext(found.note.message, **found.note.params))
        return str(NOTHING)


NOTHING = _l("This says that there is nothing: leave it empty.")


def home_region() -> str:
    """The country of numbers that name none."""
    return str(current_app.config.get("PORTAL_REGION", USUAL_REGION))
