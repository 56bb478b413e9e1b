"""The worker that owns the card, against whole virtual cards."""

import queue
import re
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.card.cardfile import Fault, load_cards, load_keys
from drivers.card.reader import CardLost, CardMute, ReaderDenied, ReaderHeld
from drivers.card.states import PinLocked, PinNotSet, PinTries, PinUnknown, PinVerified, PinWrong
from drivers.card.virtual import VirtualCard
from kiosk.visit.events import CardIdentified, CardProgressed, CardUnusable, PinAnswered, PinProbed
from kiosk.visit.failures import Failure
from tests.kiosk.engine.bench import Bench


def card(name: str, *faults: Fault) -> VirtualCard:
    made = VirtualCard(load_cards()[name], load_keys())
    for fault in faults:
        made.add_fault(fault)
    return made


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*args: object, **more: object) -> Bench:
        made.append(Bench(*args, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.worker.stop()


def test_a_read_gives_facts_and_a_free_probe_and_keeps_the_rest_to_itself(bench: Callable[..., Bench]) -> None:
    b = bench(card("jinan-2-0"))
    b.worker.read(1, 11)
    assert isinstance(b.next(), CardProgressed)
    identified = b.next()
    assert isinstance(identified, CardIdentified)
    assert (identified.visit, identified.insertion, identified.facts.area) == (1, 11, "370100")
    probed = b.next()
    assert isinstance(probed, PinProbed)
    assert isinstance(probed.probe, PinTries)
    read = b.kept[1]
    assert read.answer is not None
    assert len(read.answer) == 8
    assert "测试" not in repr((identified, probed, read))


def test_without_a_challenge_the_card_is_read_and_nothing_is_proved(bench: Callable[..., Bench]) -> None:
    b = bench(card("jinan-2-0"), challenge=None)
    b.worker.read(1, 1)
    b.until(PinProbed)
    assert (b.kept[1].challenge, b.kept[1].answer) == (None, None)


@pytest.mark.parametrize(
    ("name", "probe"),
    [("jinan-pin-locked", PinLocked), ("jinan-no-pin", PinNotSet), ("jinan-pin-one-try", PinTries)],
)
def test_the_probe_says_how_the_pin_is(bench: Callable[..., Bench], name: str, probe: type) -> None:
    b = bench(card(name))
    b.worker.read(1, 1)
    event = b.until(PinProbed)
    assert isinstance(event, PinProbed)
    assert isinstance(event.probe, probe)


@pytest.mark.parametrize(
    ("broken", "failure"),
    [
        (CardMute(), Failure.CARD_MUTE),
        (ReaderHeld(), Failure.READER_HELD),
        (ReaderDenied(), Failure.READER_ACCESS_DENIED),
        (CardLost(), Failure.CARD_FAULTY),
    ],
)
def test_a_card_that_cannot_be_connected_has_a_name(
    bench: Callable[..., Bench], broken: Exception, failure: Failure
) -> None:
    b = bench(broken)
    b.worker.read(1, 1)
    event = b.until(CardUnusable)
    assert isinstance(event, CardUnusable)
    assert event.failure is failure


def test_the_log_has_the_step_and_the_status_word_or_the_record_and_nothing_of_a_person(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    for name, code, step, detail in (
        ("bank-card", "CARD-FOREIGN", "select", r"[0-9A-F]{4}"),
        ("jinan-malformed", "CARD-MALFORMED", "holder_data", r"EF0[56]\b.*"),
    ):
        caplog.clear()
        b = bench(card(name))
        b.worker.read(1, 1)
        b.until(CardUnusable)
        said = [vars(line)["values"] for line in caplog.records if line.getMessage() == "card-not-usable"]
        assert [(values["code"], values["step"]) for values in said] == [(code, step)]
        assert re.fullmatch(detail, said[0]["detail"])
        assert not re.search(r"[0-9]{5}", said[0]["detail"])


def test_a_bank_card_is_not_a_social_security_card(bench: Callable[..., Bench]) -> None:
    b = bench(card("bank-card"))
    b.worker.read(1, 1)
    event = b.until(CardUnusable)
    assert isinstance(event, CardUnusable)
    assert event.failure is Failure.CARD_NOT_SOCIAL_SECURITY


def test_the_right_pin_verifies_and_the_digits_are_wiped(bench: Callable[..., Bench]) -> None:
    file = load_cards()["jinan-2-0"]
    b = bench(card("jinan-2-0"))
    b.worker.read(1, 1)
    b.until(PinProbed)
    assert file.pin.value is not None
    pin = bytearray(file.pin.value.encode())
    b.worker.verify(1, 1, pin)
    event = b.until(PinAnswered)
    assert isinstance(event, PinAnswered)
    assert isinstance(event.verdict, PinVerified)
    assert not any(pin)


def test_a_wrong_pin_says_what_is_left_and_is_sent_once(bench: Callable[..., Bench]) -> None:
    chip = card("jinan-2-0")
    tries = chip.tries_left
    b = bench(chip)
    b.worker.read(1, 1)
    b.until(PinProbed)
    b.worker.verify(1, 1, bytearray(b"999999"))
    event = b.until(PinAnswered)
    assert isinstance(event, PinAnswered)
    assert event.verdict == PinWrong(tries - 1)
    assert sum(1 for seen in chip.seen if seen.ins == 0x20 and seen.lc) == 1


def test_after_the_visit_nothing_is_sent_and_the_pin_is_wiped(bench: Callable[..., Bench]) -> None:
    chip = card("jinan-2-0")
    b = bench(chip)
    b.worker.read(1, 1)
    b.until(PinProbed)
    pin = bytearray(b"999999")
    b.worker.release(1)
    b.worker.verify(1, 1, pin)
    b.worker.stop()
    assert not any(pin)
    assert not [seen for seen in chip.seen if seen.ins == 0x20 and seen.lc]
    assert not chip.powered


def test_a_card_pulled_while_the_pin_is_sent_is_never_sent_it_again(bench: Callable[..., Bench]) -> None:
    chip = card("jinan-2-0", Fault(action="remove", ins=0x20, nth=2))
    b = bench(chip)
    b.worker.read(1, 1)
    b.until(PinProbed)
    b.worker.verify(1, 1, bytearray(b"999999"))
    event = b.until(PinAnswered)
    assert isinstance(event, PinAnswered)
    assert event.verdict == PinUnknown(None)
    again = bytearray(b"999999")
    b.worker.verify(1, 1, again)
    b.worker.stop()
    assert not any(again)
    assert sum(1 for seen in chip.seen if seen.ins == 0x20 and seen.lc) == 1


def test_a_card_that_no_longer_answers_as_itself_ends_the_visit(bench: Callable[..., Bench]) -> None:
    """A swap that PC/SC's polling misses: no removal is reported, the next card is not powered."""
    chip = card("jinan-2-0")
    b = bench(chip)
    b.worker.read(1, 1)
    b.until(PinProbed)
    b.worker.verify(1, 1, bytearray(b"123456"))
    b.until(PinAnswered)
    selects = sum(seen.ins == 0xA4 for seen in chip.seen)
    chip.add_fault(Fault(action="remove", ins=0xA4, nth=selects + 1))
    event = b.until(CardUnusable)
    assert isinstance(event, CardUnusable)
    assert event.failure is Failure.CARD_FAULTY
    assert not chip.powered


def test_the_card_of_a_visit_is_asked_again_and_stays_verified(bench: Callable[..., Bench]) -> None:
    chip = card("jinan-2-0")
    b = bench(chip)
    b.worker.read(1, 1)
    b.until(PinProbed)
    b.worker.verify(1, 1, bytearray(b"123456"))
    b.until(PinAnswered)
    before = len(chip.seen)
    deadline = time.monotonic() + 10
    while len(chip.seen) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(chip.seen) > before, "nobody asked the card again"
    with pytest.raises(queue.Empty):
        b.events.get(timeout=0.3)
    assert chip.powered


def test_a_bug_with_one_card_does_not_leave_the_kiosk_deaf_for_the_next(bench: Callable[..., Bench]) -> None:
    b = bench(ZeroDivisionError("a bug in the driver"))
    b.worker.read(1, 1)
    event = b.until(CardUnusable)
    assert isinstance(event, CardUnusable)
    assert event.failure is Failure.CARD_FAULTY
    b.worker.release(1)
    b.reader.card = card("jinan-2-0")
    b.worker.read(2, 2)
    probed = b.until(PinProbed)
    assert isinstance(probed, PinProbed)
    assert (probed.visit, probed.insertion) == (2, 2)
