"""Random visits: whatever people, cards, answers and time do, what `walk.Walk` checks after every step holds."""

import os
import random
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from drivers.card.states import ReaderState
from kiosk.help import Access, Role
from kiosk.visit.actions import Action, ConfirmPin, ConfirmTyped
from kiosk.visit.events import Event
from kiosk.visit.help import Query, QueryNumber, QueryPassword, QueryStage, Staff, StaffStage, TypeWhose
from kiosk.visit.services import Activation, CardService, ServiceStage, Stage, Work, Working
from kiosk.visit.states import Link, OutOfService, PinPad, Record
from tests.kiosk.visit.help_samples import NAMES
from tests.kiosk.visit.samples import NUMBER
from tests.kiosk.visit.stroll import Move, Recorded, RuleBroken, broken_by, stroll, wander
from tests.kiosk.visit.walk import ACTIONS, CARDS, OUTCOMES, PAUSES, Card, Walk
from tests.kiosk.visit.walk_help import Broken, must

RUNS = int(os.environ.get("VISIT_RUNS", "1100"))
"""Of the state machine, up to 100 moves each. `VISIT_RUNS=50000` for an evening."""

LEAST = int(RUNS / 1100 * 100_000)
"""Steps of the visit that the runs must come to: a strategy that finds little to do would pass unnoticed."""

SEEDS = int(os.environ.get("VISIT_SEEDS", "8"))


class RandomVisits(RuleBasedStateMachine):
    """What shrinks a broken rule to the few steps that break it."""

    steps = 0
    """Of the visit, in all runs."""

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
        self.walk.audit(True)

    @rule(writable=st.booleans())
    def the_audit_chain_is_looked_at(self, writable: bool) -> None:
        self.walk.audit(writable)

    @precondition(lambda self: isinstance(self.walk.model.state, Staff) and self.walk.model.state.role is None)
    @rule(role=st.sampled_from(Role))
    def somebody_signs_in(self, role: Role) -> None:
        self.walk.keys(NAMES[role])
        self.walk.press(ConfirmTyped())
        self.walk.type(8)
        self.walk.press(ConfirmTyped())
        self.walk.keys("123456")
        self.walk.press(ConfirmTyped())

    @precondition(lambda self: isinstance(getattr(self.walk.model.state, "stage", None), QueryNumber | TypeWhose))
    @rule()
    def a_number_is_typed(self) -> None:
        self.walk.keys(NUMBER)
        self.walk.press(ConfirmTyped())

    @precondition(lambda self: isinstance(getattr(self.walk.model.state, "stage", None), QueryPassword))
    @rule()
    def a_query_password_is_typed(self) -> None:
        self.walk.type(8)
        self.walk.press(ConfirmTyped())

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
            RandomVisits.steps += self.walk.steps


def test_whatever_happens_in_any_order_every_rule_holds() -> None:
    RandomVisits.steps = 0
    run_state_machine_as_test(
        RandomVisits,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=100,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert RandomVisits.steps >= LEAST


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
                seen.add("central's" if self.model.state.offline is None else "recent")
                seen.update({"refreshed"} if self.model.state.refreshed else set())
                seen.add(self.model.state.access.value)
            if isinstance(self.model.state, Activation | CardService | Staff | Query):
                stage = self.model.state.stage
                seen.add(f"{type(self.model.state).__name__}.{type(stage).__name__}")
                seen.update({f"working.{stage.work.value}"} if isinstance(stage, Working) else set())

    wanted = {
        *("Idle", "IdlePrivacy", "OutOfService", "Reading", "CardPage", "PinPad", "Opening", "Record", "TakeCard"),
        *(
            "HomePage",
            "RegistrationPage",
            "ContributionsPage",
            "AccountsPage",
            "ChooserPage",
            "PrivacyPage",
            "WrongPage",
            *("recent", "central's", "refreshed"),
        ),
        *(f"Activation.{stage.__name__}" for stage in get_args(Stage)),
        *(f"CardService.{stage.__name__}" for stage in get_args(ServiceStage)),
        *(f"working.{work.value}" for work in Work),
        *(f"Staff.{stage.__name__}" for stage in get_args(StaffStage)),
        *(f"Query.{stage.__name__}" for stage in get_args(QueryStage)),
        *(access.value for access in Access),
    }
    walk, rng = Watched(), random.Random(3)
    for _ in range(80_000):
        wander(walk, rng)
        if seen >= wanted:
            break
    assert wanted - seen == set()


def test_of_a_broken_rule_the_few_moves_that_break_it_are_told() -> None:
    class Strict(Recorded):
        def send(self, event: Event) -> None:
            super().send(event)
            must(not isinstance(self.model.state, Record) or not self.model.prefs.large_text, "no record in large text")

    with pytest.raises(RuleBroken, match="no record in large text: seed 3") as found:
        stroll(3, 100_000, walker=Strict)
    moves = found.value.moves
    # Nothing can be left out: a card, its five answers, six digits, confirmed, verified, opened, and the touch for large text.
    assert broken_by(moves, Strict) == ("no record in large text", len(moves))
    assert len(moves) <= 13
    assert all(broken_by(moves[:n] + moves[n + 1 :], Strict) is None for n in range(len(moves)))


def test_a_stroll_is_the_same_again_from_its_seed() -> None:
    def day() -> list[Move]:
        walk, rng = Recorded(), random.Random(5)
        for _ in range(500):
            wander(walk, rng)
        return walk.moves

    assert day() == day()


def test_a_broken_rule_has_its_name() -> None:
    with pytest.raises(Broken, match="no record without"):
        must(False, "no record without a PIN")
