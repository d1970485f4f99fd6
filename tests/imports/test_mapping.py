"""Guessing what the columns of a file are."""

import json

import pytest

from portal.imports.mapping import Mapping, guess, shape


def targets(headers: list[str], rows: list[list[str]] | None = None) -> list[str]:
    return [column.target for column in guess(headers, rows or [], "NP").columns]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("name", "name"), ("Beneficiary Name", "name"), ("firstName", "first_name"),
        ("last_name", "last_name"),
        ("PHONE NUMBER*", "phone"), ("phone_number", "phone"), ("Whatsapp-Number", "phone"),
        ("Phone Number *", "phone"),
        ("beneficiary phone number", "phone"), ("Gender", "gender"), ("Birth Date", "birth_date"),
        ("Age ", "age"),
        ("location", "location"), ("Latitude", "latitude"), ("LONGITUDE", "longitude"),
        ("walletAddress", "wallet_address"),
        ("Government ID", "govt_id"), ("govtIDNumber", "govt_id"), ("E-mail", "email"), ("Notes", "notes"),
        ("Internet Status*", "internet_status"), ("Bank Status*", "banked_status"),
        ("bankedStatus", "banked_status"),
        ("Phone Status*", "phone_status"), ("Group", "groups"), ("Téléphone", "phone"), ("Sexe", "gender"),
        ("Date de naissance", "birth_date"), ("Prénom(s)", "first_name"), ("Teléfono", "phone"),
        ("رقم الهاتف", "phone"),
        ("الجنس", "gender"), ("फोन नम्बर", "phone"), ("लिङ्ग", "gender"), ("उमेर", "age"),
        ("telefone", "phone"),
        ("about/phone_number", "phone"), ("Age (years)", "age"), ("\ufeffphone", "phone"),
    ],
)  # fmt: skip
def test_headers_people_really_have_are_known(header: str, field: str) -> None:
    assert targets([header]) == [field]


@pytest.mark.parametrize(
    "header", ["District ", "वडा", "القرية", "phone_model", "Ward", "_uuid", "Household size", "isVerified"]
)
def test_headers_of_the_files_own_become_extras(header: str) -> None:
    assert targets([header]) == ["extras"]


def test_a_bare_name_beside_a_first_name_is_the_family_name() -> None:
    assert targets(["name", "middlename", "firstname"]) == ["last_name", "middle_name", "first_name"]
    assert targets(["Nom", "Prénom"]) == ["last_name", "first_name"]
    assert targets(["Nombre", "Apellidos"]) == ["first_name", "last_name"]
    assert targets(["First name", "Last name", "Name"]) == ["first_name", "last_name", "name"]


def test_of_two_columns_for_a_phone_the_first_wins() -> None:
    assert targets(["phoneNumber", "whatsappPhoneNumber"]) == ["phone", "extras"]


def test_several_columns_of_groups_are_all_groups() -> None:
    assert targets(["Group", "Groups"]) == ["groups", "groups"]


def test_an_export_of_the_portal_comes_back_by_its_uuid_and_cannot_set_what_is_the_portals() -> None:
    assert targets(["uuid", "name", "isVerified", "createdAt", "Ward"]) == [
        "uuid",
        "name",
        "ignore",
        "ignore",
        "extras",
    ]


def test_a_column_whose_cells_do_not_fit_its_header_is_an_extra() -> None:
    assert targets(["Age", "Name"], [["18-25", "A"], ["26-40", "B"], ["18-25", "C"]]) == ["extras", "name"]
    assert targets(["Age", "Name"], [["18", "A"], ["26", "B"], ["old", "C"]]) == ["age", "name"]


def test_the_order_of_dates_comes_from_the_whole_file_before_the_sample() -> None:
    mapping = guess(["dob"], [["01/02/1990"]], "NP", {0: ("MDY", True)})
    assert (mapping.columns[0].date_order, mapping.columns[0].date_sure) == ("MDY", True)
    mapping = guess(["dob"], [["01/02/1990"]], "NP")
    assert (mapping.columns[0].date_order, mapping.columns[0].date_sure) == ("DMY", False)


def test_files_of_one_shape_are_recognised_whatever_the_case_and_order() -> None:
    assert shape(["Phone Number*", "Location"]) == shape(["location ", "phone_number"])
    assert shape(["Phone", "Location"]) != shape(["Phone", "Place"])
    assert shape(["वडा"]) != shape(["القرية"])


def test_a_mapping_is_remembered_for_the_next_file() -> None:
    first = guess(["Phone", "Ward", "dob"], [["9801234567", "3", "01/02/1990"]], "NP")
    changed = first.with_targets({1: "location"}, {2: "MDY"})
    memory = json.loads(json.dumps(changed.to_memory()))
    again = guess(["dob", "WARD", "phone"], [["01/02/1990", "3", "9801234567"]], "NP").recalled(memory)
    assert [column.target for column in again.columns] == ["birth_date", "location", "phone"]
    assert again.columns[0].date_order == "MDY"


def test_what_a_file_proves_about_its_dates_outweighs_memory() -> None:
    memory = {"dob": {"target": "birth_date", "date_order": "MDY"}}
    again = guess(["dob"], [["15/02/1990"]], "NP").recalled(memory)
    assert again.columns[0].date_order == "DMY"


def test_only_known_targets_are_accepted() -> None:
    mapping = guess(["Phone"], [], "NP")
    with pytest.raises(ValueError, match="no such target"):
        mapping.with_targets({0: "is_verified"})
    with pytest.raises(ValueError, match="no such order"):
        mapping.with_targets({}, {0: "YDM"})


def test_a_mapping_survives_its_journey_as_json() -> None:
    mapping = guess(["Phone", "वडा"], [["9801234567", "३"]], "NP")
    assert Mapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


def test_the_plan_leaves_out_what_is_ignored_and_names_the_extras() -> None:
    plan = guess(["Phone", "Ward", "Secret"], [], "NP").with_targets({2: "ignore"}).to_plan("NP")
    assert [(column.position, column.field, column.extra) for column in plan.columns] == [
        (0, "phone", None),
        (1, None, "Ward"),
    ]


def test_a_column_of_letters_h_and_m_is_spanish() -> None:
    mapping = guess(["Sexo"], [["H"], ["M"], ["M"]], "CO")
    assert mapping.columns[0].letters == "HM"
    assert guess(["Sex"], [["M"], ["F"]], "NP").columns[0].letters == "MF"
