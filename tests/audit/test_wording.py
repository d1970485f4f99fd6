"""What the audit log calls tables and columns: a name in the reader's language, not the database's own."""

import pytest

import portal.models  # noqa: F401 -- all tables
from portal.audit.fields import FIELDS
from portal.audit.wording import TABLES
from portal.core.db import db

WITHOUT_PAGES = {
    "tbl_auth_apps",
    "tbl_kobo_beneficiaries",
    "tbl_offramp_providers",
    "tbl_offramp_transactions",
    "tbl_offramps",
    "tbl_tokens",
}
"""Tables that nobody changes by the portal yet: whoever builds their pages names their columns, and takes them out."""
ONLY_KEYS = {"tbl_temp_beneficiaries", "tbl_grouped_beneficiaries"}
"""Tables of which the log keeps no columns."""
UNTOLD = {
    "arguments",
    "body",
    "heartbeatAt",
    "jobUuid",
    "queueJobId",
    "requiredFields",
    "searchText",
}
"""Columns that the log leaves out, or that machines write to each other."""


@pytest.mark.parametrize("table", sorted(set(TABLES) - WITHOUT_PAGES - ONLY_KEYS))
def test_each_column_that_a_page_changes_has_a_name(table: str) -> None:
    columns = {column.name for column in db.metadata.tables[table].columns}
    assert columns - UNTOLD - set(FIELDS) == set(), "name it in portal/audit/fields.py"
