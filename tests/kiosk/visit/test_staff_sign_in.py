"""Staff sign in: with a staff card, with name, password and one-time code, a technician while central is away; and how a session
ends."""

from dataclasses import replace

import pytest

from drivers.card.states import PinLocked, PinVerified, ReaderState
from kiosk.help import Role, SignInOutcome
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.visit import effects as fx
from kiosk.visit.actions import Back, ClearKeys, ConfirmPin, ConfirmTyped, End, SetLanguage, StayHere, TypeKey
from kiosk.visit.deadlines import lock_left, seconds_left
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.events import Ask, CardInserted, LinkChanged
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    Desk,
    Ended,
    OpenLookup,
    OpenQuery,
    OpenRemedy,
    OpenStaffSignIn,
    ServiceScreen,
    SignIn,
    Staff,
    StaffFailed,
    StaffWorking,
    TypeFailure,
    WhyEnded,
)
from kiosk.visit.help_deeds import (
    AuditStands,
    Diagnose,
    OpenPassword,
    SignStaffIn,
    SignTechnicianIn,
    StaffSignedIn,
    TechnicianLetIn,
)
from kiosk.visit.states import CardPage, Idle, Link, OutOfService, PinPad, Reading, Screen, TakeCard
from tests.kiosk.visit.help_samples import (
    HELP,
    HELP_RULES,
    STAFF_TEXTS,
    at_desk,
    at_desk_with_card,
    helping,
    kind,
    session,
    shown,
    staff_of,
    staff_reply,
    state_of,
    technician_in_an_outage,
    to_found,
    type_sign_in,
    with_staff_card,
)
from tests.kiosk.visit.samples import Scene, texts


def sign_in(scene: Scene) -> SignIn:
    stage = staff_of(scene).stage
    assert isinstance(stage, SignIn)
    return stage


def offline(scene: Scene) -> Scene:
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    return scene


# --- staff card -----------------------------------------------------------------------------------------------------------


def test_after_the_pin_of_a_staff_card_central_is_asked_whose_session_it_is_and_for_no_record() -> None:
    scene = with_staff_card()
    assert SignStaffIn(1, 1, 1, with_card=True) in scene.effects
    assert not any(isinstance(effect, fx.FetchOverview | fx.OpenRecent | fx.KeepRecent) for effect in scene.effects)
    assert shown(scene) is Screen.STAFF_WORKING
    scene.answer(StaffSignedIn, session())
    staff = staff_of(scene)
    assert (staff.stage, staff.role, staff.number, staff.insertion) == (Desk(), Role.CLERK, "W-0231", 1)
    assert not any(isinstance(effect, fx.KeepRecent) for effect in scene.effects)


def test_centrals_answer_that_comes_after_the_pin_leads_to_the_desk_as_well() -> None:
    scene = helping()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.0)
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    assert scene.session(staff_reply()) == (SignStaffIn(1, 1, 1, with_card=True),)


def test_a_technicians_card_leads_to_the_service_screen_which_looks_at_every_part() -> None:
    scene = with_staff_card(Role.TECHNICIAN)
    effects = scene.answer(StaffSignedIn, session(Role.TECHNICIAN))
    assert effects == (Diagnose(1, 1, 2),)
    assert isinstance(staff_of(scene).stage, ServiceScreen)
    assert not staff_of(scene).diagnostics_only


@pytest.mark.parametrize("verdict", [Verdict.CANNOT_BE_PROVED, Verdict.NOT_GENUINE])
def test_a_staff_card_that_is_not_proved_gets_no_pin_page_whatever_the_region_allows(verdict: Verdict) -> None:
    scene = helping(personal_without_proof=True)
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(staff_reply(verdict=verdict))
    scene.wait(1.0)
    assert shown(scene) is Screen.FAILURE


@pytest.mark.parametrize("outcome", [outcome for outcome in SignInOutcome if outcome is not SignInOutcome.SIGNED_IN])
def test_a_staff_card_that_central_does_not_sign_in_ends_on_a_page_of_its_card(outcome: SignInOutcome) -> None:
    scene = with_staff_card()
    effects = scene.answer(StaffSignedIn, session(outcome=outcome))
    assert kind(scene) is CardPage
    assert scene.failure() is Failure.CENTRAL_REFUSED
    assert effects == (fx.EndVisit(1, 1),)


def test_a_staff_card_with_a_locked_pin_is_offered_no_ticket_for_residents() -> None:
    scene = helping()
    scene.insert()
    scene.identified()
    scene.probed(PinLocked())
    scene.session(staff_reply())
    scene.wait(1.0)
    assert isinstance(scene.state, CardPage)
    assert not scene.state.ticket


