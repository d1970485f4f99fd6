"""Taking the steps of the ladder: whoever comes next is told that a clock has run out."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.grievances.clocks import Aim
from portal.grievances.letters import OVERDUE, write
from portal.grievances.models import Grievance, GrievanceEscalation, GrievanceStep
from portal.grievances.operations import story
from portal.grievances.operations.story import SYSTEM, tell
from portal.grievances.queries.hands import who_may_read
from portal.grievances.queries.ladder import due_steps, ladder
from portal.users.roles import ADMIN, MANAGER, SUPERVISOR

BATCH = 50
"""So many steps at once: a worker has other things to do besides."""
ROLES = {"SUPERVISOR": SUPERVISOR, "MANAGER": MANAGER}


def escalate(session: Session, most: int = BATCH) -> int:
    """Take the steps that are due, at most so many; how many were taken.

    Each once for a clock, with a line in the case's story and a message to those whose step it is. Where none of them
    may read the case or can be written to, it is for those of the steps above, and at last for administrators.
    """
    steps = ladder(session)
    return sum(_take(session, case, step, steps) for case, step in due_steps(session, most))


def _take(session: Session, case: Grievance, step: GrievanceStep, steps: Sequence[GrievanceStep]) -> bool:
    clock = Aim.ACKNOWLEDGE if case.status == GrievanceStatus.NEW else Aim.RESOLVE
    taking = (
        insert(GrievanceEscalation)
        .values(grievance_id=case.uuid, clock=clock.value, reopened=case.reopened, step=step.step)
        .on_conflict_do_nothing()
        .returning(GrievanceEscalation.step)
    )
    if session.scalar(taking) is None:
        return False
    told = _tell(session, case, [step, *(above for above in steps if above.step > step.step)])
    facts = {"clock": clock.value, "step": step.step, "receiver": step.receiver, "to": told}
    tell(session, case.uuid, story.ESCALATED, SYSTEM, facts=facts)
    return True


def _tell(session: Session, case: Grievance, steps: Sequence[GrievanceStep]) -> list[int]:
    """Write to the first of these steps' people whom it can be said; to whom."""
    for step in steps:
        if step.is_active and (told := write(session, case, _people(session, case, step.receiver), OVERDUE)):
            return told
    return write(session, case, [user.id for user in who_may_read(session, case, ADMIN)], OVERDUE)


def _people(session: Session, case: Grievance, receiver: str) -> list[int]:
    if receiver in ROLES:
        return [user.id for user in who_may_read(session, case, ROLES[receiver])]
    return [case.assignee_id] if case.assignee_id is not None else []
