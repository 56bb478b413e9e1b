"""Cards that leave, change, lie or hang at every command of a visit: the whole engine, the real loop, the reference service.

Each cell ends with an idle kiosk and the next person's own record; what was published in between is searched for the first's.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from typing import Final, Literal

import pytest
from _pytest.mark import ParameterSet

from drivers.card.cardfile import Fault, Quirks
from drivers.card.ssc import SocialSecurityCard
from drivers.card.states import PinTries
from drivers.card.virtual import VirtualCard, VirtualConnection
from kiosk.engine import card as worker
from kiosk.engine import engine as loop
from kiosk.sandbox import pki
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.visit.actions import End, OpenContributions
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Idle, Model, Opening, OutOfService, PinPad, Record, Rules, Screen
from tests.kiosk.engine.machine import AREAS, PIN, WRONG, Machine, explained, nothing_of_the_other, pins_sent, shown
from tests.pcsc import virtual_card

Fired = Callable[[object], None]
Pull = Literal["remove", "remove_after"]

PLAIN: Final = "jinan-2-0"
NEXT: Final = "jinan-3-0-open"
OTHER_WAYS: Final = ("jinan-1-0", "jinan-3-0-closed", "jinan-field-quirks")
"""Cards whose visit takes other commands than the plain one's."""


def commands(card: str) -> tuple[int, ...]:
    """The instruction of every command of a visit, up to VERIFY, in order."""
    chip = virtual_card(card)
    application = SocialSecurityCard(VirtualConnection(chip))
    application.select()
    application.issuer_data()
    application.holder_data()
    application.internal_authenticate(bytes(8), bytes(8))
    assert isinstance(application.probe_pin(), PinTries)
    application.verify_pin(bytearray(PIN.encode()))
    return tuple(seen.ins for seen in chip.seen)


def places(card: str) -> list[ParameterSet]:
    """Every command of the card's visit, by its place since power-on."""
    names = {0x20: "VERIFY", 0x88: "INTERNAL-AUTHENTICATE", 0xA4: "SELECT", 0xB2: "READ-RECORD", 0xC0: "GET-RESPONSE"}
    return [pytest.param(index, id=f"{index}-{names[ins]}") for index, ins in enumerate(commands(card))]


VERIFY: Final = commands(PLAIN).index(0x20) + 1
"""The place of VERIFY: the first 20 is the probe."""
EVERY: Final = (
    *places(PLAIN),
    pytest.param(VERIFY + 1, id="look-SELECT"),
    pytest.param(VERIFY + 2, id="look-READ-RECORD"),
)
"""Every command of the plain card's visit, and of one look at the card of its open record."""


def thorough(*usual: int) -> list[ParameterSet]:
    """Every command; those that are not `usual` are left to `make faults`."""
    return [
        place if place.values[0] in usual else pytest.param(*place.values, id=place.id, marks=pytest.mark.long)
        for place in EVERY
    ]


