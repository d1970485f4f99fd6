"""What came of what needed attention, and after how long a request is stuck."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from portal.offramp.patience import MOST
from portal.web.forms import PortalForm, no_nul
from portal.web.reading import stripped

LONGEST_NOTE = 500


class SettleForm(PortalForm):
    """A word on what came of it."""

    note = TextAreaField(
        _l("What came of it"),
        [DataRequired(_l("Say what came of it.")), Length(max=LONGEST_NOTE), no_nul],
        filters=[stripped],
        description=_l("For colleagues who come across it later. Name nobody who was paid."),
        render_kw={"rows": 3},
    )


class PatienceForm(PortalForm):
    """After how many hours a request is stuck."""

    hours = IntegerField(
        _l("Hours"),
        [
            InputRequired(_l("Fill in a number of hours.")),
            NumberRange(1, MOST, _l("From 1 to %(most)s hours.", most=MOST)),
        ],
        description=_l("So long may a request be under way with its provider before somebody is told."),
    )
