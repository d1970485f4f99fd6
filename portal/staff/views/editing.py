"""Editing what a user is called and what is noted of them."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.enums import Gender
from portal.core.errors import Conflict
from portal.staff.forms import EditForm
from portal.staff.views import bp
from portal.staff.views.loading import user_to
from portal.users.models import User
from portal.users.operations.users import edit_user as change
from portal.users.operations.users import facts_version
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other
from portal.web.labels import label


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "User")
def edit_user(uuid: UUID) -> Response:
    """Change a user's facts. Who filled in the form from an older state sees both, and nothing typed is lost."""
    user = user_to("update", uuid)
    form = EditForm(obj=user, version=facts_version(user))
    if not form.validate_on_submit():
        return _ask(user, form, 422 if form.is_submitted() else 200)
    try:
        change(
            user,
            name=form.name.data or "",
            gender=Gender(form.gender.data),
            notes=form.notes.data or None,
            version=form.version.data or "",
            by=current_person().uuid,
        )
    except Conflict as conflict:
        form.refuse(conflict)
        now = {
            "name": user.name if user.name != form.name.data else None,
            "gender": label(user.gender) if user.gender != form.gender.data else None,
            "notes": user.notes or "—" if (user.notes or "") != form.notes.data else None,
        }
        form.version.data = facts_version(user)  # who sends it once more has seen the other values
        return _ask(user, form, 409, now)
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


def _ask(user: User, form: EditForm, status: int, now: dict[str, object] | None = None) -> Response:
    return page("staff/edit_user.html", user=user, form=form, now=now or {}, status=status)