def at(index: int, card: str = PLAIN) -> dict[str, int]:
    """Where a `Fault` comes: by instruction, because the kiosk's own look at the card may come before VERIFY or after it."""
    trace = (*commands(card), 0xA4, 0xB2)
    return {"ins": trace[index], "nth": trace[: index + 1].count(trace[index]), "times": 1}


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """The same waits, shorter: what is tested is what they lead to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PRESENCE_SECONDS", 0.1)
        patch.setattr(worker, "LOST_GRACE", 0.2)
        yield


@pytest.fixture(scope="module")
def one_kiosk(quick: None, central: CentralProcess, demo_pki: pki.DemoPki) -> Iterator[Machine]:
    rules = Rules(areas=AREAS, reading_minimum=0.05, pin_pad_wait=0.4)
    machine = Machine(central.base_url, demo_pki, rules)
    yield machine
    machine.engine.stop()


@pytest.fixture
def kiosk(one_kiosk: Machine, central: CentralProcess, caplog: pytest.LogCaptureFixture) -> Iterator[Machine]:
    """The kiosk of all cells of this file, idle; a bug in it fails the cell in which it comes to light."""
    central.simulator.reset()
    one_kiosk.slot.watched = True
    one_kiosk.slot.pull()
    one_kiosk.at_rest()
    one_kiosk.models.clear()
    one_kiosk.models.append(one_kiosk.engine.model)
    one_kiosk.confirmed = 0
    yield one_kiosk
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "a bug came to light"
    assert not one_kiosk.gave_up


def idle(model: Model) -> bool:
    return isinstance(model.state, Idle) and model.world.slot is None


def insertion_of(models: list[Model]) -> int:
    return max((m.world.slot.insertion for m in models if m.world.slot is not None), default=0)


def after(kiosk: Machine, chip: VirtualCard, tries: int, *, wrong: int = 0, following: str = NEXT) -> None:
    """The next person is served and nobody's data met the other's; no PIN went out without a finger."""
    assert pins_sent(chip) <= kiosk.confirmed
    assert tries - chip.tries_left <= wrong
    began = insertion_of(kiosk.models)
    following_card = virtual_card(following)
    kiosk.next_person(following_card)
    nothing_of_the_other(kiosk.models, chip.file, following_card.file, began + 1)


# ---- pulled ----------------------------------------------------------------------------------------------------------


def pulled(kiosk: Machine, fired: Fired, card: str, action: Pull, index: int, pin: str = PIN) -> None:
    chip = virtual_card(card, faults=(Fault(action=action, **at(index, card)),))
    tries = chip.tries_left
    kiosk.slot.insert(chip)
    kiosk.go(lambda model: idle(model) and chip.fired > 0, pin, within=6)
    kiosk.at_rest(chip)
    assert not any(shown(model) for model in kiosk.models), "a pulled card flashed a fault page"
    after(kiosk, chip, tries, wrong=1 if pin == WRONG and action == "remove_after" else 0)
    fired(chip.fired)


@pytest.mark.fault("card", "pulled at every command of a visit", level="unit")
@pytest.mark.parametrize("action", ["remove", "remove_after"])
@pytest.mark.parametrize("index", EVERY)
def test_a_card_pulled_at_any_command_ends_the_visit_at_once(
    kiosk: Machine, fired: Fired, index: int, action: Pull
) -> None:
    pulled(kiosk, fired, PLAIN, action, index)


@pytest.mark.long
@pytest.mark.fault("card", "pulled at every command, cards that are read in other ways", level="unit")
@pytest.mark.parametrize("action", ["remove", "remove_after"])
@pytest.mark.parametrize(
    ("card", "index"),
    [pytest.param(card, *place.values, id=f"{card}-{place.id}") for card in OTHER_WAYS for place in places(card)],
)
def test_so_does_a_card_that_is_read_in_other_ways(
    kiosk: Machine, fired: Fired, card: str, index: int, action: Pull
) -> None:
    pulled(kiosk, fired, card, action, index)


@pytest.mark.fault("card", "pulled while a wrong PIN is compared", level="unit")
@pytest.mark.parametrize("action", ["remove", "remove_after"])
def test_a_wrong_pin_pulled_out_with_the_card_costs_the_one_try_of_its_finger(
    kiosk: Machine, fired: Fired, action: Pull
) -> None:
    pulled(kiosk, fired, PLAIN, action, VERIFY, WRONG)


# ---- swapped ---------------------------------------------------------------------------------------------------------

PAIRS: Final = (("jinan-twin-a", "jinan-twin-b"), ("jinan-3-0-open", "jinan-2-0"))
"""Two cards with one ATR and one name on both; two that differ in everything."""


def opens(kiosk: Machine, chip: VirtualCard) -> None:
    """The second card's own record, and then its owner takes it."""
    began = kiosk.slot.insertion
    kiosk.until(lambda model: (now := in_visit(model.state)) is not None and now.insertion == began)
    record = kiosk.go(lambda model: isinstance(model.state, Record | CardPage | OutOfService)).state
    assert isinstance(record, Record), record
    assert chip.file.issuer is not None
    assert record.overview.card_number == chip.file.issuer.number
    kiosk.slot.pull()
    kiosk.at_rest(chip)


@pytest.mark.fault("card", "swapped at every command", level="unit")
@pytest.mark.parametrize(("first", "second"), [PAIRS[0], pytest.param(*PAIRS[1], marks=pytest.mark.long)])
@pytest.mark.parametrize("index", EVERY)
def test_a_card_swapped_at_any_command_is_a_new_visit_of_the_second(
    kiosk: Machine, fired: Fired, first: str, second: str, index: int
) -> None:
    chip = virtual_card(first, faults=(Fault(action="remove", **at(index)),))
    other = virtual_card(second)
    kiosk.slot.next_card = other
    kiosk.slot.insert(chip)
    kiosk.go(lambda model: chip.fired > 0)
    began = kiosk.slot.insertion
    opens(kiosk, other)
    assert pins_sent(chip) + pins_sent(other) <= kiosk.confirmed
    assert pins_sent(chip) <= 1
    nothing_of_the_other(kiosk.models, chip.file, other.file, began)
    fired(chip.fired)


