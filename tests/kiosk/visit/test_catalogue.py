"""Every code of the failure catalogue is played until it is on the screen, or reported by a device; none is there beside."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.card.states import (
    CardState,
    PinLocked,
    PinNotSet,
    PinTries,
    PinUnknown,
    PinVerdict,
    PinVerified,
    ReaderState,
)
from drivers.device import DeviceState, Who
from drivers.document.protocol import ReadFault
from drivers.printer.protocol import PaperState, PrinterStatus, PrintResult
from kiosk.failures import DeviceFailure, of_document, of_document_reader, of_print, of_printer
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.services import (
    Checked,
    CheckedCode,
    Confirmed,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    Party,
    Reservation,
    Reserved,
    Sending,
)
from kiosk.visit.actions import ChangePin, ChooseParty, OtherPhone, ReadDocumentNow, Start
from kiosk.visit.catalogue import CATALOGUE, OF_SERVICES, PLACES, beginning, find, of_failure, of_stop, stop_key
from kiosk.visit.events import (
    ActivationChecked,
    Ask,
    CardPinAnswered,
    CodeChecked,
    CodeSent,
    DocumentRead,
    IdentityAnswered,
    JournalFailed,
    ReservationAnswered,
)
from kiosk.visit.failures import Failure, of_card
from kiosk.visit.services import Activation, CardService, Journalled, PinSlot, Stop, Stopped
from kiosk.visit.states import CardPage, Kept, Model, OutOfService, World
from tests.kiosk.visit.samples import MOBILE, NUMBER, RULES, Scene, eligibility, reply, sent_code, with_rules

KIOSK = Path(__file__).resolve().parents[3] / "kiosk"
LONGEST = 24
"""Signs that fit the field where a code is typed."""
MATCHED = Identity(IdentityOutcome.MATCHED, 3, "138****1234")


# --- by the screen --------------------------------------------------------------------------------------------------------


def code_on_screen(scene: Scene) -> str | None:
    """As the failure pages and the stopped page show it."""
    state = scene.state
    if isinstance(state, CardPage | OutOfService):
        return of_failure(state.failure).code
    if isinstance(state, Activation | CardService) and isinstance(state.stage, Stopped):
        return of_stop(state.stage.stop, state.stage.because, service=isinstance(state, CardService)).code
    return None


def world(**what: bool) -> Scene:
    scene = Scene()
    scene.model = Model(RULES, World(**what))  # type: ignore[arg-type]
    scene.reader(ReaderState.READY)
    return scene


def reader(state: ReaderState) -> Scene:
    scene = Scene()
    scene.reader(state)
    return scene


def screen_fault() -> Scene:
    """What the engine and the presenter put up when they find a bug (kiosk/engine/engine.py)."""
    scene = Scene()
    scene.model = replace(scene.model, state=OutOfService(Failure.SCREEN_FAULT, since=scene.now))
    return scene


def card(state: CardState) -> Scene:
    scene = Scene()
    scene.insert(mute=state is CardState.MUTE)
    if state in (CardState.NO_PIN_SET, CardState.PIN_LOCKED):
        scene.identified()
        scene.probed(PinNotSet() if state is CardState.NO_PIN_SET else PinLocked())
        scene.session()
    elif state is not CardState.MUTE and (failure := of_card(state)) is not None:
        scene.unusable(failure)
    scene.wait(1.0)
    return scene


def session(status: CardStatus = CardStatus.NORMAL, verdict: Verdict = Verdict.GENUINE) -> Scene:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(reply(status=status, verdict=verdict))
    scene.wait(1.0)
    return scene


def central(failure: CentralFailure) -> Scene:
    scene = Scene().to_verifying()
    scene.pin(PinVerified())
    scene.central_fails(Ask.OVERVIEW, failure)
    return scene


def listed() -> Scene:
    scene = Scene()
    scene.insert()
    scene.identified(kept=Kept.LISTED)
    scene.probed()
    scene.central_fails(Ask.SESSION, CentralFailure.UNREACHABLE)
    scene.wait(1.0)
    return scene


def pin_unknown() -> Scene:
    scene = Scene().to_verifying()
    scene.pin(PinUnknown(None))
    return scene


def disagrees() -> Scene:
    scene = Scene().to_opening()
    scene.overview(agrees=False)
    return scene


def blocking() -> Iterator[Scene]:
    """What stands between a person and the answer."""
    yield world(audit_broken=True)
    yield world(config_invalid=True)
    yield world(clock_wrong=True)
    yield screen_fault()
    yield from map(reader, ReaderState)
    yield from map(card, CardState)
    yield from map(session, CardStatus)
    yield from (session(verdict=verdict) for verdict in Verdict)
    yield from map(central, CentralFailure)
    yield from (listed(), pin_unknown(), disagrees())


# --- where an activation or a service stops --------------------------------------------------------------------------------


def at_number() -> Scene:
    scene = Scene().to_who()
    scene.press(ChooseParty(Party.HOLDER))
    return scene


def identified_as(outcome: IdentityOutcome, left: int = 3) -> Scene:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(outcome, left, None))
    return scene


def agent(outcome: IdentityOutcome, shown: str | None = None) -> Scene:
    """The holder's number is the holder's; then the agent's: typed, or as the document `shown` says."""
    ways = (IdentityWay.CODE, IdentityWay.DOCUMENT)
    scene = Scene(with_rules(identity_ways=ways)).to_who(eligibility(ways=ways if shown is None else ways[1:]))
    scene.press(ChooseParty(Party.AGENT))
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    if shown is None:
        scene.typed(NUMBER)
    else:
        scene.press(ReadDocumentNow())
        scene.answer(DocumentRead, shown, "张三")
    scene.answer(IdentityAnswered, Identity(outcome, 3, None))
    return scene


