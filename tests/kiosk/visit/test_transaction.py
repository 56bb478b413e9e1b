"""Whatever breaks, wherever: a card ends untouched, activated or resumable, and card, central and journal agree."""

import os
import random
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kiosk.model import CardStatus
from kiosk.visit import effects as fx
from kiosk.visit.actions import ConfirmPin, End
from kiosk.visit.rules_service import at_card
from kiosk.visit.services import Activation, Pins, PinSlot
from tests.kiosk.visit.transaction import INITIAL, Kiosk, Line, Outcome, Tear, World

RUNS = int(os.environ.get("TRANSACTION_RUNS", "200"))
DAYS = RUNS * 2
PINS = (INITIAL, "new1", "new2")


class Transaction(RuleBasedStateMachine):
    """Two kiosks, two cards, one central."""

    ends: ClassVar[Counter[tuple[str, bool]]] = Counter()
    """With and without somebody who puts the card in again."""
    torn: ClassVar[int] = 0

    @initialize(again=st.sampled_from((0, 1, None, None)))
    def start(self, again: int | None) -> None:
        """`again`: the kiosk at which the cards are put in at the end; None: nowhere."""
        self.world = World()
        self.again = again

    def kiosk(self, at: int) -> Kiosk:
        return self.world.kiosks[at]

    def free(self, card: int) -> bool:
        return all(kiosk.slot is not self.world.cards[card] for kiosk in self.world.kiosks)

    @rule(at=st.integers(0, 1), card=st.sampled_from((0, 0, 0, 1)))
    def a_card_goes_in(self, at: int, card: int) -> None:
        if self.free(card):
            self.kiosk(at).insert(self.world.cards[card])

    @rule(to=st.integers(0, 1), card=st.sampled_from((0, 0, 0, 1)))
    def a_card_is_carried_to_another_kiosk_or_put_in_again(self, to: int, card: int) -> None:
        it = self.world.cards[card]
        for kiosk in self.world.kiosks:
            if kiosk.slot is it:
                kiosk.pull()
        self.kiosk(to).insert(it)

    @rule(at=st.integers(0, 1))
    def the_card_comes_out(self, at: int) -> None:
        if self.kiosk(at).slot is not None:
            self.kiosk(at).pull()

    @rule(at=st.integers(0, 1), moves=st.integers(1, 30), new=st.sampled_from(PINS[1:]))
    def somebody_goes_on(self, at: int, moves: int, new: str) -> None:
        for _ in range(moves):
            if not self.kiosk(at).go_on(new):
                break

    @rule(
        at=st.integers(0, 1), to=st.sampled_from((fx.Reserve, fx.ChangeCardPin, fx.ChangeCardPin, fx.ConfirmActivation))
    )
    def somebody_gets_far(self, at: int, to: type) -> None:
        """Until the next thing that is done is this."""
        kiosk = self.kiosk(at)
        for _ in range(60):
            if (kiosk.queue and isinstance(kiosk.queue[0], to)) or not kiosk.go_on():
                break

    @rule(at=st.integers(0, 1), pin=st.sampled_from(PINS))
    def some_pin_is_typed(self, at: int, pin: str) -> None:
        self.kiosk(at).type(pin)
        self.kiosk(at).press(ConfirmPin())

    @rule(at=st.integers(0, 1), tear=st.sampled_from((Tear.BEFORE_WRITE, Tear.AFTER_WRITE)), crash=st.booleans())
    def power_or_card_goes_inside_the_change(self, at: int, tear: Tear, crash: bool) -> None:
        kiosk = self.kiosk(at)
        if kiosk.slot is None and self.free(0):
            kiosk.insert(self.world.cards[0])
        self.somebody_gets_far(at, fx.ChangeCardPin)
        if kiosk.queue and isinstance(kiosk.queue[0], fx.ChangeCardPin):
            Transaction.torn += 1
            kiosk.work(tear=tear, crash_at=2 if crash else None)

    @rule(at=st.integers(0, 1), times=st.integers(1, 5))
    def somebody_mistypes(self, at: int, times: int) -> None:
        """Old ones and torn ones that the card does not have."""
        kiosk = self.kiosk(at)
        for _ in range(times):
            while kiosk.queue:
                kiosk.work()
            state, card = kiosk.model.state, kiosk.slot
            if card is None or not isinstance(state, Activation) or not isinstance(state.stage, Pins):
                break
            wanted = ("new2", "new1") if state.stage.after_tear else ("new1",)
            if state.stage.slot is PinSlot.OLD:
                wanted = (INITIAL, "other")
            kiosk.type(next((pin for pin in wanted if pin != card.pin), "new2"))
            kiosk.press(ConfirmPin())

    @rule(at=st.integers(0, 1))
    def confirm_is_pressed_once_more(self, at: int) -> None:
        self.kiosk(at).press(ConfirmPin())

    @rule(at=st.integers(0, 1))
    def somebody_ends_it(self, at: int) -> None:
        kiosk = self.kiosk(at)
        busy = at_card(kiosk.model.state)
        before = kiosk.model.state
        kiosk.press(End())
        assert not busy or kiosk.model.state is before

    @rule(at=st.integers(0, 1), seconds=st.sampled_from((5.0, 61.0, 200.0)))
    def time_passes(self, at: int, seconds: float) -> None:
        self.kiosk(at).wait(seconds)

    @rule(
        at=st.integers(0, 1),
        line=st.sampled_from(Line),
        tear=st.sampled_from((Tear.NONE, *Tear)),
        crash_at=st.sampled_from((None, None, None, 0, 1, 2, 3, 4)),
        swap=st.booleans(),
    )
    def something_is_done(self, at: int, line: Line, tear: Tear, crash_at: int | None, swap: bool) -> None:
        kiosk = self.kiosk(at)
        other = next((card for card in self.world.cards if all(k.slot is not card for k in self.world.kiosks)), None)
        if kiosk.queue and isinstance(kiosk.queue[0], fx.ChangeCardPin) and tear is not Tear.NONE:
            Transaction.torn += 1
        kiosk.work(line, tear, crash_at, swap=other if swap else None)

    @rule(at=st.integers(0, 1))
    def the_process_dies(self, at: int) -> None:
        self.kiosk(at).crash()

    @rule(at=st.integers(0, 1), broken=st.booleans())
    def the_journal_breaks_or_is_mended(self, at: int, broken: bool) -> None:
        self.kiosk(at).journal_broken = broken

    @rule(at=st.integers(0, 1))
    def the_disk_is_lost(self, at: int) -> None:
        """Another machine in its place: it is another kiosk to central, or the same with nothing in its journal."""
        kiosk = self.kiosk(at)
        if kiosk.slot is None:
            kiosk.rows.clear()

    @rule(at=st.integers(0, 1), line=st.sampled_from(Line), old=st.booleans())
    def the_background_works(self, at: int, line: Line, old: bool) -> None:
        self.kiosk(at).background(line, old=old)

    @rule(index=st.integers(0, 7))
    def a_request_comes_late(self, index: int) -> None:
        self.world.central.copy_comes_late(index)

    @rule()
    def reservations_expire(self) -> None:
        for reservation in self.world.central.reservations.values():
            reservation.expired = True

    @rule(
        card=st.integers(0, 1),
        status=st.sampled_from((CardStatus.TEMPORARILY_LOST, CardStatus.REPLACED)),
        really=st.integers(0, 9),
    )
    def a_card_is_reported(self, card: int, status: CardStatus, really: int) -> None:
        if really == 0:
            self.world.central.status[self.world.cards[card]] = status

    @invariant()
    def what_holds_always(self) -> None:
        if getattr(self, "world", None) is not None:
            self.world.always()

    def teardown(self) -> None:
        if getattr(self, "world", None) is None:
            return
        world = self.world
        world.settle(self.again)
        world.always()
        for card in world.cards:
            end = world.end_of(card)
            assert end is not None, "an end that is not in the table"
            if self.again is not None and end is not Outcome.OTHERWISE and card.tries > 1:
                assert end is Outcome.ACTIVATED, "who puts it in again and knows the PINs has an active card"
            Transaction.ends[end.value, self.again is not None] += 1


