"""What a writer of rules is told of conditions that cannot be understood, and where."""

from typing import Any

import pytest

import portal.models  # noqa: F401 - so that the subjects have their models
from portal.core.abilities import Ability, BadCondition, Rule
from portal.core.abilities.checking import FACTS, check_conditions, read_json
from portal.core.abilities.subjects import field_names, model_named


def told(text: str, subject: str = "Beneficiary") -> tuple[str, str]:
    """What is wrong and where, in words."""
    with pytest.raises(BadCondition) as caught:
        check_conditions(read_json(text), subject)
    return str(caught.value), caught.value.place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"gender": "FEMALE"}',
        '{"age": {"$gte": 18, "$lt": 60}}',
        '{"projectId": {"$in": "${user.projects}"}}',
        '{"$or": [{"isVerified": true}, {"location": {"$exists": false}}]}',
        '{"$not": {"age": {"$in": [1, null]}}}',
    ],
)
def test_what_the_engine_understands_passes(text: str) -> None:
    check_conditions(read_json(text), "Beneficiary")


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ('{"age": 5', "not JSON: look at line 1", ""),
        ('{\n"age" 5}', "line 2, character 7", ""),
        ("[1]", "curly brackets", ""),
        ('{"salary": 5}', "no field salary", "salary"),
        ('{"age": {"$near": 5}}', "no operator $near", "age.$near"),
        ('{"$nor": [{"age": 5}]}', "no operator $nor", "$nor"),
        ('{"age": "five"}', "age never has such a value", "age"),
        ('{"age": {"$in": [1, "two"]}}', "age never has such a value", "age.$in"),
        ('{"age": {"$in": 5}}', "a list", "age.$in"),
        ('{"age": {"$in": [1, [2]]}}', "one value", "age.$in[1]"),
        ('{"age": {"$gt": null}}', "$gt needs a value", "age.$gt"),
        ('{"age": {"$exists": 1}}', "true or false", "age.$exists"),
        ('{"age": {}}', "Nothing is asked of age", "age"),
        ('{"$or": [{"age": 1}, {"gender": "X"}]}', "gender never", "$or[1].gender"),
        ('{"$or": []}', "list of conditions", "$or"),
        ('{"$not": [1]}', "curly brackets", "$not"),
        ('{"extras": 1}', "extras cannot be compared", "extras"),
        ('{"uuid": "${user.salary}"}', "Nothing is known for ${user.salary}", "uuid"),
        ('{"uuid": "me: ${user.uuid}"}', "placeholder alone", "uuid"),
        ('{"age": 1, "age": 2}', "age stands here twice", ""),
        ('{"age": NaN}', "NaN", ""),
        ('{"age": 1e999}', "too large", "age"),
        ('{"location": "a\\u0000b"}', "cannot be stored", "location"),
        ('{"location": ["\\ud800"]}', "cannot be stored", "location[0]"),
        ('{"location": "' + "x" * 5_000 + '"}', "too long", ""),
        ('{"$not": ' * 40 + "{}" + "}" * 40, "nested too deeply", ".".join(["$not"] * 25)),
    ],
)
def test_what_it_does_not_is_told_with_its_place(text: str, said: str, place: str) -> None:
    words, where = told(text)
    assert said in words
    assert where == place


def test_of_everything_only_the_grammar_is_checked() -> None:
    check_conditions({"salary": 5}, "all")
    assert told('{"salary": {"$near": 5}}', "all")[1] == "salary.$near"


def test_the_fields_of_a_subject_are_those_that_conditions_may_name() -> None:
    model = model_named("Beneficiary")
    assert model is not None
    names = field_names(model)
    assert {"projectId", "uuid", "age", "isVerified", "createdAt"} <= set(names)
    assert "extras" not in names
    assert model_named("Nothing") is None


NONSENSE: list[Any] = [[], 5, {"salary": 1}, {"age": {"$near": 1}}, {"age": "x"}, {"$or": []}, {"age": {}}]
SENSE: list[Any] = [{}, {"age": 5}, {"projectId": "${user.uuid}"}, {"$not": {"age": None}}]


@pytest.mark.parametrize("conditions", NONSENSE + SENSE, ids=str)
def test_what_is_refused_here_is_what_the_engine_denies(conditions: Any) -> None:
    allows = Ability([Rule("read", "Beneficiary", conditions=conditions)], FACTS).can("read", "Beneficiary")
    if allows:
        check_conditions(conditions, "Beneficiary")
    else:
        with pytest.raises(BadCondition):
            check_conditions(conditions, "Beneficiary")
    assert allows is (conditions in SENSE)