def code(outcome: Checked) -> Scene:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code(left=0))
    scene.wait(60)
    scene.typed("123456")
    scene.answer(CodeChecked, CheckedCode(outcome, 0))
    return scene


def others_number() -> Scene:
    scene = Scene().to_who(eligibility(ways=(IdentityWay.CODE,)))
    scene.press(ChooseParty(Party.HOLDER))
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code())
    scene.typed("123456")
    scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
    scene.press(OtherPhone())
    scene.typed(MOBILE)
    scene.answer(CodeSent, sent_code(outcome=Sending.OTHERS_NUMBER, code=None))
    return scene


def reserved(outcome: Reserved) -> Scene:
    scene = Scene().to_explain()
    scene.press(Start())
    scene.answer(ReservationAnswered, Reservation(outcome, None, None, None))
    return scene


def no_journal() -> Scene:
    scene = Scene().to_change()
    scene.answer(JournalFailed)
    return scene


def changed(verdict: PinVerdict) -> Scene:
    scene = Scene().to_change()
    scene.answer(CardPinAnswered, verdict)
    return scene


def one_try_left() -> Scene:
    scene = Scene().to_activation(PinTries(1))
    scene.answer(ActivationChecked, eligibility(reserved=True), Journalled.CHANGING)
    return scene


def stops() -> Iterator[Scene]:
    for eligible in (Eligible.ACTIVE_ALREADY, Eligible.STATUS, Eligible.NOT_ON_FILE):
        yield Scene().to_who(eligibility(eligible=eligible))
    yield Scene().to_who(eligibility(ways=()))
    for outcome in (IdentityOutcome.UNDER_AGE, IdentityOutcome.NO_PHONE, IdentityOutcome.LOCKED):
        yield identified_as(outcome)
    yield from (agent(IdentityOutcome.SAME_PERSON, NUMBER), agent(IdentityOutcome.NOT_ON_FILE))
    yield code(Checked.USED_UP)
    yield others_number()
    yield from (reserved(outcome) for outcome in (Reserved.NOT_PROVED, Reserved.CANCELLED))
    for confirmed in Confirmed:
        yield Scene().to_finished(confirmed)
    for verdict in (PinLocked(), PinUnknown(None), PinUnknown(0x6581)):
        yield changed(verdict)
    yield from (one_try_left(), no_journal())


def service(answer: Callable[[Scene], object]) -> Scene:
    scene = Scene().to_services()
    scene.press(ChangePin())
    for _ in PinSlot:
        scene.pin_typed()
    answer(scene)
    return scene


def service_stops() -> Iterator[Scene]:
    for verdict in (PinLocked(), PinUnknown(None), PinUnknown(0x6581)):
        yield service(lambda scene, verdict=verdict: scene.answer(CardPinAnswered, verdict))  # type: ignore[misc]
    yield service(lambda scene: scene.answer(JournalFailed))


def codes(scenes: Iterable[Scene]) -> set[str]:
    return {code for scene in scenes if (code := code_on_screen(scene)) is not None}


# --- by the devices -------------------------------------------------------------------------------------------------------


def reported() -> set[str]:
    found = {of_print(result) for result in PrintResult} | {of_document(fault) for fault in ReadFault}
    found |= {of_document_reader(state) for state in DeviceState}
    found |= {
        of_printer(PrinterStatus(device, paper, cover))
        for device in DeviceState
        for paper in PaperState
        for cover in (False, True)
    }
    return {failure.code for failure in found if failure is not None}


# --- what holds of the whole ----------------------------------------------------------------------------------------------


def test_every_failure_is_shown_with_its_code() -> None:
    assert codes(blocking()) == {failure.code for failure in Failure}


def test_every_stop_of_an_activation_is_shown_with_its_code() -> None:
    assert codes(stops()) == {code for code, entry in CATALOGUE.items() if entry.key.startswith("activation.")}


def test_every_stop_of_a_service_is_shown_with_its_code() -> None:
    own = {code for code, entry in CATALOGUE.items() if entry.key.startswith("services.")}
    assert codes(service_stops()) == {*own, Failure.PIN_LOCKED.code}


