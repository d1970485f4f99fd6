"""What is typed about one case."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SearchField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.core.enums import GrievanceStatus, GrievanceType
from portal.grievances.content import ENDINGS
from portal.grievances.operations.holding import LONGEST_WORDS
from portal.grievances.terms import PRIORITY_NAMES, TYPE_NAMES
from portal.grievances.wording import term
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.picking import Find, PickField, of

LONGEST_LINE = 200
PUBLIC_HINT = _l("The person who complained reads this with their code and PIN.")
Option = tuple[str, str]


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _uuid(value: str | None) -> UUID | None:
    """A chosen uuid; None where nothing is chosen."""
    return UUID(value) if value else None


class WordsForm(PortalForm):
    """What is said with a move or a question. `seen` is the state that the case was in when the page was opened."""

    seen = VersionField()
    words = TextAreaField(
        _l("What you tell the person"),
        [DataRequired(_l("Write something.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        description=PUBLIC_HINT,
        render_kw={"rows": 5},
    )

    @property
    def before(self) -> GrievanceStatus | None:
        """The state that was seen; None for what is none, or was not sent."""
        members = GrievanceStatus.__members__
        return members.get(str(self.seen.data or ""))


class CloseForm(WordsForm):
    """Why a case is closed, and which other one it repeats, where it does."""

    original = StringField(
        _l("Code of the case that it repeats"),
        [Optional(), Length(max=20), no_nul],
        filters=[_stripped],
        description=_l("Only where somebody told the same before."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class NoteForm(OnceForm):
    """A note in a case."""

    words = TextAreaField(
        _l("Note"),
        [DataRequired(_l("Write something.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 3},
    )
    public = BooleanField(
        _l("The person who complained may read it"),
        description=_l("Otherwise only those read it who work with the case."),
    )


class AttachForm(OnceForm):
    """A file that belongs to a case."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("A picture (JPEG, PNG, WebP), a PDF, or plain text, at most 10 MB."),
        render_kw={"accept": ",".join(ENDINGS)},
    )
    public = BooleanField(
        _l("The person who complained may read it"), description=PUBLIC_HINT, id="file-public"
    )


class AssignForm(PortalForm):
    """Who is to look after a case. `seen` is who did when the page was opened."""

    seen = VersionField()
    assignee = PickField(_l("In charge"))

    def offer(self, colleagues: Iterable[tuple[int, str]]) -> None:
        """Let the person choose among those who may have the case, or nobody."""
        self.assignee.offer(of(colleagues), ("", _l("Nobody")))


class WatchForm(PortalForm):
    """Who is to be told what happens in a case."""

    watcher = PickField(_l("Person"), [InputRequired(_l("Choose somebody."))])

    def offer(self, colleagues: Iterable[tuple[int, str]]) -> None:
        """Let the person choose among those who may read the case."""
        self.watcher.offer(of(colleagues), ("", _l("Choose")))


class EditForm(PortalForm):
    """How a case is described. `seen` holds, as JSON, what stood in each field when the page was opened."""

    seen = VersionField()
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give the case a title.")), Length(max=LONGEST_LINE), no_nul],
        filters=[_stripped],
    )
    category_id = SelectField(_l("Category"))
    priority = SelectField(_l("Priority"))
    type = SelectField(_l("Type"))
    reported_by = StringField(
        _l("Who complained"), [Optional(), Length(max=LONGEST_LINE), no_nul], filters=[_stripped]
    )
    reporter_contact = StringField(
        _l("How to reach them"), [Optional(), Length(max=LONGEST_LINE), no_nul], filters=[_stripped]
    )

    def offer(self, categories: Iterable[Option]) -> None:
        """Let the person choose among the categories in use, and what there is anyway."""
        self.category_id.choices = [("", _l("None")), *((key, term(name)) for key, name in categories)]
        self.priority.choices = _named(PRIORITY_NAMES)
        self.type.choices = _named(TYPE_NAMES)

    @property
    def facts(self) -> list[str]:
        """The names of the fields that this editor gets."""
        return [name for name in self._fields if name not in {"seen", "csrf_token"}]

    def values(self) -> dict[str, Any]:
        """What is in the fields of a valid form, as the operation takes it."""
        typed = {name: self[name].data for name in self.facts}
        typed["category_id"] = _uuid(typed["category_id"])
        typed["type"] = GrievanceType(typed["type"])
        return typed

    def show_seen(self, facts: Mapping[str, Any]) -> None:
        """Let the form know what it was filled from."""
        self.seen.data = json.dumps({name: str(value or "") for name, value in facts.items()})

    def read_seen(self) -> dict[str, Any]:
        """What the form was filled from; nothing for what cannot be read."""
        try:
            told = json.loads(self.seen.data or "")
            seen: dict[str, Any] = {name: str(told[name]) for name in self.facts if name in told}
            if "category_id" in seen:
                seen["category_id"] = _uuid(seen["category_id"])
            if "type" in seen:
                seen["type"] = GrievanceType(seen["type"])
        except (ValueError, TypeError):
            return {}
        return seen


