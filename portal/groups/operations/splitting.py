"""Splitting a group: a further group for each value of a column, each member into theirs."""

from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup, GroupedBeneficiary
from portal.beneficiaries.operations.membership import hold_group
from portal.core.abilities import Ability
from portal.core.errors import Conflict, Refusal
from portal.groups.queries.splitting import (
    MOST,
    Share,
    Split,
    name_of,
    people_with_values,
    shares_of,
)


def check_shares(shares: list[Share]) -> None:
    """Raises Refusal where a split makes no sense: nobody to split, too many values, names that are taken."""
    if not shares:
        raise Refusal("Nobody is in this group whom you could put into another one.", "by")
    if len(shares) > MOST:
        raise Refusal(
            "This would make more than %(most)s groups. Choose a column with fewer values.", "by", most=MOST
        )
    if names := [share.name for share in shares if share.taken]:
        raise Refusal(
            "There is a group called “%(name)s” already, perhaps a deleted one.", "by", name=names[0]
        )
    if len({share.name for share in shares}) < len(shares):
        raise Refusal("Some values are too long to name a group by.", "by")


def split_group(
    session: Session, group: BeneficiaryGroup, split: Split, seen: int, ability: Ability
) -> list[Share]:
    """Make a group for each value and put the members into them, in one statement; the group itself stays as it is.

    The new groups have its purpose and no project. `seen` is how many groups the preview showed. Raises Conflict when
    it would be another number by now, Refusal where the split makes no sense.
    """
    hold_group(session, group.uuid)
    shares = shares_of(session, group, split, ability)
    check_shares(shares)
    if len(shares) != seen:
        raise Conflict("The group has changed since this page was made. Look again.")
    people = people_with_values(group.uuid, split, ability).cte("people")
    values = select(people.c.value.label("value")).distinct().cte("values_of")
    name = name_of(literal(group.name), values.c.value)
    groups: Any = BeneficiaryGroup.__table__
    memberships: Any = GroupedBeneficiary.__table__
    purpose = literal(group.group_purpose, groups.c.groupPurpose.type)
    made = (
        insert(groups)
        .from_select(["name", "groupPurpose"], select(name, purpose).order_by(name))
        .returning(groups.c.uuid, groups.c.name)
        .cte("made")
    )
    own = name_of(literal(group.name), people.c.value)
    joined = insert(memberships).from_select(
        ["beneficiaryGroupId", "beneficiaryId"],
        select(made.c.uuid, people.c.uuid)
        .join(made, made.c.name == own)
        .order_by(made.c.uuid, people.c.uuid),
    )
    try:
        with session.begin_nested():
            session.execute(joined)
    except IntegrityError as clash:
        raise Conflict("A group of one of these names was made meanwhile. Look again.") from clash
    return shares
