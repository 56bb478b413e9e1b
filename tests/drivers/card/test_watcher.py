"""The watcher against a scripted PC/SC: what a virtual reader cannot do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import smartcard.scard  # type: ignore[import-untyped]

from drivers.card import watcher as module
from drivers.card.pcsc import PcscReader
from drivers.card.reader import (
    CardInserted,
    CardLost,
    CardMute,
    CardRemoved,
    ReaderChanged,
    ReaderDenied,
    ReaderEvent,
    ReaderFault,
    ReaderHeld,
)
from drivers.card.states import ReaderState
from drivers.card.watcher import Slot
from drivers.card.winscard import KNOWN_CODES, Meaning, StateFlag, code, meaning
from tests.pcsc import Events, watched
from tests.scripted_pcsc import EMPTY, MUTE, NAME, OK, PRESENT, World

Fired = Callable[[object], None]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACK_OFF_S", (0.02,))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def reader(world: World) -> PcscReader:
    return PcscReader(("ACS*",), scard=world)


@pytest.fixture
def events(reader: PcscReader) -> Iterator[Events]:
    with watched(reader) as events:
        yield events


def ready(name: str = NAME) -> ReaderChanged:
    return ReaderChanged(ReaderState.READY, name)


def signed(value: int) -> int:
    return value - (1 << 32) if value else 0


def test_every_return_code_of_pcsc_has_a_meaning() -> None:
    prefixes = ("SCARD_E_", "SCARD_W_", "SCARD_F_", "SCARD_P_", "SCARD_S_")
    codes = {name: code(getattr(smartcard.scard, name)) for name in dir(smartcard.scard) if name.startswith(prefixes)}
    assert len(codes) > 50
    assert {name for name, value in codes.items() if value not in KNOWN_CODES} == set()
    assert meaning(0x8010ABCD) is Meaning.FAULT
    assert meaning(signed(0x80100066)) is meaning(0x80100066) is Meaning.CARD_MUTE


def test_a_card_is_inserted_and_removed(world: World, events: Events) -> None:
    assert events.changed() == ready()
    world.reader(PRESENT, counter=1)
    inserted = events.inserted()
    assert not inserted.mute
    world.reader(EMPTY, counter=2)
    assert events.removed() == CardRemoved(inserted.insertion)


def test_only_the_counter_tells_a_swap_between_two_looks(world: World, events: Events) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    first = events.inserted()
    world.reader(PRESENT, counter=3)
    assert events.removed() == CardRemoved(first.insertion)
    assert events.inserted().insertion > first.insertion


def test_use_by_a_program_is_no_event(world: World, events: Events) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    events.inserted()
    for flag in (StateFlag.EXCLUSIVE, StateFlag.INUSE, StateFlag.UNPOWERED):
        world.reader(PRESENT | flag, counter=1)
    assert events.quiet(0.3)


@pytest.mark.fault("card", "the MUTE bit", level="boundary")
def test_a_mute_card_is_inserted_as_mute_and_again_when_it_answers(world: World, events: Events, fired: Fired) -> None:
    events.changed()
    world.reader(MUTE, counter=1)
    mute = events.inserted()
    assert mute == CardInserted(mute.insertion, mute=True)
    world.reader(PRESENT, counter=1)
    assert events.removed() == CardRemoved(mute.insertion)
    assert not events.inserted().mute
    fired(any(isinstance(event, CardInserted) and event.mute for event in events.all))


@pytest.mark.fault("card", "the MUTE bit while the card is used", level="boundary")
def test_a_card_that_falls_mute_in_use_is_the_same_insertion(world: World, events: Events, fired: Fired) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    events.inserted()
    world.reader(MUTE, counter=1)
    assert events.quiet(0.3)
    fired(world.readers[NAME] & StateFlag.MUTE)


@pytest.mark.fault("pcsc", "reader unplugged and back with a card in it", level="boundary")
def test_a_reader_unplugged_takes_its_card_and_comes_back_with_a_new_insertion(
    world: World, events: Events, fired: Fired
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    first = events.inserted()
    world.reader(None)
    assert events.removed() == CardRemoved(first.insertion)
    assert events.changed() == ReaderChanged(ReaderState.NO_READER, None)
    world.reader(PRESENT, counter=1)
    assert events.changed() == ready()
    assert events.inserted().insertion != first.insertion
    fired(ReaderChanged(ReaderState.NO_READER, None) in events.all)


@pytest.mark.fault("pcsc", "two readers, another comes and goes", level="boundary")
def test_another_reader_coming_and_going_leaves_the_card_alone(world: World, events: Events, fired: Fired) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    events.inserted()
    world.reader(PRESENT, name="Omnikey 3121 00 00", counter=7)
    world.reader(PRESENT, name="ACS A better one", counter=7)
    world.reader(None, name="Omnikey 3121 00 00")
    assert events.quiet(0.3), "a reader that holds a card is kept"
    fired("ACS A better one" in world.readers)


@pytest.mark.fault("pcsc", "two readers, both match", level="boundary")
def test_a_reader_that_fits_better_is_taken_when_no_card_is_in(fired: Fired) -> None:
    world = World()
    world.readers = {"ACS Second 00 00": EMPTY}
    with watched(PcscReader(("*First*", "ACS*"), scard=world)) as events:
        assert events.changed() == ready("ACS Second 00 00")
        world.reader(PRESENT, name="ACS First 00 00", counter=1)
        assert events.changed() == ready("ACS First 00 00")
        events.inserted()
    fired(len(world.readers) == 2)


def test_a_real_reader_goes_before_a_virtual_one() -> None:
    world = World()
    world.readers = {"Virtual PCD 00 00": EMPTY, NAME: EMPTY}
    with watched(PcscReader(("*",), allow_virtual=True, scard=world)) as events:
        assert events.changed() == ready()
        world.reader(None)
        assert events.changed() == ready("Virtual PCD 00 00")
    with watched(PcscReader(("*",), scard=world)) as events:
        assert events.changed() == ReaderChanged(ReaderState.VIRTUAL_REFUSED, "Virtual PCD 00 00")


@pytest.mark.fault("pcsc", "access denied or refused at the door", level="boundary")
@pytest.mark.parametrize(
    ("result", "state"),
    [
        (0x8010001D, ReaderState.SERVICE_STOPPED),
        (0x8010001E, ReaderState.SERVICE_STOPPED),
        (0x8010006A, ReaderState.ACCESS_DENIED),
        (0x80100013, ReaderState.ACCESS_DENIED),  # polkit closes the socket, every time
        (0x80100014, ReaderState.FAULTY),
    ],
)
def test_what_a_service_that_lets_nobody_in_is_called(
    world: World, result: int, state: ReaderState, fired: Fired
) -> None:
    world.service = signed(result)
    with watched(PcscReader(("*",), scard=world)) as events:
        assert events.changed() == ReaderChanged(state, None)
        world.set(service=OK)
        assert events.changed() == ready()
    assert world.contexts == set()
    fired(ReaderChanged(state, None) in events.all)


@pytest.mark.fault("pcsc", "service ends in the middle, every code", level="boundary")
@pytest.mark.parametrize("result", [0x80100013, 0x8010001D, 0x8010001E, 0x8010006A, 0x80100003])
def test_a_service_that_ends_in_the_middle_is_stopped_and_never_a_refusal(
    world: World, events: Events, result: int, fired: Fired
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    first = events.inserted()
    world.set(service=signed(result))
    assert events.removed() == CardRemoved(first.insertion)
    assert events.changed() == ReaderChanged(ReaderState.SERVICE_STOPPED, None)
    world.set(service=OK)
    if code(result) not in (0x80100013, 0x8010006A):
        assert events.changed() == ready()
    fired(ReaderChanged(ReaderState.SERVICE_STOPPED, None) in events.all)


@pytest.mark.fault("pcsc", "reader unavailable", level="boundary")
def test_a_reader_that_stays_unavailable_is_faulty_and_one_look_is_not(
    world: World, events: Events, fired: Fired
) -> None:
    events.changed()
    world.reader(EMPTY | StateFlag.UNAVAILABLE, counter=1)
    assert events.changed() == ReaderChanged(ReaderState.FAULTY, NAME)
    world.reader(PRESENT, counter=1)
    assert events.changed() == ready()
    events.inserted()
    fired(ReaderChanged(ReaderState.FAULTY, NAME) in events.all)


def test_a_bug_in_the_sink_does_not_leave_the_kiosk_deaf(world: World) -> None:
    seen = Events()
    bugs = [ZeroDivisionError()]

    def sink(event: ReaderEvent) -> None:
        if isinstance(event, CardInserted) and bugs:
            raise bugs.pop()
        seen(event)

    world.reader(PRESENT, counter=1)
    reader = PcscReader(("*",), scard=world)
    reader.start(sink)
    try:
        assert seen.changed() == ready()
        seen.removed()
        assert seen.changed() == ready()
        seen.inserted()
    finally:
        reader.stop()


@pytest.mark.fault("pcsc", "access to the card denied", level="boundary")
def test_polkit_refuses_the_card_until_it_no_longer_does(
    world: World, reader: PcscReader, events: Events, monkeypatch: pytest.MonkeyPatch, fired: Fired
) -> None:
    monkeypatch.setattr(module, "DENIED_S", 0.0)
    monkeypatch.setattr(module, "LOOK_MS", 50)
    events.changed()
    world.connects = [signed(0x8010006A)] * 3
    world.reader(PRESENT, counter=1)
    first = events.inserted()
    with pytest.raises(ReaderDenied):
        reader.connect(first.insertion)
    assert events.removed() == CardRemoved(first.insertion)
    assert events.changed() == ReaderChanged(ReaderState.ACCESS_DENIED, NAME)
    assert events.changed() == ready()
    reader.connect(events.inserted().insertion).disconnect()
    assert world.handles == set()
    fired(not world.connects)


@pytest.mark.fault("pcsc", "another program shares the card", level="boundary")
def test_a_held_card_is_tried_in_every_share_mode_of_the_profile(
    world: World, reader: PcscReader, events: Events, fired: Fired
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    world.connects = [signed(0x8010000B)]
    connection = reader.connect(events.inserted().insertion)
    assert world.calls[:4] == ["connect 1", "connect 2", "reset 2", "begin"]
    connection.disconnect()
    connection.disconnect()
    assert world.calls[4:] == ["end", "disconnect 2"]
    assert len(world.contexts) == 1, "only the watcher's is left"
    fired(not world.connects)


def test_a_card_that_misses_the_cold_reset_gets_one_warm_reset(
    world: World, reader: PcscReader, events: Events
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    world.reconnects = [signed(0x80100066)]
    reader.connect(events.inserted().insertion).disconnect()
    assert world.calls[:3] == ["connect 1", "reset 2", "reset 1"]


@pytest.mark.fault("card", "does not answer the power on", level="boundary")
def test_a_card_that_does_not_answer_the_power_on_gets_a_warm_reset_without_a_card(
    world: World, reader: PcscReader, events: Events, fired: Fired
) -> None:
    events.changed()
    world.reader(MUTE, counter=1)
    world.connects = [signed(0x80100066)] * 2
    reader.connect(events.inserted().insertion).disconnect()
    assert world.calls[:4] == ["connect 1", "connect 1", "connect 3", "reset 1"]
    fired(not world.connects)


@pytest.mark.parametrize(
    ("result", "raised"),
    [
        (0x80100066, CardMute),
        (0x8010000F, CardMute),
        (0x80100069, CardLost),
        (0x8010000C, CardLost),
        (0x8010001D, CardLost),
        (0x80100009, CardLost),
        (0x80100017, ReaderFault),
        (0x80100014, ReaderFault),
    ],
)
def test_a_failed_connect_is_named_and_leaves_nothing(
    world: World, events: Events, reader: PcscReader, result: int, raised: type
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    insertion = events.inserted().insertion
    world.connects = [signed(result)] * 50
    with pytest.raises(raised):
        reader.connect(insertion)
    assert world.handles == set()
    assert len(world.contexts) == 1


REFUSALS = sorted({known for known in KNOWN_CODES if meaning(known) is not Meaning.OK})


@pytest.mark.fault("pcsc", "500 failed connects in a row, every return code", level="boundary")
@pytest.mark.parametrize("result", [pytest.param(known, id=f"{known:08X}") for known in REFUSALS])
@pytest.mark.parametrize("where", ["connect", "reset"])
def test_five_hundred_failed_connects_leave_no_context(
    world: World, events: Events, reader: PcscReader, fired: Fired, result: int, where: str
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    there = Slot(events.inserted().insertion, NAME, 1, False, 0.0)
    failed = 0
    for _ in range(500):
        # As many as the share modes, protocols and resets that are tried in one connect.
        world.connects, world.reconnects = (
            ([signed(result)] * 8, []) if where == "connect" else ([], [signed(result)] * 8)
        )
        with pytest.raises((CardLost, CardMute, ReaderDenied, ReaderFault, ReaderHeld)):
            reader._connect(there, reader._profiles[0])
        failed += 1
    assert world.handles == set()
    assert len(world.contexts) == 1, "only the watcher's is left"
    fired(failed == 500)


def test_a_card_just_inserted_gets_the_further_attempts_of_its_reader(
    world: World, reader: PcscReader, events: Events
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    world.connects = [signed(0x80100069)] * 2
    reader.connect(events.inserted().insertion).disconnect()
    assert world.calls.count("connect 1") == 3


@pytest.mark.fault("card", "swapped while it is connected", level="boundary")
def test_a_card_swapped_while_connecting_is_not_the_one_asked_for(
    world: World, reader: PcscReader, events: Events, fired: Fired
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    insertion = events.inserted().insertion
    real = world.SCardStatus

    def swap(card: int) -> tuple[int, str, int, int, list[int]]:
        world.reader(PRESENT, counter=3)
        return real(card)

    world.SCardStatus = swap  # type: ignore[method-assign]
    with pytest.raises(CardLost):
        reader.connect(insertion)
    assert world.handles == set()
    fired(world.readers[NAME] >> 16 == 3)


@pytest.mark.fault("pcsc", "a command fails, every code", level="boundary")
@pytest.mark.parametrize(
    ("result", "raised"),
    [
        (0x80100069, CardLost),
        (0x80100068, CardLost),
        (0x80100067, CardLost),
        (0x8010001E, CardLost),
        (0x8010006A, CardLost),
        (0x80100014, ReaderFault),
        (0x80100017, ReaderFault),
    ],
)
def test_what_a_failed_command_means(
    world: World, reader: PcscReader, events: Events, result: int, raised: type, fired: Fired
) -> None:
    events.changed()
    world.reader(PRESENT, counter=1)
    connection = reader.connect(events.inserted().insertion)
    failed: list[int] = []

    def fail(*_: object) -> tuple[int, list[int]]:
        failed.append(result)
        return signed(result), []

    world.SCardTransmit = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(raised):
        connection.transmit(b"\x00\x20\x00\x00\x00")
    connection.disconnect()
    with pytest.raises(CardLost):
        connection.transmit(b"\x00\x20\x00\x00\x00")
    fired(failed)


def test_the_heartbeat_goes_on_while_nothing_happens_and_while_the_service_is_away(
    world: World, reader: PcscReader, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_MS", 50)
    events.changed()
    for service in (OK, signed(0x8010001D)):
        world.set(service=service)
        _later(reader)
        _later(reader)


def _later(reader: PcscReader) -> None:
    before, until = reader.heartbeat, time.monotonic() + 5
    assert before is not None
    while reader.heartbeat == before:
        assert time.monotonic() < until, "the heartbeat stands still"
        time.sleep(0.01)


def test_nothing_is_left_when_the_watch_ends(world: World) -> None:
    threads = threading.active_count()
    reader = PcscReader(("*",), scard=world)
    world.reader(PRESENT, counter=1)
    with watched(reader) as events:
        events.changed()
        inserted = events.inserted()
    assert events.removed() == CardRemoved(inserted.insertion)
    assert (world.contexts, threading.active_count()) == (set(), threads)
    reader.stop()
