"""Moving a case on the board: whereto, and what is said."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.core.enums import GrievanceStatus
from portal.grievances.operations.holding import LONGEST_WORDS
from portal.grievances.operations.moving import next_of
from portal.grievances.wording import STATUS_LABELS
from portal.web.forms import PortalForm, VersionField, no_nul


class MoveForm(PortalForm):
    """Whereto a case is moved and why. `seen` is the state in which it stood then, `back` the board's address."""

    seen = VersionField()
    back = HiddenField()
    to = SelectField(_l("Move to"), [InputRequired(_l("Choose where it goes."))])
    words = TextAreaField(
        _l("What you tell the person"),
        [DataRequired(_l("Write something.")), Length(max=LONGEST_WORDS), no_nul],
        render_kw={"rows": 3},
    )

    def offer(self, status: GrievanceStatus) -> None:
        """Let whoever moves choose among the states that follow the one in which the case is now."""
        self.to.choices = [(after.value, STATUS_LABELS[after]) for after in next_of(status)]

    @property
    def before(self) -> GrievanceStatus | None:
        """The state that was seen; None for what is none, or was not sent."""
        return GrievanceStatus.__members__.get(str(self.seen.data or ""))
