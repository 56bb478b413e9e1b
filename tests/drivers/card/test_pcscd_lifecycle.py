"""pcscd absent, stopped, killed, restarted, frozen; a reader unplugged and back; and nothing left behind in it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import smartcard.scard as scard  # type: ignore[import-untyped]

from drivers.card.pcsc import PcscReader
from drivers.card.profiles import ReaderProfile
from drivers.card.reader import CardLost, ReaderChanged, ReaderHeld
from drivers.card.ssc import SocialSecurityCard
from drivers.card.states import ReaderState
from drivers.card.vpcd import VirtualSlot
from drivers.card.watcher import Slot
from drivers.card.winscard import ShareMode
from kiosk.sandbox.pcscd import Pcscd
from tests.pcsc import READER, ROOT, virtual_card, watched

Fired = Callable[[object], None]
Make = Callable[..., PcscReader]
READY = ReaderChanged(ReaderState.READY, READER)
STOPPED = ReaderChanged(ReaderState.SERVICE_STOPPED, None)


@pytest.mark.fault("pcsc", "service absent at start", level="real")
def test_a_service_that_is_absent_at_start_is_named_and_found_when_it_comes(
    pcscd: Pcscd, make_reader: Make, fired: Fired
) -> None:
    pcscd.stop()
    with watched(make_reader()) as events:
        assert events.changed() == STOPPED
        pcscd.start()
        assert events.changed() == READY
    fired(STOPPED in events.all)


def test_a_card_that_was_in_before_the_service_is_inserted(pcscd: Pcscd, slot: VirtualSlot, make_reader: Make) -> None:
    pcscd.stop()
    slot.insert(virtual_card("jinan-2-0"))
    with watched(make_reader()) as events:
        assert events.changed() == STOPPED
        pcscd.start()
        assert events.changed() == READY
        events.inserted()


@pytest.mark.fault("pcsc", "service stopped or killed under an open connection", level="real")
@pytest.mark.parametrize("end", [Pcscd.stop, Pcscd.kill])
def test_a_service_that_ends_takes_the_card_with_it_and_brings_it_back_as_a_new_insertion(
    pcscd: Pcscd, slot: VirtualSlot, make_reader: Make, end: Callable[[Pcscd], None], fired: Fired
) -> None:
    reader = make_reader()
    with watched(reader) as events:
        assert events.changed() == READY
        slot.insert(virtual_card("jinan-2-0"))
        before = events.inserted().insertion
        connection = reader.connect(before)
        end(pcscd)
        with pytest.raises(CardLost):
            SocialSecurityCard(connection).select()
        assert events.removed().insertion == before
        assert events.changed() == STOPPED
        connection.disconnect()
        pcscd.start()
        assert events.changed() == READY
        after = events.inserted().insertion
        assert after != before
        with pytest.raises(CardLost):
            reader.connect(before)
        connection = reader.connect(after)
        SocialSecurityCard(connection).select()
        connection.disconnect()
    fired(STOPPED in events.all)


@pytest.mark.fault("pcsc", "service killed and started again at once", level="real")
def test_a_restart_faster_than_any_look_is_a_new_insertion_too(
    pcscd: Pcscd, slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    with watched(make_reader()) as events:
        assert events.changed() == READY
        slot.insert(virtual_card("jinan-2-0"))
        before = events.inserted().insertion
        pcscd.kill()
        pcscd.start()
        assert events.removed().insertion == before
        assert events.changed() == STOPPED
        assert events.changed() == READY
        assert events.inserted().insertion != before
    fired(STOPPED in events.all)


@pytest.mark.fault("pcsc", "service frozen (SIGSTOP), with and without a card", level="real")
@pytest.mark.parametrize("card_in", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_frozen_service_is_named_takes_the_card_with_it_and_comes_back(
    pcscd: Pcscd, slot: VirtualSlot, make_reader: Make, fired: Fired, card_in: bool
) -> None:
    reader = make_reader()
    with watched(reader) as events:
        assert events.changed() == READY
        before = 0
        if card_in:
            slot.insert(virtual_card("jinan-2-0"))
            before = events.inserted().insertion
        process = pcscd.process
        os.kill(process, signal.SIGSTOP)
        try:
            _until(lambda: _behind(reader) > 1.5, seconds=5)
            if card_in:
                assert events.removed(8).insertion == before
            assert events.changed(8) == STOPPED
            fired(_behind(reader) > 1.5)
        finally:
            os.kill(process, signal.SIGCONT)
        _until(lambda: _behind(reader) < 1.2, seconds=5)
        assert events.changed() == READY
        if card_in:
            after = events.inserted().insertion
            assert after != before
            connection = reader.connect(after)
            SocialSecurityCard(connection).select()
            connection.disconnect()


@pytest.mark.long
@pytest.mark.fault("pcsc", "service frozen (SIGSTOP) before the kiosk starts", level="real")
def test_a_service_that_is_frozen_at_start_is_named(pcscd: Pcscd, make_reader: Make, fired: Fired) -> None:
    process = pcscd.process
    os.kill(process, signal.SIGSTOP)
    try:
        with watched(make_reader()) as events:
            assert events.changed(8) == STOPPED
            fired(events.all)
            os.kill(process, signal.SIGCONT)
            assert events.changed() == READY
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.fault("pcsc", "the kiosk ends while the service is frozen", level="real")
@pytest.mark.parametrize("known", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_watch_of_a_frozen_service_can_be_ended(pcscd: Pcscd, make_reader: Make, fired: Fired, known: bool) -> None:
    reader = make_reader()
    process = pcscd.process
    try:
        with watched(reader) as events:
            assert events.changed() == READY
            os.kill(process, signal.SIGSTOP)
            if known:
                assert events.changed(8) == STOPPED
            began = time.monotonic()
            reader.stop()
            assert time.monotonic() - began < 6.5
            fired("T" in _state_of(process))
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.fault("pcsc", "reader unplugged and back", level="real")
def test_a_reader_unplugged_and_back(pcscd: Pcscd, slot: VirtualSlot, make_reader: Make, fired: Fired) -> None:
    """The virtual reader can only go with its service (vpcd has no hot plug); `test_watcher.py` pulls one by itself."""
    with watched(make_reader()) as events:
        assert events.changed() == READY
        slot.insert(virtual_card("jinan-2-0"))
        before = events.inserted().insertion
        pcscd.unplug()
        assert events.removed().insertion == before
        assert events.changed() == STOPPED
        assert events.changed() == ReaderChanged(ReaderState.NO_READER, None)
        pcscd.plug()
        assert events.changed() == STOPPED
        assert events.changed() == READY
        assert events.inserted().insertion != before
    fired(ReaderChanged(ReaderState.NO_READER, None) in events.all)


@pytest.mark.fault("pcsc", "500 refused connects in a row", level="real")
def test_five_hundred_refused_connects_leave_no_context(
    pcscd: Pcscd, slot: VirtualSlot, make_reader: Make, fired: Fired
) -> None:
    """pcscd gives out 200 of them: what leaks here wedges every program on the machine."""
    ours = make_reader(profiles=(ReaderProfile("*", share_modes=(ShareMode.EXCLUSIVE,), retries=0),))
    slot.insert(virtual_card("jinan-2-0"))
    with watched(ours) as events:
        events.changed()
        insertion = events.inserted().insertion
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        scard.SCardConnect(context, READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
        process = pcscd.process
        before = _handles(process)
        with pytest.raises(ReaderHeld):
            ours.connect(insertion)
        assert events.removed().insertion == insertion
        there = Slot(insertion, READER, 0, False, 0.0)
        own, refused = _handles(os.getpid()), 0
        for _ in range(500):
            with pytest.raises(ReaderHeld):
                ours._connect(there, ours._profiles[0])
            refused += 1
        assert _handles(os.getpid()) <= own, "sockets to the service are left in this process"
        _until(lambda: _handles(process) <= before, seconds=5)
        scard.SCardReleaseContext(context)
        assert events.changed().state is ReaderState.HELD
        assert events.changed() == READY
        ours.connect(events.inserted().insertion).disconnect()
    fired(refused == 500)


def test_a_card_is_also_a_process(pcscd: Pcscd, slot: VirtualSlot, make_reader: Make) -> None:
    with watched(make_reader()) as events:
        assert events.changed() == READY
        file = ROOT / "assets" / "cards" / "jinan-2-0.toml"
        command = [sys.executable, "-m", "drivers.card.vpcd", str(file), "--port", str(pcscd.port)]
        with subprocess.Popen(command, cwd=ROOT) as card:
            inserted = events.inserted()
            card.terminate()
            assert card.wait(timeout=5) == 0
        assert events.removed().insertion == inserted.insertion


def _state_of(process: int) -> str:
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0]


def _behind(reader: PcscReader) -> float:
    assert reader.heartbeat is not None
    return time.monotonic() - reader.heartbeat


def _handles(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def _until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
