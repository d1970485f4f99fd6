"""The shapes of what is said when a person is deleted or restored."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.web.forms import PortalForm, no_nul
from portal.web.reading import stripped


class DeleteForm(PortalForm):
    """Why somebody is deleted."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=500), no_nul],
        filters=[stripped],
        description=_l("For those who may restore the person. Do not name others."),
        render_kw={"rows": 3},
    )


class RestoreForm(PortalForm):
    """Bringing somebody back, though somebody like them may be there."""

    all_the_same = BooleanField(_l("This is somebody else: restore them all the same"))
