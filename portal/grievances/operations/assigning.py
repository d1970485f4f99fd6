"""Who gets a new case: the rules, asked in their order."""

from sqlalchemy.orm import Session

from portal.grievances.models import Grievance, GrievanceRule
from portal.grievances.queries.hands import may_have, open_cases_of, who_may_have
from portal.grievances.queries.rules import rules_for


def assign_by_rule(session: Session, case: Grievance) -> int | None:
    """The id of the user who gets this case; None where no rule finds anybody. Writes nothing.

    The first rule decides that fits and knows somebody who may read and change the case as it is now: a role limited
    to other projects, or ended, or one that may not see a sensitive case, is passed over, and so is its rule.
    """
    for rule in rules_for(session, case):
        found = _found_by(session, case, rule)
        if found is not None:
            return found
    return None


def _found_by(session: Session, case: Grievance, rule: GrievanceRule) -> int | None:
    if rule.user_id is not None:
        return rule.user_id if may_have(session, case, rule.user_id) else None
    candidates = [user.id for user in who_may_have(session, case, rule.role_id)]
    if not candidates:
        return None
    load = open_cases_of(session, candidates)
    # Of several with as few, the one who came first: the next case finds them with one more.
    return min(candidates, key=lambda user: (load.get(user, 0), user))
