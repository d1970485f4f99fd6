"""The shapes of what people give an import: a file, what its columns are, a corrected cell."""

from os import SEEK_END

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from phonenumbers import SUPPORTED_REGIONS
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from portal.audit.forms import FileForm
from portal.imports.parsing import EXTENSIONS
from portal.web.forms import PortalForm, no_nul
from portal.web.picking import Find, PickField

MOST_BYTES = 20_000_000

TARGET_LABELS = {
    "extras": _l("Keep as an extra column"),
    "ignore": _l("Leave out"),
    "name": _l("Name"),
    "first_name": _l("First name"),
    "middle_name": _l("Middle name"),
    "last_name": _l("Family name"),
    "phone": _l("Phone"),
    "govt_id": _l("Government ID"),
    "email": _l("E-mail"),
    "gender": _l("Gender"),
    "birth_date": _l("Birth date"),
    "age": _l("Age"),
    "location": _l("Location"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "coordinates": _l("Coordinates (both in one)"),
    "groups": _l("Group"),
    "banked_status": _l("Bank account"),
    "phone_status": _l("Phone type"),
    "internet_status": _l("Internet"),
    "wallet_address": _l("Wallet"),
    "notes": _l("Notes"),
    "uuid": _l("Reference (updates this person)"),
}

DATE_ORDERS = {
    "DMY": _l("day – month – year"),
    "MDY": _l("month – day – year"),
    "YMD": _l("year – month – day"),
}


def regions() -> list[tuple[str, str]]:
    """The countries whose national phone numbers are understood, by name in the reader's language."""
    names = (get_locale() or Locale("en")).territories
    return sorted(((code, names.get(code, code)) for code in SUPPORTED_REGIONS), key=lambda pair: pair[1])


class UploadForm(PortalForm):
    """The file to import."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV, a workbook from Excel or LibreOffice, or JSON from Kobo; up to 20 MB."),
    )

    def validate_file(self, field: FileField) -> None:
        """Only kinds of files that can be read; what the file really is, its content tells later."""
        name = str(field.data.filename).lower() if field.data else ""
        if not name.endswith(tuple(EXTENSIONS)):
            raise ValidationError(_l("Choose a CSV, XLSX, XLS, ODS or JSON file."))
        if field.data and field.data.stream.seek(0, SEEK_END) > MOST_BYTES:
            raise ValidationError(_l("This file is larger than 20 MB. Save it as CSV, or split it."))
        if field.data:
            field.data.stream.seek(0)


class MappingForm(PortalForm):
    """What holds for the whole file. The targets of the columns are selects named `column-<position>`."""

    region = SelectField(_l("Country of phone numbers without a country code"))
    project = PickField(_l("Bring everybody into the project"))
    group_name = StringField(
        _l("Put everybody into the group"),
        [Optional(), Length(max=200), no_nul],
        description=_l("A new name makes a new group."),
    )

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the reader choose among the projects they may see."""
        self.region.choices = regions()
        self.project.offer(projects, ("", _l("No project")), suggestions=suggestions)


class MendForm(PortalForm):
    """A corrected cell."""

    value = StringField(_l("Value"), [Length(max=2_000)])
    back = HiddenField()

    def validate_value(self, field: StringField) -> None:
        """The database cannot hold the NUL character in a text."""
        if field.data and "\0" in field.data:
            raise ValidationError(_l("This text holds a character that cannot be stored."))


class ChoiceForm(PortalForm):
    """Take a row, or all of a verdict, or leave them."""

    take = HiddenField(validators=[AnyOf(("yes", "no"))])
    verdict = HiddenField(validators=[Optional(), AnyOf(("NEW", "UPDATE", "DUPLICATE"))])
    back = HiddenField()


class SettleForm(PortalForm):
    """Who a possible duplicate is: the person it matches, or somebody else who shares the phone."""

    who = HiddenField(validators=[AnyOf(("same", "other"))])
    back = HiddenField()


class RejectedForm(FileForm):
    """In which form the rows that were not taken are wanted, and what for."""

    usual = {
        "Correcting and importing again": _l("Correcting and importing again"),
        "Asking who made the file": _l("Asking who made the file"),
    }