class FindForm(PortalForm):
    """Whom a case is about, found by the search of people."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Person"), [Optional(), Length(max=200), no_nul])


class VendorForm(PortalForm):
    """Which vendor a case is about."""

    vendor = PickField(_l("Vendor"))

    def offer(self, find: Find) -> None:
        """Let the person choose among the vendors whom they see, or none."""
        self.vendor.offer(find, ("", _l("About no vendor")))

    @property
    def chosen(self) -> UUID | None:
        """The vendor of a valid form."""
        return _uuid(self.vendor.data)


class FormerForm(PortalForm):
    """From which other case this one goes on."""

    code = StringField(
        _l("Code of the other case"),
        [DataRequired(_l("Write the code of the other case.")), Length(max=20), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class NewCaseForm(OnceForm):
    """What somebody complained about, written down by staff."""

    project = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])
    title = StringField(
        _l("In a few words"),
        [DataRequired(_l("Say in a few words what it is about.")), Length(max=LONGEST_LINE), no_nul],
        filters=[_stripped],
    )
    description = TextAreaField(
        _l("What happened"),
        [DataRequired(_l("Write what the person told you.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        description=_l("As the person said it. It cannot be changed later; notes can be added."),
        render_kw={"rows": 6},
    )
    category = SelectField(_l("Category"))
    type = SelectField(_l("Type"), default=GrievanceType.NON_TECHNICAL.value)
    channel = SelectField(_l("How it came"))
    priority = SelectField(_l("Priority"))
    sensitive = BooleanField(
        _l("Sensitive: for the eyes of few"),
        description=_l(
            "Protection, exploitation and abuse, fraud. You may not be able to see the case afterwards."
        ),
    )
    reporter = StringField(
        _l("Who complained"),
        [Optional(), Length(max=LONGEST_LINE), no_nul],
        filters=[_stripped],
        description=_l("Leave it empty where the person does not want to be named."),
    )
    contact = StringField(
        _l("How to reach them"),
        [Optional(), Length(max=LONGEST_LINE), no_nul],
        filters=[_stripped],
        description=_l("A phone number or an e-mail address."),
    )
    all_the_same = BooleanField(_l("This is another complaint than those"))

    def offer(
        self, projects: Iterable[tuple[UUID, str]], categories: Iterable[Option], channels: Iterable[Option]
    ) -> None:
        """Let the person choose among what is in use, and projects that they may open a case in."""
        open_ones = list(projects)
        self.project.offer(of(open_ones), *([] if len(open_ones) == 1 else [("", _l("Choose"))]))
        self.category.choices = [("", _l("Not known yet")), *((key, term(name)) for key, name in categories)]
        self.channel.choices = [(key, term(name)) for key, name in channels]
        self.priority.choices = [("", _l("As the category says")), *_named(PRIORITY_NAMES)]
        self.type.choices = _named(TYPE_NAMES)

    @property
    def category_chosen(self) -> UUID | None:
        """The category of a valid form."""
        return _uuid(self.category.data)


def _named(names: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Values and their names, for a select; the names are marked as sentences where they are kept."""
    return [(value, _l(name)) for value, name in names.items()]
