"""A soak's visits are drawn from its seed and nothing else."""

from collections import Counter

import pytest

from tests.journeys.ends import AFTER_PIN, ENDS, HOME, STOPPED
from tests.soak.growth import WARM
from tests.soak.plan import (
    ACTIVATED,
    ATTRACT,
    Activates,
    Aid,
    CardLeft,
    CentralFault,
    Line,
    LineFault,
    Nobody,
    Pulled,
    PulledByHand,
    ServiceKilled,
    Stage,
    Swapped,
    Trouble,
    WrongPin,
    before_swap,
    ends,
    plan,
)

MANY = [plan(7, number, 0.5) for number in range(1, 3001)]


def test_a_visit_is_the_same_whenever_it_is_drawn_and_whatever_was_drawn_before() -> None:
    again = [plan(7, number, 0.5) for number in reversed(range(1, 301))]
    assert again[::-1] == MANY[:300]


def test_the_first_visits_see_every_look_and_go_far() -> None:
    first = MANY[:WARM]
    assert len({frozenset(aid for _, aid in visit.aids) for visit in first}) == 2 ** len(Aid)
    assert min(visit.wander for visit in first) > max(visit.wander for visit in MANY[WARM:])
    assert plan(7, 1, 0.5, warm=0).card == first[0].card


def test_another_seed_gives_other_visits() -> None:
    assert [plan(8, number, 0.5) for number in range(1, 30)] != MANY[:29]


def test_every_card_comes_once_before_any_comes_again() -> None:
    for deck in range(10):
        assert {visit.card for visit in MANY[deck * len(ENDS) : (deck + 1) * len(ENDS)]} == ENDS.keys()


def test_the_share_of_faults_is_as_told() -> None:
    assert 0.45 < sum(visit.trouble is not None for visit in MANY) / len(MANY) < 0.55
    assert all(plan(7, number, 0.0).trouble is None for number in range(1, 100))
    assert all(plan(7, number, 1.0).trouble is not None for number in range(1, 100))


def test_everything_that_can_go_wrong_does() -> None:
    seen = Counter(type(visit.trouble) for visit in MANY)
    assert seen.keys() - {type(None)} == set(Trouble.__args__)
    # What takes long or takes the whole reader away is rare.
    assert all(seen[rare] < 0.05 * len(MANY) for rare in (ServiceKilled, CardLeft, Nobody))


def test_a_fault_that_needs_a_pin_page_or_a_record_has_a_card_that_gets_there() -> None:
    for visit in MANY:
        match visit.trouble:
            case PulledByHand() | WrongPin() | Swapped() | LineFault(stage=Stage.PIN) | ServiceKilled(stage=Stage.PIN):
                assert visit.end in AFTER_PIN
            case CardLeft() | Nobody() | ServiceKilled(stage=Stage.HOME):
                assert visit.end == HOME
            case _:
                pass


def test_a_visit_without_a_fault_leads_to_its_cards_own_page() -> None:
    assert all(ends(visit) == {ENDS[visit.card]} for visit in MANY if visit.trouble is None)


@pytest.mark.parametrize("kind", [Pulled, Swapped, CentralFault, LineFault])
def test_where_a_visit_with_a_fault_may_lead_is_named(kind: type) -> None:
    for visit in MANY:
        if isinstance(visit.trouble, kind):
            expected = ends(visit)
            assert expected
            assert (ATTRACT in expected) == (kind is Pulled)
            assert expected <= {ATTRACT, *ENDS.values()} | {code for code in expected if code.startswith("CENTRAL-")}


def test_a_card_that_is_swapped_on_its_record_leads_there_first() -> None:
    swapped = [visit for visit in MANY if isinstance(visit.trouble, Swapped) and visit.trouble.stage is Stage.HOME]
    assert {before_swap(visit) for visit in swapped} == {frozenset({HOME})}
    assert len({ends(visit) for visit in swapped}) > 5


def test_a_card_that_central_has_no_say_in_gets_its_page_whatever_central_does() -> None:
    seen = [
        visit for visit in MANY if visit.card == "mute-card" and isinstance(visit.trouble, CentralFault | LineFault)
    ]
    assert seen
    assert all(ends(visit) == {"CARD-MUTE"} for visit in seen)


def test_some_begin_to_activate_a_new_card_and_leave_it_at_each_place() -> None:
    seen = {visit.activates for visit in MANY if visit.card in ACTIVATED and visit.trouble is None}
    assert seen == set(Activates)
    assert {visit.activates for visit in MANY if visit.card not in ACTIVATED or visit.trouble} == {Activates.NOT}


def test_a_line_that_fails_later_may_let_a_new_card_come_to_a_page_of_its_own() -> None:
    lines = [
        (visit.trouble.kind, ends(visit))
        for visit in MANY
        if visit.card in ACTIVATED and isinstance(visit.trouble, LineFault)
    ]
    assert lines
    assert all((STOPPED in where) == (kind not in (Line.SLOW, Line.CUT)) for kind, where in lines)