def test_a_staff_card_that_may_not_be_used_any_more_is_a_card_like_any_other() -> None:
    scene = helping()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(staff_reply(status=CardStatus.LOST))
    scene.wait(1.0)
    assert scene.failure() is Failure.STATUS_LOST


# --- name, password, code -------------------------------------------------------------------------------------------------


def test_name_password_and_code_are_sent_once_and_the_password_is_never_in_the_model() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    assert shown(scene) is Screen.SIGN_IN
    scene.keys("0231")
    assert scene.press(ConfirmTyped()) == (OpenPassword(1),)
    scene.keys("secret")  # of a keyboard that is none of this page's
    assert sign_in(scene) == SignIn(SignInStep.PASSWORD, "0231")
    scene.digits(8)
    assert sign_in(scene).digits == 8
    scene.press(ConfirmTyped())
    scene.keys("123456")
    assert scene.press(ConfirmTyped()) == (SignStaffIn(1, 0, 1, "0231", "123456"),)
    assert "0231" not in texts(scene.state)
    assert "123456" not in texts(scene.state)
    scene.answer(StaffSignedIn, session())
    assert isinstance(staff_of(scene).stage, Desk)


def test_what_is_not_complete_is_not_sent() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    scene.keys("023").press(ConfirmTyped())
    assert sign_in(scene).note is EntryNote.INCOMPLETE
    scene.keys("1").press(ConfirmTyped())
    scene.press(ConfirmTyped())
    assert (sign_in(scene).step, sign_in(scene).note) == (SignInStep.PASSWORD, EntryNote.INCOMPLETE)
    scene.digits(8)
    scene.press(ConfirmTyped())
    scene.keys("12345").press(ConfirmTyped())
    assert (sign_in(scene).step, sign_in(scene).note) == (SignInStep.CODE, EntryNote.INCOMPLETE)
    assert not any(isinstance(effect, SignStaffIn) for effect in scene.effects)


def test_back_from_the_code_asks_for_the_password_anew_and_from_the_name_leaves() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    scene.keys("0231").press(ConfirmTyped())
    scene.digits(8)
    scene.press(ConfirmTyped())
    assert scene.press(Back()) == (OpenPassword(1),)
    assert sign_in(scene) == SignIn(SignInStep.PASSWORD, "0231")
    assert scene.press(Back()) == (OpenPassword(1),)
    assert scene.press(Back()) == (fx.EndVisit(1, 0),)
    assert kind(scene) is Idle


@pytest.mark.parametrize("outcome", [SignInOutcome.REFUSED, SignInOutcome.NOT_STAFF, SignInOutcome.WRONG_ROLE])
def test_every_no_says_the_same_and_begins_with_an_empty_name(outcome: SignInOutcome) -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(outcome=outcome))
    assert sign_in(scene) == SignIn(note=EntryNote.REFUSED)


@pytest.mark.parametrize(("wait", "locked"), [(15, 0.0), (0, 15.0), (5, 15.0)])
def test_a_lock_of_central_or_of_this_kiosk_takes_no_key_until_it_is_over(wait: int, locked: float) -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(outcome=SignInOutcome.LOCKED, wait=wait), locked)
    assert lock_left(scene.model) == 15
    scene.keys("0")
    scene.press(ConfirmTyped())
    assert sign_in(scene).name == ""
    scene.wait(14.5)
    assert lock_left(scene.model) == 1
    scene.keys("0")
    assert sign_in(scene).name == ""
    scene.wait(1.0)
    assert lock_left(scene.model) is None
    scene.keys("0")
    assert sign_in(scene).name == "0"


def test_in_a_known_outage_nothing_is_sent_and_the_password_is_wiped() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    offline(scene)
    type_sign_in(scene, Role.CLERK)
    assert not any(isinstance(effect, SignStaffIn) for effect in scene.effects)
    assert scene.effects == [OpenPassword(1), OpenPassword(1)]  # to type into, and to wipe it
    assert staff_of(scene).stage == StaffFailed(Failure.CENTRAL_UNREACHABLE, SignIn())
    scene.press(Back())
    assert sign_in(scene) == SignIn()


def test_an_answer_to_an_earlier_question_signs_nobody_in() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.CLERK)
    scene.service_fails()
    scene.press(Back())
    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(), request=1)
    assert staff_of(scene).role is None
    assert isinstance(staff_of(scene).stage, StaffWorking)


def test_who_did_not_sign_in_reaches_remedies_and_nothing_else() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    for action in (OpenLookup(), OpenQuery()):
        scene.press(action)
        assert isinstance(staff_of(scene).stage, SignIn)
    scene.press(OpenRemedy())
    assert isinstance(staff_of(scene).stage, TypeFailure)
    scene.press(Back())
    assert isinstance(staff_of(scene).stage, SignIn)


