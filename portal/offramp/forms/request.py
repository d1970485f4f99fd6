"""What is typed about one request."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from portal.grievances.content import ENDINGS
from portal.web.forms import OnceForm, PortalForm, no_nul

LONGEST_REASON = 500
LONGEST_WORDS = 2_000


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class ReasonForm(PortalForm):
    """Why a request is withdrawn, or said to have failed."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=LONGEST_REASON), no_nul],
        filters=[_stripped],
        description=_l("Everybody who sees the request can read it. Name nobody in it."),
    )


class DepositForm(PortalForm):
    """By which transfer the tokens were sent."""

    tx_hash = StringField(
        _l("Hash of the transfer"),
        [DataRequired(_l("Fill in the hash of the transfer.")), Length(max=200), no_nul],
        filters=[_stripped],
        description=_l("As the wallet or a block explorer shows it."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class ProofForm(OnceForm):
    """What proves that money reached somebody, or did not."""

    words = TextAreaField(
        _l("What it proves"),
        [Optional(), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        description=_l(
            "Such as what the operator said, when, and under which number of theirs. Name nobody in it."
        ),
        render_kw={"rows": 3},
    )
    file = FileField(
        _l("File"),
        description=_l("A picture (JPEG, PNG, WebP), a PDF, or plain text, at most 10 MB."),
        render_kw={"accept": ",".join(ENDINGS)},
    )
