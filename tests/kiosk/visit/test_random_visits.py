"""Random visits: whatever people, cards, answers and time do, what `walk.Walk` checks after every step holds."""

import os
import random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drivers.card.states import ReaderState
from kiosk.visit.actions import Action, ConfirmPin
from kiosk.visit.states import Link, OutOfService, PinPad, Record
from tests.kiosk.visit.stroll import stroll, wander
from tests.kiosk.visit.walk import ACTIONS, CARDS, OUTCOMES, PAUSES, Broken, Card, Walk, must

RUNS = int(os.environ.get("VISIT_RUNS", "100"))
"""Of the state machine, 100 steps each. `VISIT_RUNS=5000` for an evening."""

SEEDS = int(os.environ.get("VISIT_SEEDS", "8"))


class RandomVisits(RuleBasedStateMachine):
    """What shrinks a broken rule to the few steps that break it."""

    @initialize()
    def start(self) -> None:
        self.walk = Walk()
        self.walk.reader(ReaderState.READY)

    @rule(card=st.sampled_from(CARDS))
    def a_card_goes_in(self, card: Card) -> None:
        self.walk.insert(card)

    @precondition(lambda self: self.walk.card is not None)
    @rule()
    def the_card_comes_out(self) -> None:
        self.walk.remove()

    @rule(ago=st.integers(0, 3))
    def an_old_removal_is_told(self, ago: int) -> None:
        self.walk.removed_before(max(0, self.walk.insertions - ago))

    @precondition(lambda self: self.walk.due)
    @rule(index=st.integers(0, 5), outcome=st.integers(0, OUTCOMES - 1))
    def an_answer_comes(self, index: int, outcome: int) -> None:
        self.walk.deliver(index, outcome)

    @precondition(lambda self: self.walk.due)
    @rule()
    def the_answers_come_in_order(self) -> None:
        for _ in range(4):
            self.walk.deliver(0, 0)

    @precondition(lambda self: self.walk.told)
    @rule(index=st.integers(0, 15))
    def an_answer_comes_again(self, index: int) -> None:
        self.walk.again(index)

    @precondition(lambda self: isinstance(self.walk.model.state, PinPad))
    @rule()
    def the_pin_is_typed(self) -> None:
        self.walk.type(6)
        self.walk.press(ConfirmPin())

    @rule(action=st.sampled_from(ACTIONS), ago=st.sampled_from((0, 0, 0, 1)))
    def something_is_pressed(self, action: Action, ago: int) -> None:
        self.walk.press(action, ago)

    @rule(count=st.integers(0, 12), ago=st.sampled_from((0, 0, 1)))
    def digits_are_typed(self, count: int, ago: int) -> None:
        self.walk.type(count, ago)

    @rule()
    def the_glass_is_touched(self) -> None:
        self.walk.touch()

    @rule(seconds=st.sampled_from(PAUSES), late=st.booleans())
    def time_passes(self, seconds: float, late: bool) -> None:
        self.walk.pause(seconds, late=late)

    @rule(state=st.sampled_from(ReaderState))
    def the_reader_reports(self, state: ReaderState) -> None:
        self.walk.reader(state)

    @rule(wrong=st.booleans())
    def the_clock_is_checked(self, wrong: bool) -> None:
        self.walk.clock(wrong)

    @precondition(lambda self: isinstance(self.walk.model.state, OutOfService))
    @rule()
    def the_kiosk_is_repaired(self) -> None:
        self.walk.reader(ReaderState.READY)
        self.walk.clock(False)

    @rule(link=st.sampled_from(Link))
    def the_hall_reports(self, link: Link) -> None:
        self.walk.hall(link)

    @invariant()
    def nothing_is_ever_stuck(self) -> None:
        if getattr(self, "walk", None) is not None and self.walk.steps % 16 == 0:
            self.walk.ends_when_left_alone()

    def teardown(self) -> None:
        if getattr(self, "walk", None) is not None:
            self.walk.ends_when_left_alone()


TestRandomVisits = RandomVisits.TestCase
TestRandomVisits.settings = settings(
    max_examples=RUNS,
    stateful_step_count=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_long_random_day_keeps_every_rule(seed: int) -> None:
    assert stroll(seed, 4000).steps >= 4000


def test_a_walk_reaches_open_records_and_every_kind_of_end() -> None:
    seen: set[str] = set()

    class Watched(Walk):
        def send(self, event: object) -> None:
            super().send(event)  # type: ignore[arg-type]
            seen.add(type(self.model.state).__name__)
            if isinstance(self.model.state, Record):
                seen.add(type(self.model.state.page).__name__)

    walk, rng = Watched(), random.Random(1)
    for _ in range(6000):
        wander(walk, rng)
    assert seen >= {
        *("Idle", "IdlePrivacy", "OutOfService", "Reading", "CardPage", "PinPad", "Opening", "Record", "TakeCard"),
        *(
            "HomePage",
            "RegistrationPage",
            "ContributionsPage",
            "AccountsPage",
            "ChooserPage",
            "PrivacyPage",
            "WrongPage",
        ),
    }


def test_a_broken_rule_has_its_name() -> None:
    with pytest.raises(Broken, match="no record without"):
        must(False, "no record without a PIN")
