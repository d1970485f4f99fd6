"""What bulk actions are called, and what they will do or have done, in sentences."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.beneficiaries.views.ways import ways_of
from portal.bulk.kinds import EXPORT, FIELDS, NEEDS, Kind
from portal.core.abilities import Ability
from portal.web.labels import label

KINDS: dict[str, LazyString] = {
    Kind.JOIN_GROUP: _l("Add to a group"),
    Kind.LEAVE_GROUP: _l("Remove from a group"),
    Kind.JOIN_PROJECT: _l("Assign to a project"),
    Kind.LEAVE_PROJECT: _l("Take out of a project"),
    Kind.VERIFY: _l("Mark as verified"),
    Kind.UNVERIFY: _l("Mark as not verified"),
    Kind.SET_BANKED: _l("Set bank account"),
    Kind.SET_INTERNET: _l("Set internet"),
    Kind.SET_PHONE: _l("Set phone type"),
    Kind.SET_GENDER: _l("Set gender"),
    Kind.DELETE: _l("Delete"),
    EXPORT: _l("Export"),
}
"""Action → its name."""

SAME: dict[str, LazyString] = {
    Kind.JOIN_GROUP: _l("Are in the group already"),
    Kind.LEAVE_GROUP: _l("Are not in the group"),
    Kind.JOIN_PROJECT: _l("Are in the project already"),
    Kind.LEAVE_PROJECT: _l("Are not in the project"),
    Kind.VERIFY: _l("Are verified already"),
    Kind.UNVERIFY: _l("Are not verified anyway"),
}
"""Why somebody stays as they are."""

REASONS: dict[str, LazyString] = {
    "forbidden": _l("You may not change them"),
    "meanwhile": _l("Somebody changed them while this was done"),
    "gone": _l("Are no longer there"),
}


def offered(ability: Ability) -> tuple[tuple[str, LazyString], ...]:
    """The actions that whoever has this ability may do with some people, each with its name; and where they can take
    them."""
    if not ability.can("create", "BulkAction"):
        return ()
    asked = {"group": ("update", "BeneficiaryGroup"), "project": ("read", "Project")}
    kinds: list[str] = [
        kind
        for kind, needs in NEEDS.items()
        if ability.can(needs.leave, "Beneficiary")
        and (needs.told not in asked or ability.can(*asked[needs.told]))
    ]
    if ability.can("export", "Beneficiary"):
        kinds.append(EXPORT)
    return (*((kind, KINDS[kind]) for kind in kinds), *((way.name, way.label) for way in ways_of(ability)))


def reason_words(kind: str, reason: str) -> LazyString | str:
    """Why people are left as they are."""
    if reason == "same":
        return SAME.get(kind) or _("Have this value already")
    return REASONS[reason]


def deed_words(kind: str, names: Mapping[str, Any], value: str | None) -> str:
    """What exactly is done: "Add to the group Mothers". `names` holds the group's and the project's."""
    words: str | None = {
        Kind.JOIN_GROUP: _("Add to the group %(name)s", name=names.get("group") or "—"),
        Kind.LEAVE_GROUP: _("Remove from the group %(name)s", name=names.get("group") or "—"),
        Kind.JOIN_PROJECT: _("Assign to the project %(name)s", name=names.get("project") or "—"),
        Kind.LEAVE_PROJECT: _("Take out of the project %(name)s", name=names.get("project") or "—"),
    }.get(Kind(kind))
    if words is not None:
        return words
    field = FIELDS.get(Kind(kind))
    if field is None or value is None:
        return str(KINDS[kind])
    return str(_("%(field)s: %(value)s", field=KINDS[kind], value=label(field.values(value))))
