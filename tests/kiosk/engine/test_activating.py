"""A new card from the slot to "activated" through the real loop, workers, journal and card, with the reference service."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from drivers.card.cardfile import Fault, load_cards, load_keys
from drivers.card.virtual import VirtualCard
from kiosk.central.answers import Answer, Cause
from kiosk.model import CardStatus, CentralFailure
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.services import Confirmation, Party, TicketReason
from kiosk.store.device_key import DeviceKey, Label
from kiosk.store.journal import TransactionJournal
from kiosk.store.transaction import Closed, Step
from kiosk.visit.actions import (
    ChangePin,
    ChooseParty,
    ConfirmLoss,
    ConfirmPin,
    ConfirmTyped,
    End,
    OpenServices,
    ReportLoss,
    Start,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.services import (
    Activation,
    CardService,
    Finished,
    LossReported,
    PinRule,
    Pins,
    PinSlot,
    Stop,
    Stopped,
)
from kiosk.visit.states import Model, Screen
from tests.kiosk.engine.machine import Machine, texts_of

DEVICE: Final = DeviceKey(bytes(range(32)))
OLD: Final = "123456"
NEW: Final = "294817"
CHANGE: Final = 0x5E
DAY: Final = 86_400
Opened = Callable[[], TransactionJournal]
_days = count(1)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Opened]:
    made: list[TransactionJournal] = []

    def opened() -> TransactionJournal:
        made.append(TransactionJournal(tmp_path / "journal", DEVICE))
        return made[-1]

    yield opened
    for each in made:
        each.close_file()


def fresh(central: CentralProcess, name: str = "jinan-not-activated") -> VirtualCard:
    """A card that nobody has activated, here and in the register; on a day on which no code was sent to its holder."""
    another_day(central)
    chip = VirtualCard(load_cards()[name], load_keys())
    central.simulator.set_card(number_of(chip), CardStatus.NOT_ACTIVATED)
    return chip


def another_day(central: CentralProcess) -> None:
    """Codes may be sent again."""
    central.simulator.condition(ahead_seconds=float(next(_days) * DAY))


def number_of(chip: VirtualCard) -> str:
    assert chip.file.issuer is not None
    return chip.file.issuer.number


def steps(opened: Opened, chip: VirtualCard) -> list[Step | Closed]:
    assert chip.file.issuer is not None
    return [row.closed or row.step for row in opened().history(chip.file.issuer.identification)]


def status(central: CentralProcess, chip: VirtualCard) -> CardStatus:
    return central.simulator.card(number_of(chip)).status


def enter(m: Machine, text: str) -> None:
    for key in text:
        m.press(TypeKey(key))
    m.press(ConfirmTyped())


def at_slot(slot: PinSlot, *, wrong: bool | None = None, rule: PinRule | None = None) -> Callable[[Model], bool]:
    def is_there(model: Model) -> bool:
        stage = model.state.stage if isinstance(model.state, Activation | CardService) else None
        if not isinstance(stage, Pins) or stage.slot is not slot or stage.judging or stage.digits:
            return False
        return (wrong is None or stage.wrong is wrong) and (rule is None or stage.rule is rule)

    return is_there


def pin(m: Machine, slot: PinSlot, digits: str, *, wrong: bool | None = None, rule: PinRule | None = None) -> None:
    m.until(at_slot(slot, wrong=wrong, rule=rule))
    for digit in digits:
        m.engine.secret.press(int(digit))
    m.until(lambda x: getattr(getattr(x.state, "stage", None), "digits", None) == len(digits))
    m.press(ConfirmPin())


def pins(m: Machine, old: str = OLD, new: str = NEW) -> None:
    pin(m, PinSlot.OLD, old)
    pin(m, PinSlot.NEW, new)
    pin(m, PinSlot.AGAIN, new)


def to_the_pins(m: Machine, central: CentralProcess, chip: VirtualCard) -> None:
    """The holder, by a code on the phone that is on file, up to the first PIN."""
    assert chip.file.holder is not None
    m.screen(Screen.WHO)
    m.press(ChooseParty(Party.HOLDER))
    m.screen(Screen.NUMBER)
    enter(m, chip.file.holder.ssn)
    m.screen(Screen.CODE)
    phone = central.simulator.card(number_of(chip)).phone
    enter(m, central.simulator.messages(phone)[-1].text)
    m.screen(Screen.KEEP_PHONE)
    m.press(UseThisPhone())
    m.screen(Screen.EXPLAIN)
    m.press(Start())
    m.screen(Screen.PINS)


def finished(m: Machine, *, confirmed: bool) -> Activation:
    def is_done(model: Model) -> bool:
        state = model.state
        return (
            isinstance(state, Activation) and isinstance(state.stage, Finished) and state.stage.confirmed is confirmed
        )

    state = m.until(is_done).state
    assert isinstance(state, Activation)
    return state


def stopped(m: Machine) -> Stopped:
    state = m.screen(Screen.STOPPED).state
    assert isinstance(state, Activation | CardService)
    assert isinstance(state.stage, Stopped)
    return state.stage


def wait(done: Callable[[], bool], within: float = 8.0) -> None:
    until = time.monotonic() + within
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_holder_activates_a_card_and_no_pin_is_left_anywhere(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    assert steps(journal, chip) == [Step.RESERVED]
    pin(m, PinSlot.OLD, OLD)
    pin(m, PinSlot.NEW, "135797", rule=None)
    pin(m, PinSlot.AGAIN, "135799")
    pin(m, PinSlot.NEW, OLD, rule=PinRule.DIFFER)
    pin(m, PinSlot.NEW, NEW, rule=PinRule.INITIAL)
    pin(m, PinSlot.AGAIN, NEW)
    done = finished(m, confirmed=True)
    assert chip.has_pin(NEW)
    assert status(central, chip) is CardStatus.NORMAL
    assert steps(journal, chip) == [Closed.ACTIVATED]
    seen = central.simulator.card(number_of(chip)).reservations[-1]
    assert done.reference == seen.reference
    m.slot.pull()
    m.at_rest(chip)
    for secret in (OLD, NEW, "135797", "135799"):
        assert not any(secret in text for model in m.models for text in texts_of(model))
        assert secret not in caplog.text
    assert chip.file.holder is not None
    assert chip.file.holder.ssn not in caplog.text
    assert "kiosk-fault" not in caplog.text


def test_no_page_stands_between_a_pin_and_what_is_known_of_it(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    pin(m, PinSlot.OLD, OLD)
    pin(m, PinSlot.NEW, NEW)
    pin(m, PinSlot.AGAIN, NEW)
    finished(m, confirmed=True)
    stages = [model.state.stage for model in m.models if isinstance(model.state, Activation)]
    assert {stage.slot for stage in stages if isinstance(stage, Pins)} == set(PinSlot)
    assert not [stage for stage in stages if isinstance(stage, Pins) and stage.judging]


def test_a_wrong_old_pin_asks_only_for_that_again(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    pins(m, old="111222")
    m.until(at_slot(PinSlot.OLD, wrong=True))
    assert steps(journal, chip) == [Step.REFUSED]
    pin(m, PinSlot.OLD, OLD, wrong=True)
    finished(m, confirmed=True)
    assert chip.has_pin(NEW)
    assert sum(seen.ins == CHANGE for seen in chip.seen) == 2
    assert steps(journal, chip) == [Closed.ACTIVATED]


def test_who_ends_before_the_pin_leaves_no_reservation(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    assert len(central.simulator.card(number_of(chip)).open) == 1
    m.press(End())
    m.screen(Screen.TAKE_CARD)
    wait(lambda: not central.simulator.card(number_of(chip)).open)
    wait(lambda: steps(journal, chip) == [Closed.NEVER_SENT])
    m.slot.pull()
    m.at_rest(chip)
    assert chip.has_pin(OLD)


@pytest.mark.parametrize("action", ["tear", "remove_after"])
def test_pulled_inside_the_change_it_goes_on_when_the_card_is_back(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened, action: str
) -> None:
    """And whoever comes between is served as ever, and touches nothing of it."""
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    chip.add_fault(Fault(action=action, ins=CHANGE, times=1))  # type: ignore[arg-type]
    pins(m)
    m.at_rest(chip)
    assert steps(journal, chip) == [Step.CHANGING]
    m.next_person(VirtualCard(load_cards()["jinan-2-0"], load_keys()))
    assert steps(journal, chip) == [Step.CHANGING]
    m.slot.insert(chip)
    pin(m, PinSlot.NEW, NEW)
    if action == "tear":
        pins(m)
    finished(m, confirmed=True)
    assert chip.has_pin(NEW)
    assert status(central, chip) is CardStatus.NORMAL
    assert steps(journal, chip) == [Closed.ACTIVATED]


def test_what_cannot_be_the_new_pin_is_not_tried_on_a_torn_card(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    """Not the old one typed for the new one: it would pass, and the card would keep what it was issued with."""
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    chip.add_fault(Fault(action="tear", ins=CHANGE, times=1))
    pins(m)
    m.at_rest(chip)
    tries = chip.tries_left
    m.slot.insert(chip)
    pin(m, PinSlot.NEW, OLD)
    m.until(at_slot(PinSlot.NEW, rule=PinRule.INITIAL))
    assert chip.tries_left == tries
    assert status(central, chip) is CardStatus.NOT_ACTIVATED
    pin(m, PinSlot.NEW, "705318")
    pins(m)
    finished(m, confirmed=True)
    assert chip.has_pin(NEW)


def test_a_confirm_that_is_lost_is_delivered_while_the_person_waits(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    central.simulator.fault(FaultKind.STATUS, Operation.CONFIRM, status=503, times=None)
    pins(m)
    finished(m, confirmed=False)
    assert steps(journal, chip) == [Step.CHANGED]
    central.simulator.clear()
    finished(m, confirmed=True)
    assert steps(journal, chip) == [Closed.ACTIVATED]


def test_a_confirm_that_is_lost_is_delivered_by_the_next_start(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a card that comes before it was, resumes there: nobody proves again who they are."""
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    lost: Answer[Confirmation] = Answer(CentralFailure.TIMEOUT, Cause.DEADLINE)
    monkeypatch.setattr(m.engine._client, "confirm", lambda *_args, **_more: lost)
    pins(m)
    finished(m, confirmed=False)
    m.slot.pull()
    m.at_rest(chip)
    m.slot.insert(chip)
    finished(m, confirmed=False)
    m.engine.stop()
    assert status(central, chip) is CardStatus.NOT_ACTIVATED
    machine(journal=journal)
    wait(lambda: status(central, chip) is CardStatus.NORMAL)
    wait(lambda: steps(journal, chip) == [Closed.ACTIVATED])


