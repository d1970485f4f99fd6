"""What forms that narrow a list are made of."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import ValidationError

from portal.web.forms import PortalForm

LAST_DAY = dt.date(9998, 12, 31)


class ListForm(PortalForm):
    """A list's filter as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False


class ReferenceField(StringField):
    """What a link narrows the list to, named by its uuid; nobody types it. `choices` are those to choose among, if any;
    a link may name another."""

    uuid: UUID | None = None
    choices: Sequence[tuple[str, str]] = ()

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no uuid."""
        if self.data:
            try:
                self.uuid = UUID(self.data)
            except ValueError as error:
                raise ValidationError(_l("This is no reference.")) from error


def empty_for_none(value: str | None) -> str:
    """A select that the address does not name is one on which nothing is chosen."""
    return value or ""


def any_or(options: Iterable[tuple[object, Any]]) -> list[tuple[str, Any]]:
    """The choices of a select that may leave it open."""
    return [("", _l("Any")), *((str(key), words) for key, words in options)]


def on_the_calendar(_form: Any, field: DateField) -> None:
    """Raises ValidationError for a day after the years that a calendar knows."""
    if field.data and field.data > LAST_DAY:
        raise ValidationError(_l("Choose an earlier date."))