# --- where the entries are ------------------------------------------------------------------------------------------------


def test_the_attract_page_has_the_entry_where_the_hall_has_no_staff_cards_or_central_is_away() -> None:
    scene = helping(help=replace(HELP, sign_in_without_card=False))
    scene.press(OpenStaffSignIn())
    assert kind(scene) is Idle
    offline(scene)
    scene.press(OpenStaffSignIn())
    assert kind(scene) is Staff


def test_a_kiosk_that_cannot_serve_lets_a_technician_sign_in_without_a_card() -> None:
    scene = helping(help=replace(HELP, sign_in_without_card=False))
    scene.reader(ReaderState.FAULTY)
    assert kind(scene) is OutOfService
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.TECHNICIAN)
    scene.answer(StaffSignedIn, session(Role.TECHNICIAN))
    assert shown(scene) is Screen.SERVICE
    scene.reader(ReaderState.NO_READER)
    scene.clock(True)
    assert shown(scene) is Screen.SERVICE  # who repairs it is not thrown out by it
    scene.press(End())
    assert kind(scene) is OutOfService


# --- a technician while central is away -----------------------------------------------------------------------------------


def test_a_technicians_pair_opens_diagnostics_only() -> None:
    scene = technician_in_an_outage()
    scene.central_fails(Ask.SESSION, CentralFailure.UNREACHABLE)
    assert kind(scene) is PinPad
    scene.digits(6)
    scene.press(ConfirmPin())
    assert scene.pin(PinVerified()) == (SignTechnicianIn(1, 1, 1),)
    effects = scene.answer(TechnicianLetIn, "T-0007")
    assert effects == (Diagnose(1, 1, 2),)
    staff = staff_of(scene)
    assert (staff.role, staff.number, staff.diagnostics_only) == (Role.TECHNICIAN, "T-0007", True)
    scene.press(OpenLookup())
    assert isinstance(staff_of(scene).stage, ServiceScreen)


def test_no_pair_no_way_in_and_the_page_says_why_central_was_not_asked() -> None:
    scene = technician_in_an_outage()
    scene.central_fails(Ask.SESSION, CentralFailure.TLS)
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    scene.answer(TechnicianLetIn, None)
    assert scene.failure() is Failure.CENTRAL_TLS


def test_an_outage_while_central_is_asked_whose_card_it_is_tries_the_cards_pairs() -> None:
    scene = with_staff_card(Role.TECHNICIAN)
    assert scene.service_fails(CentralFailure.TIMEOUT) == (SignTechnicianIn(1, 1, 2),)
    scene.answer(StaffSignedIn, session(Role.CLERK))  # late: the card is let in by its pair or not at all
    assert scene.failure() is Failure.CENTRAL_REFUSED
    again = with_staff_card(Role.CLERK)
    again.service_fails(CentralFailure.TIMEOUT)
    again.answer(TechnicianLetIn, None)
    assert again.failure() is Failure.CENTRAL_TIMEOUT


def test_a_no_of_central_tries_no_pair() -> None:
    scene = with_staff_card(Role.TECHNICIAN)
    scene.service_fails(CentralFailure.REFUSED)
    assert scene.failure() is Failure.CENTRAL_REFUSED
    assert not any(isinstance(effect, SignTechnicianIn) for effect in scene.effects)


# --- the end --------------------------------------------------------------------------------------------------------------


def test_a_pulled_staff_card_ends_the_session_at_once_and_says_so() -> None:
    scene = to_found(at_desk_with_card())
    assert scene.remove() == (fx.EndVisit(1, 1),)
    assert state_of(scene) == Ended(WhyEnded.STAFF_CARD_LEFT, scene.now)
    assert not any(text in STAFF_TEXTS for text in texts(scene.model))
    scene.wait(HELP.ended_page)
    assert kind(scene) is Idle


def test_a_card_put_in_ends_a_session_without_a_card_visibly_and_then_its_own_visit_begins() -> None:
    scene = to_found(at_desk())
    assert scene.insert() == (fx.EndVisit(1, 0),)
    assert state_of(scene) == Ended(WhyEnded.CARD_CAME, scene.now)
    assert not any(text in STAFF_TEXTS for text in texts(scene.model))
    scene.wait(HELP.ended_page)
    assert isinstance(scene.state, Reading)
    assert (scene.state.visit, scene.state.insertion) == (2, 1)


def test_a_touch_leads_on_from_the_page_that_says_so() -> None:
    scene = at_desk()
    scene.insert()
    scene.touch()
    assert kind(scene) is Reading


