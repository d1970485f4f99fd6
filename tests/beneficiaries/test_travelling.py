"""Filters keep their meaning on the way to a job, and none that is not understood stands for everybody."""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import packed, unpacked
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus


def some_of(values: Any) -> Any:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


FILTERS = st.builds(
    PeopleFilter,
    q=st.text(max_size=20),
    gender=some_of(Gender),
    banked_status=some_of(BankedStatus),
    internet_status=some_of(InternetStatus),
    phone_status=some_of(PhoneStatus),
    verified=st.none() | st.booleans(),
    group=st.none() | st.uuids(),
    project=st.none() | st.uuids(),
    people=st.lists(st.uuids(), max_size=3).map(tuple),
    age_from=st.none() | st.integers(0, 150),
    age_to=st.none() | st.integers(0, 150),
    created_from=st.none() | st.dates(),
    created_to=st.none() | st.dates(),
    location=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    area=st.sampled_from([(), (27.5, -85.0, 28.0, 0.1)]),
    placed=st.none() | st.booleans(),
)


@given(FILTERS)
def test_a_filter_arrives_as_it_left(chosen: PeopleFilter) -> None:
    assert unpacked(json.loads(json.dumps(packed(chosen)))) == chosen


def test_a_filter_for_everybody_says_nothing() -> None:
    assert packed(PeopleFilter()) == {}
    assert unpacked({}) == PeopleFilter()


@pytest.mark.parametrize(
    "kept",
    [
        {"sex": ["FEMALE"]},
        {"gender": ["WOMAN"]},
        {"gender": "FEMALE"},
        {"verified": "yes"},
        {"verified": 1},
        {"group": "mine"},
        {"age_from": "18"},
        {"created_from": "yesterday"},
        {"q": None},
    ],
)
def test_what_no_filter_says_is_refused(kept: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(kept)


def test_one_filter_of_each_kind_is_plain_to_read() -> None:
    group = uuid4()
    chosen = PeopleFilter(gender=(Gender.FEMALE,), group=group, created_from=dt.date(2026, 1, 2))
    assert packed(chosen) == {"gender": ["FEMALE"], "group": str(group), "created_from": "2026-01-02"}
