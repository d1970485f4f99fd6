"""How to call each route that changes something so that it does, and what is then on record."""

import io
from uuid import UUID

from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.jobs import operations as jobs
from portal.jobs.models import Job
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from tests.auth.phones import give_phone
from tests.bulk import actions as bulk
from tests.duplicates import pairs
from tests.factories import add_beneficiary, add_group
from tests.house import (
    changes_of_accounts,
    changes_of_board,
    changes_of_cases,
    changes_of_desk,
    changes_of_groups,
    changes_of_intake,
    changes_of_offramp,
    changes_of_offramp_callbacks,
    changes_of_offramp_providers,
    changes_of_offramp_statements,
    changes_of_offramp_watch,
    changes_of_payouts,
    changes_of_projects,
    changes_of_reconciliation,
    changes_of_settings,
    changes_of_tokens,
    changes_of_transactions,
    changes_of_vendors,
)
from tests.house.changes_of_accounts import begin_linking
from tests.house.ground import Call, Calls, Ground
from tests.imports.batches import take
from tests.imports.workbooks import sheet_xml, xlsx_parts, zipped


def _person_deleted(g: Ground) -> UUID:
    person: UUID = add_beneficiary(g.session).uuid
    assert g.post(f"/beneficiaries/{person}/delete", reason="Moved away").status_code == 303
    return person


def _person_verified(g: Ground) -> UUID:
    person: UUID = add_beneficiary(g.session).uuid
    assert g.post(f"/beneficiaries/{person}/verify").status_code == 303
    return person


def _upload(g: Ground) -> TestResponse:
    return g.post("/imports/new", file=(io.BytesIO(b"Name,Phone\nSita,9801234567\n"), "people.csv"))


def _uploaded(g: Ground) -> str:
    return str(_upload(g).location).removesuffix("/columns")


def _columns(g: Ground) -> TestResponse:
    page = _uploaded(g)
    return g.post(f"{page}/columns", region="NP", project="", group_name="Round 1")


def _other_sheet(g: Ground) -> TestResponse:
    rows = [["name", "phone"], ["Sita", "9801234567"]]
    workbook = zipped(xlsx_parts({"One": sheet_xml(rows), "Two": sheet_xml(rows)}))
    page = str(g.post("/imports/new", file=(io.BytesIO(workbook), "people.xlsx")).location)
    return g.post(f"{page.removesuffix('/columns')}/sheet", sheet="Two")


def _taken(g: Ground) -> UUID:
    batch = g.batch()
    take(g.session, batch)
    return batch


def _reopened(g: Ground) -> TestResponse:
    page = str(_columns(g).location).removesuffix("/check")
    g.sql("UPDATE tbl_jobs SET state = 'FAILED'")
    return g.post(f"{page}/reopen")


def _failed_message(g: Ground) -> TestResponse:
    message = send(g.session, Address("EMAIL", "a@example.org"), "Hello", "Words", "test", None)
    g.sql("UPDATE tbl_messages SET state = 'FAILED', \"lastError\" = 'x' WHERE uuid = :u", u=message.uuid)
    return g.post(f"/messages/{message.uuid}/retry")


def _job(g: Ground, state: str) -> Job:
    job = jobs.start("imports.check", {}, created_by=g.me.id, link="/imports")
    g.sql("UPDATE tbl_jobs SET state = :state WHERE uuid = :u", state=state, u=job.uuid)
    return job


def _asked(g: Ground) -> TestResponse:
    g.post("/sign-ups/form", open="yes")
    form = {"name": "Sita", "email": "sita@example.org", "organisation": "Relief", "reason": "To help"}
    return g.stranger().post("/sign-up", data=form)


def _asked_as_vendor(g: Ground) -> TestResponse:
    g.post("/sign-ups/form", open="yes")
    shop = {"organisation": "Grain", "place": "Inaruwa", "reason": "Rice", "phone": "+9779801234567"}
    return g.stranger().post("/sign-up/vendor", data={**shop, "name": "Sita", "email": "sita@example.org"})


def _sign_up(g: Ground) -> UUID:
    _asked(g)
    return UUID(str(g.session.execute(text("SELECT uuid FROM tbl_users_signups")).scalar_one()))


