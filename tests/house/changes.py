"""How to call each route that changes something, so that it does: for the test that all of them are on record."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import Auth, AuthSession
from portal.jobs import operations as jobs
from portal.jobs.models import Job
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.users.models import Role, User
from tests.auth.people import PASSWORD, person_in, sign_in
from tests.factories import add_beneficiary, add_user_with, enter_as
from tests.imports.batches import stage, take

TABLE = [["name", "phone"], ["Sita", "9801234567"], ["Sita", "9801234567"], ["Bad", "12"]]
CHOSEN = "an entirely different phrase"


@dataclass(frozen=True)
class Ground:
    """A portal with an administrator who is signed in, and somebody to look after."""

    app: Flask
    session: Session
    admin: FlaskClient
    me: User
    asha: User

    def post(self, address: str, /, **data: Any) -> TestResponse:
        """Send a form as the administrator."""
        return self.admin.post(address, data=data, buffered=True)

    def filled(self, address: str, /, **data: Any) -> TestResponse:
        """The same, with the version that the form's page holds."""
        found = re.search(r'name="version"[^>]*value="([^"]*)"', self.admin.get(address).text)
        assert found, address
        return self.post(address, version=found[1], **data)

    def batch(self) -> UUID:
        """An import under review."""
        return stage(self.session, TABLE)

    def role_id(self, name: str) -> int:
        """The id of a role."""
        return self.session.scalars(select(Role.id).where(Role.name == name)).one()

    def session_of(self, user: User) -> UUID:
        """A session of somebody, just begun."""
        enter_as(self.app.test_client(), self.session, user)
        latest = select(AuthSession.session_id).join(Auth, Auth.id == AuthSession.auth_id)
        return self.session.scalars(
            latest.where(Auth.user_id == user.id).order_by(AuthSession.id.desc()).limit(1)
        ).one()

    def sql(self, statement: str, **values: Any) -> None:
        """Bring about by hand what would take long."""
        self.session.execute(text(statement), values)
        self.session.commit()


def ground(app: Flask, session: Session) -> Ground:
    """A fresh one."""
    me = person_in(session, app.extensions["portal_passwords"], "chief", "Admin")
    client = app.test_client()
    assert sign_in(client, "chief").status_code == 303
    return Ground(app, session, client, me, add_user_with(session, "asha", "Viewer"))


def _upload(g: Ground) -> TestResponse:
    return g.post("/imports/new", file=(io.BytesIO(b"Name,Phone\nSita,9801234567\n"), "people.csv"))


def _uploaded(g: Ground) -> str:
    return str(_upload(g).location).removesuffix("/columns")


def _columns(g: Ground) -> TestResponse:
    page = _uploaded(g)
    return g.post(f"{page}/columns", region="NP", project="", group_name="Round 1")


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
    return g.app.test_client().post("/sign-up", data=form)


def _sign_up(g: Ground) -> UUID:
    _asked(g)
    return UUID(str(g.session.execute(text("SELECT uuid FROM tbl_users_signups")).scalar_one()))


def _deactivated(g: Ground) -> TestResponse:
    return g.post(f"/users/{g.asha.uuid}/deactivate", reason="Has left")


def _restored(g: Ground) -> TestResponse:
    _deactivated(g)
    return g.post(f"/users/{g.asha.uuid}/restore")


def _role(g: Ground) -> int:
    g.post("/roles/new", name="Watchers", allow=["read:Beneficiary"])
    return g.role_id("Watchers")


def _second_factor(g: Ground) -> TestResponse:
    g.post("/account/second-factor/begin")
    return g.post(f"/users/{g.asha.uuid}/second-factor/reset")


def _unlocked(g: Ground) -> TestResponse:
    g.sql('UPDATE tbl_auth SET "isLocked" = true, "lockedOnAt" = now()')
    return g.post(f"/users/{g.asha.uuid}/unlock")


Call = Callable[[Ground], TestResponse]

