"""People sent as JSON: Kobo's submissions and the community tool's batches read as tables."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.imports.mapping import guess
from portal.imports.parsing import FileRefused, RowStream, inspect
from portal.imports.values import Row, convert_row

SUBMISSION = {
    "_id": 7,
    "_uuid": "8f2b4a5e-0000-4000-8000-000000000001",
    "name": "Mina Okafor",
    "phone_number": "9812345678",
    "gender": "Female",
    "Beneficiary_Address": "27.7 85.3 0 0",
    "occupation": "farmer",
}


def people(tmp_path: Path, document: Any) -> list[Row]:
    path = tmp_path / "people.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    found = inspect(path, path.name)
    plan = guess(found.headers, found.sample, "NP", found.date_orders).to_plan("NP")
    with RowStream(path, found, plan) as stream:
        assert sum(block.rows for block in stream) == found.rows
    return [convert_row(row, plan) for row in found.sample]


def test_one_submission_is_one_person(tmp_path: Path) -> None:
    (person,) = people(tmp_path, SUBMISSION)

    assert (person.name, person.phone, person.gender) == ("Mina Okafor", "+9779812345678", "FEMALE")
    assert (person.latitude, person.longitude) == (27.7, 85.3)
    assert person.extras["occupation"] == "farmer"


def test_the_number_of_a_submission_is_not_taken_for_that_of_a_person(tmp_path: Path) -> None:
    (person,) = people(tmp_path, SUBMISSION)

    assert person.uuid is None
    assert person.extras["submission uuid"] == SUBMISSION["_uuid"]


def test_a_list_of_submissions_is_read_whole_though_each_fills_other_fields(tmp_path: Path) -> None:
    first, second = people(
        tmp_path, {"count": 2, "results": [SUBMISSION, {"name": "Ali", "phone_number": "9812345679"}]}
    )

    assert second.name == "Ali"
    assert "occupation" not in second.extras
    assert first.extras["occupation"] == "farmer"


def test_a_pushed_batch_puts_everybody_into_its_group_and_spreads_their_extras(tmp_path: Path) -> None:
    batch = {
        "groupName": "Ward 3",
        "beneficiaries": [
            {
                "firstName": "Sara",
                "lastName": "Lama",
                "phone": "9812345670",
                "birthDate": "1980-01-02T00:00:00.000Z",
                "email": None,
                "extras": {"bank_ac_number": "000", "phone": "not this one"},
            }
        ],
    }

    (person,) = people(tmp_path, batch)

    assert person.name == "Sara Lama"
    assert person.groups == ["Ward 3"]
    assert str(person.birth_date) == "1980-01-02"
    assert person.extras == {"bank_ac_number": "000"}
    assert person.phone == "+9779812345670"


@pytest.mark.parametrize(
    "document",
    ["[1, 2]", '{"beneficiaries": [1]}', "[[[[", "{", "[" * 100_000],
    ids=lambda d: d[:20],
)
def test_other_json_is_refused_in_a_sentence(tmp_path: Path, document: str) -> None:
    with pytest.raises(FileRefused):
        people(tmp_path, document)


def test_an_empty_list_has_no_people_and_is_refused_as_empty(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        people(tmp_path, [])