def test_a_card_that_came_and_went_leaves_nothing() -> None:
    scene = at_desk()
    scene.insert()
    scene.remove()
    assert kind(scene) is Ended
    scene.wait(HELP.ended_page)
    assert kind(scene) is Idle


def test_another_card_in_place_of_the_staff_card_ends_the_session_as_a_pull_does() -> None:
    scene = at_desk_with_card()
    scene.insertion += 1
    scene.send(CardInserted(scene.now, scene.insertion))
    assert state_of(scene) == Ended(WhyEnded.STAFF_CARD_LEFT, scene.now)
    scene.wait(HELP.ended_page)
    assert kind(scene) is Reading


def test_after_ten_minutes_without_a_touch_the_session_is_over_asked_half_a_minute_before() -> None:
    scene = at_desk()
    scene.wait(569.0)
    assert shown(scene) is Screen.DESK
    scene.wait(1.0)
    assert shown(scene) is Screen.STILL_THERE
    assert seconds_left(scene.model) == 30
    scene.press(StayHere())
    assert shown(scene) is Screen.DESK
    scene.wait(599.0)
    assert shown(scene) is Screen.STILL_THERE
    scene.wait(1.0)
    assert state_of(scene) == Ended(WhyEnded.IDLE, scene.now)


def test_a_staff_card_left_in_is_to_be_taken_after_its_session_ended_by_itself() -> None:
    scene = at_desk_with_card()
    scene.wait(600.0 + HELP.ended_page)
    assert kind(scene) is TakeCard


def test_who_did_not_sign_in_has_the_time_of_anybody() -> None:
    scene = helping()
    scene.press(OpenStaffSignIn())
    scene.keys("02")
    scene.wait(60.0)
    assert shown(scene) is Screen.STILL_THERE
    scene.wait(20.0)
    assert state_of(scene) == Ended(WhyEnded.IDLE, scene.now)


def test_end_at_the_desk_signs_out() -> None:
    scene = at_desk()
    assert scene.press(End()) == (fx.EndVisit(1, 0),)
    assert kind(scene) is Idle


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR])
def test_an_audit_chain_that_cannot_be_written_ends_the_session_of_who_looks_at_records(role: Role) -> None:
    scene = to_found(at_desk(role))
    assert fx.EndVisit(1, 0) in scene.send(AuditStands(scene.now, 1, writable=False))
    assert scene.failure() is Failure.AUDIT_UNWRITABLE
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, role)
    scene.answer(StaffSignedIn, session(role))
    scene.press(OpenLookup())
    assert shown(scene) is Screen.DESK  # nobody is shown anything
    scene.press(End())
    scene.send(AuditStands(scene.now, 0, writable=True))
    assert kind(scene) is Idle


def test_with_a_staff_card_in_the_slot_the_page_says_why_the_session_ended() -> None:
    scene = at_desk_with_card()
    assert scene.send(AuditStands(scene.now, 1, writable=False)) == (fx.EndVisit(1, 1),)
    assert isinstance(scene.model.state, CardPage)
    assert scene.model.state.failure is Failure.AUDIT_UNWRITABLE


def test_a_technician_stays_while_the_audit_chain_cannot_be_written() -> None:
    scene = at_desk(Role.TECHNICIAN)
    scene.send(AuditStands(scene.now, 0, writable=False))
    assert shown(scene) is Screen.SERVICE


@pytest.mark.parametrize(
    "reach", [Scene.insert, Scene.to_pin_pad, Scene.to_opening, Scene.to_record, Scene.to_services, Scene.to_explain]
)
def test_an_audit_chain_that_cannot_be_written_ends_a_visit_with_a_card(reach: object) -> None:
    scene = Scene(HELP_RULES)
    reach(scene)  # type: ignore[operator]
    scene.send(AuditStands(scene.now, 1, writable=False))
    scene.wait(1.0)
    assert scene.failure() is Failure.AUDIT_UNWRITABLE
    assert fx.EndVisit(1, 1) in scene.effects
    scene.press(End())
    scene.remove()
    assert kind(scene) is OutOfService


def test_a_pin_at_the_card_has_its_answer_whatever_the_audit_chain_does() -> None:
    scene = Scene().to_change()
    assert scene.send(AuditStands(scene.now, 1, writable=False)) == ()
    assert shown(scene) is Screen.WORKING
    scene.press(ClearKeys())
    scene.press(TypeKey("1"))
    assert shown(scene) is Screen.WORKING


def test_aids_chosen_on_the_page_that_says_so_go_along_with_the_next_person() -> None:
    scene = at_desk()
    scene.insert()
    scene.press(SetLanguage("en"))
    assert kind(scene) is Reading
    assert scene.model.prefs.language == "en"
