"""All that people read goes through gettext, so that it can be said in every language."""

from portal.users.subjects import SUBJECTS
from tests.house.messages import ROOT
from tests.house.words import (
    bare_sentences,
    bare_strings,
    bare_text,
    joined_by_hand,
    joined_in_code,
    templates,
)

NAMES = {"Rahat", "· Rahat", *SUBJECTS, "Verdict"}
"""What is called so in every language, and what pages call things among themselves."""
CLASSES = {"shell", "plain", "desk", "public"}
"""Blocks that hold the class of a page."""
TO_OPERATORS = (
    "portal/cli/",
    "portal/demo/",
    "portal/core/embedded/",
    "portal/core/secrets.py",
    "portal/maps/atlas.py",
)
"""What a terminal says, or a log; it speaks English."""
TYPED = {"portal/beneficiaries/forms/places.py"}
"""What writes as people type, whatever they read."""
SIGNED = ("Sign in to Rahat Portal.", "Link this wallet to my account at Rahat Portal.")
"""Begins of what a wallet signs, which has to be ASCII and the same for everybody."""


def test_templates_say_nothing_past_gettext() -> None:
    found = [
        f"{template.relative_to(ROOT)}: {text}"
        for template in templates()
        for text in {*bare_text(template), *bare_strings(template)} - NAMES - CLASSES
    ]
    assert not found, "put it into {{ _(…) }}"


def test_programs_say_nothing_past_gettext() -> None:
    found = [
        f"{name}:{line}: {text}"
        for file in sorted((ROOT / "portal").rglob("*.py"))
        if not (name := str(file.relative_to(ROOT))).startswith(TO_OPERATORS)
        for line, text in bare_sentences(file)
        if not text.startswith(SIGNED)
    ]
    assert not found, "say it by _, _l or a refusal, or keep it in sentence(…)"


def test_templates_leave_commas_and_colons_between_words_to_the_language() -> None:
    found = [
        f"{template.relative_to(ROOT)}:{where}"
        for template in templates()
        for where in joined_by_hand(template)
    ]
    assert not found, "use |listed, |named(…), or one sentence with places to fill in"


def test_pages_and_web_leave_lists_to_the_language() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{where}"
        for file in sorted((ROOT / "portal").rglob("*.py"))
        if file.parent.name in {"views", "web", "forms"}
        or file.name in {"views.py", "forms.py", "wording.py"}
        if str(file.relative_to(ROOT)) not in TYPED
        for where in joined_in_code(file)
    ]
    assert not found, "use listed(…) of portal/web/phrases.py, or give the sentence the list itself"
