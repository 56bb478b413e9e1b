"""The pages that are made ready before they come: they spare the next page its words, and know nobody."""

from collections.abc import Callable, Hashable
from dataclasses import replace

import pytest

from drivers.card.states import PinTries
from kiosk.model import CardStatus, MaskedHolder, Verdict
from kiosk.ui import pages
from kiosk.ui.env import Env
from kiosk.ui.nodes import Page, TextRun
from kiosk.ui.presenter import Look as Fixed
from kiosk.ui.presenter import ScreenPresenter
from kiosk.ui.readying import AFTER_FLIP, AFTER_TOUCH, REST, SLICE, Readying
from kiosk.ui.text import Words
from kiosk.visit import ahead
from kiosk.visit.services import Activation, CardService, Explain, Finished, PinChanged, Pins, PinSlot, Work, Working
from kiosk.visit.states import HomePage, Idle, Model, PinPad, Prefs, Reading, SessionReply, TakeCard
from tests.kiosk.ui.means import kit_of, surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LANGUAGES, MONOTONIC, PLACE, REGION, ROOT, record
from tests.kiosk.ui.screens.samples import NOW

WORDS = Words.load(ROOT / "assets" / "locale", "zh_CN", strict=True)
REPLY = SessionReply(Verdict.GENUINE, CardStatus.NORMAL, MaskedHolder("试*明", "370***********5671", False), True)
ACTIVATION = Activation(
    1, 1, Pins(), MONOTONIC, 6, minor=False, holder=REPLY.holder, phone="139****1357", reference="7K2M-94QX"
)
PAD = PinPad(1, 1, PinTries(6), MONOTONIC, REPLY, minor=False)


def built(model: Model) -> Page:
    return pages.build(model, Env(kit_of(), WORDS, LANGUAGES, REGION, PLACE, NOW, MONOTONIC))


def textures(*several: Page) -> set[Hashable]:
    """What has to be drawn for them."""
    return {(node.text, node.face, node.size) for page in several for node in page.nodes if isinstance(node, TextRun)}


def made_ready(model: Model) -> set[Hashable]:
    return textures(*(built(one) for one in ahead.after(model, NOW)))


def test_the_key_pad_has_no_word_left_to_draw_when_the_card_has_been_read() -> None:
    model = Model(state=Reading(1, 1, MONOTONIC), now=MONOTONIC)
    assert textures(built(replace(model, state=PAD))) <= made_ready(model) | textures(built(model))


def test_the_page_of_the_card_has_no_word_left_to_draw_when_it_goes_in() -> None:
    idle = Model(state=Idle(), now=MONOTONIC)
    assert textures(built(replace(idle, state=Reading(1, 1, MONOTONIC)))) <= made_ready(idle) | textures(built(idle))


def test_home_has_only_what_is_the_persons_own_left_to_draw() -> None:
    model = Model(state=PAD, now=MONOTONIC)
    home = built(replace(model, state=record(samples.picture(), HomePage())))
    left = textures(home) - made_ready(model) - textures(built(model))
    assert len(left) < len(textures(home)) / 2


def test_an_activation_has_only_its_name_and_reference_left_to_draw_when_the_new_pin_is_confirmed() -> None:
    pins = replace(ACTIVATION, stage=Pins())
    model = Model(state=pins, now=MONOTONIC)
    ready = made_ready(model) | textures(built(model))
    for stage in (Pins(PinSlot.NEW), Pins(PinSlot.AGAIN), Working(Work.CHANGE, 0.0), Working(Work.CONFIRM, 0.0)):
        assert textures(built(replace(model, state=replace(pins, stage=stage)))) <= ready
    left = textures(built(replace(model, state=replace(pins, stage=Finished(confirmed=True))))) - ready
    own = sorted(one[0] for one in left if isinstance(one, tuple))
    assert len(own) == 2
    assert own[0] == ACTIVATION.reference
    assert own[1].startswith("试*明")


