"""The card's worker at a change of PIN: what the card said is told once, whatever becomes of the visit; no digits are left."""

import queue
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.card.cardfile import Fault, load_cards, load_keys
from drivers.card.states import PinLocked, PinRefusedFormat, PinUnknown, PinVerdict, PinVerified, PinWrong
from drivers.card.virtual import VirtualCard
from kiosk.visit.events import CardUnusable, PinProbed
from tests.kiosk.engine.bench import Bench

OLD, NEW, WRONG = "123456", "294817", "999999"
CHANGE, VERIFY = 0x5E, 0x20


class Told:
    """Who waits for the card's word."""

    def __init__(self) -> None:
        self._words: queue.Queue[PinVerdict | None] = queue.Queue()

    def __call__(self, verdict: PinVerdict | None) -> None:
        self._words.put(verdict)

    def next(self) -> PinVerdict | None:
        return self._words.get(timeout=5)

    @property
    def once(self) -> bool:
        return self._words.empty()


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*faults: Fault) -> Bench:
        chip = VirtualCard(load_cards()["jinan-2-0"], load_keys())
        for fault in faults:
            chip.add_fault(fault)
        made.append(Bench(chip))
        made[-1].worker.read(1, 11)
        made[-1].until(PinProbed)
        return made[-1]

    yield make
    for one in made:
        one.worker.stop()


def chip_of(b: Bench) -> VirtualCard:
    assert isinstance(b.reader.card, VirtualCard)
    return b.reader.card


def change(b: Bench, old: str = OLD, new: str = NEW, visit: int = 1, insertion: int = 11) -> PinVerdict | None:
    pins, told = (bytearray(old, "ascii"), bytearray(new, "ascii")), Told()
    b.worker.change(visit, insertion, *pins, told)
    verdict = told.next()
    assert all(not any(each) for each in pins), "digits are left"
    assert told.once
    return verdict


def test_the_card_takes_the_new_pin(bench: Callable[..., Bench]) -> None:
    b = bench()
    assert change(b) == PinVerified()
    assert chip_of(b).has_pin(NEW)


def test_the_card_says_no_and_then_yes(bench: Callable[..., Bench]) -> None:
    b = bench()
    left = chip_of(b).tries_left
    assert change(b, old=WRONG) == PinWrong(left - 1)
    assert change(b) == PinVerified()
    assert chip_of(b).tries_left == left


def test_the_last_try_locks_it(bench: Callable[..., Bench]) -> None:
    b = bench()
    chip_of(b)._tries = 1
    assert change(b, old=WRONG) == PinLocked()
    assert chip_of(b).has_pin(OLD)


def test_what_is_no_pin_is_not_sent(bench: Callable[..., Bench]) -> None:
    b = bench()
    assert change(b, new="12") == PinRefusedFormat()
    assert not [seen for seen in chip_of(b).seen if seen.ins == CHANGE]


@pytest.mark.parametrize(
    ("action", "changed"), [("remove", False), ("tear", False), ("remove_after", True), ("mute", False)]
)
def test_a_card_that_leaves_inside_it_is_unknown(bench: Callable[..., Bench], action: str, changed: bool) -> None:
    b = bench(Fault(action=action, ins=CHANGE, times=1))  # type: ignore[arg-type]
    assert change(b) == PinUnknown(None)
    assert chip_of(b).has_pin(NEW) is changed
    assert not chip_of(b).powered


def test_a_status_word_that_nobody_knows_is_unknown(bench: Callable[..., Bench]) -> None:
    b = bench(Fault(action="status", ins=CHANGE, status_word=0x6581, times=1))
    assert change(b) == PinUnknown(0x6581)


@pytest.mark.parametrize(("visit", "insertion"), [(2, 12), (1, 12), (2, 11)])
def test_another_visits_change_never_gets_to_this_card(bench: Callable[..., Bench], visit: int, insertion: int) -> None:
    b = bench()
    assert change(b, visit=visit, insertion=insertion) is None
    assert not [seen for seen in chip_of(b).seen if seen.ins == CHANGE]


def test_after_the_visit_nothing_is_sent_and_that_is_told(bench: Callable[..., Bench]) -> None:
    b = bench()
    b.worker.release(1)
    assert change(b) is None
    assert not [seen for seen in chip_of(b).seen if seen.ins == CHANGE]


def test_a_visit_that_ends_while_the_card_is_at_it_is_told_what_the_card_said(bench: Callable[..., Bench]) -> None:
    b = bench(Fault(action="delay", ins=CHANGE, ms=300, times=1))
    told, pins = Told(), (bytearray(b"123456"), bytearray(b"294817"))
    b.worker.change(1, 11, *pins, told)
    while not b.worker.stalled():
        time.sleep(0.001)
    b.worker.release(1)
    assert told.next() == PinVerified()
    assert chip_of(b).has_pin(NEW)


def test_verify_finds_out_which_pin_the_card_has(bench: Callable[..., Bench]) -> None:
    b = bench()
    told, pin = Told(), bytearray(b"999999")
    left = chip_of(b).tries_left
    b.worker.verify_new(1, 11, pin, told)
    assert told.next() == PinWrong(left - 1)
    assert not any(pin)
    b.worker.verify_new(1, 11, bytearray(b"123456"), told)
    assert told.next() == PinVerified()
    assert [seen.lc > 0 for seen in chip_of(b).seen if seen.ins == VERIFY] == [False, True, True]


def test_a_bug_at_the_card_is_unknown_and_the_worker_goes_on(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    b = bench()

    def bug(*_pins: bytearray) -> PinVerdict:
        raise ZeroDivisionError

    monkeypatch.setattr(b.worker._card, "change_pin", bug)
    assert change(b) == PinUnknown(None)
    assert not [
        event
        for event in iter(lambda: b.events.get_nowait() if b.events.qsize() else None, None)
        if isinstance(event, CardUnusable)
    ]
    b.worker.read(2, 12)
    b.until(PinProbed)
    assert change(b, visit=2, insertion=12) == PinVerified()
