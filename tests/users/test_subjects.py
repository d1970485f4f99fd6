"""What roles can be told to allow is what pages ask for."""

from flask import Flask

from portal.core.abilities.subjects import model_named
from portal.users.roles import SYSTEM_ROLES
from portal.users.subjects import ACTIONS, EVERYTHING, SUBJECTS, actions_on
from portal.users.wording import ACTION_WORDS, SUBJECT_WORDS
from portal.web.access import mark_of


def test_every_permission_that_a_page_asks_for_can_be_ticked(app: Flask) -> None:
    marks = {mark_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    asked = {(mark.action, mark.subject) for mark in marks if mark and mark.action and mark.subject}
    assert len(asked) > 10
    untickable = {(action, subject) for action, subject in asked if action not in actions_on(subject)}
    assert untickable == set(), "add them to portal/users/subjects.py"


def test_every_rule_of_the_setup_can_be_ticked() -> None:
    rules = [rule for rules in SYSTEM_ROLES.values() for rule in rules]
    assert {
        (rule.action, rule.subject) for rule in rules if rule.action not in actions_on(rule.subject)
    } == set()


def test_subjects_are_models_and_all_have_words() -> None:
    assert [subject for subject in SUBJECTS if model_named(subject) is None] == []
    assert set(SUBJECT_WORDS) == {EVERYTHING, *SUBJECTS}
    assert set(ACTION_WORDS) == set(ACTIONS)
    assert {action for subject in SUBJECTS for action in actions_on(subject)} == set(ACTIONS)
