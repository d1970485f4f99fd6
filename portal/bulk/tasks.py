"""The two works in the background: do an action, undo it. Each is one commit, or nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.bulk.operations.doing import carry_out, check_order
from portal.bulk.operations.drafts import finish, finish_undoing, forget, hold
from portal.bulk.operations.undoing import take_back
from portal.bulk.orders import Order, order_of
from portal.bulk.queries.verdicts import MOST_NAMED, Tried, Verdict, left_out, try_order
from portal.core.abilities import Ability
from portal.core.db import db
from portal.jobs.tasks import Progress, every, work
from portal.users.queries.held import acting

DO, UNDO = "bulk.do", "bulk.undo"


@work(DO, _l("Changing many people"), labels={"changed": _l("Changed"), "left": _l("Left as they were")})
def do(progress: Progress, action: str, by: int) -> dict[str, Any]:
    """Do a confirmed action, by what the user with the id `by` may do now."""
    session, uuid = db.session(), UUID(action)
    found = hold(session, uuid, "RUNNING", progress.job)
    user, ability = acting(session, by)
    order = order_of(found)
    check_order(session, order, ability)
    progress.step("Finding the people")
    tried = try_order(session, order, ability, exactly=True)
    named = _left_out(session, order, ability, tried)
    progress.step("Changing them", tried.applies)
    changed = carry_out(session, uuid, order, ability, user.uuid)
    progress.advance(changed, tried.applies)
    counts = {
        "found": tried.found,
        "changed": changed,
        "same": tried.verdicts.get(Verdict.SAME, 0),
        "forbidden": tried.verdicts.get(Verdict.FORBIDDEN, 0),
        "meanwhile": max(0, tried.applies - changed),
        "gone": tried.gone,
        "named": named,
    }
    finish(session, uuid, counts)
    result = {"changed": changed, "left": tried.found - changed}
    progress.finish_with(session, result)
    session.commit()
    return result


@work(UNDO, _l("Undoing a change of many people"), labels={"restored": _l("As before"), "kept": _l("Left")})
def undo(progress: Progress, action: str, by: int) -> dict[str, Any]:
    """Undo an action, by what the user with the id `by` may do now."""
    session, uuid = db.session(), UUID(action)
    found = hold(session, uuid, "UNDOING", progress.job)
    _user, ability = acting(session, by)
    progress.step("Giving back what was before")
    undone = take_back(session, found, order_of(found), ability)
    finish_undoing(session, uuid, undone)
    progress.finish_with(session, undone)
    session.commit()
    return undone


@every(3600, "bulk.forget")
def forget_old(session: Session, _config: Mapping[str, Any]) -> None:
    """Forget drafts, and whom old actions were about, when their time is over."""
    forget(session)


def _left_out(session: Session, order: Order, ability: Ability, tried: Tried) -> dict[str, list[str]]:
    """Who is left out, by reason, where they are few enough to be shown on a page."""
    return {
        verdict.value: [str(uuid) for uuid in left_out(session, order, ability, verdict)]
        for verdict in (Verdict.SAME, Verdict.FORBIDDEN)
        if 0 < tried.verdicts.get(verdict, 0) <= MOST_NAMED
    }