def _deactivated(g: Ground) -> TestResponse:
    return g.post(f"/users/{g.asha.uuid}/deactivate", reason="Has left")


def _restored(g: Ground) -> TestResponse:
    _deactivated(g)
    return g.post(f"/users/{g.asha.uuid}/restore")


def _reopened_pair(g: Ground) -> TestResponse:
    page = f"/duplicates/{pairs.add_twins(g.session)[2].uuid}"
    g.post(f"{page}/keep-apart")
    return g.post(f"{page}/reopen")


def _bulk(g: Ground) -> str:
    group = add_group(g.session, "Mothers")
    person = add_beneficiary(g.session, "Sita")
    return bulk.drafted(g.admin, "JOIN_GROUP", [person.uuid], group=str(group.uuid))


def _bulk_inputs(g: Ground) -> TestResponse:
    page = _bulk(g)
    group = add_group(g.session, "Others")
    return g.post(f"{page}/inputs", group=str(group.uuid), seen=bulk.version(g.admin, page))


def _bulk_undone(g: Ground) -> TestResponse:
    page = _bulk(g)
    bulk.confirm(g.admin, page)
    bulk.work_off(g.session, page)
    return g.post(f"{page}/undo")


def _bulk_reopened(g: Ground) -> TestResponse:
    page = _bulk(g)
    bulk.confirm(g.admin, page)
    g.sql("UPDATE tbl_jobs SET state = 'FAILED'")
    return g.post(f"{page}/reopen")


def _role(g: Ground) -> int:
    g.post("/roles/new", name="Watchers", allow=["read:Beneficiary"])
    return g.role_id("Watchers")


def _second_factor(g: Ground) -> TestResponse:
    give_phone(g.session, g.app, g.asha)
    return g.post(f"/users/{g.asha.uuid}/second-factor/reset")


def _unlocked(g: Ground) -> TestResponse:
    g.sql('UPDATE tbl_auth SET "isLocked" = true, "lockedOnAt" = now()')
    return g.post(f"/users/{g.asha.uuid}/unlock")


