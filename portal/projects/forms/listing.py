"""The list's filter as it stands in the URL."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectField
from wtforms.validators import Length, Optional

from portal.core.enums import ProjectStatus
from portal.projects.queries.listing import ProjectFilter
from portal.web.forms import PortalForm, no_nul
from portal.web.labels import choices
from portal.web.picking import PickField, of
from portal.web.reading import stripped


class FilterForm(PortalForm):
    """Which projects to show."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    status = SelectField(_l("Status"), choices=[("", _l("Any")), *choices(ProjectStatus)], filters=[stripped])
    type = PickField(_l("Type"))
    state = SelectField(
        _l("State"), choices=[("", _l("In use")), ("deleted", _l("Deleted"))], filters=[stripped]
    )

    def offer(self, types: Sequence[str]) -> None:
        """Let the reader choose among the types that are in use."""
        self.type.offer(of((one, one) for one in types), ("", _l("Any")))

    def chosen(self) -> ProjectFilter:
        """The filter that a valid form stands for."""
        return ProjectFilter(
            q=self.q.data or "",
            status=ProjectStatus(self.status.data) if self.status.data else None,
            type=self.type.data or None,
            deleted=self.state.data == "deleted",
        )
