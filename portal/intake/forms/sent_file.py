"""A file that somebody without an account sends along."""

from functools import cached_property

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field
from wtforms.validators import ValidationError

from portal.core.errors import Refusal
from portal.grievances.content import ENDINGS, MOST_BYTES, media_type_of, shown_name
from portal.grievances.operations.files import Sent
from portal.intake.forms.tickets import TicketForm


class SentFileForm(TicketForm):
    """A form with room for one file, of a kind that its content tells."""

    file = FileField(
        _l("A picture or a paper"),
        description=_l("JPEG, PNG, WebP, PDF or plain text, up to 10 MB."),
        render_kw={"accept": ",".join(ENDINGS)},
    )

    def validate_file(self, field: Field) -> None:
        """A kind of file that is taken, told by its content."""
        if self.sent is not None:
            try:
                media_type_of(shown_name(self.sent.name), self.sent.content)
            except Refusal as refusal:
                raise ValidationError(_(refusal.message, **refusal.params)) from refusal

    @cached_property
    def sent(self) -> Sent | None:
        """The file that came with it."""
        upload = self.file.data
        return Sent(upload.filename, upload.stream.read(MOST_BYTES + 1)) if upload else None
