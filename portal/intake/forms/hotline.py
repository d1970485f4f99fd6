"""A hotline's file: the file itself, and what its columns are."""

from collections.abc import Iterable
from os import SEEK_END
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import InputRequired, ValidationError

from portal.imports.forms import MOST_BYTES
from portal.imports.parsing import EXTENSIONS
from portal.intake.hotline import Target, Verdict
from portal.web.forms import PortalForm
from portal.web.picking import PickField, of

TARGETS = {
    Target.WORDS: _l("What happened"),
    Target.NAME: _l("Name of the caller"),
    Target.PHONE: _l("Phone of the caller"),
    Target.EMAIL: _l("E-mail of the caller"),
    Target.DAY: _l("When they called"),
    Target.CATEGORY: _l("Category"),
    Target.IGNORE: _l("Leave out"),
}
VERDICTS = {
    Verdict.NEW: _l("New"),
    Verdict.KNOWN: _l("Taken before"),
    Verdict.REPEATED: _l("Named more than once"),
    Verdict.NO_WORDS: _l("Says nothing"),
    Verdict.TOO_LONG: _l("Too long"),
    Verdict.NO_PHONE: _l("No phone number"),
    Verdict.NO_EMAIL: _l("No e-mail address"),
    Verdict.NO_DAY: _l("No day, or one to come"),
    Verdict.NO_CATEGORY: _l("No such category"),
}


class HotlineFileForm(PortalForm):
    """A spreadsheet of calls, and the project that they are about."""

    project = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV, or a workbook from Excel or LibreOffice; up to 20 MB and 5,000 rows."),
    )

    def offer(self, projects: Iterable[tuple[UUID, str]]) -> None:
        """Let one choose among the projects that one may take calls for."""
        self.project.offer(of(projects), ("", _l("Choose")))

    def validate_file(self, field: FileField) -> None:
        """Only kinds of files that can be read; what the file really is, its content tells later."""
        name = str(field.data.filename).lower() if field.data else ""
        if not name.endswith(tuple(EXTENSIONS)):
            raise ValidationError(_l("Choose a CSV, XLSX, XLS or ODS file."))
        if field.data and field.data.stream.seek(0, SEEK_END) > MOST_BYTES:
            raise ValidationError(_l("This file is larger than 20 MB. Save it as CSV, or split it."))
        if field.data:
            field.data.stream.seek(0)


class HotlineColumnsForm(PortalForm):
    """The targets of the columns are selects named `column-<position>`."""

    def check(self, targets: list[Target]) -> bool:
        """Whether calls can be read from such columns; says what is missing."""
        if Target.WORDS not in targets:
            self.form_errors.append(str(_l("Say which column tells what happened.")))
        if any(targets.count(target) > 1 for target in targets if target is not Target.IGNORE):
            self.form_errors.append(str(_l("Two columns cannot be the same. Leave one of them out.")))
        return not self.errors
