"""The shapes of what is chosen for a statement: whose it is and the file, what its columns are, which days it is of."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, ValidationError

from portal.offramp.stating import NAMING, Target, Verdict
from portal.reconciliation.forms import MEANINGS, FileForm
from portal.reconciliation.meanings import Meaning
from portal.web.forms import PortalForm
from portal.web.picking import Find, PickField
from portal.web.reading import stripped

__all__ = ["MEANINGS", "TARGETS", "VERDICTS", "ColumnsForm", "StatementForm"]

TARGETS = {
    Target.REFERENCE: _l("Our reference"),
    Target.REQUEST: _l("Provider’s reference"),
    Target.HASH: _l("Hash of the transfer"),
    Target.AMOUNT: _l("Money paid out"),
    Target.TOKENS: _l("Amount of the token"),
    Target.STATUS: _l("What became of it"),
    Target.REASON: _l("Why"),
    Target.IGNORE: _l("Leave out"),
}
VERDICTS = {
    Verdict.PAID: _l("Arrived, under way here"),
    Verdict.FAILED: _l("Failed, under way here"),
    Verdict.MATCHED: _l("Agrees"),
    Verdict.DIFFERS: _l("Another amount"),
    Verdict.CONTRADICTS: _l("Ended otherwise here"),
    Verdict.OPEN: _l("Not known yet"),
    Verdict.REPEATED: _l("Named more than once"),
    Verdict.UNMATCHED: _l("Nothing of ours"),
    Verdict.UNREADABLE: _l("Cannot be understood"),
}


class StatementForm(FileForm):
    """Whose statement, and the file."""

    provider = PickField(_l("Provider"), [InputRequired(_l("Say whose statement this is."))])

    def offer(self, providers: Find) -> None:
        """Let the person choose among these."""
        self.provider.offer(providers, ("", _l("Choose")))


class ColumnsForm(PortalForm):
    """What holds for the whole file. The targets of the columns are selects named `column-<position>`."""

    everything = SelectField(
        _l("If no column says what became of it"),
        choices=[
            ("", _l("Choose")),
            (Meaning.PAID.value, _l("All in the file arrived")),
            (Meaning.FAILED.value, _l("All in the file failed")),
        ],
        filters=[stripped],
    )
    since = DateField(
        _l("First day"),
        [InputRequired(_l("Fill in the first day that the statement is of."))],
        description=_l("What arrived in these days and is not in the file is told as missing. Days of UTC."),
    )
    until = DateField(_l("Last day"), [InputRequired(_l("Fill in the last day that the statement is of."))])

    def validate_until(self, field: DateField) -> None:
        """The end does not lie before the beginning."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("This day lies before the first one."))

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The days of a valid form."""
        return self.since.data or dt.date.min, self.until.data or dt.date.min

    def check(self, targets: list[Target]) -> bool:
        """Whether a file with such columns can be compared; says at the field what is missing."""
        if not NAMING & set(targets):
            self.form_errors.append(
                str(_l("Say which column names the request: our reference, the provider’s, or the hash."))
            )
        if Target.STATUS not in targets and not self.everything.data:
            said = str(_l("Say which column tells what became of it, or what all rows mean."))
            self.everything.errors = [*self.everything.errors, said]
        twice = {target for target in targets if target is not Target.IGNORE and targets.count(target) > 1}
        if twice:
            self.form_errors.append(str(_l("Two columns cannot be the same. Leave one of them out.")))
        return not self.errors
