"""Why a project is closed, or opened again."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from portal.web.forms import PortalForm, no_nul
from portal.web.reading import stripped

LONGEST_REASON = 500


class CloseForm(PortalForm):
    """What is to be remembered of the end."""

    reason = TextAreaField(
        _l("Reason"),
        [Optional(), Length(max=LONGEST_REASON), no_nul],
        filters=[stripped],
        description=_l("Shown on the project’s page, and kept in its history."),
        render_kw={"rows": 2},
    )


class ReopenForm(PortalForm):
    """Why a closed account is opened again."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why it is opened again.")), Length(max=LONGEST_REASON), no_nul],
        filters=[stripped],
        description=_l("Shown on the project’s page, and kept in its history."),
        render_kw={"rows": 2},
    )
