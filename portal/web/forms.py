"""The base of all forms: fields say to everybody what is wrong with them, and refusals find their field.

A field that a form has once may be sent once: of two values one part of a program may check the first and another
use the last. So a request that doubles a field is refused before any view, unless a form declares a field of that
name that takes several.
"""

import json
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Flask, Response, request
from flask_babel import get_translations, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, MultipleFileField, SelectMultipleField
from wtforms.fields.core import UnboundField
from wtforms.i18n import DefaultTranslations
from wtforms.validators import ValidationError

from portal.core.errors import Overreach, Refusal
from portal.web.deeds import note_denied
from portal.web.errors import error_page

_several: set[str] = set()
"""The names of fields that take several values, of all forms there are."""


class PortalForm(FlaskForm):
    """A Flask-WTF form whose fields are wired to their hint and error for assistive technology.

    A field's hint has the id `<field>-hint` and its error `<field>-error`; the component templates draw both.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Note which fields take several values."""
        super().__init_subclass__(**kwargs)
        _several.update(
            name
            for name, field in vars(cls).items()
            if isinstance(field, UnboundField)
            and issubclass(field.field_class, (SelectMultipleField, MultipleFileField))
        )

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: FlaskForm) -> Any:
            """What fields say by themselves is in our catalogues: WTForms' own lack some of our languages."""
            return DefaultTranslations(get_translations())

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Add `aria-invalid` and `aria-describedby` before WTForms draws the field."""
            render_kw = dict(render_kw)
            described = [f"{field.id}-error"] if field.errors else []
            if field.errors:
                render_kw.setdefault("aria-invalid", "true")
            if field.description:
                described.append(f"{field.id}-hint")
            if described:
                render_kw.setdefault("aria-describedby", " ".join(described))
            return super().render_field(field, render_kw)

    def refuse(self, refusal: Refusal) -> None:
        """Show what an operation refused at the field it names, or at the top of the form.

        An attempt at more than the person may do is noted at once, and what the request began is rolled back.
        """
        if isinstance(refusal, Overreach):
            note_denied(refusal.action, refusal.subject)
        said = gettext(refusal.message, **refusal.params) if refusal.params else gettext(refusal.message)
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(said)
        else:
            field.errors = [*field.errors, said]


class OnceForm(PortalForm):
    """A form that adds a record, once however often it is sent: by a second click, or by a browser that asks again.

    Its page holds a random key. What is added takes its uuid from that key and from all that was typed: who sends the
    same once more means the same record, and who has changed something means another one.
    """

    once = HiddenField(default=lambda: str(uuid4()))

    def uuid_for(self, person: UUID) -> UUID:
        """The uuid for what this person adds by this form. Without its key, one that never comes again."""
        try:
            key = UUID(self.once.data or "")
        except ValueError:
            key = uuid4()
        typed = sorted(
            pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "once"}
        )
        return uuid5(key, json.dumps([str(person), typed]))


class VersionField(HiddenField):
    """From which state of a record a form was filled. A form that was sent without it names no state: it must never
    take the one that the record is in now."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was sent, or nothing."""
        self.data = valuelist[0] if valuelist else ""


def no_nul(_form: PortalForm, field: Field) -> None:
    """The database cannot hold the NUL character in a text."""
    if field.data and "\0" in field.data:
        raise ValidationError(_l("This text holds a character that cannot be stored."))


def _refuse_doubled() -> Response | None:
    sent = (request.form, request.files)
    doubled = {name for fields in sent for name, values in fields.lists() if len(values) > 1}
    return error_page(400) if doubled - _several else None


def init_forms(app: Flask) -> None:
    """Refuse what sends a field twice."""
    app.before_request(_refuse_doubled)