def test_nobodys_reference_name_or_phone_is_made_ready() -> None:
    for stage in (Explain(), Pins(), Working(Work.RESERVE, 0.0)):
        shown = made_ready(Model(state=replace(ACTIVATION, stage=stage), now=MONOTONIC))
        assert shown
        own = ("试*明", "5671", "139****", str(ACTIVATION.reference))
        assert not [one for one in shown if isinstance(one, tuple) and any(part in one[0] for part in own)]


def test_a_new_pin_of_an_active_card_has_no_word_left_to_draw() -> None:
    service = CardService(1, 1, Pins(), MONOTONIC, 6)
    model = Model(state=service, now=MONOTONIC)
    ready = made_ready(model) | textures(built(model))
    for stage in (Pins(PinSlot.NEW), Pins(PinSlot.AGAIN), Working(Work.CHANGE, 0.0), PinChanged()):
        assert textures(built(replace(model, state=replace(service, stage=stage)))) <= ready


def test_nothing_that_is_known_of_the_person_is_in_it() -> None:
    shown = made_ready(Model(state=PAD, now=MONOTONIC))
    assert not [one for one in shown if isinstance(one, tuple) and any(part in one[0] for part in ("试*明", "5671"))]


@pytest.mark.parametrize(
    "state", [TakeCard(1, MONOTONIC), record(samples.picture(), HomePage()), replace(PAD, asking_since=MONOTONIC)]
)
def test_what_a_finger_decides_is_not_guessed(state: TakeCard | PinPad) -> None:
    assert not list(ahead.after(Model(state=state, now=MONOTONIC), NOW))


def test_pages_are_given_once_for_each_look_of_a_screen() -> None:
    model = Model(state=PAD, now=MONOTONIC)
    fixed = Fixed(REGION, PLACE, LANGUAGES, lambda code: Words.load(ROOT / "assets" / "locale", code))
    presenter = ScreenPresenter(fixed, model, lambda: NOW, lambda: MONOTONIC)

    def given(now: Model) -> bool:
        presenter.publish(now)
        presenter.page(surface())
        return presenter.ahead(surface()) is not None

    assert given(model)
    assert not given(replace(model, state=replace(PAD, digits=1)))
    assert given(replace(model, prefs=Prefs(language="en")))
    assert given(replace(model, state=Idle()))
    assert given(model)


class Moment:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def counting(moment: Moment, took: float, done: list[int]) -> Callable[[], None]:
    def step() -> None:
        moment.at += took
        done.append(1)

    return step


def test_it_begins_after_the_flip_and_works_in_slices_with_rests() -> None:
    moment, done = Moment(), list[int]()
    readying = Readying(moment)
    step = counting(moment, SLICE * 0.75, done)
    readying.begin(step() for _ in range(5))
    readying.work(0.0)
    assert not done
    moment.at += AFTER_FLIP
    readying.work(0.0)
    assert len(done) == 2
    assert readying.due(0.0) == pytest.approx(moment.at + REST)
    readying.work(0.0)
    assert len(done) == 2
    while (due := readying.due(0.0)) is not None:
        moment.at = due
        readying.work(0.0)
    assert len(done) == 5


def test_it_waits_until_the_finger_has_been_away_for_a_while() -> None:
    moment, done = Moment(), list[int]()
    readying = Readying(moment)
    readying.begin(counting(moment, 0.0, done)() for _ in range(2))
    moment.at += 1.0
    touched = moment.at - AFTER_TOUCH / 2
    readying.work(touched)
    assert not done
    assert readying.due(touched) == pytest.approx(touched + AFTER_TOUCH)


def test_another_page_gives_up_what_was_made_ready_and_a_bug_is_met_once() -> None:
    moment, done = Moment(), list[int]()
    readying = Readying(moment)
    readying.begin(counting(moment, 1.0, done)() for _ in range(9))
    readying.begin(1 // 0 for _ in range(9))
    moment.at += 1.0
    with pytest.raises(ZeroDivisionError):
        readying.work(0.0)
    assert not done
    assert readying.due(0.0) is None
