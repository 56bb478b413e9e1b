"""What a virtual reader cannot do, at the border to PC/SC: polkit's refusal, the MUTE bit, every return code of every call.

The real watcher and reader on scripted calls of `smartcard.scard`, the real engine and the reference service behind them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from drivers.card import watcher
from drivers.card.pcsc import PcscReader
from drivers.card.winscard import KNOWN_CODES, Meaning, meaning
from kiosk.engine import card as worker
from kiosk.sandbox import pki
from kiosk.sandbox.central.process import CentralProcess
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Idle, Model, OutOfService, PinPad, Record, Rules, Screen
from tests.kiosk.engine.machine import AREAS, PIN, Machine, explained, pins_sent, shown
from tests.pcsc import virtual_card
from tests.scripted_pcsc import EMPTY, MUTE, PRESENT, World

Fired = Callable[[object], None]

DENIED, NO_ACCESS = 0x8010006A, 0x80100027


def signed(value: int) -> int:
    return value - (1 << 32)


class Hall:
    """A kiosk whose PC/SC is a script."""

    def __init__(self, url: str, certificates: pki.DemoPki) -> None:
        self.pcsc = World()
        self.kiosk = Machine(
            url, certificates, Rules(areas=AREAS, reading_minimum=0.05), PcscReader(("ACS*",), scard=self.pcsc)
        )
        self.kiosk.screen(Screen.ATTRACT)

    def well(self) -> None:
        """PC/SC is as it should be, the slot empty, nobody there."""
        self.pcsc.failing.clear()
        self.pcsc.set(status=0)
        self.pcsc.pull()
        self.kiosk.until(lambda model: isinstance(model.state, Idle) and model.world.slot is None)

    def serves(self) -> None:
        """The next person's own record; afterwards PC/SC has but the watcher's context."""
        chip = virtual_card("jinan-3-0-open")
        self.pcsc.insert(chip)
        record = self.kiosk.go(lambda model: isinstance(model.state, Record | CardPage | OutOfService)).state
        assert isinstance(record, Record), record
        self.well()
        self.kiosk.at_rest(chip)
        until = time.monotonic() + 3
        while self.pcsc.handles or len(self.pcsc.contexts) > 1:
            assert time.monotonic() < until, f"left behind: {self.pcsc.handles}, {self.pcsc.contexts}"
            time.sleep(0.01)


@pytest.fixture(scope="module")
def one_hall(central: CentralProcess, demo_pki: pki.DemoPki) -> Iterator[Hall]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "LOST_GRACE", 0.3)
        patch.setattr(watcher, "BACK_OFF_S", (0.02, 0.05))
        patch.setattr(watcher, "LOOK_MS", 50)
        patch.setattr(watcher, "DENIED_S", 0.1)
        hall = Hall(central.base_url, demo_pki)
        yield hall
        hall.kiosk.engine.stop()
        assert hall.pcsc.contexts == set(), "a context is left behind"


@pytest.fixture
def hall(one_hall: Hall, caplog: pytest.LogCaptureFixture) -> Iterator[Hall]:
    one_hall.well()
    one_hall.pcsc.failed = 0
    one_hall.kiosk.models[:] = [one_hall.kiosk.engine.model]
    yield one_hall
    one_hall.well()
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "a bug came to light"


def stopped(model: Model) -> bool:
    return shown(model) is not None


@pytest.mark.fault("pcsc", "access denied by polkit, at every call", level="boundary")
@pytest.mark.parametrize("code", [DENIED, NO_ACCESS], ids=["SECURITY_VIOLATION", "NO_ACCESS"])
@pytest.mark.parametrize("call", ["establish", "list", "connect", "reset"])
def test_access_that_is_denied_has_a_page_until_it_is_allowed(hall: Hall, fired: Fired, call: str, code: int) -> None:
    hall.pcsc.failing[call] = signed(code)
    if call in ("connect", "reset"):
        hall.pcsc.insert(virtual_card("jinan-2-0"))
    else:
        hall.pcsc.set(status=signed(0x8010001E))  # the watch ends, and cannot begin again
    hall.kiosk.failure(Failure.READER_ACCESS_DENIED)
    explained(Failure.READER_ACCESS_DENIED)
    fired(hall.pcsc.failed)
    assert not any(isinstance(model.state, PinPad) for model in hall.kiosk.models)
    hall.well()
    hall.serves()


@pytest.mark.fault("card", "the MUTE bit, a page and no command", level="boundary")
def test_a_mute_card_has_its_page_and_lifts_when_it_is_turned(hall: Hall, fired: Fired) -> None:
    chip = virtual_card("jinan-2-0")
    hall.pcsc.insert(chip, MUTE)
    hall.kiosk.failure(Failure.CARD_MUTE)
    explained(Failure.CARD_MUTE)
    assert not chip.seen
    fired(hall.pcsc.readers)
    hall.pcsc.insert(chip, PRESENT)  # turned the right way round
    hall.kiosk.go(lambda model: isinstance(model.state, Record))
    hall.well()
    hall.serves()


CODES = sorted(known for known in KNOWN_CODES if meaning(known) is not Meaning.OK)
USUAL = (0x8010000B, 0x8010006A, 0x80100066, 0x80100069, 0x8010001D, 0x80100017, 0x80100014, 0x80100016, 0x8010000A)


@pytest.mark.fault("pcsc", "every return code at every call of a visit", level="boundary")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        pytest.param(call, c, id=f"{call}-{c:08X}", marks=[] if c in usual else [pytest.mark.long])
        for call, usual in (
            ("connect", USUAL[:5]),
            ("reset", USUAL[2:3]),
            ("status", USUAL[3:4]),
            ("transmit", USUAL[5:]),
        )
        for c in CODES
    ],
)
def test_whatever_a_call_says_the_visit_has_a_page_or_is_over(hall: Hall, fired: Fired, call: str, code: int) -> None:
    chip = virtual_card("jinan-2-0")
    hall.pcsc.failing[call] = signed(code)
    hall.pcsc.insert(chip)
    model = hall.kiosk.until(stopped, within=6)
    failure = shown(model)
    assert failure is not None
    explained(failure)
    fired(hall.pcsc.failed)
    assert pins_sent(chip) == 0
    hall.well()
    hall.serves()


@pytest.mark.fault("pcsc", "a return code while the PIN is at the card", level="boundary")
@pytest.mark.parametrize(
    "code", [pytest.param(c, id=f"{c:08X}", marks=[] if c in USUAL[-2:] else [pytest.mark.long]) for c in CODES]
)
def test_a_pin_whose_answer_is_lost_is_not_sent_again(hall: Hall, fired: Fired, code: int) -> None:
    chip = virtual_card("jinan-2-0")
    hall.pcsc.insert(chip)
    hall.kiosk.screen(Screen.PIN)
    hall.pcsc.failing["transmit"] = signed(code)
    hall.kiosk.type_pin(PIN)
    model = hall.kiosk.until(stopped, within=6)
    failure = shown(model)
    # The kiosk's own look at the card may meet the code before the PIN does.
    assert failure in (Failure.PIN_OUTCOME_UNKNOWN, Failure.CARD_FAULTY)
    explained(failure)
    fired(hall.pcsc.failed)
    assert pins_sent(chip) == 0
    hall.well()
    hall.serves()


@pytest.mark.fault("pcsc", "a reader that goes while its card is used", level="boundary")
@pytest.mark.parametrize(
    "back_as", ["ACS ACR39U ICC Reader 00 00", "ACS ACR39U ICC Reader 01 00", "Omnikey 3121 00 00"]
)
def test_a_reader_that_comes_back_is_taken_again_where_its_name_fits(hall: Hall, fired: Fired, back_as: str) -> None:
    hall.pcsc.insert(virtual_card("jinan-2-0"))
    hall.kiosk.go(lambda model: isinstance(model.state, Record))
    before = dict(hall.pcsc.readers)
    hall.pcsc.set(readers={})
    hall.kiosk.failure(Failure.READER_MISSING)
    explained(Failure.READER_MISSING)
    fired(not hall.pcsc.readers)
    hall.pcsc.set(readers={back_as: EMPTY | 77 << 16})
    if back_as.startswith("ACS"):
        hall.kiosk.screen(Screen.ATTRACT)
    else:
        with pytest.raises(AssertionError):
            hall.kiosk.until(lambda model: shown(model) is not Failure.READER_MISSING, within=0.5)
    hall.pcsc.set(readers=before)
    hall.well()
    hall.serves()
