"""The tabs of a project's page. Modules above add theirs by `PROJECT.offer`.

From left to right: the overview, who and what takes part in it (10 to 60), its money (70 and 80), who works in it (90),
its history.
"""

from flask_babel import lazy_gettext as _l

from portal.web.tabs import FIRST, LAST, Tab, Tabs

PROJECT = Tabs(
    Tab(_l("Overview"), "projects.show_project", "read", "Project", FIRST),
    Tab(_l("Budgets"), "projects.list_budgets", "read", "Project", 70),
    Tab(_l("History"), "projects.show_history", "read", "AuditEntry", LAST),
)
