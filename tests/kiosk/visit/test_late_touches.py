"""Touches that come twice, or after what they were meant for: no effect happens twice, and no key is typed uncounted."""

from collections.abc import Callable

import pytest

from drivers.card.states import PinWrong
from kiosk.visit.actions import Action, Back, ConfirmPin, End, EraseKey, StayHere, TypeKey
from kiosk.visit.effects import EndVisit, OpenPinEntry, VerifyPin
from kiosk.visit.events import DigitsEntered, Pressed
from kiosk.visit.help_deeds import OpenPassword
from kiosk.visit.states import PinPad, Record
from kiosk.visit.step import step
from tests.kiosk.visit.samples import Scene
from tests.kiosk.visit.test_totality import MODELS, SOME_ACTIONS

Fired = Callable[[object], None]


def pad_of(scene: Scene) -> PinPad:
    assert isinstance(scene.state, PinPad)
    return scene.state


@pytest.mark.fault("people", "every control touched twice before anything is painted", level="unit")
@pytest.mark.parametrize("name", MODELS)
def test_no_effect_happens_twice(name: str, fired: Fired) -> None:
    """`OpenPinEntry` empties the buffer; to do it again is the same. `Back` is stopped at the page it was drawn on;
    a key that is touched twice is typed twice. The first touch of a covered page only uncovers it."""
    model, pairs = MODELS[name], 0
    for action in SOME_ACTIONS:
        once, first = step(model, Pressed(model.now, model.visits, action))
        twice, second = step(once, Pressed(once.now, model.visits, action))
        pairs += 1
        if getattr(model.state, "covered", False) and not isinstance(action, End):
            assert first == ()
            continue
        # Before a first page Back is the way out.
        again = (OpenPinEntry, OpenPassword, *((EndVisit,) if isinstance(action, Back) else ()))
        assert not [effect for effect in second if not isinstance(effect, again)], action
        assert not (set(map(type, first)) & {VerifyPin, EndVisit} & set(map(type, second)))
        if not isinstance(action, Back | TypeKey | EraseKey):
            assert twice == once, action
    fired(pairs == len(SOME_ACTIONS))


@pytest.mark.fault("people", "a key of the PIN pad touched as the question comes up", level="unit")
def test_a_key_under_way_when_the_question_comes_is_counted(fired: Fired) -> None:
    """It is in the buffer: a pad that showed one digit less would send a PIN that nobody typed."""
    scene = Scene().to_pin_pad()
    scene.digits(3)
    scene.wait(60.0)
    assert pad_of(scene).asking_since is not None
    asked = pad_of(scene).asking_since
    scene.digits(4)
    fired(pad_of(scene).digits == 4)
    assert pad_of(scene).asking_since == asked
    scene.press(StayHere())
    assert pad_of(scene).digits == 4
    assert scene.press(ConfirmPin()) == (VerifyPin(*scene.ids()),)


@pytest.mark.fault(
    "people", "Confirm while the question is up, while the chip checks, and with too few digits", level="unit"
)
def test_confirm_sends_only_what_stands_on_the_pad(fired: Fired) -> None:
    scene = Scene().to_pin_pad()
    for count in range(4):
        scene.digits(count)
        assert scene.press(ConfirmPin()) == ()
    scene.digits(4)
    scene.wait(60.0)
    assert scene.press(ConfirmPin()) == ()
    scene.press(StayHere())
    assert scene.press(ConfirmPin()) == (VerifyPin(*scene.ids()),)
    assert scene.press(ConfirmPin()) == ()
    scene.digits(6)
    assert scene.press(ConfirmPin()) == ()
    scene.pin(PinWrong(2))
    assert pad_of(scene).digits == 0
    assert scene.press(ConfirmPin()) == ()
    fired(sum(isinstance(effect, VerifyPin) for effect in scene.effects) == 1)


@pytest.mark.fault("people", "the whole pad mashed: counts that jump, confirm at every one", level="unit")
def test_a_mashed_pad_sends_one_entry_for_one_confirm(fired: Fired) -> None:
    scene = Scene().to_pin_pad()
    sent = 0
    for count in (*range(13), *range(12, -1, -1), 12, 0, 12):
        scene.digits(count)
        sent += len([e for e in scene.press(ConfirmPin()) if isinstance(e, VerifyPin)])
        assert sent <= 1
    fired(sent == 1)


@pytest.mark.fault("people", "a touch made in the last visit arrives in the next one", level="unit")
@pytest.mark.parametrize("action", SOME_ACTIONS, ids=lambda action: repr(action))
def test_a_touch_of_the_last_visit_does_nothing_in_the_next(action: Action, fired: Fired) -> None:
    scene = Scene().to_record()
    scene.remove()
    scene.to_record()
    before = scene.model
    assert before.visits == 2
    assert isinstance(before.state, Record)
    after, effects = step(before, Pressed(before.now, 1, action))
    assert (after, effects) == (before, ())
    pad = Scene().to_pin_pad()
    late = step(pad.model, DigitsEntered(pad.now, pad.model.visits - 1, 6))
    assert late == (pad.model, ())
    fired(before.visits - 1)
