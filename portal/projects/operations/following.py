"""What a closed project bears all the same: its people stay people.

Who is deleted leaves every project, who is restored is again where they were, and of two records that become one the
other takes the place, wherever that is: else nobody could be deleted who once took part in a project that is closed by
now. These operations say so to the database for as long as they last; nothing else may.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

FOLLOWS = "portal.follows_people"


@contextmanager
def following_people(session: Session) -> Iterator[None]:
    """Let what is written inside follow people in closed projects too. Where it fails, the transaction is lost."""
    session.flush()  # what was changed before is held to the rule
    session.execute(select(func.set_config(FOLLOWS, "on", True)))
    yield
    session.flush()
    session.execute(select(func.set_config(FOLLOWS, "off", True)))
