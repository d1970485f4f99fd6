"""The shape of what is said when a person is erased."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.erasing.wording import REASONS
from portal.web.forms import PortalForm, VersionField, no_nul
from portal.web.reading import stripped


class EraseForm(PortalForm):
    """Why somebody is erased, and that whoever erases them has looked at what goes."""

    version = VersionField()
    reason = SelectField(
        _l("Reason"),
        [DataRequired(_l("Say why."))],
        choices=[("", _l("Choose")), *REASONS.items()],
        filters=[stripped],
    )
    note = TextAreaField(
        _l("In your own words"),
        [Length(max=500), no_nul],
        filters=[stripped],
        description=_l("Stays for good, for those who may read the audit log. Do not name anybody."),
        render_kw={"rows": 2},
    )
    sure = BooleanField(
        _l("I have looked at what goes. Nobody can bring it back."),
        [InputRequired(_l("Tick the box, or leave the page as it is."))],
    )

    def validate_note(self, field: TextAreaField) -> None:
        """Another reason takes words."""
        if self.reason.data == "OTHER" and not field.data:
            raise ValidationError(_l("Say why."))

    @property
    def read_version(self) -> int:
        """The state of the person that the form was filled from; none that there is, where it names none."""
        said = self.version.data or ""
        return int(said) if said.isdecimal() and len(said) < 10 else 0
