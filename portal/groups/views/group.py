"""One group: what it is, its projects and filters; and who falls short of what its purpose asks."""

from uuid import UUID

from flask import Response, request

from portal.beneficiaries.views.ways import ways_of
from portal.core.db import db
from portal.groups.queries.group import filters_of, projects_of_group
from portal.groups.queries.listing import count_members
from portal.groups.queries.readiness import needs_of, shortfalls
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "BeneficiaryGroup")
def show_group(uuid: UUID) -> Response:
    """What a group is, the projects it is assigned to, the filters that fill it."""
    ability, group = current_ability(), group_to("read", uuid)
    return page(
        "groups/show_group.html",
        group=group,
        members=count_members(db.session(), [uuid], ability).get(uuid, 0),
        projects=projects_of_group(db.session(), uuid, ability),
        filters=filters_of(db.session(), uuid),
        changes=ability.can("update", group),
        deletes=ability.can("delete", group),
        ways=ways_of(ability),
    )


@bp.get("/<uuid:uuid>/readiness")
@requires("read", "BeneficiaryGroup")
def show_readiness(uuid: UUID) -> Response:
    """How many members are without what the group's purpose asks for; each figure leads to them."""
    group, further = group_to("read", uuid), request.args.get("count") == "further"
    asked = needs_of(group.group_purpose)
    members, needs = shortfalls(db.session(), uuid, asked, current_ability(), further=further)
    return page("groups/show_readiness.html", group=group, members=members, needs=needs)
