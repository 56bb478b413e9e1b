"""Every status word of the reference at every command of a visit: what it comes to has a page with a code and words, or the visit
goes on rightly. No try of the PIN is spent but the one that a finger confirmed.

Source: LD/T 32 parts 5 and 7 and ISO/IEC 7816-4 for the words. The worker is the real one, the visit's rules are the real ones;
the card is a virtual one that says the word once, or says nothing else from there on.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Final

import pytest

from drivers.card.apdu import Status, parse_status
from drivers.card.cardfile import Damage, Fault
from drivers.card.layout import EF05, EF06, Generation
from drivers.card.states import ReaderState
from drivers.card.virtual import VirtualCard, VirtualConnection
from kiosk.model import CardStatus, MaskedHolder, Verdict
from kiosk.visit import effects as fx
from kiosk.visit.actions import ConfirmPin
from kiosk.visit.events import CardInserted, DigitsEntered, Event, Pressed, ReaderReported, SessionOpened
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Model, Opening, PinNote, PinPad, Rules, SessionReply
from kiosk.visit.step import step
from tests.kiosk.engine.bench import Bench
from tests.kiosk.engine.machine import AREAS, PIN, explained, pins_sent
from tests.pcsc import virtual_card

Fired = Callable[[object], None]
Outcome = Failure | str

_WORDS: Final = """
6110 6C05 63C0 63C1 63C5 6283 6581 6700 6901 6981 6982 6983 6984 6985 6986 6988 6A80 6A81 6A82 6A83 6A84 6A86 6A88
6B00 6D00 6E00 6F00 9302 9303 9401 9402 9403 9406
"""
REFERENCE: Final = _WORDS.split()
UNKNOWN: Final = ("6F12", "9001", "9404", "1234", "0000", "FFFF")
"""Words that stand in no table."""
COMMANDS: Final = (
    "SELECT",
    "GET RESPONSE of the FCI",
    "SELECT EF05",
    "READ EF05",
    "SELECT EF06",
    "READ EF06",
    "INTERNAL AUTHENTICATE",
    "GET RESPONSE of the proof",
    "PIN probe",
    "VERIFY",
)
PIN_PAGE, OPEN, WRONG_PIN = "the PIN is asked for", "the record opens", "the PIN is asked for again"

# What the reference says of a word where it stands for something of its own. Anything else is a faulty card.
NOT_OURS: Final = frozenset({"6A82", "6E00", "6D00", "6A86", "6B00", "6700"})
LOCKED_AT_SELECT: Final = frozenset({"6A81", "6283", "9303"})
READ_IN_ANOTHER_WAY: Final = frozenset(
    {"6110", "6C05", "6700", "6981", "6985", "6986", "6A80", "6A81", "6A82", "6A83", "6A86", "6B00", "6D00"}
)
BROKEN_AT_PROOF: Final = frozenset(("6581", *UNKNOWN))


def expected(command: str, word: str) -> Outcome:
    """The outcome of a word that comes once."""
    of_card = {"9303": Failure.CARD_APPLICATION_LOCKED, "6983": Failure.PIN_LOCKED}.get(word, Failure.CARD_FAULTY)
    match command:
        case "SELECT" | "GET RESPONSE of the FCI":
            if word == "6C05" or (word == "6110" and command != "SELECT"):
                return PIN_PAGE
            if word in NOT_OURS:
                return Failure.CARD_NOT_SOCIAL_SECURITY
            return Failure.CARD_APPLICATION_LOCKED if word in LOCKED_AT_SELECT else of_card
        case "SELECT EF05" | "READ EF05":
            return PIN_PAGE if word in READ_IN_ANOTHER_WAY else of_card
        case "SELECT EF06" | "READ EF06":
            return PIN_PAGE if word in READ_IN_ANOTHER_WAY or word == "6982" else of_card
        case "INTERNAL AUTHENTICATE" | "GET RESPONSE of the proof":
            if word == "6C05" or (word == "6110" and command != "INTERNAL AUTHENTICATE"):
                return PIN_PAGE
            if word in BROKEN_AT_PROOF or word == "9303":
                return of_card
            return Failure.CANNOT_BE_PROVED
        case "PIN probe":
            probed: dict[str, Outcome] = {"63C0": Failure.PIN_LOCKED, "63C1": PIN_PAGE, "63C5": PIN_PAGE}
            return probed.get(word, of_card)
        case _:
            locked: dict[str, Outcome] = {"63C0": Failure.PIN_LOCKED, "6983": Failure.PIN_LOCKED}
            told = locked | {"63C1": WRONG_PIN, "63C5": WRONG_PIN}
            return told.get(word, Failure.PIN_OUTCOME_UNKNOWN)


class Visit:
    """One visit: the real rules, the real worker, a card, and central's answer to whatever the card could prove."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.model = Model(Rules(areas=AREAS, reading_minimum=0.0, pin_pad_wait=0.0))
        self.verified = 0
        self.outcome: Outcome = ""
        self._now = time.monotonic()
        self.tell(ReaderReported(self._now, ReaderState.READY, False))
        self.tell(CardInserted(self._now, 1, False))

    def tell(self, event: Event) -> None:
        self.model, effects = step(self.model, event)
        for effect in effects:
            match effect:
                case fx.ReadCard(visit=visit, insertion=insertion):
                    self.bench.worker.read(visit, insertion)
                case fx.OpenSession(visit=visit, insertion=insertion):
                    proved = self.bench.kept[visit].answer is not None
                    verdict = Verdict.GENUINE if proved else Verdict.CANNOT_BE_PROVED
                    holder = MaskedHolder("测*甲", "370***********1235", False)
                    reply = SessionReply(verdict, CardStatus.NORMAL, holder, proved)
                    self.tell(SessionOpened(self._now, visit, insertion, reply))
                case fx.VerifyPin(visit=visit, insertion=insertion):
                    self.verified += 1
                    self.bench.worker.verify(visit, insertion, bytearray(PIN.encode()))
                case fx.EndVisit(visit=visit):
                    self.bench.worker.release(visit)
                case _:
                    pass

    def play(self) -> Outcome:
        """Up to the first page that stands: the PIN is typed once."""
        while True:
            match self.model.state:
                case CardPage(failure=failure):
                    return failure
                case Opening():
                    return OPEN
                case PinPad(note=PinNote.WRONG):
                    return WRONG_PIN
                case PinPad(verifying=False, visit=visit):
                    self.tell(DigitsEntered(self._now, visit, len(PIN)))
                    self.tell(Pressed(self._now, visit, ConfirmPin()))
                case _:
                    try:
                        self.tell(self.bench.next())
                    except queue.Empty:
                        raise AssertionError(f"a page without end: {self.model.state!r}") from None


