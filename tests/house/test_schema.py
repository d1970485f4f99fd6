"""The database is the seed's, name for name, but for what docs/schema.md lists.

To mend a failure: make the model and a migration agree with docs/seed-schema.md, or, where the difference is
wanted, add a row with its reason to docs/schema.md.
"""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.house.catalogue import Catalogue, read_catalogue
from tests.house.documents import DOCS, SeedColumn, read_seed, rows_under

SEED = read_seed((DOCS / "seed-schema.md").read_text(encoding="utf-8"))
DIFFERENCES = [row[:3] for row in rows_under("Where the portal differs from the seed")]
ADDED_COLUMNS = [row[:3] for row in rows_under("What the portal adds to the seed's tables")]
OWN_TABLES = {row[0] for row in rows_under("The portal's own tables")}
OWN_FACTS = {
    "tbl_import_batches",
    "tbl_bulk_actions",
    "tbl_duplicate_pairs",
    "tbl_merges",
    "tbl_auth_recovery_codes",
    "tbl_auth_second_factors",
    "tbl_messages",
    "tbl_auth_tokens",
    "tbl_saved_filters",
    "tbl_payout_lists",
    "tbl_payout_rows",
    "tbl_payout_approvals",
    "tbl_reconciliations",
    "tbl_hotline_files",
    "tbl_grievance_categories",
    "tbl_grievance_channels",
    "tbl_grievance_events",
    "tbl_grievance_attachments",
    "tbl_grievance_watchers",
    "tbl_grievance_calendars",
    "tbl_grievance_holidays",
    "tbl_grievance_targets",
    "tbl_grievance_rules",
    "tbl_grievance_steps",
    "tbl_grievance_escalations",
    "tbl_grievance_pauses",
    "tbl_grievance_actions",
    "tbl_project_budgets",
    "tbl_offramp_attempts",
    "tbl_offramp_events",
    "tbl_offramp_callbacks",
    "tbl_offramp_attention",
    "tbl_offramp_statements",
    "tbl_offramp_files",
}
"""Tables of our own that tell something of people, and are on the audit log for it."""
STAGING = {"tbl_temp_beneficiaries", "tbl_temp_group", "tbl_temp_beneficiary_group"}


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return read_catalogue(session)


def differing(kind: str) -> dict[tuple[str, str], str]:
    """The listed differences that begin with `kind`: (table, column) to the rest of the words."""
    return {
        (table, column): what.removeprefix(kind).strip()
        for table, column, what in DIFFERENCES
        if what.startswith(kind)
    }


def test_the_specification_is_read_whole() -> None:
    assert len(SEED.tables) == 29
    assert len(SEED.columns) == 297
    assert len(SEED.enums) == 16
    assert len(SEED.pairs) == 7


def test_every_row_of_our_page_is_understood() -> None:
    known = re.compile(r"(type .+|primary key|references tbl_\w+\.\w+)")
    assert [row for row in DIFFERENCES if not known.fullmatch(row[2])] == []
    assert len(DIFFERENCES) == len({tuple(row) for row in DIFFERENCES}) > 0


def test_there_are_no_tables_but_the_seeds_and_those_listed(catalogue: Catalogue) -> None:
    assert catalogue.tables == SEED.tables | OWN_TABLES


def test_every_column_of_the_seed_stands_and_no_other_that_is_not_listed(catalogue: Catalogue) -> None:
    wanted = {(column.table, column.name) for column in SEED.columns}
    added = {(table, column) for table, column, _ in ADDED_COLUMNS}
    assert wanted & added == set()
    assert {key for key in catalogue.columns if key[0] in SEED.tables} == wanted | added


def test_every_column_has_the_type_the_seed_gives_it(catalogue: Catalogue) -> None:
    changed = differing("type")
    wanted = {
        (column.table, column.name): changed.get((column.table, column.name), column.type)
        for column in SEED.columns
    }
    assert {key: catalogue.columns[key].type for key in wanted} == wanted
    needless = [column for column in SEED.columns if changed.get((column.table, column.name)) == column.type]
    assert needless == []


def test_every_added_column_has_the_type_that_is_listed(catalogue: Catalogue) -> None:
    listed = {(table, column): kind for table, column, kind in ADDED_COLUMNS}
    assert {key: catalogue.columns[key].type for key in listed} == listed


def test_a_column_may_be_null_exactly_where_the_seed_says(catalogue: Catalogue) -> None:
    wanted = {(column.table, column.name): column.nullable for column in SEED.columns}
    assert {key: catalogue.columns[key].nullable for key in wanted} == wanted


def test_the_primary_keys_are_the_seeds(catalogue: Catalogue) -> None:
    listed = set(differing("primary key"))
    wanted = {(c.table, (c.name,)) for c in SEED.columns if "PK" in c.notes or (c.table, c.name) in listed}
    assert {key for key in catalogue.primary if key[0] in SEED.tables} == wanted
    counting = {key for key, column in catalogue.columns.items() if column.counts and key[0] in SEED.tables}
    assert counting == {(c.table, c.name) for c in SEED.columns if "PK" in c.notes and c.base == "Int"}


