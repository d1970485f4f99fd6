"""The tabs of a person's page. Modules above add theirs by `PERSON.offer`."""

from flask_babel import lazy_gettext as _l

from portal.web.tabs import FIRST, LAST, Tab, Tabs

PERSON = Tabs(
    Tab(
        _l("Overview"),
        "beneficiaries.show_beneficiary",
        "read",
        "Beneficiary",
        FIRST,
        also=("beneficiaries.reveal_beneficiary",),
    ),
    Tab(_l("Groups and projects"), "beneficiaries.show_memberships", "read", "Beneficiary", 10),
    Tab(_l("History"), "beneficiaries.show_history", "read", "AuditEntry", LAST),
)