def played(chip: VirtualCard, connect_to: Callable[[VirtualCard], VirtualConnection] = VirtualConnection) -> Visit:
    bench = Bench(chip, connect_to=connect_to)
    try:
        visit = Visit(bench)
        visit.outcome = visit.play()
        return visit
    finally:
        bench.worker.stop()


def check(visit: Visit, chip: VirtualCard, wanted: Outcome) -> None:
    outcome = visit.outcome
    assert outcome == wanted
    if isinstance(outcome, Failure):
        explained(outcome)
    assert pins_sent(chip) <= visit.verified <= 1
    assert chip.tries_left == chip.file.pin.limit, "a try was spent without a wrong PIN"


def test_the_words_are_those_of_the_reference_and_more() -> None:
    told = {parse_status(int(word, 16)) for word in REFERENCE}
    assert told == set(Status) - {Status.OK, Status.UNKNOWN}
    assert {parse_status(int(word, 16)) for word in UNKNOWN} == {Status.UNKNOWN}


@pytest.mark.fault("card", "every status word at every command", level="unit")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("word", [*REFERENCE, *UNKNOWN])
def test_a_status_word_leads_to_its_page_or_on(fired: Fired, command: str, word: str) -> None:
    fault = Fault(action="status", index=COMMANDS.index(command), status_word=int(word, 16), times=1)
    chip = virtual_card("jinan-2-0", faults=(fault,))
    visit = played(chip)
    wanted = expected(command, word)
    check(visit, chip, OPEN if wanted == PIN_PAGE else wanted)
    fired(chip.fired)


class Stuck(VirtualConnection):
    """From its `index`-th command on the card says one word to everything."""

    index = 0
    word = b""

    def __init__(self, card: VirtualCard) -> None:
        super().__init__(card)
        self.said = 0
        self._count = 0

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self._count += 1
        if self._count <= self.index:
            return super().transmit(apdu)
        self.said += 1
        return self.word


STAYS: Final = {"SELECT EF05": 2, "READ EF05": 3, "SELECT EF06": 4, "READ EF06": 5}


@pytest.mark.fault("card", "a status word that stays, from every command of reading on", level="unit")
@pytest.mark.parametrize("command", list(STAYS))
@pytest.mark.parametrize("word", [*REFERENCE, *UNKNOWN])
def test_a_card_that_says_one_word_for_ever_has_a_page(fired: Fired, command: str, word: str) -> None:
    made: list[Stuck] = []

    def connect(card: VirtualCard) -> Stuck:
        made.append(Stuck(card))
        made[0].index, made[0].word = STAYS[command], bytes.fromhex(word)
        return made[0]

    chip = virtual_card("jinan-2-0")
    visit = played(chip, connect)
    of_card = {"9303": Failure.CARD_APPLICATION_LOCKED, "6983": Failure.PIN_LOCKED}.get(word, Failure.CARD_FAULTY)
    closed = word == "6982" and "EF06" in command  # a closed file is no failure; that the chip then proves nothing is
    check(visit, chip, Failure.CANNOT_BE_PROVED if closed else of_card)
    assert pins_sent(chip) == 0
    fired(made[0].said)


RECORDS: Final = [("EF05", item.tag, item.length) for item in EF05.items] + [
    ("EF06", item.tag, item.length) for item in EF06[Generation.SECOND].items
]


@pytest.mark.fault("card", "a record that is cut, every record", level="unit")
@pytest.mark.parametrize("left", ["nothing", "all but one byte"])
@pytest.mark.parametrize(("file", "tag", "length"), RECORDS)
def test_a_cut_record_is_a_malformed_card(fired: Fired, file: str, tag: int, length: int, left: str) -> None:
    keep = 0 if left == "nothing" else length - 1
    damage = Damage.model_validate({"file": file, "tag": tag, "keep": keep})
    chip = virtual_card("jinan-2-0", damage=(damage,))
    visit = played(chip)
    check(visit, chip, Failure.CARD_MALFORMED)
    assert pins_sent(chip) == 0
    fired(any(seen.ins == 0xB2 and seen.status_word == 0x9000 for seen in chip.seen))
