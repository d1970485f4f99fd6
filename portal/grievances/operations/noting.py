"""Words in a case: notes, a question to the person who complained, their answer. The second clock waits for answers."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, sentence
from portal.grievances.letters import tell_followers
from portal.grievances.models import Grievance
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case, said
from portal.grievances.operations.moving import BY_NOW
from portal.grievances.operations.story import REPORTER, Teller, tell

WRITE_SOMETHING = sentence("Write something.")
WRITE_QUESTION = sentence("Write what the person is asked.")
WRITE_ANSWER = sentence("Write what the person answered, or why you go on without an answer.")


def add_note(
    session: Session, case: UUID, by: Teller, words: str, *, is_public: bool, uuid: UUID | None = None
) -> bool:
    """Add a note; whether it was new: the same `uuid` once more adds nothing.

    The person who complained reads `is_public` ones. Raises Refusal at the field `words` where nothing is said,
    Conflict in a closed project, NotFound where there is no such case.
    """
    text = said(words, WRITE_SOMETHING)
    found = hold_case(session, case)
    if tell(session, case, story.NOTE, by, body=text, is_public=is_public, uuid=uuid) is None:
        return False
    tell_followers(session, found, besides=by.user)
    return True


def ask(session: Session, case: UUID, by: Teller, question: str) -> None:
    """Ask the person who complained, who reads it by code and PIN; the second clock stands still until the answer.

    Raises as `add_note` does, and Conflict where the case is not under review, or waits for an answer already.
    """
    text = said(question, WRITE_QUESTION)
    found = hold_case(session, case)
    if found.status != GrievanceStatus.UNDER_REVIEW:
        raise Conflict(BY_NOW[found.status])
    if not _wait(session, case, begin=True):
        raise Conflict("The person was asked already, and has not answered yet.")
    tell(session, case, story.ASKED, by, body=text, is_public=True)
    tell_followers(session, found, besides=by.user)


def answer(session: Session, case: UUID, by: Teller, words: str) -> None:
    """Write down what the person answered, by phone say, or that nobody waits for it any longer: the clock goes on.

    Raises as `add_note` does, and Conflict where no answer is waited for.
    """
    text = said(words, WRITE_ANSWER)
    found = hold_case(session, case)
    if not _wait(session, case, begin=False):
        raise Conflict("Nobody waits for an answer in this case by now.")
    tell(session, case, story.ANSWERED, by, body=text, is_public=True)
    tell_followers(session, found, besides=by.user)


def add_words_of_reporter(session: Session, case: UUID, words: str, *, uuid: UUID | None = None) -> bool:
    """What the person who complained adds: their answer where one is waited for, else a note. Whether it was new.

    Raises as `add_note` does.
    """
    text = said(words, WRITE_SOMETHING)
    found = hold_case(session, case)
    kind = story.ANSWERED if found.waiting_since else story.NOTE
    if tell(session, case, kind, REPORTER, body=text, is_public=True, uuid=uuid) is None:
        return False
    if kind == story.ANSWERED:
        _wait(session, case, begin=False)
    tell_followers(session, found)
    return True


def _wait(session: Session, case: UUID, *, begin: bool) -> bool:
    """Let the clock stand still, or go on; whether this call did it."""
    before = Grievance.waiting_since.is_(None) if begin else Grievance.waiting_since.is_not(None)
    changing = (
        update(Grievance)
        .where(Grievance.uuid == case, before)
        .values(waiting_since=func.clock_timestamp() if begin else None, updated_at=func.now())
        .returning(Grievance.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(changing) is not None