BY_SUBJECT = (
    changes_of_accounts.CALLS
    | changes_of_board.CALLS
    | changes_of_cases.CALLS
    | changes_of_desk.CALLS
    | changes_of_groups.CALLS
    | changes_of_intake.CALLS
    | changes_of_vendors.CALLS
    | changes_of_payouts.CALLS
    | changes_of_projects.CALLS
    | changes_of_reconciliation.CALLS
    | changes_of_offramp.CALLS
    | changes_of_offramp_callbacks.CALLS
    | changes_of_offramp_providers.CALLS
    | changes_of_offramp_statements.CALLS
    | changes_of_offramp_watch.CALLS
    | changes_of_settings.CALLS
    | changes_of_tokens.CALLS
    | changes_of_transactions.CALLS
)
CALLS: Calls = BY_SUBJECT | {
    "beneficiaries.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/beneficiaries/columns", columns=["name", "age"]),
    ),
    "beneficiaries.download_beneficiaries": (
        "EXPORT tbl_beneficiaries",
        lambda g: g.post("/beneficiaries/export", format="csv", columns=["name"], purpose="Reporting"),
    ),
    "beneficiaries.reveal_beneficiary": (
        "REVEAL tbl_beneficiaries",
        lambda g: g.post(
            f"/beneficiaries/{add_beneficiary(g.session).uuid}/reveal", purpose="Calling the person"
        ),
    ),
    "beneficiaries.register_beneficiary": (
        "INSERT tbl_beneficiaries",
        lambda g: g.post("/beneficiaries/new", name="Sita", phone="9801234567"),
    ),
    "beneficiaries.edit_beneficiary": (
        "UPDATE tbl_beneficiaries",
        lambda g: g.filled(f"/beneficiaries/{add_beneficiary(g.session).uuid}/edit", age="41"),
    ),
    "beneficiaries.verify_beneficiary": (
        "UPDATE tbl_beneficiaries",
        lambda g: g.post(f"/beneficiaries/{add_beneficiary(g.session).uuid}/verify"),
    ),
    "beneficiaries.unverify_beneficiary": (
        "UPDATE tbl_beneficiaries",
        lambda g: g.post(f"/beneficiaries/{_person_verified(g)}/unverify"),
    ),
    "beneficiaries.delete_beneficiary": (
        "UPDATE tbl_beneficiaries",
        lambda g: g.post(f"/beneficiaries/{add_beneficiary(g.session).uuid}/delete", reason="Moved away"),
    ),
    "beneficiaries.restore_beneficiary": (
        "UPDATE tbl_beneficiaries",
        lambda g: g.post(f"/beneficiaries/{_person_deleted(g)}/restore"),
    ),
    "erasing.erase_beneficiary": (
        "ERASE tbl_beneficiaries",
        lambda g: g.filled(
            f"/beneficiaries/{add_beneficiary(g.session).uuid}/erase", reason="ASKED", sure="y"
        ),
    ),
    "imports.upload_file": ("INSERT tbl_import_batches", _upload),
    "imports.choose_columns": ("UPDATE tbl_import_batches", _columns),
    "imports.take_sheet": ("UPDATE tbl_import_batches", _other_sheet),
    "imports.choose_what_to_take": (
        "UPDATE tbl_import_batches",
        lambda g: g.post(f"/imports/{g.batch()}/choice", take="no", verdict="NEW"),
    ),
    "imports.mend_row": (
        "UPDATE tbl_import_batches",
        lambda g: g.post(f"/imports/{g.batch()}/rows/4/cells/1", value="9812345670"),
    ),
    "imports.settle_row": (
        "UPDATE tbl_import_batches",
        lambda g: g.post(f"/imports/{g.batch()}/rows/3/settle", who="other"),
    ),
    "imports.download_rejected": (
        "EXPORT tbl_import_batches",
        lambda g: g.post(f"/imports/{g.batch()}/rejected", format="csv", purpose="Asking who made the file"),
    ),
    "imports.take_batch": ("UPDATE tbl_import_batches", lambda g: g.post(f"/imports/{g.batch()}/take")),
    "imports.undo_batch": ("UPDATE tbl_import_batches", lambda g: g.post(f"/imports/{_taken(g)}/undo")),
    "imports.reopen_batch": ("UPDATE tbl_import_batches", _reopened),
    "imports.discard_batch": ("DELETE tbl_import_batches", lambda g: g.post(f"/imports/{g.batch()}/discard")),
    "duplicates.start_scan": ("SCAN tbl_duplicate_pairs", lambda g: g.post("/duplicates/scan")),
    "duplicates.merge_pair": ("INSERT tbl_merges", lambda g: pairs.merge_by_page(g.session, g.admin)[1]),
    "duplicates.undo_merge": (
        "UPDATE tbl_merges",
        lambda g: g.post(f"/duplicates/{pairs.merge_by_page(g.session, g.admin)[0].uuid}/undo"),
    ),
    "duplicates.keep_apart": (
        "UPDATE tbl_duplicate_pairs",
        lambda g: g.post(f"/duplicates/{pairs.add_twins(g.session)[2].uuid}/keep-apart"),
    ),
    "duplicates.reopen_pair": ("UPDATE tbl_duplicate_pairs", _reopened_pair),
    "bulk.new_action": (
        "INSERT tbl_bulk_actions",
        lambda g: bulk.pick(g.admin, "VERIFY", [add_beneficiary(g.session, "Sita").uuid]),
    ),
    "bulk.choose_inputs": ("UPDATE tbl_bulk_actions", _bulk_inputs),
    "bulk.confirm_action": ("UPDATE tbl_bulk_actions", lambda g: bulk.confirm(g.admin, _bulk(g))),
    "bulk.undo_action": ("UPDATE tbl_bulk_actions", _bulk_undone),
    "bulk.reopen_action": ("UPDATE tbl_bulk_actions", _bulk_reopened),
    "jobs.cancel_job": ("CANCEL tbl_jobs", lambda g: g.post(f"/jobs/{_job(g, 'QUEUED').uuid}/cancel")),
    "jobs.retry_job": ("RETRY tbl_jobs", lambda g: g.post(f"/jobs/{_job(g, 'FAILED').uuid}/retry")),
    "messages.retry_message": ("UPDATE tbl_messages", _failed_message),
    "signups.ask_for_account": ("INSERT tbl_users_signups", _asked),
    "signups.ask_as_vendor": ("INSERT tbl_users_signups", _asked_as_vendor),
    "signups.approve_sign_up": (
        "UPDATE tbl_users_signups",
        lambda g: g.post(f"/sign-ups/{_sign_up(g)}/approve", roles=[g.role_id("Viewer")]),
    ),
    "signups.reject_sign_up": (
        "UPDATE tbl_users_signups",
        lambda g: g.post(f"/sign-ups/{_sign_up(g)}/reject", reason="Not known here"),
    ),
    "signups.switch_form": ("INSERT tbl_settings", lambda g: g.post("/sign-ups/form", open="yes")),
    "staff.add_user": (
        "INSERT tbl_users",
        lambda g: g.post(
            "/users/new", name="Bina", email="bina@example.org", gender="UNKNOWN", roles=[g.role_id("Viewer")]
        ),
    ),
    "staff.edit_user": (
        "UPDATE tbl_users",
        lambda g: g.filled(f"/users/{g.asha.uuid}/edit", name="Asha S.", gender="FEMALE"),
    ),
    "staff.deactivate_user": ("UPDATE tbl_users", _deactivated),
    "staff.restore_user": ("UPDATE tbl_users", _restored),
    "staff.end_session_of_user": (
        "UPDATE tbl_auth_sessions",
        lambda g: g.post(f"/users/{g.asha.uuid}/sessions/{g.session_of(g.asha)}/end"),
    ),
    "staff.end_sessions_of_user": (
        "UPDATE tbl_auth_sessions",
        lambda g: (
            g.session_of(g.asha),
            g.post(f"/users/{g.asha.uuid}/sessions/end-all"),
        )[1],
    ),
    "staff.sign_everybody_out": (
        "UPDATE tbl_auth_sessions",
        lambda g: (g.session_of(g.asha), g.post("/users/sign-out-everybody"))[1],
    ),
    "staff.unlock_user": ("UPDATE tbl_auth", _unlocked),
    "staff.invite_user": ("INSERT tbl_auth_tokens", lambda g: g.post(f"/users/{g.asha.uuid}/invite")),
    "staff.offer_address": (
        "INSERT tbl_auth_tokens",
        lambda g: g.post(f"/users/{g.asha.uuid}/address", address="new@example.org"),
    ),
    "staff.give_role": (
        "INSERT tbl_users_roles",
        lambda g: g.post(f"/users/{g.asha.uuid}/roles/give", role=str(g.role_id("Officer"))),
    ),
    "staff.take_role": (
        "DELETE tbl_users_roles",
        lambda g: g.post(f"/users/{g.asha.uuid}/roles/{g.role_id('Viewer')}/take"),
    ),
    "staff.reset_second_factor": ("DELETE tbl_auth_second_factors", _second_factor),
    "users.new_role": (
        "INSERT tbl_auth_roles",
        lambda g: g.post("/roles/new", name="Watchers", allow=["read:Beneficiary"]),
    ),
    "users.edit_role": (
        "UPDATE tbl_auth_roles",
        lambda g: g.filled(f"/roles/{_role(g)}/edit", name="Watchmen", allow=["read:Beneficiary"]),
    ),
    "home.set_language": ("UPDATE tbl_users", lambda g: g.post("/language", language="fr")),
    "users.delete_role": (
        "DELETE tbl_auth_roles",
        lambda g: g.post(f"/roles/{_role(g)}/delete", seen="", take=""),
    ),
}
"""Endpoint → an entry that it has to leave, and a call that succeeds."""

WRITES_NOTHING: dict[str, Call] = {
    "home.set_theme": lambda g: g.stranger().post("/theme", data={"theme": "dark"}),
    "auth.link_service": begin_linking,
    "intake.follow_case": changes_of_intake.shown,
}
"""Endpoint → a call that succeeds and changes no row: what it begins is kept in the browser alone, or it only shows."""

CHANGING_BY_GET = {
    "auth.receive_service": "the way back from another service is a link, by its protocol; links an account",
}
"""Endpoint → why it changes something all the same."""