def test_what_is_unique_in_the_seed_is_unique_here_and_nothing_else(catalogue: Catalogue) -> None:
    keys = {(table, column) for table, (column, *_) in catalogue.primary}
    wanted = {
        (column.table, frozenset([column.name]))
        for column in SEED.columns
        if ("Unique" in column.notes or is_name_outside(column)) and (column.table, column.name) not in keys
    }
    own = {
        ("tbl_auth_sessions", frozenset(["tokenHash"])),
        ("tbl_auth_sessions", frozenset(["formerTokenHash"])),
        ("tbl_temp_beneficiaries", frozenset(["batchId", "rowNumber"])),
        ("tbl_grievances", frozenset(["code"])),
    }
    here = {(table, frozenset(names)) for table, names in catalogue.unique if table in SEED.tables}
    assert here == wanted | SEED.pairs | own


def is_name_outside(column: SeedColumn) -> bool:
    """Whether this uuid names its own row, rather than another's."""
    return column.name == "uuid" or (column.table, column.name) == ("tbl_auth_sessions", "sessionId")


def test_what_names_a_row_outside_is_made_by_the_database(catalogue: Catalogue) -> None:
    names = [(column.table, column.name) for column in SEED.columns if is_name_outside(column)]
    assert len(names) > 20
    assert {catalogue.columns[key].default for key in names} == {"gen_random_uuid()"}


def test_foreign_keys_stand_where_the_seed_or_our_page_has_them(catalogue: Catalogue) -> None:
    listed = differing("references")
    wanted = {(c.table, c.name) for c in SEED.columns if "FK" in c.notes} | set(listed)
    own = {
        ("tbl_temp_beneficiaries", "batchId"),
        ("tbl_users_signups", "userId"),
        ("tbl_vendors", "stateBy"),
        *(
            ("tbl_grievances", name)
            for name in (
                *("transactionId", "beneficiaryId", "vendorId", "categoryId", "channelId"),
                *("assigneeId", "duplicateOf", "follows", "createdBy"),
            )
        ),
        ("tbl_projects", "createdBy"),
        ("tbl_projects", "updatedBy"),
        ("tbl_projects", "statusBy"),
        *(
            ("tbl_transactions", name)
            for name in ("createdBy", "decidedBy", "failedBy", "retryOf", "payoutListId")
        ),
        *(
            ("tbl_offramps", name)
            for name in (
                *("projectId", "providerId", "transactionId", "payoutListId", "beneficiaryId"),
                *("createdBy", "releasedBy", "endedBy"),
            )
        ),
    }
    here = {(table, column) for table, column, _ in catalogue.references if table in SEED.tables}
    assert here == wanted | own
    assert {(t, c, target) for (t, c), target in listed.items()} <= catalogue.references


def test_a_foreign_key_refers_to_the_id_or_the_uuid_by_its_type(catalogue: Catalogue) -> None:
    ends = {"integer": "id", "uuid": "uuid", "text": "requestId"}
    wrong = [
        (table, column, target)
        for table, column, target in catalogue.references
        if not target.endswith("." + ends[catalogue.columns[table, column].type])
    ]
    assert wrong == []


def test_a_vendor_in_a_project_is_a_vendor_and_a_user(catalogue: Catalogue) -> None:
    targets = {
        target
        for table, column, target in catalogue.references
        if (table, column) == ("tbl_projects_vendors", "vendorId")
    }
    assert targets == {"tbl_vendors.uuid", "tbl_users.uuid"}


def test_every_foreign_key_has_an_index_that_begins_with_it(catalogue: Catalogue) -> None:
    bare = {(table, column) for table, column, _ in catalogue.references} - catalogue.indexed
    assert bare == set()


def test_every_table_with_soft_delete_has_an_index_of_its_live_rows(catalogue: Catalogue) -> None:
    deletable = {table for table, column in catalogue.columns if column == "deletedAt"}
    assert deletable - catalogue.live == {"tbl_temp_beneficiaries"}  # staging is read by batch


def test_the_enums_have_the_seeds_names_and_values_in_its_order(catalogue: Catalogue) -> None:
    assert catalogue.enums == SEED.enums


def test_what_must_not_be_null_and_can_be_guessed_has_a_default(catalogue: Catalogue) -> None:
    guessed = {"createdAt", "updatedAt", "gender", "bankedStatus", "internetStatus", "phoneStatus"}
    bare = [
        (column.table, column.name)
        for column in catalogue.columns.values()
        if not column.nullable
        and column.default is None
        and (column.name in guessed or column.type in {"boolean", "text[]"})
    ]
    assert bare == []


def test_every_table_of_facts_is_on_the_audit_log(session: Session) -> None:
    triggers = session.execute(
        text(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname) FROM pg_trigger"
            " WHERE tgname LIKE 'audit\\_%' AND tgenabled = 'O' GROUP BY 1"
        )
    )
    found = dict(tuple(row) for row in triggers)
    audited = SEED.tables - STAGING - {"tbl_stats"} | OWN_FACTS
    every = ["audit_added", "audit_changed", "audit_emptied", "audit_removed"]
    never = {table: ["audit_refuse"] for table in ("tbl_audit_log", "tbl_audit_seals")}
    assert found == {**dict.fromkeys(audited, every), **never}
