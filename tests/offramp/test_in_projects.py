"""Offramps on the pages of projects."""

from portal.core.enums import OfframpStatus
from portal.offramp.operations.ending import withdraw
from portal.projects.parts import open_ends
from portal.projects.queries.parts import figures_of, unfinished_in
from portal.users.queries.held import acting
from tests.offramp.requests import Ground


def test_what_is_under_way_is_told_before_a_project_is_closed(ground: Ground) -> None:
    for status in OfframpStatus:
        ground.add(status)
    withdraw(ground.session, ground.add().uuid, by=ground.maker.id, reason="Typed twice")
    _user, ability = acting(ground.session, ground.maker.id)
    told = dict(unfinished_in(ground.session, ground.project.uuid, ability))
    assert told["offramps"] == 2
    (end,) = [end for end in open_ends() if end.name == "offramps"]
    assert "2 offramps are under way" in end.said(2)


def test_a_project_counts_its_offramps_for_who_may_see_them(ground: Ground) -> None:
    ground.add()
    for user, number in ((ground.maker, 1), (ground.approver, 1)):
        _user, ability = acting(ground.session, user.id)
        figures = figures_of(ground.session, [ground.project.uuid], ability)[ground.project.uuid]
        assert figures.numbers["offramps"] == number