def test_whatever_breaks_both_sides_agree_in_the_end() -> None:
    Transaction.ends.clear()
    Transaction.torn = 0
    run_state_machine_as_test(
        Transaction,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {end for end, _ in Transaction.ends} == {end.value for end in Outcome}
    assert Transaction.torn >= RUNS // 40


def _day(rng: random.Random) -> Transaction:
    """As the machine, played plainly: mostly what a card and its holder would do next, each with its own fault."""
    day = Transaction()
    day.start(rng.choice((0, 1, None)))
    for _ in range(rng.randrange(4, 26)):
        at = rng.choice((0, 0, 0, 1))
        line = rng.choice((Line.GOOD, Line.GOOD, *Line))
        match rng.randrange(12):
            case 0 | 1:
                day.a_card_is_carried_to_another_kiosk_or_put_in_again(at, rng.choice((0, 0, 0, 1)))
            case 2:
                day.the_card_comes_out(at)
            case 3 | 4:
                far = rng.choice(
                    (fx.Reserve, fx.ChangeCardPin, fx.ChangeCardPin, fx.VerifyNewPin, fx.ConfirmActivation)
                )
                day.somebody_gets_far(at, far)
            case 5 | 6:
                tear = rng.choice((Tear.NONE, Tear.NONE, *Tear))
                day.something_is_done(at, line, tear, rng.choice((None, None, 0, 1, 2, 3, 4)), rng.random() < 0.2)
            case 7:
                day.power_or_card_goes_inside_the_change(at, rng.choice(list(Tear)[1:]), rng.random() < 0.3)
            case 8:
                day.somebody_mistypes(at, rng.randrange(1, 6))
            case 9:
                day.somebody_ends_it(at)
            case 10:
                day.the_background_works(at, line, rng.random() < 0.6)
            case _:
                day.a_request_comes_late(rng.randrange(8))
                if rng.random() < 0.2:
                    day.the_journal_breaks_or_is_mended(at, rng.random() < 0.5)
                if rng.random() < 0.4:
                    day.a_card_is_reported(rng.randrange(2), CardStatus.REPLACED, 9)
                if rng.random() < 0.2:
                    day.the_process_dies(at)
        day.world.always()
    return day


@pytest.mark.parametrize("seed", range(4))
def test_many_plain_days_end_so_too(seed: int) -> None:
    rng = random.Random(seed)
    Transaction.ends.clear()
    for _ in range(DAYS):
        _day(rng).teardown()
    assert {end for end, _ in Transaction.ends} >= {end.value for end in Outcome if end is not Outcome.OTHERWISE}
