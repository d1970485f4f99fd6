"""Changing what a registry has no field for: rows of one's own, parts within parts, and what fits no row."""

import json

import pytest
from flask.testing import FlaskClient

from portal.beneficiaries.models import Beneficiary
from tests.beneficiaries.conftest import EXTRAS
from tests.beneficiaries.people_forms import filled, path_of

pytestmark = pytest.mark.database


def test_rows_of_ones_own_are_changed_added_and_taken_away(manager: FlaskClient, sita: Beneficiary) -> None:
    data = filled(manager, path_of(sita))
    rows = {data[f"extras-{at}-key"]: at for at in range(5)}
    data[f"extras-{rows['children']}-value"] = "4"
    assert data[f"extras-{rows['members']}-value"] == "Ram\nMaya"
    data[f"extras-{rows['members']}-value"] = "Ram\r\nMaya\r\n\r\nHari\r\n"
    data |= {f"extras-{rows['widow']}-key": "", f"extras-{rows['widow']}-value": ""}
    data |= {"extras-5-key": "bankAccount", "extras-5-kind": "text", "extras-5-value": "007"}
    assert manager.post(path_of(sita), data=data).status_code == 303
    assert sita.extras == {
        "children": 4,
        "members": ["Ram", "Maya", "Hari"],
        "since": "2026-02-03",
        "house": {"rooms": 2},
        "bankAccount": "007",
        "diary": EXTRAS["diary"],
    }


def test_parts_within_parts_are_changed_as_json_and_what_is_none_is_told_at_its_field(
    manager: FlaskClient, sita: Beneficiary
) -> None:
    data = filled(manager, path_of(sita))
    house = next(at for at in range(5) if data[f"extras-{at}-key"] == "house")
    assert data[f"extras-{house}-kind"] == "parts"
    assert json.loads(data[f"extras-{house}-value"]) == {"rooms": 2}
    data[f"extras-{house}-value"] = '{"rooms": 3,'
    answer = manager.post(path_of(sita), data=data)
    assert answer.status_code == 422
    assert f'id="extras-{house}-value-error"' in answer.text
    assert "This is no JSON: see line 1, character 13." in answer.text
    assert "{&#34;rooms&#34;: 3,</textarea>" in answer.text
    assert sita.extras == EXTRAS
    data[f"extras-{house}-value"] = '{"rooms": 3, "walls": ["mud", "stone"]}'
    assert manager.post(path_of(sita), data=data).status_code == 303
    assert sita.extras == {**EXTRAS, "house": {"rooms": 3, "walls": ["mud", "stone"]}}
    shown = manager.get(f"/beneficiaries/{sita.uuid}").text
    assert "<li><bdi>rooms</bdi>: <bdi>3</bdi></li>" in shown


def test_what_has_no_row_is_not_overwritten_by_a_row_of_its_name(
    manager: FlaskClient, sita: Beneficiary
) -> None:
    data = filled(manager, path_of(sita))
    assert "These stay as they are:" in manager.get(path_of(sita)).text
    data |= {"extras-5-key": "diary", "extras-5-kind": "text", "extras-5-value": "none"}
    answer = manager.post(path_of(sita), data=data)
    assert answer.status_code == 422
    assert "a row of this name already" in answer.text
