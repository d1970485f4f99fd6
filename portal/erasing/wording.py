"""Why people are erased, in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

REASONS: dict[str, LazyString] = {
    "ASKED": _l("They asked for it"),
    "CONSENT": _l("They took their consent back"),
    "MISTAKE": _l("Registered by mistake"),
    "RETENTION": _l("Their time in the registry is over"),
    "OTHER": _l("Another reason"),
}
"""`ERASED_REASONS` of the registry, in words."""
