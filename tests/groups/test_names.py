"""What a group and a kept filter may be called: anything, and it stays as it is wherever it is shown."""

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.beneficiaries.models import BeneficiaryGroup
from portal.groups.models import SavedFilter
from tests.beneficiaries.naughty import NAUGHTY
from tests.groups.conftest import Ground

pytestmark = pytest.mark.database


def test_D2_whatever_a_group_and_its_filter_are_called_is_stored_shown_and_exported_as_it_is(
    here: Ground, manager: FlaskClient
) -> None:
    called = [f"{text} {number}" for number, text in enumerate(NAUGHTY)]
    for name in called:
        data = {"name": name, "keep": name, "purpose": ""}
        answer = manager.post("/groups/new?q=Chitra", data=data)
        assert answer.status_code == 303, name
        page = manager.get(answer.location).text
        assert " ".join(name.split()) in unescape(page), name
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    kept = [" ".join(name.split()) for name in called]
    groups = here.session.scalars(select(BeneficiaryGroup.name).order_by(BeneficiaryGroup.id).offset(1))
    assert list(groups) == kept
    assert sorted(here.session.scalars(select(SavedFilter.name))) == sorted(kept)
    form = {"format": "csv", "columns": ["groups"], "purpose": "Reporting"}
    content = manager.post("/beneficiaries/export?q=Chitra", data=form, buffered=True).data.decode(
        "utf-8-sig"
    )
    [_header, [cell]] = csv.reader(io.StringIO(content))
    assert [name for name in kept if name not in cell] == []
    assert len(cell.lstrip("'")) == len("; ".join(["Widows", *kept])) - len("Widows; ")


@pytest.mark.parametrize("text", NAUGHTY[:: max(1, len(NAUGHTY) // 25)])
def test_D2_a_group_of_any_name_is_found_by_it(here: Ground, manager: FlaskClient, text: str) -> None:
    name = f"{text} 7"
    assert manager.post("/groups/new", data={"name": name}).status_code == 303
    answer = manager.get("/groups", query_string={"q": name}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    found = [unescape(said) for said in re.findall(r'<a class="row-link"[^>]*><bdi>(.*?)</bdi>', answer.text)]
    assert " ".join(name.split()) in found


@pytest.mark.parametrize("field", ["name", "keep"])
def test_D2_a_name_with_a_character_that_cannot_be_stored_is_refused_at_its_field(
    here: Ground, manager: FlaskClient, field: str
) -> None:
    data = {"name": "Tailors", "keep": "Kept"} | {field: "a\0b"}
    answer = manager.post("/groups/new?q=Chitra", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert here.session.scalars(select(BeneficiaryGroup.name)).all() == ["Widows"]
