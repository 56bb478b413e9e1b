"""Online, degraded, offline: down at once, up after several good answers in a row."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.answers import Answer, Cause, failure_of
from kiosk.engine.link import GOOD_TO_RETURN, SLOW_SECONDS, Connectivity, Heard, heard
from kiosk.visit.states import Link

G, P, N = Heard.GOOD, Heard.POOR, Heard.NOTHING


def after(*what: Heard) -> Link:
    connectivity = Connectivity()
    for each in what:
        connectivity.hear(each)
    return connectivity.link


@pytest.mark.parametrize(
    ("what", "link"),
    [
        ((), Link.ONLINE),
        ((G, G), Link.ONLINE),
        ((N,), Link.OFFLINE),
        ((P,), Link.DEGRADED),
        ((P, N), Link.OFFLINE),
        ((N, G), Link.OFFLINE),
        ((N, G, G), Link.ONLINE),
        ((N, G, N, G), Link.OFFLINE),
        ((N, P, P), Link.DEGRADED),
        ((N, P, G), Link.ONLINE),
        ((N, G, P), Link.DEGRADED),
        ((P, G), Link.DEGRADED),
        ((P, G, P, G), Link.DEGRADED),
        ((P, G, G), Link.ONLINE),
        ((N, P, P, G), Link.DEGRADED),
    ],
)
def test_what_people_see_after_these_answers(what: tuple[Heard, ...], link: Link) -> None:
    assert after(*what) is link


@given(st.lists(st.sampled_from(Heard), max_size=30))
def test_no_answer_is_offline_at_once_and_the_way_back_takes_good_ones_in_a_row(what: list[Heard]) -> None:
    link = after(*what)
    if what and what[-1] is N:
        assert link is Link.OFFLINE
    tail = len(list(itertools.takewhile(lambda each: each is not N, reversed(what))))
    if N in what and tail < GOOD_TO_RETURN:
        assert link is Link.OFFLINE
    assert after(*what, *[G] * (GOOD_TO_RETURN * 2)) is Link.ONLINE


def test_a_line_that_comes_and_goes_does_not_turn_the_kiosk_over_each_time() -> None:
    connectivity = Connectivity()
    assert {connectivity.hear(each) for each in [N, G] * 20} == {Link.OFFLINE}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_says_something_of_the_line(cause: Cause) -> None:
    without, with_status = (heard(Answer(failure_of(cause), cause, status=status)) for status in (None, 500))
    match cause:
        case Cause.REFUSED | Cause.SESSION_ENDED:
            assert (without, with_status) == (G, G)
        case Cause.BUSY | Cause.SERVER_ERROR:
            assert (without, with_status) == (P, P)
        case Cause.REDIRECT | Cause.CONTENT_TYPE | Cause.CONTENT_ENCODING | Cause.TOO_LARGE | Cause.TRUNCATED:
            assert (without, with_status) == (N, P)
        case Cause.CONTRACT | Cause.NOT_WHAT_WAS_ASKED | Cause.STATUS:
            assert (without, with_status) == (N, P)
        case _:
            assert without is N


def test_a_good_answer_that_took_long_is_poor() -> None:
    assert heard(Answer(1, seconds=SLOW_SECONDS + 0.1)) is P
    assert heard(Answer(1, seconds=0.1)) is G
