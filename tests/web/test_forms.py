"""The base of all forms: a refusal finds its field, and every field is wired to its hint and its error."""

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import StringField

from portal.core.errors import Refusal
from portal.web.forms import PortalForm

pytestmark = pytest.mark.database


class Trial(PortalForm):
    name = StringField("Name", description="As on the card")
    phone = StringField("Phone")


@pytest.fixture
def form(app: Flask) -> Iterator[Trial]:
    with app.test_request_context("/"):
        yield Trial()


def test_a_refusal_stands_at_the_field_it_names(form: Trial) -> None:
    form.refuse(Refusal("%(phone)s is somebody else's.", field="phone", phone="123"))
    assert form.phone.errors == ["123 is somebody else's."]
    assert form.errors == {"phone": ["123 is somebody else's."]}


@pytest.mark.parametrize("field", [None, "nowhere"])
def test_a_refusal_without_a_field_stands_at_the_top(form: Trial, field: str | None) -> None:
    form.refuse(Refusal("100% full.", field=field))
    assert form.form_errors == ["100% full."]


def test_several_refusals_stand_beside_each_other(form: Trial) -> None:
    form.refuse(Refusal("One.", field="phone"))
    form.refuse(Refusal("Two.", field="phone"))
    assert form.phone.errors == ["One.", "Two."]


def test_a_field_is_wired_to_its_hint_and_its_error(form: Trial) -> None:
    assert 'aria-describedby="name-hint"' in form.name()
    assert "aria-invalid" not in form.name()
    assert "aria-describedby" not in form.phone()
    form.refuse(Refusal("No.", field="name"))
    assert 'aria-describedby="name-error name-hint"' in form.name()
    assert 'aria-invalid="true"' in form.name()


def test_what_the_template_says_of_a_field_comes_first(form: Trial) -> None:
    assert 'aria-describedby="own"' in form.name(**{"aria-describedby": "own"})
