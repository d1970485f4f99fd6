"""What the audit log calls tables and columns: a name in the reader's language, not the database's own."""

import re

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint

import portal.models  # noqa: F401 -- all tables
from portal.audit.fields import FIELDS
from portal.audit.shown import SIGNS, _typed
from portal.audit.wording import TABLES
from portal.core.db import db

WITHOUT_PAGES = {"tbl_auth_apps", "tbl_kobo_beneficiaries"}
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


@pytest.mark.parametrize(("table", "column"), sorted(SIGNS))
def test_each_state_is_told_in_the_words_of_its_sign(app: Flask, table: str, column: str) -> None:
    checks = " ".join(
        str(constraint.sqltext)
        for constraint in db.metadata.tables[table].constraints
        if isinstance(constraint, CheckConstraint) and str(constraint.name).endswith((column, "state"))
    )
    values = set(re.findall(r"'([A-Z_]+)'", checks))
    assert values, f"where are the values of {table}.{column} listed?"
    with app.test_request_context():
        told = {value: _typed(table, column, value, {}) for value in values}
    assert [value for value, words in told.items() if words == value] == [], (
        "name it in components/badges.html"
    )