@pytest.mark.fault("card", "swapped at every command, and PC/SC never tells", level="unit")
@pytest.mark.parametrize("index", thorough(3, VERIFY, 11))
def test_a_swap_that_nobody_reports_closes_the_visit_with_a_page(kiosk: Machine, fired: Fired, index: int) -> None:
    chip = virtual_card("jinan-twin-a", faults=(Fault(action="remove", **at(index)),))
    other = virtual_card("jinan-twin-b")
    kiosk.slot.next_card = other
    kiosk.slot.insert(chip)
    kiosk.slot.watched = False
    page = kiosk.go(lambda model: isinstance(model.state, CardPage), within=6).state
    assert isinstance(page, CardPage)
    explained(page.failure)
    assert page.failure is (Failure.PIN_OUTCOME_UNKNOWN if index == VERIFY else Failure.CARD_FAULTY)
    assert not other.seen, "a command of the first visit reached the second card"
    kiosk.slot.watched = True
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    after(kiosk, chip, chip.tries_left)
    fired(chip.fired)


@pytest.mark.fault("card", "swapped during PIN entry", level="unit")
@pytest.mark.parametrize("typed", [0, 3, 6])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_digits_typed_for_one_card_never_reach_the_next(
    kiosk: Machine, fired: Fired, first: str, second: str, typed: int
) -> None:
    chip, other = virtual_card(first), virtual_card(second)
    kiosk.slot.insert(chip)
    kiosk.screen(Screen.PIN)
    for digit in WRONG[:typed]:
        kiosk.engine.secret.press(int(digit))
    kiosk.until(lambda model: isinstance(model.state, PinPad) and model.state.digits == typed)
    removed = kiosk.slot.removals
    kiosk.slot.swap(other)
    began = kiosk.slot.insertion
    pad = kiosk.until(lambda model: isinstance(model.state, PinPad) and model.state.insertion == began).state
    assert isinstance(pad, PinPad)
    assert pad.digits == 0
    opens(kiosk, other)
    assert (pins_sent(chip), pins_sent(other)) == (0, 1)
    assert other.tries_left == other.file.pin.limit
    nothing_of_the_other(kiosk.models, chip.file, other.file, began)
    fired(kiosk.slot.removals - removed)


@pytest.mark.fault("card", "swapped while VERIFY is under way", level="unit")
@pytest.mark.parametrize("torn", [True, False], ids=["torn", "answered late"])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_pin_that_the_first_card_accepted_opens_nothing_for_the_second(
    kiosk: Machine, fired: Fired, first: str, second: str, torn: bool
) -> None:
    chip = virtual_card(first, faults=(Fault(action="delay", ins=0x20, nth=2, ms=400, times=1),))
    other = virtual_card(second)
    kiosk.slot.insert(chip)
    kiosk.type_pin(PIN)
    under_way(chip)
    if not torn:
        chip.tear = lambda: None  # type: ignore[method-assign]  # its answer is on the line already
    kiosk.slot.swap(other)
    began = kiosk.slot.insertion
    opens(kiosk, other)
    assert (pins_sent(chip), pins_sent(other)) == (1, 1)
    assert chip.tries_left == chip.file.pin.limit
    nothing_of_the_other(kiosk.models, chip.file, other.file, began)
    fired(chip.fired)


def under_way(chip: VirtualCard) -> None:
    """Until the delayed command is at the chip."""
    for _ in range(2000):
        if chip.fired:
            return
        threading.Event().wait(0.002)
    raise AssertionError("the command never came")


