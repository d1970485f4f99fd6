"""Two groups side by side: who is in both, and who in only one of them."""

from uuid import UUID

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.joining import groups_to_see
from portal.core.db import db
from portal.groups.forms import CompareForm
from portal.groups.queries.comparing import compare
from portal.groups.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.picking import among


@bp.get("/compare")
@requires("read", "BeneficiaryGroup")
def compare_groups() -> Response:
    """Choose two groups, and see how they overlap; each figure leads to the people it counts."""
    ability = current_ability()
    form = CompareForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    names = {name: url_for("groups.suggest_names", field=name) for name in ("a", "b")}
    form.offer(among(groups_to_see(ability)), names)
    found, status = None, 200
    if form.a.data or form.b.data:
        status = 200 if form.validate() else 422
        if status == 200 and form.a.data and form.b.data:
            found = compare(db.session(), UUID(form.a.data), UUID(form.b.data), ability)
    return page("groups/compare_groups.html", form=form, found=found, status=status)
