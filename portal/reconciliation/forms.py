"""The shapes of what is chosen: a file, what all its rows say, what a word means."""

from os import SEEK_END

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import ValidationError

from portal.imports.forms import MOST_BYTES
from portal.imports.parsing import EXTENSIONS
from portal.reconciliation.meanings import Meaning, Target, Verdict
from portal.web.filtering import empty_for_none
from portal.web.forms import PortalForm

TARGETS = {
    Target.REFERENCE: _l("Reference of the payment"),
    Target.PHONE: _l("Phone it went to"),
    Target.AMOUNT: _l("Amount"),
    Target.STATUS: _l("What became of it"),
    Target.REASON: _l("Why"),
    Target.IGNORE: _l("Leave out"),
}
MEANINGS = {
    Meaning.PAID: _l("The payment arrived"),
    Meaning.FAILED: _l("The payment failed"),
    Meaning.OPEN: _l("Not known yet"),
}
VERDICTS = {
    Verdict.FAILED: _l("Failed"),
    Verdict.PAID: _l("Arrived"),
    Verdict.KNOWN: _l("Failed, and marked before"),
    Verdict.OPEN: _l("Not known yet"),
    Verdict.DIFFERS: _l("Another amount"),
    Verdict.CONTRADICTS: _l("Arrived, but marked as failed"),
    Verdict.REPEATED: _l("Named more than once"),
    Verdict.UNMATCHED: _l("No payment of this list"),
    Verdict.UNREADABLE: _l("Cannot be understood"),
}


class FileForm(PortalForm):
    """The provider's file."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV, or a workbook from Excel or LibreOffice; up to 20 MB."),
    )

    def validate_file(self, field: FileField) -> None:
        """Only kinds of files that can be read; what the file really is, its content tells later."""
        name = str(field.data.filename).lower() if field.data else ""
        if not name.endswith(tuple(EXTENSIONS)):
            raise ValidationError(_l("Choose a CSV, XLSX, XLS or ODS file."))
        if field.data and field.data.stream.seek(0, SEEK_END) > MOST_BYTES:
            raise ValidationError(_l("This file is larger than 20 MB. Save it as CSV, or split it."))
        if field.data:
            field.data.stream.seek(0)


class ColumnsForm(PortalForm):
    """What holds for the whole file. The targets of the columns are selects named `column-<position>`."""

    everything = SelectField(
        _l("If no column says what became of the payments"),
        choices=[
            ("", _l("Choose")),
            (Meaning.FAILED.value, _l("All in the file failed")),
            (Meaning.PAID.value, _l("All in the file arrived")),
        ],
        filters=[empty_for_none],
    )

    def check(self, targets: list[Target]) -> bool:
        """Whether a file with such columns can be held against payments; says at the field what is missing."""
        if not {Target.REFERENCE, Target.PHONE} & set(targets):
            self.form_errors.append(
                str(_l("Say which column names the payment: its reference, or the phone."))
            )
        if Target.STATUS not in targets and not self.everything.data:
            self.everything.errors = [
                *self.everything.errors,
                str(_l("Say which column tells what became of it, or what all rows mean.")),
            ]
        twice = {target for target in targets if target is not Target.IGNORE and targets.count(target) > 1}
        if twice:
            self.form_errors.append(str(_l("Two columns cannot be the same. Leave one of them out.")))
        return not self.errors