@pytest.mark.fault("card", "swapped while central answers", level="unit")
@pytest.mark.parametrize("operation", [Operation.OPEN_CARD_SESSION, Operation.OVERVIEW, Operation.CONTRIBUTIONS])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_centrals_late_answer_for_the_first_card_is_nobodys(
    kiosk: Machine, central: CentralProcess, fired: Fired, first: str, second: str, operation: Operation
) -> None:
    chip, other = virtual_card(first), virtual_card(second)
    central.simulator.fault(FaultKind.HOLD, operation)
    kiosk.slot.insert(chip)
    if operation is not Operation.OPEN_CARD_SESSION:
        kiosk.type_pin(PIN)
    if operation is Operation.CONTRIBUTIONS:
        kiosk.screen(Screen.HOME)
        kiosk.press(OpenContributions())
    for _ in range(1000):
        if central.simulator.held:
            break
        threading.Event().wait(0.005)
    held = central.simulator.held
    central.simulator.clear()
    kiosk.slot.swap(other)
    began = kiosk.slot.insertion
    kiosk.until(lambda model: (now := in_visit(model.state)) is not None and now.insertion == began)
    central.simulator.release()
    opens(kiosk, other)
    nothing_of_the_other(kiosk.models, chip.file, other.file, began)
    fired(held)


@pytest.mark.fault("card", "in and out twenty times", level="unit")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_card_in_and_out_twenty_times_leaves_an_idle_kiosk(kiosk: Machine, fired: Fired, seed: int) -> None:
    chance = random.Random(seed)
    chips = [virtual_card(card) for card in ("jinan-twin-a", "jinan-twin-b")]
    removed, visits = kiosk.slot.removals, kiosk.engine.model.visits
    for turn in range(20):
        kiosk.slot.insert(chips[turn % 2])
        threading.Event().wait(chance.choice((0.0, 0.002, 0.02, 0.1)))
        kiosk.slot.pull()
        threading.Event().wait(chance.choice((0.0, 0.0, 0.01)))
    rest = kiosk.until(lambda model: idle(model) and model.visits == visits + 20)
    assert rest.visits == visits + 20
    for chip in chips:
        kiosk.at_rest(chip)
        after(kiosk, chip, chip.tries_left)
    fired(kiosk.slot.removals - removed >= 20)


# ---- silent, slow, lying -----------------------------------------------------------------------------------------------


@pytest.mark.fault("card", "mute, or of another kind", level="unit")
@pytest.mark.parametrize(
    ("card", "bit", "failure"),
    [
        ("mute-card", True, Failure.CARD_MUTE),
        ("mute-card", False, Failure.CARD_MUTE),
        ("bank-card", False, Failure.CARD_NOT_SOCIAL_SECURITY),
        ("jinan-malformed", False, Failure.CARD_MALFORMED),
        ("jinan-app-locked", False, Failure.CARD_APPLICATION_LOCKED),
    ],
)
def test_a_card_that_is_none_for_us_has_its_page_and_is_asked_for_no_pin(
    kiosk: Machine, fired: Fired, card: str, bit: bool, failure: Failure
) -> None:
    chip = virtual_card(card)
    kiosk.slot.insert(chip, mute=bit)
    kiosk.failure(failure)
    explained(failure)
    assert not any(isinstance(model.state, PinPad) for model in kiosk.models)
    assert pins_sent(chip) == 0
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    kiosk.next_person(virtual_card(NEXT))
    fired(any(shown(model) is failure for model in kiosk.models))


@pytest.mark.fault("card", "falls silent at every command", level="unit")
@pytest.mark.parametrize("index", thorough(3, VERIFY, 11))
def test_a_card_that_falls_silent_has_a_page(kiosk: Machine, fired: Fired, index: int) -> None:
    chip = virtual_card(PLAIN, faults=(Fault(action="mute", **at(index)),))
    tries = chip.tries_left
    kiosk.slot.insert(chip)
    page = kiosk.go(lambda model: isinstance(model.state, CardPage), within=6).state
    assert isinstance(page, CardPage)
    assert page.failure is (Failure.PIN_OUTCOME_UNKNOWN if index == VERIFY else Failure.CARD_FAULTY)
    explained(page.failure)
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    after(kiosk, chip, tries)
    fired(chip.fired)


