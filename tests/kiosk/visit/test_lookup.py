"""A clerk looks up a record: ground, document, whose; what is found, masked; one field in clear; hand-over; tickets, slips."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card import layout
from kiosk.help import (
    Access,
    AuthorisationKind,
    Ground,
    LookupOutcome,
    LookupRefusal,
    NumberKind,
    QueryOutcome,
    Revealed,
    RevealField,
    Role,
    SignInOutcome,
    TicketState,
)
from kiosk.model import CardStatus, CentralFailure
from kiosk.services import LossReport
from kiosk.visit import effects as fx
from kiosk.visit.actions import (
    Back,
    ChangePin,
    ConfirmLoss,
    ConfirmTyped,
    End,
    Field,
    OpenRegistration,
    OpenServices,
    PrintSlip,
    SetReveal,
    StayHere,
    TryAgain,
)
from kiosk.visit.deadlines import next_deadline, reveal_left
from kiosk.visit.entries import card_number_fits
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import LinkChanged, LossReportAnswered, SlipPrinted
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    Ended,
    EndLookup,
    Found,
    HandOver,
    OpenLookup,
    OpenSlip,
    OpenTicket,
    PickAuthorisation,
    PickGround,
    PickNumberKind,
    Refused,
    RevealRecord,
    Shown,
    SignIn,
    SlipFound,
    StaffFailed,
    StaffWork,
    StaffWorking,
    TicketTaken,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
    WhyEnded,
)
from kiosk.visit.help_deeds import (
    FieldRevealed,
    FindSlip,
    HandOverNow,
    LookUp,
    LookupAnswered,
    PersonSessionOpened,
    PrintAgain,
    PrintLookup,
    RevealNow,
    SignStaffIn,
    SlipAnswered,
    StaffSignedIn,
    TakeTicket,
    TicketTakenAnswered,
)
from kiosk.visit.services import CardService, LossReported, Paper
from kiosk.visit.states import Idle, Link, Opening, Record, Screen, TakeCard
from tests.kiosk.visit.help_samples import (
    CARD_NUMBER,
    DOCUMENT,
    HELP,
    KINSHIP,
    LOOKUP,
    POWER,
    STAFF_TEXTS,
    at_desk,
    at_desk_with_card,
    found_record,
    kind,
    look_up,
    lookup,
    person_session,
    reveal,
    session,
    shown,
    slip_facts,
    staff_of,
    state_of,
    ticket,
    to_found,
    to_handed_over,
    type_sign_in,
)
from tests.kiosk.visit.samples import NUMBER, Scene, mark, overview, texts


def found(scene: Scene) -> Found:
    stage = staff_of(scene).stage
    assert isinstance(stage, Found)
    return stage


def stage(scene: Scene) -> object:
    return staff_of(scene).stage


def chosen(ground: Ground, role: Role = Role.CLERK) -> Scene:
    scene = at_desk(role)
    scene.press(OpenLookup())
    scene.press(PickGround(ground))
    return scene


# --- ground, document, whose ----------------------------------------------------------------------------------------------


def test_a_ground_that_needs_no_document_leads_to_the_number() -> None:
    assert stage(chosen(Ground.PRESENT)) == TypeWhose(Ground.PRESENT)


def test_a_ground_with_one_document_asks_for_its_reference_then_for_the_number() -> None:
    scene = chosen(Ground.ENTRUSTED)
    assert stage(scene) == TypeReference(Ground.ENTRUSTED, POWER)
    scene.keys("DOC").press(ConfirmTyped())
    assert stage(scene) == TypeReference(Ground.ENTRUSTED, POWER, "DOC", EntryNote.INCOMPLETE)
    scene.keys("-7788").press(ConfirmTyped())
    assert stage(scene) == TypeWhose(Ground.ENTRUSTED, POWER, DOCUMENT)


def test_a_ground_with_several_documents_asks_which_and_takes_no_other() -> None:
    scene = chosen(Ground.HEIR)
    assert stage(scene) == ChooseAuthorisation(Ground.HEIR)
    scene.press(PickAuthorisation(AuthorisationKind.COURT_ORDER))
    assert stage(scene) == ChooseAuthorisation(Ground.HEIR)
    scene.press(PickAuthorisation(KINSHIP))
    assert stage(scene) == TypeReference(Ground.HEIR, KINSHIP)
    for before in (ChooseAuthorisation(Ground.HEIR), ChooseGround(), Desk()):
        scene.press(Back())
        assert stage(scene) == before


def test_a_ground_of_another_role_or_none_of_the_regions_cannot_be_chosen() -> None:
    assert stage(chosen(Ground.CORRECTION)) == ChooseGround()
    assert stage(chosen(Ground.CORRECTION, Role.SUPERVISOR)) == TypeWhose(Ground.CORRECTION)
    assert stage(chosen(Ground.GUARDIAN)) == ChooseGround()


def test_a_slip_of_the_finger_is_told_before_anything_is_sent() -> None:
    scene = chosen(Ground.PRESENT)
    scene.keys(NUMBER[:17]).press(ConfirmTyped())
    assert stage(scene) == TypeWhose(Ground.PRESENT, text=NUMBER[:17], note=EntryNote.INCOMPLETE)
    scene.keys("1").press(ConfirmTyped())
    assert stage(scene) == TypeWhose(Ground.PRESENT, text=NUMBER[:17] + "1", note=EntryNote.CHECKSUM)
    scene.press(ConfirmTyped())
    assert not any(isinstance(effect, LookUp) for effect in scene.effects)
    scene.typed(NUMBER)
    assert LookUp(1, 0, 2, Ground.PRESENT, None, None, NumberKind.ID_NUMBER, NUMBER) in scene.effects
    assert stage(scene) == StaffWorking(StaffWork.LOOK_UP, scene.now, TypeWhose(Ground.PRESENT, text=NUMBER))


def test_a_card_number_whose_check_character_does_not_fit_is_sent_when_it_is_said_once_more() -> None:
    """Cards of the first generation bear such numbers."""
    scene = chosen(Ground.PRESENT)
    scene.keys("12")
    scene.press(PickNumberKind(NumberKind.CARD_NUMBER))
    assert stage(scene) == TypeWhose(Ground.PRESENT, kind=NumberKind.CARD_NUMBER)
    scene.keys(CARD_NUMBER[:-1] + "5").press(ConfirmTyped())
    assert not any(isinstance(effect, LookUp) for effect in scene.effects)
    scene.press(ConfirmTyped())
    assert isinstance(scene.effects[-1], LookUp)
    right = chosen(Ground.PRESENT)
    right.press(PickNumberKind(NumberKind.CARD_NUMBER))
    right.keys(CARD_NUMBER.lower()).press(ConfirmTyped())
    assert right.effects[-1] == LookUp(1, 0, 2, Ground.PRESENT, None, None, NumberKind.CARD_NUMBER, CARD_NUMBER)


@settings(max_examples=300, derandomize=True)
@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=9, max_size=9))
def test_a_typed_card_number_is_judged_as_the_one_on_a_card(text: str) -> None:
    assert card_number_fits(text) == layout.number_check_ok(text)


# --- central's answers ----------------------------------------------------------------------------------------------------


def test_what_is_found_is_shown_masked_and_the_typed_number_is_gone() -> None:
    scene = to_found(at_desk())
    assert found(scene) == Found(LOOKUP, Ground.PRESENT, None, None, found_record(), True, paper=Paper.OFFERED)
    assert NUMBER not in texts(scene.model)


def test_only_who_stands_here_can_be_handed_over_to_whatever_central_says() -> None:
    scene = look_up(at_desk(), Ground.COURT)
    scene.answer(LookupAnswered, lookup())
    assert not found(scene).may_hand_over
    assert scene.press(HandOver()) == ()


def test_a_number_that_is_not_found_can_be_looked_at_and_typed_again() -> None:
    scene = look_up(at_desk())
    scene.answer(LookupAnswered, lookup(LookupOutcome.NOT_FOUND))
    assert stage(scene) == TypeWhose(Ground.PRESENT, text=NUMBER, note=EntryNote.NOT_FOUND)


@pytest.mark.parametrize("why", LookupRefusal)
def test_what_central_refuses_is_refused_with_its_reason(why: LookupRefusal) -> None:
    scene = look_up(at_desk())
    scene.answer(LookupAnswered, lookup(LookupOutcome.REFUSED, why=why))
    assert stage(scene) == Refused(why)
    assert NUMBER not in texts(scene.model)
    scene.press(Back())
    assert stage(scene) == Desk()


def test_too_many_look_ups_have_a_page_of_their_own() -> None:
    scene = look_up(at_desk())
    scene.answer(LookupAnswered, lookup(LookupOutcome.TOO_MANY))
    assert stage(scene) == Refused(None)


@pytest.mark.parametrize("answer", [replace(lookup(), record=None), replace(lookup(), lookup=None)])
def test_a_find_without_a_record_is_no_answer(answer: object) -> None:
    scene = look_up(at_desk())
    scene.answer(LookupAnswered, answer)
    assert stage(scene) == StaffFailed(Failure.CENTRAL_BAD_ANSWER, TypeWhose(Ground.PRESENT, text=NUMBER))


def test_an_outage_leads_back_to_the_number_and_can_be_tried_again() -> None:
    scene = look_up(at_desk())
    scene.service_fails(CentralFailure.UNREACHABLE)
    assert stage(scene) == StaffFailed(Failure.CENTRAL_UNREACHABLE, TypeWhose(Ground.PRESENT, text=NUMBER))
    scene.press(TryAgain())
    scene.press(ConfirmTyped())
    assert isinstance(scene.effects[-1], LookUp)


def test_in_a_known_outage_nothing_is_asked() -> None:
    scene = at_desk()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    look_up(scene)
    assert not any(isinstance(effect, LookUp) for effect in scene.effects)
    assert isinstance(stage(scene), StaffFailed)


def test_a_session_that_central_ended_is_signed_out_here_with_all_that_it_found() -> None:
    scene = to_found(at_desk())
    scene.press(RevealRecord(RevealField.NAME))
    scene.service_fails(CentralFailure.SESSION_ENDED)
    staff = staff_of(scene)
    assert (staff.role, staff.number) == (None, "")
    assert staff.stage == StaffFailed(Failure.CENTRAL_SESSION_ENDED, SignIn())
    assert not any(text in STAFF_TEXTS or mark(0) in text for text in texts(scene.model))
    carded = look_up(at_desk_with_card())
    carded.service_fails(CentralFailure.SESSION_ENDED)
    assert carded.failure() is Failure.CENTRAL_SESSION_ENDED


# --- the second sign-in ---------------------------------------------------------------------------------------------------


def second_asked() -> Scene:
    scene = look_up(at_desk(), Ground.COURT)
    scene.answer(LookupAnswered, lookup(LookupOutcome.SECOND_NEEDED))
    return scene


def test_a_supervisor_signs_in_as_the_second_and_it_is_asked_again() -> None:
    scene = second_asked()
    asked = TypeWhose(Ground.COURT, text=NUMBER)
    assert stage(scene) == SignIn(second=True, back=asked)
    type_sign_in(scene, Role.SUPERVISOR)
    assert scene.effects[-1] == SignStaffIn(1, 0, 3, "0007", "123456", second=True)
    effects = scene.answer(StaffSignedIn, session(Role.SUPERVISOR))
    assert effects == (LookUp(1, 0, 4, Ground.COURT, None, None, NumberKind.ID_NUMBER, NUMBER),)
    staff = staff_of(scene)
    assert (staff.role, staff.number) == (Role.CLERK, "W-0231")  # it stays the clerk's session
    scene.answer(LookupAnswered, lookup())
    assert isinstance(stage(scene), Found)


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (SignInOutcome.WRONG_ROLE, EntryNote.WRONG_ROLE),
        (SignInOutcome.REFUSED, EntryNote.REFUSED),
        (SignInOutcome.NOT_STAFF, EntryNote.REFUSED),
        (SignInOutcome.LOCKED, EntryNote.REFUSED),
    ],
)
def test_a_second_sign_in_that_is_not_taken_looks_nothing_up(outcome: SignInOutcome, note: EntryNote) -> None:
    scene = second_asked()
    type_sign_in(scene, Role.CLERK)
    assert scene.answer(StaffSignedIn, session(outcome=outcome)) == ()
    assert stage(scene) == SignIn(second=True, note=note, back=TypeWhose(Ground.COURT, text=NUMBER))


def test_who_has_no_supervisor_goes_back_to_the_number() -> None:
    scene = second_asked()
    scene.press(Back())
    assert stage(scene) == TypeWhose(Ground.COURT, text=NUMBER)


# --- in clear -------------------------------------------------------------------------------------------------------------


def test_one_field_is_shown_in_clear_for_ten_seconds() -> None:
    scene = to_found(at_desk())
    assert scene.press(RevealRecord(RevealField.NUMBER)) == (RevealNow(1, 0, 3, LOOKUP, RevealField.NUMBER),)
    assert scene.press(RevealRecord(RevealField.NAME)) == ()  # one at a time
    scene.answer(FieldRevealed, Revealed(RevealField.NUMBER, "in clear"))
    assert found(scene).shown == Shown(RevealField.NUMBER, "in clear", scene.now + 10.0)
    assert reveal_left(scene.model) == 10
    scene.wait(10.0)
    assert found(scene).shown is None
    assert "in clear" not in texts(scene.model)


def test_the_field_before_is_hidden_when_another_one_is_asked_for_or_it_is_told_so() -> None:
    scene = reveal(to_found(at_desk()))
    scene.press(RevealRecord(RevealField.NAME))
    assert found(scene).shown is None
    scene.answer(FieldRevealed, Revealed(RevealField.NAME, "name in clear"))
    scene.press(RevealRecord(None))
    assert found(scene).shown is None


def test_a_field_that_was_not_asked_for_now_is_not_shown() -> None:
    scene = to_found(at_desk())
    scene.press(RevealRecord(RevealField.NUMBER))
    scene.answer(FieldRevealed, Revealed(RevealField.PHONE, "in clear"))
    assert found(scene).shown is None
    scene.answer(FieldRevealed, Revealed(RevealField.NUMBER, "in clear"), request=2)
    assert found(scene).shown is None


def test_an_outage_of_a_reveal_leads_back_to_what_was_found() -> None:
    scene = to_found(at_desk())
    before = found(scene)
    scene.press(RevealRecord(RevealField.NAME))
    scene.service_fails()
    assert staff_of(scene).stage == StaffFailed(Failure.CENTRAL_TIMEOUT, replace(before, request=3))
    scene.press(Back())
    assert found(scene).asked is None


def test_a_found_record_is_covered_after_a_minute_without_a_touch_and_comes_back_masked() -> None:
    scene = reveal(to_found(at_desk()))
    scene.wait(59.0)
    assert shown(scene) is Screen.FOUND
    scene.wait(1.0)
    assert shown(scene) is Screen.COVERED
    assert scene.press(HandOver()) == ()  # nothing that is under the cover can be meant
    assert shown(scene) is Screen.FOUND
    scene.wait(60.0)
    scene.touch()
    assert shown(scene) is Screen.FOUND
    assert found(scene).shown is None


def test_what_comes_while_the_page_is_covered_is_not_shown_under_it() -> None:
    scene = to_found(at_desk())
    scene.press(RevealRecord(RevealField.NUMBER))
    scene.wait(60.0)
    scene.answer(FieldRevealed, Revealed(RevealField.NUMBER, "in clear"))
    assert "in clear" not in texts(scene.model)


def test_a_number_that_somebody_began_to_type_is_covered_too() -> None:
    scene = chosen(Ground.PRESENT)
    scene.wait(61.0)
    assert shown(scene) is Screen.WHOSE
    scene.keys("37")
    scene.wait(61.0)
    assert shown(scene) is Screen.COVERED


def test_a_covered_page_still_ends_after_ten_minutes() -> None:
    scene = to_found(at_desk())
    scene.wait(570.0)
    assert shown(scene) is Screen.STILL_THERE
    scene.press(StayHere())
    assert shown(scene) is Screen.COVERED
    scene.wait(600.0)
    assert state_of(scene) == Ended(WhyEnded.IDLE, scene.now)
    assert next_deadline(scene.model) is not None


def test_the_slip_of_a_look_up_is_the_masked_one_and_does_not_stand_in_the_way_of_a_reveal() -> None:
    scene = reveal(to_found(at_desk()))
    assert scene.press(PrintSlip()) == (
        PrintLookup(1, 0, 4, "zh_CN", LOOKUP, Ground.PRESENT, "W-0231", found_record()),
    )
    assert scene.press(PrintSlip()) == ()
    scene.press(RevealRecord(RevealField.NAME))
    scene.answer(SlipPrinted, Paper.PRINTED, request=4)
    assert found(scene).paper is Paper.PRINTED
    scene.answer(FieldRevealed, Revealed(RevealField.NAME, "in clear"))
    assert found(scene).shown is not None


def test_the_end_of_a_look_up_leaves_nothing_of_it() -> None:
    scene = to_found(at_desk())
    scene.press(EndLookup())
    assert stage(scene) == Desk()
    assert not any(mark(0) in text or text == LOOKUP for text in texts(scene.model))


# --- hand-over ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("desk", [at_desk, at_desk_with_card])
def test_after_a_hand_over_the_resident_goes_on_and_nothing_of_the_staff_session_is_left(desk: object) -> None:
    scene = to_found(desk())  # type: ignore[operator]
    insertion = staff_of(scene).insertion
    assert scene.press(HandOver()) == (HandOverNow(1, insertion, 3, LOOKUP),)
    assert scene.press(RevealRecord(RevealField.NAME)) == ()
    assert scene.answer(PersonSessionOpened, person_session()) == (fx.FetchOverview(1, 0),)
    assert kind(scene) is Opening
    assert not any(text in STAFF_TEXTS or mark(0) in text for text in texts(scene.model))
    scene.overview()
    record = scene.state
    assert isinstance(record, Record)
    assert (record.access, record.insertion, record.overview) == (Access.HANDED_OVER, 0, overview(0))
    assert not any(text in STAFF_TEXTS for text in texts(scene.model))
    assert not any(isinstance(effect, fx.KeepRecent) for effect in scene.effects)


def test_the_clerks_card_leaves_without_ending_what_was_handed_over() -> None:
    scene = to_handed_over(at_desk_with_card())
    assert scene.remove() == ()
    assert kind(scene) is Record
    scene.press(End())
    assert kind(scene) is Idle


def test_a_clerks_card_that_was_left_in_is_to_be_taken_at_the_end() -> None:
    scene = to_handed_over(at_desk_with_card())
    scene.press(End())
    assert kind(scene) is TakeCard


def test_another_card_ends_what_was_handed_over_visibly() -> None:
    scene = to_handed_over(at_desk_with_card())
    scene.remove()
    assert scene.insert() == (fx.EndVisit(1, 0),)
    assert state_of(scene) == Ended(WhyEnded.CARD_CAME, scene.now)
    assert not any(mark(0) in text for text in texts(scene.model))


@pytest.mark.parametrize("outcome", [QueryOutcome.REFUSED, QueryOutcome.LOCKED])
def test_a_hand_over_that_central_refuses_stays_with_the_clerk(outcome: QueryOutcome) -> None:
    scene = to_found(at_desk())
    scene.press(HandOver())
    scene.answer(PersonSessionOpened, person_session(outcome))
    assert isinstance(stage(scene), StaffFailed)
    scene.press(Back())
    assert not found(scene).handing_over


def test_a_record_without_a_card_reveals_nothing_and_offers_the_report_of_a_loss_only() -> None:
    scene = to_handed_over(at_desk())
    scene.press(SetReveal(Field.NAME))
    assert reveal_left(scene.model) is None
    scene.press(OpenRegistration())
    assert shown(scene) is Screen.REGISTRATION
    scene.press(OpenServices())
    assert shown(scene) is Screen.LOSS
    assert scene.press(ChangePin()) == ()
    assert shown(scene) is Screen.LOSS
    assert scene.press(Back()) == (fx.FetchOverview(1, 0),)  # it was closed: it is asked for again
    scene.overview()
    assert isinstance(scene.state, Record)
    assert scene.state.access is Access.HANDED_OVER


def test_a_loss_is_reported_without_the_card_and_nothing_is_forgotten_of_a_card_that_is_not_here() -> None:
    scene = to_handed_over(at_desk())
    scene.press(OpenServices())
    assert scene.press(ConfirmLoss()) == (fx.ReportLossNow(1, 0, 1),)
    assert scene.answer(LossReportAnswered, LossReport("REF-2", None)) == ()
    assert isinstance(scene.state, CardService)
    assert isinstance(scene.state.stage, LossReported)
    scene.press(End())
    assert kind(scene) is Idle


def test_a_record_of_a_lost_card_opens_without_the_card() -> None:
    scene = to_found(at_desk())
    scene.press(HandOver())
    scene.answer(PersonSessionOpened, person_session())
    scene.overview(overview(0, card_status=CardStatus.LOST))
    assert kind(scene) is Record


# --- tickets and slips ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [TicketState.TAKEN, TicketState.WAITING])
def test_a_ticket_is_taken_by_its_code(state: TicketState) -> None:
    scene = at_desk()
    scene.press(OpenTicket())
    assert scene.keys("t-1234").press(ConfirmTyped()) == (TakeTicket(1, 0, 2, "T-1234"),)
    scene.answer(TicketTakenAnswered, ticket(state))
    assert stage(scene) == TicketTaken(ticket(state))
    scene.wait(60.0)
    assert shown(scene) is Screen.COVERED


@pytest.mark.parametrize(
    ("state", "note"), [(TicketState.UNKNOWN, EntryNote.UNKNOWN), (TicketState.EXPIRED, EntryNote.EXPIRED)]
)
def test_a_ticket_that_stands_for_nothing_says_so_on_its_page(state: TicketState, note: EntryNote) -> None:
    scene = at_desk()
    scene.press(OpenTicket())
    scene.keys("T-1234").press(ConfirmTyped())
    scene.answer(TicketTakenAnswered, ticket(state))
    assert stage(scene) == TypeTicket("T-1234", note)
    scene.keys("5")
    assert stage(scene) == TypeTicket("T-12345")


def test_a_slip_is_found_by_its_reference_and_printed_again() -> None:
    scene = at_desk()
    scene.press(OpenSlip())
    scene.keys("REF").press(ConfirmTyped())
    assert stage(scene) == TypeSlip("REF", EntryNote.INCOMPLETE)
    assert scene.keys("-1").press(ConfirmTyped()) == (FindSlip(1, 0, 2, "REF-1"),)
    scene.answer(SlipAnswered, slip_facts())
    assert stage(scene) == SlipFound(slip_facts(), Paper.OFFERED)
    assert scene.press(PrintSlip()) == (PrintAgain(1, 0, 3, "zh_CN", slip_facts()),)
    assert scene.press(PrintSlip()) == ()
    scene.answer(SlipPrinted, Paper.FAILED)
    assert stage(scene) == SlipFound(slip_facts(), Paper.FAILED)
    assert len(scene.press(PrintSlip())) == 1


def test_a_slip_that_central_does_not_know_says_so() -> None:
    scene = at_desk()
    scene.press(OpenSlip())
    scene.keys("REF-1").press(ConfirmTyped())
    scene.answer(SlipAnswered, None)
    assert stage(scene) == TypeSlip("REF-1", EntryNote.UNKNOWN)


def test_a_hall_without_grounds_offers_no_look_up() -> None:
    scene = at_desk(rules=replace(at_desk().model.rules, help=replace(HELP, grounds=())))
    scene.press(OpenLookup())
    assert stage(scene) == Desk()
