"""The group of an address, for who may do this to it."""

from uuid import UUID

from flask import request

from portal.beneficiaries.models import BeneficiaryGroup
from portal.groups.queries.group import group_with
from portal.web.access import load


def group_to(action: str, uuid: UUID, *, also_deleted: bool = False, alone: bool = False) -> BeneficiaryGroup:
    """The group, if the person may do `action` to it; `alone`, locked against others who change it.

    Raises NotFound for one that they may not know of.
    """
    statement = group_with(uuid, also_deleted=also_deleted)
    if alone and request.method == "POST":
        statement = statement.with_for_update()
    return load(statement, action, BeneficiaryGroup)
