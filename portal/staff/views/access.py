"""How a user gets in: invited, unlocked, signed out, without their second factor."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.auth.letters import send_invitation
from portal.auth.models import AuthSession
from portal.auth.operations import second_factor
from portal.auth.operations.attempts import unlock_user as unlock
from portal.auth.operations.sessions import revoke_sessions
from portal.auth.views.notices import tell_of_second_factor
from portal.core.db import db
from portal.core.errors import NotFound
from portal.staff.operations.joining import check_may_invite
from portal.staff.views import bp
from portal.staff.views.loading import managed_user, user_to
from portal.web import rates
from portal.web.access import current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other

INVITATIONS_MOST, INVITATIONS_SECONDS = 5, 3600
"""How many invitations one person is sent in an hour at most, whoever asks for them."""


@bp.post("/<uuid:uuid>/unlock")
@requires("update", "User")
def unlock_user(uuid: UUID) -> Response:
    """Let somebody try again at once who typed too many wrong passwords."""
    unlock(db.session(), user_to("update", uuid).id)
    db.session.commit()
    flash(_("They may try again."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


@bp.post("/<uuid:uuid>/invite")
@requires("update", "User")
def invite_user(uuid: UUID) -> Response:
    """Send somebody who never came in another invitation; the one before is void."""
    user = user_to("update", uuid)
    check_may_invite(db.session(), user)
    rates.take("invite", str(uuid), INVITATIONS_MOST, INVITATIONS_SECONDS)
    send_invitation(db.session(), user)
    db.session.commit()
    flash(_("The invitation is on its way."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


@bp.post("/<uuid:uuid>/sessions/<uuid:session_uuid>/end")
@requires("update", "User")
def end_session_of_user(uuid: UUID, session_uuid: UUID) -> Response:
    """Sign a user out of one browser."""
    user = user_to("update", uuid)
    if not revoke_sessions(db.session(), user.id, AuthSession.session_id == session_uuid):
        raise NotFound
    db.session.commit()
    flash(_("That session has ended."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


@bp.post("/<uuid:uuid>/sessions/end-all")
@requires("update", "User")
def end_sessions_of_user(uuid: UUID) -> Response:
    """Sign a user out everywhere; of one's own sessions, out of all but this one."""
    user = user_to("update", uuid)
    ended = revoke_sessions(db.session(), user.id, AuthSession.id != current_person().session_id)
    db.session.commit()
    flash(ngettext("%(num)s session has ended.", "%(num)s sessions have ended.", ended), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


@bp.route("/<uuid:uuid>/second-factor/reset", methods=["GET", "POST"])
@requires("update", "User")
def reset_second_factor(uuid: UUID) -> Response:
    """Ask first, then take the second factor of somebody away who lost their phone, and end their sessions."""
    user = managed_user(uuid)
    form = PortalForm()
    if not form.validate_on_submit():
        return page(
            "staff/reset_second_factor.html", user=user, form=form, status=422 if form.is_submitted() else 200
        )
    second_factor.reset(db.session(), user.id)
    tell_of_second_factor(db.session(), user.id, "reset")
    db.session.commit()
    flash(_("The second factor is taken away, and all their sessions have ended."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))