def test_the_journal_fails_before_the_change_and_nothing_is_sent_to_the_card(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened, tmp_path: Path
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    pin(m, PinSlot.OLD, OLD)
    pin(m, PinSlot.NEW, NEW)
    transactions = m.engine._transactions
    assert transactions is not None
    transactions._journals.get().close_file()
    path = tmp_path / "journal" / "journal.db"
    sound = path.read_bytes()
    path.write_bytes(b"rubbish" * 200)
    pin(m, PinSlot.AGAIN, NEW)
    assert stopped(m).stop is Stop.JOURNAL
    assert chip.has_pin(OLD)
    assert not [seen for seen in chip.seen if seen.ins == CHANGE]
    m.slot.pull()
    m.at_rest(chip)
    m.next_person(VirtualCard(load_cards()["jinan-2-0"], load_keys()))
    path.write_bytes(sound)
    assert steps(journal, chip) == [Step.RESERVED]
    another_day(central)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    pins(m)
    finished(m, confirmed=True)
    assert steps(journal, chip) == [Closed.ACTIVATED]


def test_one_try_left_after_a_tear_is_not_risked_but_gets_a_ticket(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    chip.add_fault(Fault(action="tear", ins=CHANGE, times=1))
    pins(m)
    m.at_rest(chip)
    chip._tries = 1
    m.slot.insert(chip)
    assert stopped(m).stop is Stop.ONE_TRY_LEFT
    m.until(
        lambda x: (
            isinstance(x.state, Activation) and isinstance(x.state.stage, Stopped) and x.state.stage.ticket is not None
        )
    )
    tickets = central.simulator.card(number_of(chip)).tickets
    assert tickets[-1].reason is TicketReason.ACTIVATION_STUCK
    assert m.engine._failure_log.last()[0].code == "ACT-ONE-TRY-LEFT"  # what a technician sees of it
    assert chip.tries_left == 1
    m.slot.pull()
    m.at_rest(chip)
    chip._tries = 3  # at the counter
    m.slot.insert(chip)
    pin(m, PinSlot.NEW, "705318")
    pins(m)
    finished(m, confirmed=True)


# --- of an active card ------------------------------------------------------------------------------------------------


def served(m: Machine, chip: VirtualCard) -> None:
    m.slot.insert(chip)
    m.type_pin(OLD)
    m.screen(Screen.HOME)
    m.press(OpenServices())
    m.screen(Screen.SERVICES)


def test_the_holder_of_an_active_card_changes_its_pin(machine: Callable[..., Machine], journal: Opened) -> None:
    m = machine(journal=journal)
    chip = VirtualCard(load_cards()["jinan-2-0"], load_keys())
    served(m, chip)
    m.press(ChangePin())
    pins(m)
    m.screen(Screen.PIN_CHANGED)
    assert chip.has_pin(NEW)
    assert steps(journal, chip) == []
    assert all(not m.engine.secret.copy(1, slot) for slot in PinSlot), "a PIN is kept that the card has taken"


def test_the_holder_of_an_active_card_reports_its_loss(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened
) -> None:
    m = machine(journal=journal)
    chip = VirtualCard(load_cards()["jinan-retiree"], load_keys())
    served(m, chip)
    m.press(ReportLoss())
    m.screen(Screen.LOSS)
    m.press(ConfirmLoss())
    state = m.screen(Screen.LOSS_REPORTED).state
    assert isinstance(state, CardService)
    assert isinstance(state.stage, LossReported)
    seen = central.simulator.card(number_of(chip))
    assert seen.status is CardStatus.TEMPORARILY_LOST
    assert seen.reports[-1].reference == state.stage.report.reference


def test_the_file_of_the_journal_holds_no_pin(
    machine: Callable[..., Machine], central: CentralProcess, journal: Opened, tmp_path: Path
) -> None:
    """Neither as it is typed, nor as the card gets it, in what the file holds once it is opened."""
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

    chip = fresh(central)
    m = machine(journal=journal)
    m.slot.insert(chip)
    to_the_pins(m, central, chip)
    pins(m, old="864213")
    pin(m, PinSlot.OLD, OLD, wrong=True)
    finished(m, confirmed=True)
    m.engine.stop()
    connection = dbapi2.connect(str(tmp_path / "journal" / "journal.db"))
    connection.execute(f"PRAGMA key = \"x'{DEVICE.derive(Label.JOURNAL).hex()}'\"")
    rows = repr(list(connection.execute("SELECT * FROM activation")))
    connection.close()
    assert "activated" in rows
    holder = chip.file.holder
    assert holder is not None
    for secret in (OLD, NEW, "864213", holder.ssn, holder.name, number_of(chip)):
        assert secret not in rows