@pytest.mark.fault("card", "an answer cut short or with a bit turned round, at every command", level="unit")
@pytest.mark.parametrize("action", ["truncate", "corrupt"])
@pytest.mark.parametrize("index", thorough(1, 3, 5, 7, 8, VERIFY))
def test_a_damaged_answer_never_opens_anybody_elses_record(
    kiosk: Machine, fired: Fired, index: int, action: Literal["truncate", "corrupt"]
) -> None:
    chip = virtual_card(PLAIN, faults=(Fault(action=action, **at(index)),))
    tries = chip.tries_left
    kiosk.slot.insert(chip)
    kiosk.go(lambda model: isinstance(model.state, CardPage | Record), within=12)
    under_way(chip)
    end = kiosk.models[-1].state
    assert chip.file.issuer is not None
    if isinstance(end, CardPage):
        explained(end.failure)
    elif isinstance(end, Record):
        assert end.overview.card_number == chip.file.issuer.number
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    after(kiosk, chip, tries)
    fired(chip.fired)


@pytest.mark.fault("card", "a command that takes too long, at every command", level="unit")
@pytest.mark.parametrize("index", thorough(VERIFY, 10))
def test_a_command_past_its_limit_has_a_page_and_its_late_answer_no_effect(
    kiosk: Machine, fired: Fired, monkeypatch: pytest.MonkeyPatch, index: int
) -> None:
    monkeypatch.setattr(loop, "CARD_STALL_SECONDS", 0.15)
    chip = virtual_card(PLAIN, faults=(Fault(action="delay", ms=500, **at(index)),))
    tries = chip.tries_left
    kiosk.slot.insert(chip)
    kiosk.go(lambda model: shown(model) is Failure.READER_FAULTY, within=3)
    explained(Failure.READER_FAULTY)
    given_up = len(kiosk.models)
    kiosk.until(lambda model: screen_of(model) is Screen.TAKE_CARD)  # it answered at last: it can be taken
    assert not any(isinstance(model.state, PinPad | Opening | Record) for model in kiosk.models[given_up:])
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    after(kiosk, chip, tries)
    fired(chip.fired)


@pytest.mark.fault("card", "a command that takes too long, the way out is used", level="unit")
@pytest.mark.parametrize("index", thorough(0, VERIFY)[:-2])
def test_who_waits_for_a_slow_command_can_end_the_visit(kiosk: Machine, fired: Fired, index: int) -> None:
    chip = virtual_card(PLAIN, faults=(Fault(action="delay", ms=400, **at(index)),))
    tries = chip.tries_left
    kiosk.slot.insert(chip)
    if index == VERIFY:
        kiosk.type_pin(PIN)
    under_way(chip)
    kiosk.press(End())
    kiosk.screen(Screen.TAKE_CARD, within=0.3)
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    after(kiosk, chip, tries)
    fired(chip.fired)


@pytest.mark.fault("card", "answers after it was given up, another card is in by then", level="unit")
def test_the_late_answer_of_a_given_up_card_does_not_meet_the_next(
    kiosk: Machine, fired: Fired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CARD_STALL_SECONDS", 0.15)
    chip = virtual_card("jinan-twin-a", faults=(Fault(action="delay", ms=900, **at(VERIFY)),))
    other = virtual_card("jinan-twin-b")
    kiosk.slot.insert(chip)
    kiosk.go(lambda model: shown(model) is Failure.READER_FAULTY, within=3)
    chip.tear = lambda: None  # type: ignore[method-assign]  # its answer is on the line already
    kiosk.slot.swap(other)
    assert shown(kiosk.models[-1]) is Failure.READER_FAULTY
    began = kiosk.slot.insertion
    opens(kiosk, other)
    assert (pins_sent(chip), pins_sent(other)) == (1, 1)
    nothing_of_the_other(kiosk.models, chip.file, other.file, began)
    fired(chip.fired)


@pytest.mark.fault("card", "a wedge that answers 9000 to every PIN", level="unit")
@pytest.mark.parametrize(
    ("quirks", "ends"),
    [
        (Quirks(accepts_any_pin=True), Record),
        (Quirks(probe_says_no_pin=True), CardPage),
        (Quirks(key="foreign"), CardPage),
    ],
)
def test_what_a_wedge_gets(kiosk: Machine, fired: Fired, quirks: Quirks, ends: type) -> None:
    """The chip's 9000 is believed (the README says so): what is not, is a chip that cannot prove itself or asks for no PIN."""
    chip = virtual_card(PLAIN, quirks=quirks)
    kiosk.slot.insert(chip)
    end = kiosk.go(lambda model: isinstance(model.state, CardPage | Record), WRONG).state
    assert isinstance(end, ends)
    kiosk.slot.pull()
    kiosk.at_rest(chip)
    fired(chip.seen)