def test_every_code_of_a_device_is_reported_by_it_or_found_by_a_look_at_it() -> None:
    """What printer and document reader say is mapped here; the rest is named where the kiosk looks at its parts."""
    looked_at = {failure for failure in DeviceFailure if failure.code not in reported()}
    sources = "".join(
        path.read_text("utf-8") for path in KIOSK.rglob("*.py") if path.name not in ("failures.py", "catalogue.py")
    )
    named = set(re.findall(r"DeviceFailure\.([A-Z_]+)", sources))
    assert {failure.name for failure in looked_at} - named == set()


def test_codes_and_keys_are_one_to_one() -> None:
    members = len(Failure) + len(DeviceFailure) + len(Stop) - 1 + len(OF_SERVICES) - 2
    assert len(CATALOGUE) == len({entry.key for entry in CATALOGUE.values()}) == members
    assert all(code == entry.code for code, entry in CATALOGUE.items())


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_is_a_place_and_a_cause_in_capitals(code: str) -> None:
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)+", code)
    assert len(code) <= LONGEST


def test_of_everything_that_stands_in_the_way_somebody_acts() -> None:
    assert not [failure for failure in Failure if failure.who is Who.NOBODY]
    assert not [entry.code for entry in CATALOGUE.values() if entry.who is Who.NOBODY and entry.place == "ACT"]


# --- a code that is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_is_found_however_it_is_typed(code: str) -> None:
    entry = CATALOGUE[code]
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert find(typed) is entry


@pytest.mark.parametrize("typed", ["", "-", "READER", "READER-", "READER-HELDX", "KIOSK-AUDI", "READ\u0415R-HELD"])
def test_what_is_no_code_is_not_found(typed: str) -> None:
    assert find(typed) is None


def test_what_begins_as_typed_is_offered_and_nothing_else() -> None:
    assert beginning("") == tuple(CATALOGUE.values())
    for typed in (*PLACES, "reader-h", "ACT-P", "ACTP", "QQ"):
        plain = typed.upper().replace("-", "")
        fits = [entry for code, entry in CATALOGUE.items() if code.replace("-", "").startswith(plain)]
        assert list(beginning(typed)) == fits
    assert [entry.code for entry in beginning("READER-HELD")] == ["READER-HELD"]


def test_the_places_are_the_codes_first_words() -> None:
    assert set(PLACES) == {code.split("-")[0] for code in CATALOGUE}


# --- what a device says ---------------------------------------------------------------------------------------------------


def test_what_can_be_put_right_at_the_printer_comes_before_what_follows_from_it() -> None:
    offline = DeviceState.OFFLINE
    assert of_printer(PrinterStatus(offline, PaperState.OUT, cover_open=True)) is DeviceFailure.PRINTER_COVER_OPEN
    assert of_printer(PrinterStatus(offline, PaperState.OUT)) is DeviceFailure.PRINTER_PAPER_OUT
    assert of_printer(PrinterStatus(DeviceState.HARDWARE_ERROR, PaperState.JAMMED)) is DeviceFailure.PRINTER_JAMMED
    assert of_printer(PrinterStatus(offline, PaperState.LOW)) is DeviceFailure.PRINTER_OFFLINE


def test_a_printer_that_prints_has_no_code_but_the_one_for_little_paper() -> None:
    for device in DeviceState:
        for paper in PaperState:
            status = PrinterStatus(device, paper)
            if status.can_print:
                wanted = DeviceFailure.PRINTER_PAPER_LOW if paper is PaperState.LOW else None
                assert of_printer(status) is wanted
            elif device is not DeviceState.DEVICE_BUSY and device is not DeviceState.STARTING:
                assert (of_printer(status) is None) is (device is DeviceState.ONLINE and paper is PaperState.UNKNOWN)


def test_a_document_that_nobody_laid_down_is_nobodys_failure() -> None:
    assert of_document(ReadFault.NO_MEDIA) is of_document(ReadFault.CANCELLED) is None
    assert of_document(ReadFault.INVALID_MEDIA) is DeviceFailure.DOCUMENT_UNREADABLE
    assert of_document_reader(DeviceState.ONLINE) is None


@pytest.mark.parametrize("stop", Stop)
def test_an_outage_has_centrals_own_code(stop: Stop) -> None:
    assert of_stop(stop, Failure.CENTRAL_TIMEOUT, service=False) == of_failure(Failure.CENTRAL_TIMEOUT)
    assert stop_key(stop, service=False) == f"activation.stop.{stop.value}"


# --- in the log -----------------------------------------------------------------------------------------------------------


def test_each_code_that_is_shown_stands_in_the_log_of_its_visit() -> None:
    """But for a screen that failed: the engine says that, as no event brings it about."""
    for scene in (*blocking(), *stops(), *service_stops()):
        code = code_on_screen(scene)
        if code is not None and code != Failure.SCREEN_FAULT.code:
            assert code in [line.values.get("code") for line in scene.lines]
