"""Who may do what: rules as `tbl_auth_permissions` holds them, answered for one row and for a whole list.

    ability = Ability([Rule("read", "Beneficiary", conditions={"projectId": {"$in": [...]}})], {"uuid": ...})
    ability.can("read", "Beneficiary")              # at least some of them?
    ability.can("read", beneficiary)                # this one?
    ability.accessible(select(Beneficiary), "read", Beneficiary)    # only those

The meaning is CASL's: `manage` is every action, `all` every subject, the last rule that matches decides,
and an inverted rule forbids. What nobody allows is forbidden. Conditions are a JSON object in MongoDB's
words: `$eq $ne $in $nin $gt $gte $lt $lte $exists`, and `$and $or $not` around them; a bare value means
`$eq`, several fields mean `$and`, `"${user.uuid}"` stands for a fact about the person who asks. A condition
that cannot be understood (unknown operator, unknown field, a value the field can never have) allows nothing
and, on an inverted rule, forbids everything.

A rule of an assignment that is limited to projects (`Rule.projects`) speaks only of what lies within them; each
model says what that is in `__ability_projects__`.

Where this differs from CASL on purpose, and how the two are compared: docs/decisions/0015.

Some rows of a model may want a further permission (`guards`): sensitive grievances are the example.

`rules` reads conditions, `fields` knows the columns behind their names, `limits` narrows a rule to projects,
`matching` holds conditions against a row, `compiling` makes the same test in SQL, `subjects` knows the models
behind the names, `ability` asks the rules in order.
"""

from portal.core.abilities.ability import Ability
from portal.core.abilities.fields import Computed, Linked
from portal.core.abilities.limits import projects_of
from portal.core.abilities.rules import BadCondition, Rule

__all__ = ["Ability", "BadCondition", "Computed", "Linked", "Rule", "projects_of"]
