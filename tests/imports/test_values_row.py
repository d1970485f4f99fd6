"""A whole row as one person."""

import json
from datetime import date

from portal.imports.values import Column, Plan, convert_row


def plan(*fields: str, today: date = date(2026, 11, 22)) -> Plan:
    """A plan whose columns have these fields in turn; "extra:Ward" is an extra, "" a column left out."""
    columns = []
    for at, field in enumerate(fields):
        extra = field.removeprefix("extra:") if field.startswith("extra:") else None
        columns.append(Column(at, extra or field, None if extra or not field else field, extra))
    return Plan.of(columns, "NP", today)


def test_a_full_row_comes_in_whole() -> None:
    row = convert_row(
        ["Sita Tharu", "9801234567", "Female ", "05-03-1990", "28.2", "81.4", "Ward-3; Elderly", "Ward 3"],
        plan("name", "phone", "gender", "birth_date", "latitude", "longitude", "groups", "extra:वडा"),
    )
    assert (row.name, row.phone, row.gender) == ("Sita Tharu", "+9779801234567", "FEMALE")
    assert (row.birth_date, row.latitude, row.longitude) == (date(1990, 3, 5), 28.2, 81.4)
    assert row.groups == ["Ward-3", "Elderly"]
    assert row.extras == {"वडा": "Ward 3"}
    assert (row.problems, row.warnings) == ([], [])


def test_the_parts_of_a_name_make_the_name() -> None:
    row = convert_row(
        ["Gibbs", "Max", "Johanna", "9801234567"], plan("last_name", "middle_name", "first_name", "phone")
    )
    assert (row.first_name, row.last_name, row.name) == ("Johanna", "Gibbs", "Johanna Max Gibbs")


def test_every_problem_of_a_row_is_named_not_only_the_first() -> None:
    row = convert_row(["Sita", "12", "blue", "2999-01-01"], plan("name", "phone", "gender", "birth_date"))
    assert [problem.field for problem in row.problems] == ["phone", "gender", "birth_date"]
    assert (row.name, row.phone, row.gender) == ("Sita", None, None)


def test_a_row_that_names_nobody_is_held() -> None:
    row = convert_row(["", "", "Ward 3"], plan("name", "phone", "extra:Ward"))
    assert [problem.code for problem in row.problems] == ["nobody"]


def test_a_row_with_a_phone_and_no_name_passes_with_a_warning() -> None:
    row = convert_row(["", "9801234567"], plan("name", "phone"))
    assert row.problems == []
    assert [warning.code for warning in row.warnings] == ["no_name"]


def test_a_row_with_a_name_and_no_phone_passes() -> None:
    assert convert_row(["Sita"], plan("name", "phone")).problems == []


def test_cells_missing_at_the_end_of_a_row_are_empty() -> None:
    row = convert_row(["Sita"], plan("name", "phone", "extra:Ward", "gender"))
    assert (row.name, row.phone, row.gender, row.extras) == ("Sita", None, None, {})


def test_a_column_left_out_leaves_no_trace() -> None:
    row = convert_row(["Sita", "secret"], plan("name", ""))
    assert row.extras == {}


def test_a_second_column_for_a_field_becomes_an_extra() -> None:
    columns = [Column(0, "Phone", "phone"), Column(1, "WhatsApp", "phone")]
    row = convert_row(["9801234567", "00144693326"], Plan.of(columns, "NP"))
    assert (row.phone, row.extras) == ("+9779801234567", {"WhatsApp": "00144693326"})


def test_what_a_field_cannot_take_of_a_cell_is_kept_in_the_extras() -> None:
    row = convert_row(["Sita", "9801234567 / 9807654321"], plan("name", "phone"))
    assert row.extras == {"phone": "9807654321"}


def test_a_geopoint_in_the_place_gives_the_position() -> None:
    row = convert_row(["Sok Dara", "11.5564 104.9282 0 0"], plan("name", "location"))
    assert (row.latitude, row.longitude) == (11.5564, 104.9282)


def test_both_coordinates_in_one_column_are_told_apart() -> None:
    row = convert_row(["Sita", "28.2, 81.4"], plan("name", "latitude"))
    assert (row.latitude, row.longitude) == (28.2, 81.4)


def test_half_a_place_is_warned_of() -> None:
    row = convert_row(["Sita", "28.2", ""], plan("name", "latitude", "longitude"))
    assert [warning.code for warning in row.warnings] == ["half_a_place"]


def test_a_plan_survives_its_journey_as_json() -> None:
    made = plan("name", "phone", "extra:वडा", "")
    assert Plan.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_a_cell_mended_by_hand_is_judged_as_in_bulk() -> None:
    cells: list[str | None] = ["Sita", "12"]
    assert convert_row(cells, plan("name", "phone")).problems
    cells[1] = "9801234567"
    assert convert_row(cells, plan("name", "phone")).problems == []
