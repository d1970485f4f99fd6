"""What an entry refers to is told by its name, to who may see it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.operations.assignments import assign_role
from tests.audit.conftest import Opened
from tests.audit.reading import run
from tests.factories import add_project, add_user_with

pytestmark = pytest.mark.database

READS = Rule("read", "AuditEntry")


@pytest.fixture
def admin(opened: Opened) -> FlaskClient:
    return opened("Admin", name="asha")


def test_records_are_told_by_their_names(session: Session, admin: FlaskClient) -> None:
    project = add_project(session, "Flood relief")
    user = add_user_with(session, "bina", None)
    assign_role(session, user, "Officer", projects=[project.uuid])
    session.commit()
    page = admin.get("/audit?table=tbl_users_roles").text
    newest = page[page.index('class="entry"') :].partition("</li>\n")[0]
    for told in ("Bina", "Officer", "Flood relief"):
        assert f"<bdi>{told}</bdi>" in newest, told
    assert str(project.uuid) not in newest


def test_C4_a_name_that_the_reader_may_not_see_stays_a_number(session: Session, opened: Opened) -> None:
    project = add_project(session, "Flood relief")
    user = add_user_with(session, "bina", None)
    assign_role(session, user, "Officer", projects=[project.uuid])
    session.commit()
    page = opened(READS, Rule("read", "UserRole")).get("/audit?table=tbl_users_roles").text
    assert str(project.uuid) in page
    assert f"<bdi>{user.id}</bdi>" in page
    for told in ("Officer", "Flood relief"):
        assert told not in page, told


def test_what_the_log_holds_of_a_record_that_never_was_is_shown_as_it_is(
    session: Session, admin: FlaskClient
) -> None:
    run(
        session,
        'INSERT INTO tbl_audit_log (action, "tableName", "recordId", after) VALUES (\'INSERT\','
        ' \'tbl_users_roles\', \'1\', \'{"roleId": "no number", "conditions": {"projects": ["no uuid"]}}\')',
    )
    session.commit()
    page = admin.get("/audit?table=tbl_users_roles").text
    for told in ("no number", "no uuid"):
        assert f"<bdi>{told}</bdi>" in page, told


def test_rules_are_told_in_the_words_of_their_page(session: Session, admin: FlaskClient) -> None:
    add_user_with(session, "bina", None, [Rule("read", "BeneficiaryPii")])
    session.commit()
    page = admin.get("/audit?table=tbl_auth_permissions").text
    newest = page[page.index('class="entry"') :].partition("</li>\n")[0]
    for told in ("See", "Personal data of beneficiaries"):
        assert f"<bdi>{told}</bdi>" in newest, told
