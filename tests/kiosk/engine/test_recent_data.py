"""Recent data through the real engine, store and service: who sees it in an outage, and who sees nothing."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.card.cardfile import Fault
from kiosk.engine.recent import LOOK_SECONDS, Keeping
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.line import BlackHole, Cut, Line, Through
from kiosk.store.cache import SealedCache
from kiosk.store.device_key import DeviceKey
from kiosk.store.sealed import SealedRow, fresh_challenges
from kiosk.visit.failures import Failure
from kiosk.visit.states import Link, Opening, PinNote, PinPad, Record, Screen
from tests.kiosk.engine.kept import (
    Cellar,
    Recording,
    asked,
    chip,
    counterfeit,
    offline,
    settled,
    shows_recent,
    visit_online,
)
from tests.kiosk.engine.machine import PIN, WRONG, Machine, pins_sent

Make = Callable[..., Machine]


@pytest.fixture
def line(central: CentralProcess) -> Iterator[Line]:
    with Line(central.port) as made:
        yield made


@pytest.fixture
def cellar(tmp_path: Path) -> Cellar:
    return Cellar(tmp_path / "cache")


@pytest.fixture
def online(machine: Make, line: Line, cellar: Cellar) -> Callable[[], Machine]:
    def make() -> Machine:
        m = machine(f"https://127.0.0.1:{line.port}", cellar.keeping)
        m.until(lambda model: model.world.link is Link.ONLINE)
        return m

    return make


@pytest.fixture
def cut_off(machine: Make, line: Line, cellar: Cellar) -> Callable[[], Machine]:
    """A kiosk that was started anew, and knows that central is away."""

    def make() -> Machine:
        line.set(Cut())
        m = machine(f"https://127.0.0.1:{line.port}", cellar.keeping)
        offline(m)
        return m

    return make


def kept_once(online: Callable[[], Machine]) -> Record:
    m = online()
    record = visit_online(m, chip())
    m.engine.stop()
    return record


def test_after_an_outage_and_a_new_start_the_same_card_sees_what_it_saw(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], central: CentralProcess
) -> None:
    before = kept_once(online)
    m = cut_off()
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    m.type_pin(PIN)
    record = m.until(shows_recent).state
    assert isinstance(record, Record)
    assert record.offline is not None
    assert (record.offline.reason, record.offline.asking) == (Failure.CENTRAL_UNREACHABLE, False)
    assert record.overview.holder == before.overview.holder
    assert record.overview.accounts == before.overview.accounts
    assert record.overview.as_of == before.overview.as_of
    assert abs(record.offline.stored.timestamp() - time.time()) < 60


def test_a_card_that_was_never_here_is_told_of_the_outage_and_asked_for_no_pin(cut_off: Callable[[], Machine]) -> None:
    m = cut_off()
    m.slot.insert(chip())
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert not any(isinstance(model.state, PinPad) for model in m.models)


def test_a_line_that_is_cut_while_the_pin_is_typed_leads_to_recent_data(
    online: Callable[[], Machine], line: Line
) -> None:
    m = online()
    visit_online(m, chip())
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    line.set(Cut())
    m.type_pin(PIN)
    m.until(shows_recent, 3)


def test_into_a_black_hole_recent_data_comes_within_two_seconds_of_the_pin(
    online: Callable[[], Machine], line: Line
) -> None:
    m = online()
    visit_online(m, chip())
    line.set(BlackHole())
    m.slot.insert(chip())
    m.screen(Screen.PIN, 3)
    m.type_pin(PIN)
    m.until(lambda model: isinstance(model.state, Opening))
    begun = time.monotonic()
    m.until(shows_recent, 3)
    assert time.monotonic() - begun < 2


def test_a_late_answer_takes_the_place_of_recent_data(
    online: Callable[[], Machine], central: CentralProcess, cellar: Cellar
) -> None:
    m = online()
    visit_online(m, chip())
    central.simulator.fault(FaultKind.HOLD, Operation.OVERVIEW)
    m.slot.insert(chip())
    m.type_pin(PIN)
    record = m.until(shows_recent, 4).state
    assert isinstance(record, Record)
    assert record.offline is not None
    assert record.offline.asking
    central.simulator.clear()
    central.simulator.release()
    m.until(lambda model: isinstance(model.state, Record) and model.state.offline is None and model.state.refreshed)
    m.engine.stop()
    assert cellar.rows() == 1


def test_a_card_on_the_loss_list_gets_nothing_and_another_does(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar
) -> None:
    m = online()
    visit_online(m, chip())
    visit_online(m, chip("jinan-twin-a"))
    m.engine.stop()
    cellar.list_of(chip())
    m = cut_off()
    m.slot.insert(chip())
    m.failure(Failure.STATUS_LISTED)
    assert not any(isinstance(model.state, PinPad) for model in m.models)
    m.slot.pull()
    m.screen(Screen.ATTRACT)
    m.slot.insert(chip("jinan-twin-a"))
    m.type_pin(PIN)
    m.until(shows_recent)


def test_with_a_loss_list_that_is_too_old_nobody_gets_anything(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar
) -> None:
    kept_once(online)
    cellar.list_of(age=49 * 3600)
    m = cut_off()
    m.slot.insert(chip())
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert not any(isinstance(model.state, PinPad) for model in m.models)


def test_a_card_listed_while_its_pin_is_typed_gets_nothing(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar
) -> None:
    kept_once(online)
    m = cut_off()
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    cellar.list_of(chip())
    m.type_pin(PIN)
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert not any(isinstance(model.state, Record) for model in m.models)


def test_a_counterfeit_with_the_same_public_data_that_takes_any_pin_sees_nothing(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar
) -> None:
    kept_once(online)
    m = cut_off()
    fake = counterfeit()
    m.slot.insert(fake)
    m.type_pin(WRONG)
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert pins_sent(fake) == 1
    assert not any(isinstance(model.state, Record) for model in m.models)
    m.slot.pull()
    m.at_rest(fake)
    m.slot.insert(chip())  # the real one still sees its own
    m.type_pin(PIN)
    m.until(shows_recent)
    m.engine.stop()
    counts = []
    cellar.look(lambda cache: counts.append(cache.status().not_opened))
    assert counts == [1]


def test_answers_recorded_at_an_older_visit_open_nothing(
    online: Callable[[], Machine], cut_off: Callable[[], Machine]
) -> None:
    m = online()
    first, second = chip(made=Recording), chip(made=Recording)
    assert isinstance(first, Recording)
    assert isinstance(second, Recording)
    visit_online(m, first)
    visit_online(m, second, questions=6)
    m.engine.stop()
    m = cut_off()
    m.slot.insert(counterfeit(first.heard))
    m.type_pin(WRONG)
    m.failure(Failure.CENTRAL_UNREACHABLE)
    m.slot.pull()
    m.screen(Screen.ATTRACT)
    assert not any(isinstance(model.state, Record) for model in m.models)
    # With the newest answers it would open: so the old ones were really tried.
    relay = counterfeit(first.heard | second.heard)
    m.slot.insert(relay)
    m.type_pin(WRONG)
    m.until(shows_recent)
    assert relay.replayed == 2


def test_a_wrong_pin_opens_nothing(online: Callable[[], Machine], cut_off: Callable[[], Machine]) -> None:
    kept_once(online)
    m = cut_off()
    m.slot.insert(chip())
    m.type_pin(WRONG)
    m.until(lambda model: isinstance(model.state, PinPad) and model.state.note is PinNote.WRONG)
    assert not any(isinstance(model.state, Opening | Record) for model in m.models)
    m.type_pin(PIN)
    m.until(shows_recent)


def test_another_kiosks_disk_gives_nothing(
    online: Callable[[], Machine], machine: Make, line: Line, cellar: Cellar
) -> None:
    kept_once(online)
    line.set(Cut())
    other = Cellar(cellar.folder, bytes([1] * 32))
    m = machine(f"https://127.0.0.1:{line.port}", other.keeping)
    offline(m)
    m.slot.insert(chip())
    m.failure(Failure.CENTRAL_UNREACHABLE)


def test_a_clock_before_the_mark_gives_nothing(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar
) -> None:
    kept_once(online)
    cellar.look(lambda cache: cache.mark_clock(int(time.time()) + 3600))
    m = cut_off()
    m.slot.insert(chip())
    m.failure(Failure.CENTRAL_UNREACHABLE)
    assert not any(isinstance(model.state, PinPad) for model in m.models)


def test_a_card_reported_lost_has_nothing_left_here(
    online: Callable[[], Machine], cellar: Cellar, central: CentralProcess
) -> None:
    m = online()
    lost = chip("jinan-lost")
    assert lost.file.issuer is not None
    issuer = lost.file.issuer
    m.engine.stop()
    cellar.look(
        lambda cache: cache.keep(
            issuer.identification,
            issuer.number,
            fresh_challenges(),
            (bytes(8), bytes(range(8))),
            b"{}",
            now=int(time.time()),
            as_of=0,
        )
    )
    assert cellar.rows() == 1
    m = online()
    m.slot.insert(lost)
    m.failure(Failure.STATUS_LOST)
    m.engine.stop()
    assert cellar.rows() == 0


# --- the card's own part ----------------------------------------------------------------------------------------------


def test_the_first_visit_asks_four_answers_the_next_six_and_none_after_the_record(
    online: Callable[[], Machine],
) -> None:
    m = online()
    for questions in (4, 6):
        card = chip()
        m.slot.insert(card)
        m.screen(Screen.PIN)
        settled(card, 1 + questions)  # and central's
        m.type_pin(PIN)
        m.screen(Screen.HOME)
        assert asked(card) == 1 + questions
        m.slot.pull()
        m.at_rest(card)


@pytest.mark.parametrize("nth", [4, 5])
def test_a_card_that_answers_a_challenge_in_two_ways_is_served_and_not_kept(
    online: Callable[[], Machine], cellar: Cellar, nth: int
) -> None:
    m = online()
    card = chip()
    card.add_fault(Fault(action="corrupt", ins=0x88, nth=nth))
    visit_online(m, card)
    m.engine.stop()
    assert (card.fired, cellar.rows()) == (1, 0)


@pytest.mark.parametrize("nth", range(2, 8))
def test_a_card_pulled_at_any_of_these_questions_leaves_the_old_row(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], cellar: Cellar, nth: int
) -> None:
    m = online()
    visit_online(m, chip())
    card = chip()
    card.add_fault(Fault(action="remove", ins=0x88, nth=nth))
    m.slot.insert(card)
    settled(card, nth)
    m.at_rest(card)
    assert card.fired == 1
    visit_online(m, chip("jinan-twin-a"))
    m.engine.stop()
    assert cellar.rows() == 2
    m = cut_off()
    m.slot.insert(chip())
    m.type_pin(PIN)
    m.until(shows_recent)


def test_a_card_that_will_not_answer_is_served_without_being_kept(
    online: Callable[[], Machine], cellar: Cellar
) -> None:
    m = online()
    card = chip()
    card.add_fault(Fault(action="status", ins=0x88, nth=2, status_word=0x6985))
    visit_online(m, card, questions=1)
    m.engine.stop()
    assert (asked(card), cellar.rows()) == (2, 0)


def test_a_card_is_not_asked_while_its_pin_waits(online: Callable[[], Machine]) -> None:
    """The chip that takes its time with every answer gets the PIN before the next question."""
    m = online()
    visit_online(m, chip())
    card = chip()
    for nth in range(2, 8):
        card.add_fault(Fault(action="delay", ins=0x88, nth=nth, ms=400.0))
    m.slot.insert(card)
    m.screen(Screen.PIN)
    before = asked(card)
    m.type_pin(PIN)
    m.until(lambda model: isinstance(model.state, Opening | Record))
    order = [seen.ins for seen in card.seen if seen.ins == 0x88 or (seen.ins == 0x20 and seen.lc)]
    assert order.index(0x20) <= before + 1
    m.screen(Screen.HOME)


# --- a store that does not work ---------------------------------------------------------------------------------------


def fails_with(error: Exception) -> Callable[[], SealedCache]:
    def open_store() -> SealedCache:
        raise error

    return open_store


@pytest.mark.parametrize("error", [OSError("disk"), ZeroDivisionError("a bug")])
def test_a_store_that_cannot_be_opened_blocks_nothing(machine: Make, error: Exception) -> None:
    m = machine(keeping=Keeping(fails_with(error), lambda: None))
    visit_online(m, chip(), questions=0)
    m.next_person(chip("jinan-twin-a"))


class Hanging(SealedCache):
    """A disk that takes for ever."""

    hangs = 0

    def find(self, identification: str, now: int) -> None:
        type(self).hangs += 1
        time.sleep(3.0)


class Waking(SealedCache):
    """A disk that takes a moment longer than a visit waits for it."""

    def find(self, identification: str, now: int) -> SealedRow | None:
        time.sleep(LOOK_SECONDS + 0.3)
        return super().find(identification, now)


def test_a_store_that_comes_late_still_keeps_the_visit(machine: Make, tmp_path: Path) -> None:
    cellar = Cellar(tmp_path, made=Waking)
    m = machine(keeping=cellar.keeping)
    m.until(lambda model: model.world.link is Link.ONLINE)
    visit_online(m, chip())
    m.engine.stop()
    assert cellar.rows() == 1


class Slow(SealedCache):
    """A file that takes longer to open than a visit waits for its row."""

    def __init__(self, folder: Path, device: DeviceKey) -> None:
        time.sleep(LOOK_SECONDS + 0.7)
        super().__init__(folder, device)


def test_a_card_that_is_in_before_the_store_is_open_is_served_all_the_same(
    online: Callable[[], Machine], machine: Make, line: Line, cellar: Cellar
) -> None:
    kept_once(online)
    line.set(Cut())
    slow = Keeping(lambda: Slow(cellar.folder, cellar.device), cellar.keeping.losses)
    m = machine(f"https://127.0.0.1:{line.port}", slow)
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    m.type_pin(PIN)
    m.until(shows_recent)


def test_a_disk_that_hangs_costs_a_moment_once(machine: Make, tmp_path: Path) -> None:
    m = machine(keeping=Cellar(tmp_path, made=Hanging).keeping)
    m.until(lambda model: model.world.link is Link.ONLINE)
    visit_online(m, chip(), questions=0)
    begun = time.monotonic()
    m.slot.insert(chip("jinan-twin-a"))
    m.screen(Screen.PIN)
    assert time.monotonic() - begun < 1.0, "the second person waited, too"
    assert Hanging.hangs == 1


def test_a_service_that_only_makes_errors_leaves_recent_data(
    online: Callable[[], Machine], central: CentralProcess
) -> None:
    m = online()
    visit_online(m, chip())
    central.simulator.fault(FaultKind.STATUS, Operation.OPEN_CARD_SESSION, status=503)
    m.slot.insert(chip())
    m.type_pin(PIN)
    record = m.until(shows_recent, 3).state
    assert isinstance(record, Record)
    assert record.offline is not None
    assert record.offline.reason is Failure.CENTRAL_UNAVAILABLE


# --- the line that comes back -----------------------------------------------------------------------------------------


def test_a_line_that_comes_back_is_noticed_and_the_next_person_is_served_online(
    online: Callable[[], Machine], cut_off: Callable[[], Machine], line: Line
) -> None:
    kept_once(online)
    m = cut_off()
    line.set(Through())
    m.until(lambda model: model.world.link is Link.ONLINE, 15)
    visit_online(m, chip(), questions=6)


def test_a_call_that_fails_is_followed_by_a_heartbeat_soon(online: Callable[[], Machine], line: Line) -> None:
    """The next one was due in three quarters of a minute."""
    m = online()
    visit_online(m, chip())
    line.set(Cut())
    m.slot.insert(chip())
    offline(m)
    m.slot.pull()
    line.set(Through())
    m.until(lambda model: model.world.link is Link.ONLINE, 15)


@pytest.mark.parametrize(("days", "seen"), [(6, True), (8, False)])
def test_recent_means_recent(cut_off: Callable[[], Machine], cellar: Cellar, days: int, seen: bool) -> None:
    issuer = chip().file.issuer
    assert issuer is not None
    stored = int(time.time()) - days * 86_400
    answers = (bytes(8), bytes(range(8)))
    cellar.look(
        lambda cache: cache.keep(
            issuer.identification, issuer.number, fresh_challenges(), answers, b"{}", now=stored, as_of=stored
        )
    )
    m = cut_off()
    m.slot.insert(chip())
    if seen:
        m.screen(Screen.PIN)
    else:
        m.failure(Failure.CENTRAL_UNREACHABLE)
