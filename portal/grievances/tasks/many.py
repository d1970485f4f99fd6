"""Doing one deed for many cases: one commit, or nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.grievances.operations.changing import carry_out, check_order
from portal.grievances.operations.many import finish, forget, hold, order_of
from portal.grievances.queries.verdicts import Verdict, counts_of, try_order
from portal.jobs.tasks import Progress, every, work
from portal.users.queries.held import acting

DO = "grievances.many"


@work(DO, _l("Changing many grievances"))
def do(progress: Progress, action: str, by: int) -> dict[str, Any]:
    """Do a confirmed deed, by what the user with the id `by` may do now.

    How many there were stays out of the job, which others can look at: it may tell of sensitive cases.
    """
    session, uuid = db.session(), UUID(action)
    found = hold(session, uuid, progress.job)
    user, ability = acting(session, by)
    check_order(ability)
    order = order_of(session, found)
    progress.step("Finding the cases")
    verdicts = try_order(session, order, ability)
    progress.step("Changing them")
    changed = carry_out(session, order, ability, user.id)
    meanwhile = max(0, verdicts.get(Verdict.APPLIES, 0) - changed)
    finish(session, uuid, {**counts_of(verdicts), "changed": changed, "meanwhile": meanwhile})
    progress.finish_with(session, {})
    session.commit()
    return {}


@every(3600, "grievances.forget")
def forget_old(session: Session, _config: Mapping[str, Any]) -> None:
    """Forget drafts when their time is over."""
    forget(session)
