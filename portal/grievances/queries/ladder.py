"""The ladder: its steps, and which of them are due."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, select, text, true
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.grievances.clocks import Aim
from portal.grievances.models import Grievance, GrievanceEscalation, GrievanceStep
from portal.projects.models import Project


def clock_that_runs() -> ColumnElement[str]:
    """SQL: which of a case's clocks it is whose moment stands in `due_at`."""
    return case((Grievance.status == "NEW", Aim.ACKNOWLEDGE.value), else_=Aim.RESOLVE.value)


def ladder(session: Session) -> Sequence[GrievanceStep]:
    """All steps, from the lowest."""
    return session.scalars(select(GrievanceStep).order_by(GrievanceStep.step)).all()


def due_steps(session: Session, most: int) -> Sequence[tuple[Grievance, GrievanceStep]]:
    """The steps that are due and were not taken for the clock that runs, the oldest first, their cases locked.

    A case that somebody is changing is passed over: it is found the next time, if its clock still runs.
    """
    taken = select(GrievanceEscalation.step).where(
        GrievanceEscalation.grievance_id == Grievance.uuid,
        GrievanceEscalation.clock == clock_that_runs(),
        GrievanceEscalation.reopened == Grievance.reopened,
        GrievanceEscalation.step == GrievanceStep.step,
    )
    minutes = GrievanceStep.minutes * text("interval '1 minute'")
    due = func.portal_working_after(
        Grievance.due_at, GrievanceStep.minutes, func.portal_calendar_of(Grievance.project_id)
    )
    statement = (
        select(Grievance, GrievanceStep)
        .join(Project, Project.uuid == Grievance.project_id)
        .join(GrievanceStep, true())
        .where(
            Grievance.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            Project.status != ProjectStatus.CLOSED,
            GrievanceStep.is_active,
            # Working time never goes by faster than time: what this leaves out need not be counted.
            Grievance.due_at <= func.now(),
            Grievance.due_at + minutes <= func.now(),
            ~taken.exists(),
            (GrievanceStep.minutes == 0) | (due <= func.now()),
        )
        .order_by(Grievance.due_at, Grievance.id, GrievanceStep.step)
        .limit(most)
        .with_for_update(of=Grievance, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(found, step) for found, step in session.execute(statement)]