CALLS: dict[str, Call] = {
    "auth.sign_in": lambda g: sign_in(g.app.test_client(), "chief"),
    "auth.sign_out": lambda g: g.post("/sign-out"),
    "auth.change_password": lambda g: g.post(
        "/account/password", current=PASSWORD, password=CHOSEN, again=CHOSEN
    ),
    "auth.end_session": lambda g: g.post(f"/account/sessions/{g.session_of(g.me)}/end"),
    "auth.end_other_sessions": lambda g: (g.session_of(g.me), g.post("/account/sessions/end-others"))[1],
    "auth.edit_profile": lambda g: g.filled("/account", name="Chief of All", gender="FEMALE"),
    "auth.send_code": lambda g: g.app.test_client().post(
        "/sign-in/code", data={"identifier": "asha@example.org"}
    ),
    "auth.request_reset": lambda g: g.app.test_client().post(
        "/password-reset", data={"identifier": "asha@example.org"}
    ),
    "auth.begin_second_factor": lambda g: g.post("/account/second-factor/begin"),
    "beneficiaries.choose_columns": lambda g: g.post("/beneficiaries/columns", columns=["name", "age"]),
    "beneficiaries.download_beneficiaries": lambda g: g.post(
        "/beneficiaries/export", format="csv", columns=["name"], purpose="Reporting"
    ),
    "beneficiaries.reveal_beneficiary": lambda g: g.post(
        f"/beneficiaries/{add_beneficiary(g.session).uuid}/reveal", purpose="Calling the person"
    ),
    "imports.upload_file": _upload,
    "imports.choose_columns": _columns,
    "imports.choose_what_to_take": lambda g: g.post(f"/imports/{g.batch()}/choice", take="no", verdict="NEW"),
    "imports.mend_row": lambda g: g.post(f"/imports/{g.batch()}/rows/4/cells/1", value="9812345670"),
    "imports.settle_row": lambda g: g.post(f"/imports/{g.batch()}/rows/3/settle", who="other"),
    "imports.download_rejected": lambda g: g.post(
        f"/imports/{g.batch()}/rejected", format="csv", purpose="Asking who made the file"
    ),
    "imports.take_batch": lambda g: g.post(f"/imports/{g.batch()}/take"),
    "imports.undo_batch": lambda g: g.post(f"/imports/{_taken(g)}/undo"),
    "imports.reopen_batch": _reopened,
    "imports.discard_batch": lambda g: g.post(f"/imports/{g.batch()}/discard"),
    "jobs.cancel_job": lambda g: g.post(f"/jobs/{_job(g, 'QUEUED').uuid}/cancel"),
    "jobs.retry_job": lambda g: g.post(f"/jobs/{_job(g, 'FAILED').uuid}/retry"),
    "messages.retry_message": _failed_message,
    "signups.ask_for_account": _asked,
    "signups.approve_sign_up": lambda g: g.post(
        f"/sign-ups/{_sign_up(g)}/approve", roles=[g.role_id("Viewer")]
    ),
    "signups.reject_sign_up": lambda g: g.post(f"/sign-ups/{_sign_up(g)}/reject", reason="Not known here"),
    "signups.switch_form": lambda g: g.post("/sign-ups/form", open="yes"),
    "staff.add_user": lambda g: g.post(
        "/users/new", name="Bina", email="bina@example.org", gender="UNKNOWN", roles=[g.role_id("Viewer")]
    ),
    "staff.edit_user": lambda g: g.filled(f"/users/{g.asha.uuid}/edit", name="Asha S.", gender="FEMALE"),
    "staff.deactivate_user": _deactivated,
    "staff.restore_user": _restored,
    "staff.end_session_of_user": lambda g: g.post(
        f"/users/{g.asha.uuid}/sessions/{g.session_of(g.asha)}/end"
    ),
    "staff.end_sessions_of_user": lambda g: (
        g.session_of(g.asha),
        g.post(f"/users/{g.asha.uuid}/sessions/end-all"),
    )[1],
    "staff.sign_everybody_out": lambda g: (g.session_of(g.asha), g.post("/users/sign-out-everybody"))[1],
    "staff.unlock_user": _unlocked,
    "staff.invite_user": lambda g: g.post(f"/users/{g.asha.uuid}/invite"),
    "staff.offer_address": lambda g: g.post(f"/users/{g.asha.uuid}/address", address="new@example.org"),
    "staff.give_role": lambda g: g.post(f"/users/{g.asha.uuid}/roles/give", role=str(g.role_id("Officer"))),
    "staff.take_role": lambda g: g.post(f"/users/{g.asha.uuid}/roles/{g.role_id('Viewer')}/take"),
    "staff.reset_second_factor": _second_factor,
    "users.new_role": lambda g: g.post("/roles/new", name="Watchers", allow=["read:Beneficiary"]),
    "users.edit_role": lambda g: g.filled(
        f"/roles/{_role(g)}/edit", name="Watchmen", allow=["read:Beneficiary"]
    ),
    "users.delete_role": lambda g: g.post(f"/roles/{_role(g)}/delete", seen="", take=""),
}
"""Endpoint → a call that succeeds and has to leave an entry."""

WRITES_NOTHING = {
    "home.set_theme": "light or dark, kept in the browser alone",
}
"""Endpoint → why a call of it changes no row."""

WORKED_THROUGH_ELSEWHERE = {
    "auth.accept_address": "tests/auth/test_profile.py",
    "auth.accept_invitation": "tests/auth/test_resets.py",
    "auth.ask_wallet": "tests/auth/test_wallet.py",
    "auth.change_address": "tests/auth/test_profile.py",
    "auth.confirm_address": "tests/auth/test_profile.py",
    "auth.enter_code": "tests/auth/test_codes.py",
    "auth.enter_recovery_code": "tests/auth/test_second_factor_door.py",
    "auth.enter_second_factor": "tests/auth/test_second_factor_door.py",
    "auth.link_service": "tests/auth/test_linking.py",
    "auth.prove_wallet": "tests/auth/test_linking.py",
    "auth.renew_recovery_codes": "tests/auth/test_second_factor.py",
    "auth.reset_password": "tests/auth/test_resets.py",
    "auth.set_up_second_factor": "tests/auth/test_second_factor.py",
    "auth.sign_own_wallet": "tests/auth/test_linking.py",
    "auth.sign_wallet": "tests/auth/test_wallet.py",
    "auth.turn_off_second_factor": "tests/auth/test_second_factor.py",
    "auth.unlink_method": "tests/auth/test_linking.py",
    "imports.take_sheet": "tests/imports/test_pages.py",
}
"""Endpoint → where its success is tried, for what takes a phone, a wallet or a service: all of it writes to tables
that are on the log, by trigger."""
