"""The base of all forms: fields say to everybody what is wrong with them, and refusals find their field."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from portal.core.errors import Refusal


class PortalForm(FlaskForm):
    """A Flask-WTF form whose fields are wired to their hint and error for assistive technology.

    A field's hint has the id `<field>-hint` and its error `<field>-error`; the component templates draw both.
    """

    class Meta(FlaskForm.Meta):
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
        """Show what an operation refused at the field it names, or at the top of the form."""
        said = gettext(refusal.message, **refusal.params) if refusal.params else gettext(refusal.message)
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(said)
        else:
            field.errors = [*field.errors, said]


def no_nul(_form: PortalForm, field: Field) -> None:
    """The database cannot hold the NUL character in a text."""
    if field.data and "\0" in field.data:
        raise ValidationError(_l("This text holds a character that cannot be stored."))
