"""`next_deadline` is sound and complete: ticking only then leads through the same states as ticking all the time."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.card.states import ReaderState
from kiosk.help import Role, SignInOutcome
from kiosk.visit.actions import ConfirmPin, End, Field, OpenAccount, OpenPrivacy, SetLargeText, SetReveal, StayHere
from kiosk.visit.deadlines import lock_left, next_deadline, reveal_left, seconds_left, visible, whole
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event, Tick, Touched
from kiosk.visit.help import OpenStaffSignIn
from kiosk.visit.help_deeds import StaffSignedIn
from kiosk.visit.states import Model, State
from kiosk.visit.step import step
from tests.kiosk.visit.help_samples import at_desk, helping, reveal, session, to_found, type_sign_in
from tests.kiosk.visit.samples import Scene, with_rules
from tests.kiosk.visit.stroll import wander
from tests.kiosk.visit.walk import PAUSES, Walk

GRAIN = 1 / 16
"""A power of two: sums of it are exact, so that both ways can be compared for equality."""

EXACT = with_rules(reading_minimum=0.75)


def _grained(model: Model, until: float, *, everywhere: bool) -> tuple[Model, list[tuple[float, State]], list[Effect]]:
    """Let time pass until `until`; the states on the way with the time they began."""
    states: list[tuple[float, State]] = []
    effects: list[Effect] = []
    now = model.now
    while True:
        if everywhere:
            now += GRAIN
        else:
            due = next_deadline(model)
            now = until + 1.0 if due is None else max(due, now)
        if now > until:
            return step(model, Tick(until))[0], states, effects
        before = model.state
        model, done = step(model, Tick(now))
        effects += done
        if model.state != before:
            states.append((now, model.state))


@pytest.mark.parametrize("seed", range(25))
def test_ticks_at_deadlines_only_change_the_same_as_ticks_all_the_time(seed: int) -> None:
    """Along random visits: from each model reached, four minutes of nothing, both ways."""
    rng = random.Random(seed)
    walk = Walk(EXACT)
    walk.reader(ReaderState.READY)
    for _ in range(12):
        for _ in range(rng.randrange(1, 25)):
            wander(walk, rng)
        span = rng.choice((2.0, 30.0, 250.0))
        slow = _grained(walk.model, walk.model.now + span, everywhere=True)
        quick = _grained(walk.model, walk.model.now + span, everywhere=False)
        assert quick == slow


def test_the_pauses_of_the_walk_fit_the_grain() -> None:
    assert all(pause % GRAIN == 0 for pause in PAUSES)


@pytest.mark.parametrize("start", [100.0, 100.1, 86_400.123456, 1e6 + 1 / 3])
def test_a_countdown_is_told_each_second_and_time_never_stands_still(start: float) -> None:
    scene = Scene()
    scene.now = start
    scene.to_record()
    scene.wait(60.0)
    shown = [seconds_left(scene.model)]
    for _ in range(40):
        due = next_deadline(scene.model)
        assert due is not None
        assert due > scene.model.now
        scene.now = due
        scene.send(Tick(due))
        if seconds_left(scene.model) is None:
            break
        shown.append(seconds_left(scene.model))
    assert shown == list(range(20, 0, -1))


def test_a_revealed_value_counts_down_too() -> None:
    scene = Scene().to_record()
    assert reveal_left(scene.model) is None
    scene.press(SetReveal(Field.NAME))
    assert reveal_left(scene.model) == 10
    scene.wait(0.5)
    assert reveal_left(scene.model) == 10
    scene.wait(8.6)
    assert reveal_left(scene.model) == 1
    scene.wait(1.0)
    assert reveal_left(scene.model) is None


def test_nothing_is_due_when_nothing_can_change() -> None:
    scene = Scene()
    assert next_deadline(scene.model) is None
    scene.reader(ReaderState.NO_READER)
    assert next_deadline(scene.model) is None
    waiting = Scene()
    waiting.insert()
    assert next_deadline(waiting.model) is None
    chip = Scene().to_verifying()
    assert next_deadline(chip.model) is None
    opening = Scene().to_opening()
    opening.wait(2.0)
    assert next_deadline(opening.model) is None
    left = Scene().to_record()
    left.press(End())
    left.wait(300.0)
    assert next_deadline(left.model) is None


def test_an_idle_kiosk_asks_for_no_tick_once_it_is_left() -> None:
    scene = Scene()
    scene.touch()
    scene.wait(61.0)
    assert next_deadline(scene.model) is None


def test_a_tick_that_comes_late_still_does_all_that_was_due() -> None:
    scene = Scene().to_record()
    scene.press(End())
    late: Event = Tick(scene.now + 1000.0)
    scene.now += 1000.0
    scene.send(late)
    effects = scene.wait(0.0)
    assert len(effects) == 2
    assert next_deadline(scene.model) is None


def test_turning_large_text_off_during_the_question_acts_at_once() -> None:
    scene = Scene().to_record()
    scene.press(SetLargeText(True))
    scene.wait(120.0 + 25.0)
    assert seconds_left(scene.model) == 5
    scene.press(SetLargeText(False))
    assert seconds_left(scene.model) == 0
    scene.wait(0.0)
    assert seconds_left(scene.model) is None


def test_deadlines_of_idle_privacy_and_of_rows() -> None:
    scene = Scene()
    scene.press(OpenPrivacy())
    assert next_deadline(scene.model) == scene.now + 60.0
    record = Scene().to_record()
    record.press(OpenAccount())
    assert next_deadline(record.model) == record.now + 1.0
    record.wait(1.5)
    assert next_deadline(record.model) is None
    record.press(StayHere())
    record.press(ConfirmPin())
    assert next_deadline(record.model) is None


@pytest.mark.parametrize("seed", range(10))
def test_a_touch_alone_is_not_seen_and_whatever_else_changes_is(seed: int) -> None:
    """Along random visits: a touch that only tells that somebody is there draws no page; another state or aid does."""
    rng = random.Random(seed)
    walk = Walk(EXACT)
    walk.reader(ReaderState.READY)
    unseen = 0
    for _ in range(120):
        wander(walk, rng)
        before = walk.model
        after, _ = step(before, Touched(before.now + 0.25))
        if visible(after) == visible(before):
            unseen += after.state != before.state
            changed = {
                name for name in after.state.__slots__ if getattr(after.state, name) != getattr(before.state, name)
            }
            assert type(after.state) is type(before.state)
            assert changed <= {"touched"}
        large = replace(before, prefs=replace(before.prefs, large_text=not before.prefs.large_text))
        assert visible(large) != visible(before)
    assert unseen


def told_by_ticks(scene: Scene, left: Callable[[Model], int | None]) -> list[int]:
    """What a countdown says at each moment at which the model asks to be told the time, down to its end."""
    said: list[int] = []
    while (seconds := left(scene.model)) is not None:
        said.append(seconds)
        due = next_deadline(scene.model)
        assert due is not None
        scene.now = due
        scene.send(Tick(due))
    return said


@pytest.mark.parametrize("start", [100.0, 1e6 + 1 / 3])
def test_what_staff_see_in_clear_and_what_is_locked_is_counted_down_each_second(start: float) -> None:
    scene = at_desk()
    scene.now = start
    assert told_by_ticks(reveal(to_found(scene)), reveal_left) == list(range(10, 0, -1))
    scene = helping()
    scene.now = start
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(outcome=SignInOutcome.LOCKED, wait=15), 0.0)
    assert told_by_ticks(scene, lock_left) == list(range(15, 0, -1))


def test_a_sum_of_times_that_is_a_little_more_than_itself_shows_no_second_more() -> None:
    now = 64566.78858813671
    assert (now + 86_400) - now > 86_400
    assert whole(now + 86_400, now) == 86_400
    assert [whole(now + left, now) for left in (0.0, 0.2, 1.0, 1.2)] == [0, 1, 1, 2]
    assert whole(now, now + 5) == 0
