"""A new card on its way to be active: every page, every answer of central and card, every way out."""

from collections.abc import Callable

import pytest

from drivers.card.states import (
    PinLocked,
    PinNotSet,
    PinRefusedFormat,
    PinTries,
    PinVerified,
    PinWrong,
    ReaderState,
)
from kiosk.model import CentralFailure, Verdict
from kiosk.services import (
    Checked,
    CheckedCode,
    CodeFor,
    Confirmed,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    Party,
    Relation,
    Reservation,
    Reserved,
    Sending,
    Ticket,
    TicketReason,
)
from kiosk.visit import effects as fx
from kiosk.visit.actions import (
    Back,
    ChooseParty,
    ConfirmPin,
    End,
    EraseKey,
    GetTicket,
    NoPhone,
    OpenPrivacy,
    OtherPhone,
    PickRelation,
    PickWay,
    ReadDocumentNow,
    SendAgain,
    ShowPart,
    Start,
    StayHere,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.deadlines import again_left, visible
from kiosk.visit.entries import number_fits
from kiosk.visit.events import (
    ActivationChecked,
    CardPinAnswered,
    CodeChecked,
    CodeSent,
    DocumentRead,
    IdentityAnswered,
    LinkChanged,
    TicketAnswered,
)
from kiosk.visit.failures import Failure
from kiosk.visit.services import (
    Activation,
    ChooseRelation,
    ChooseWay,
    Explain,
    Finished,
    Journalled,
    KeepPhone,
    Notice,
    Pins,
    PinSlot,
    ShowDocument,
    Stage,
    Stop,
    Stopped,
    TypeCode,
    TypedNote,
    TypeNumber,
    TypePhone,
    Who,
    Work,
    Working,
    may_try_again,
)
from kiosk.visit.states import CardPage, Idle, Link, OutOfService, PinPad, Reading, Screen, TakeCard
from tests.kiosk.visit.samples import (
    AS_OF,
    MOBILE,
    NUMBER,
    Scene,
    eligibility,
    new_card,
    reply,
    sent_code,
    with_rules,
)

CODE, DOCUMENT = IdentityWay.CODE, IdentityWay.DOCUMENT
MATCHED = Identity(IdentityOutcome.MATCHED, 3, "138****1234")
REF = Reservation(Reserved.RESERVED, "reservation-1", "REF-1", AS_OF)
BOTH = with_rules(identity_ways=(CODE, DOCUMENT))


def activation(scene: Scene) -> Activation:
    assert isinstance(scene.state, Activation)
    return scene.state


def stage(scene: Scene) -> Stage:
    return activation(scene).stage


def working(scene: Scene) -> Work:
    at = stage(scene)
    assert isinstance(at, Working)
    return at.work


def stopped(scene: Scene) -> Stop:
    at = stage(scene)
    assert isinstance(at, Stopped)
    return at.stop


def offline(scene: Scene) -> None:
    scene.send(LinkChanged(scene.now, Link.OFFLINE))


# --- how it begins ----------------------------------------------------------------------------------------------------------


def test_a_genuine_new_card_is_asked_for_no_pin_but_whether_it_may_be_activated() -> None:
    scene = Scene().to_activation()
    assert working(scene) is Work.CHECK
    assert fx.CheckActivation(1, 1, 1) in scene.effects
    assert not any(isinstance(effect, fx.OpenPinEntry | fx.VerifyPin) for effect in scene.effects)
    assert activation(scene).tries == 3


def test_central_s_answer_waits_for_the_probe() -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.session(new_card())
    assert isinstance(scene.state, Reading)
    scene.probed(PinTries(2))
    assert activation(scene).tries == 2


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply(status=new_card().card_status, may=False), Failure.NOT_ACTIVATED),
        (
            reply(status=new_card().card_status, may=False, activate=True, verdict=Verdict.NOT_GENUINE),
            Failure.NOT_GENUINE,
        ),
        (
            reply(status=new_card().card_status, may=False, activate=True, verdict=Verdict.CANNOT_BE_PROVED),
            Failure.CANNOT_BE_PROVED,
        ),
    ],
)
def test_what_central_does_not_offer_or_is_not_genuine_has_its_page(answer: object, failure: Failure) -> None:
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(answer)  # type: ignore[arg-type]
    scene.wait(1.0)
    assert scene.failure() is failure


def test_a_new_card_without_a_pin_has_the_page_of_a_card_that_is_not_activated() -> None:
    scene = Scene().to_activation(PinNotSet())
    scene.wait(1.0)
    assert scene.failure() is Failure.NOT_ACTIVATED


def test_a_locked_new_card_gets_a_ticket() -> None:
    scene = Scene().to_activation(PinLocked())
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, asking=True)
    assert fx.AskTicket(1, 1, 1, TicketReason.PIN_LOCKED) in scene.effects
    scene.answer(TicketAnswered, Ticket("T-1234", AS_OF))
    assert stage(scene) == Stopped(Stop.PIN_LOCKED, ticket=Ticket("T-1234", AS_OF))


def _slow(*, typed: bool) -> Scene:
    """Central takes longer than the PIN page waits for it."""
    scene = Scene()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.wait(1.0)
    assert isinstance(scene.state, PinPad)
    scene.digits(6)
    if typed:
        scene.press(ConfirmPin())
    return scene


def test_a_late_answer_takes_the_pin_page_away_and_what_was_typed_with_it() -> None:
    scene = _slow(typed=False)
    effects = scene.session(new_card())
    assert fx.OpenPinEntry(1) in effects
    assert working(scene) is Work.CHECK


@pytest.mark.parametrize(("verdict", "tries"), [(PinVerified(), 3), (PinWrong(2), 2), (PinRefusedFormat(), 3)])
def test_a_late_answer_waits_for_the_chip_s(verdict: PinVerified | PinWrong | PinRefusedFormat, tries: int) -> None:
    scene = _slow(typed=True)
    scene.session(new_card())
    assert isinstance(scene.state, PinPad)
    scene.pin(verdict)
    assert (working(scene), activation(scene).tries) == (Work.CHECK, tries)


def test_a_late_answer_and_a_locked_chip() -> None:
    scene = _slow(typed=True)
    scene.session(new_card())
    scene.pin(PinLocked())
    assert stopped(scene) is Stop.PIN_LOCKED


def test_an_answer_after_the_pin_still_leads_to_the_activation() -> None:
    scene = _slow(typed=True)
    scene.pin()
    scene.session(new_card())
    assert working(scene) is Work.CHECK


# --- may it be activated ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eligible", "stop"),
    [
        (Eligible.ACTIVE_ALREADY, Stop.ACTIVE_ALREADY),
        (Eligible.STATUS, Stop.STATUS),
        (Eligible.NOT_ON_FILE, Stop.NOT_ON_FILE),
    ],
)
def test_what_may_not_be_activated_says_why(eligible: Eligible, stop: Stop) -> None:
    assert stopped(Scene().to_who(eligibility(eligible=eligible))) is stop


@pytest.mark.parametrize("ways", [(), (IdentityWay.STAFF,), (DOCUMENT,)])
def test_without_a_way_to_prove_who_stands_there_it_stops(ways: tuple[IdentityWay, ...]) -> None:
    scene = Scene().to_who(eligibility(ways=ways))  # the rules of this kiosk: a code only
    assert stopped(scene) is Stop.NO_WAY
    assert scene.press(GetTicket()) == (fx.AskTicket(1, 1, 2, TicketReason.IDENTITY),)


@pytest.mark.parametrize(
    "journalled", [Journalled.NOTHING, Journalled.RESERVING, Journalled.RESERVED, Journalled.REFUSED]
)
def test_where_the_old_pin_is_known_to_hold_it_goes_the_whole_way(journalled: Journalled) -> None:
    scene = Scene().to_who(eligibility(reserved=journalled is not Journalled.NOTHING), journalled)
    assert stage(scene) == Who()


@pytest.mark.parametrize("eligible", Eligible)
def test_a_changed_card_is_confirmed_and_nobody_is_asked_anything(eligible: Eligible) -> None:
    scene = Scene().to_who(eligibility(eligible=eligible, reserved=True), Journalled.CHANGED)
    assert working(scene) is Work.CONFIRM
    assert scene.effects[-1] == fx.ConfirmActivation(1, 1, 2)


@pytest.mark.parametrize("journalled", [Journalled.CHANGING, Journalled.LOST])
def test_after_a_tear_the_new_pin_is_asked_for(journalled: Journalled) -> None:
    scene = Scene().to_who(eligibility(reserved=True), journalled)
    assert stage(scene) == Pins(PinSlot.NEW, after_tear=True)
    assert scene.effects[-1] == fx.OpenSecret(1, PinSlot.NEW)


@pytest.mark.parametrize(
    "journalled", [Journalled.NOTHING, Journalled.RESERVING, Journalled.RESERVED, Journalled.REFUSED]
)
def test_a_reservation_that_another_kiosk_was_told_of_is_as_one_whose_journal_is_lost(journalled: Journalled) -> None:
    scene = Scene().to_who(eligibility(reserved=True, here=False), journalled)
    assert stage(scene) == Pins(PinSlot.NEW, after_tear=True)
    assert activation(scene).sent


def test_with_one_try_left_a_tear_is_for_the_counter() -> None:
    scene = Scene().to_activation(PinTries(1))
    effects = scene.answer(ActivationChecked, eligibility(reserved=True), Journalled.CHANGING)
    assert stopped(scene) is Stop.ONE_TRY_LEFT
    assert effects == (fx.AskTicket(1, 1, 2, TicketReason.ACTIVATION_STUCK),)


def test_with_one_try_left_an_old_pin_may_be_typed_where_it_is_known_to_hold() -> None:
    scene = Scene().to_activation(PinTries(1))
    scene.answer(ActivationChecked, eligibility(), Journalled.NOTHING)
    assert stage(scene) == Who()


# --- who stands there -------------------------------------------------------------------------------------------------------


def test_of_an_adult_the_holder_or_an_agent_of_a_child_a_guardian_only() -> None:
    adult, child = Scene().to_who(), Scene().to_who(eligibility(minor=True))
    adult.press(ChooseParty(Party.GUARDIAN))
    assert stage(adult) == Who()
    for party in (Party.HOLDER, Party.AGENT):
        child.press(ChooseParty(party))
        assert stage(child) == Who()
    child.press(ChooseParty(Party.GUARDIAN))
    assert stage(child) == ChooseRelation()
    child.press(PickRelation(Relation.GRANDPARENT))
    assert stage(child) == TypeNumber(Party.HOLDER)


@pytest.mark.parametrize("party", [Party.AGENT, Party.GUARDIAN])
def test_who_acts_for_somebody_gives_both_numbers(party: Party) -> None:
    scene = Scene().to_who(eligibility(minor=party is Party.GUARDIAN))
    scene.press(ChooseParty(party))
    relation = Relation.PARENT if party is Party.GUARDIAN else None
    if relation is not None:
        scene.press(PickRelation(relation))
    assert scene.typed(NUMBER) == (fx.ProveIdentity(1, 1, 2, Party.HOLDER, None, NUMBER),)
    scene.answer(
        IdentityAnswered, Identity(IdentityOutcome.NO_PHONE, 3, None)
    )  # a child's own phone is nobody's matter
    assert stage(scene) == TypeNumber(party)
    assert scene.typed(NUMBER) == (fx.ProveIdentity(1, 1, 3, party, relation, NUMBER),)
    assert scene.answer(IdentityAnswered, MATCHED) == (fx.SendCode(1, 1, 4, CodeFor.IDENTITY, None),)
    assert activation(scene).phone == "138****1234"


def at_number(rules: bool = False) -> Scene:
    scene = Scene(BOTH) if rules else Scene()
    scene.to_who()
    scene.press(ChooseParty(Party.HOLDER))
    return scene


def test_only_what_belongs_into_a_number_is_typed() -> None:
    scene = at_number().keys("X12?" + "3" * 20 + "X")
    assert stage(scene) == TypeNumber(Party.HOLDER, "12" + "3" * 16)
    scene.press(EraseKey())
    scene.press(TypeKey("X"))
    scene.press(TypeKey("1"))
    assert stage(scene) == TypeNumber(Party.HOLDER, "12" + "3" * 15 + "X")


@pytest.mark.parametrize(("text", "note"), [("3701", TypedNote.INCOMPLETE), (NUMBER[:-1] + "1", TypedNote.CHECKSUM)])
def test_a_slip_of_the_finger_is_told_and_nothing_is_sent(text: str, note: TypedNote) -> None:
    scene = at_number()
    assert scene.typed(text) == ()
    assert stage(scene) == TypeNumber(Party.HOLDER, text, note)
    scene.press(EraseKey())
    assert stage(scene) == TypeNumber(Party.HOLDER, text[:-1])


def test_the_check_character_is_gb_11643_s() -> None:
    assert number_fits("11010519491231002X")  # of the standard's own example
    assert not number_fits("110105194912310021")
    assert number_fits(NUMBER)


@pytest.mark.parametrize(
    ("outcome", "left", "stop"),
    [
        (IdentityOutcome.MISMATCH, 0, Stop.IDENTITY_LOCKED),
        (IdentityOutcome.UNDER_AGE, 3, Stop.UNDER_AGE),
        (IdentityOutcome.NOT_ON_FILE, 3, Stop.NOT_ON_FILE),
        (IdentityOutcome.NO_PHONE, 3, Stop.NO_MOBILE),
        (IdentityOutcome.LOCKED, 0, Stop.IDENTITY_LOCKED),
    ],
)
def test_identities_that_do_not_lead_on(outcome: IdentityOutcome, left: int, stop: Stop) -> None:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(outcome, left, None))
    assert stopped(scene) is stop


def test_a_mismatch_keeps_what_was_typed_and_says_how_many_tries_are_left() -> None:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MISMATCH, 2, None))
    assert stage(scene) == TypeNumber(Party.HOLDER, NUMBER, TypedNote.MISMATCH, 2)


def test_an_agent_that_is_the_holder_or_unknown() -> None:
    def agent() -> Scene:
        scene = Scene().to_who()
        scene.press(ChooseParty(Party.AGENT))
        scene.typed(NUMBER)
        scene.answer(IdentityAnswered, MATCHED)
        scene.typed(NUMBER)
        return scene

    scene = agent()
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.SAME_PERSON, 3, None))
    assert stage(scene) == TypeNumber(Party.AGENT, note=TypedNote.SAME_PERSON)
    scene = agent()
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.NOT_ON_FILE, 3, None))
    assert stopped(scene) is Stop.PARTY_NOT_ON_FILE


# --- ways -------------------------------------------------------------------------------------------------------------------


def test_of_several_ways_one_is_chosen() -> None:
    scene = at_number(rules=True)
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    assert stage(scene) == ChooseWay(Party.HOLDER)
    scene.press(PickWay(IdentityWay.STAFF))
    assert stage(scene) == ChooseWay(Party.HOLDER)
    scene.press(PickWay(DOCUMENT))
    assert stage(scene) == ShowDocument(Party.HOLDER)
    scene.press(Back())
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    assert scene.press(PickWay(CODE)) == (fx.SendCode(1, 1, 4, CodeFor.IDENTITY, None),)


def test_without_a_phone_on_file_the_document_says_it() -> None:
    scene = at_number(rules=True)
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.NO_PHONE, 3, None))
    assert stage(scene) == ShowDocument(Party.HOLDER)


def test_where_the_document_is_the_only_way_nobody_types_what_it_says() -> None:
    scene = Scene(BOTH).to_who(eligibility(ways=(DOCUMENT,)))
    scene.press(ChooseParty(Party.HOLDER))
    assert stage(scene) == ShowDocument(Party.HOLDER)
    assert scene.press(ReadDocumentNow()) == (fx.ReadDocument(1, 1, 2, Party.HOLDER),)
    assert scene.answer(DocumentRead, None, None) == ()
    assert stage(scene) == ShowDocument(Party.HOLDER, failed=True)
    scene.press(ReadDocumentNow())
    assert scene.answer(DocumentRead, NUMBER, "张三") == (
        fx.ProveIdentity(1, 1, 4, Party.HOLDER, None, NUMBER, "张三"),
    )
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MISMATCH, 2, None))
    assert stage(scene) == ShowDocument(Party.HOLDER, failed=True)
    scene.press(ReadDocumentNow())
    scene.answer(DocumentRead, NUMBER, "张三")
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MATCHED, 3, None))
    assert activation(scene).way is DOCUMENT
    assert stage(scene) == KeepPhone("138****«0»")  # the holder's on file


def test_a_document_of_the_holder_in_the_hand_of_an_agent() -> None:
    scene = Scene(BOTH).to_who(eligibility(ways=(DOCUMENT,)))
    scene.press(ChooseParty(Party.AGENT))
    assert stage(scene) == TypeNumber(Party.HOLDER)
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    assert stage(scene) == ShowDocument(Party.AGENT)
    scene.press(ReadDocumentNow())
    scene.answer(DocumentRead, NUMBER, "张三")
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.SAME_PERSON, 3, None))
    assert stopped(scene) is Stop.SAME_PERSON


# --- codes and phones -------------------------------------------------------------------------------------------------------


def at_code() -> Scene:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code())
    return scene


def test_a_code_is_typed_and_taken() -> None:
    scene = at_code()
    assert stage(scene) == TypeCode(CodeFor.IDENTITY, sent_code(), scene.now + 60)
    assert scene.typed("123") == ()
    assert scene.typed("123456") == (fx.CheckCode(1, 1, 4, "code-0001", "123456"),)
    scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
    assert stage(scene) == KeepPhone("138****1234")


def test_a_code_can_be_sent_again_after_its_wait_and_the_page_counts_down() -> None:
    scene = at_code()
    assert again_left(scene.model) == 60
    assert scene.press(SendAgain()) == ()
    seen = set()
    for _ in range(60):
        seen.add(visible(scene.model)[-1])
        scene.wait(1.0)
    assert len(seen) == 60
    assert again_left(scene.model) == 0
    assert scene.press(SendAgain()) == (fx.SendCode(1, 1, 4, CodeFor.IDENTITY, None),)
    scene.answer(CodeSent, sent_code(left=2, code="code-0002"))
    code = stage(scene)
    assert isinstance(code, TypeCode)
    assert (code.note, code.sent.code) == (TypedNote.SENT_AGAIN, "code-0002")


def test_nobody_who_waits_for_a_code_is_asked_whether_they_are_there() -> None:
    scene = at_code()
    begun = scene.now
    _away(scene)
    assert scene.now - begun == 120


@pytest.mark.parametrize(
    ("checked", "note", "left"),
    [
        (CheckedCode(Checked.WRONG, 2), TypedNote.WRONG, 2),
        (CheckedCode(Checked.WRONG, 0), TypedNote.WRONG, 0),
        (CheckedCode(Checked.USED_UP, 0), TypedNote.WRONG, 0),
        (CheckedCode(Checked.EXPIRED, 2), TypedNote.EXPIRED, 0),
    ],
)
def test_a_code_that_is_not_taken_can_be_typed_or_sent_again(checked: CheckedCode, note: TypedNote, left: int) -> None:
    scene = at_code()
    scene.typed("123456")
    scene.answer(CodeChecked, checked)
    code = stage(scene)
    assert isinstance(code, TypeCode)
    assert (code.text, code.note, code.left) == ("", note, left)
    assert bool(scene.typed("654321")) == (left > 0)
    scene.wait(60)
    if left == 0:
        assert scene.press(SendAgain()) != ()


@pytest.mark.parametrize("outcome", [Checked.WRONG, Checked.EXPIRED, Checked.USED_UP])
def test_after_the_last_code_it_stops(outcome: Checked) -> None:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code(left=0))
    scene.wait(60)
    assert scene.press(SendAgain()) == ()
    scene.typed("123456")
    scene.answer(CodeChecked, CheckedCode(outcome, 0))
    assert stopped(scene) is Stop.CODE_USED_UP


@pytest.mark.parametrize(
    ("outcome", "code", "stop"),
    [(Sending.NO_PHONE, None, Stop.NO_MOBILE), (Sending.USED_UP, None, Stop.CODE_USED_UP)],
)
def test_codes_that_are_not_sent(outcome: Sending, code: str | None, stop: Stop) -> None:
    scene = at_number()
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code(0, outcome, code=code))
    assert stopped(scene) is stop


@pytest.mark.parametrize("outcome", [Sending.TOO_SOON, Sending.USED_UP])
def test_a_code_that_was_sent_before_is_still_good(outcome: Sending) -> None:
    scene = at_code()
    scene.press(Back())
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    scene.answer(CodeSent, sent_code(0, outcome))
    assert isinstance(stage(scene), TypeCode)
    scene.wait(60)
    scene.press(SendAgain())
    scene.answer(CodeSent, sent_code(0, outcome, code=None))
    code = stage(scene)
    assert isinstance(code, TypeCode)
    assert code.sent.code == "code-0001"


def test_who_has_not_the_phone_shows_the_document_or_goes_to_the_counter() -> None:
    scene = at_code()
    scene.press(NoPhone())
    assert stopped(scene) is Stop.NO_MOBILE
    scene.press(Back())  # it was a slip of the finger
    assert isinstance(stage(scene), TypeCode)


def at_phone() -> Scene:
    scene = at_code()
    scene.typed("123456")
    scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
    scene.press(OtherPhone())
    return scene


def test_another_phone_is_confirmed_by_a_code_of_its_own() -> None:
    scene = at_phone()
    for text, note in (("138", TypedNote.INCOMPLETE), ("12800001234", TypedNote.NOT_A_MOBILE)):
        assert scene.typed(text) == ()
        assert stage(scene) == TypePhone(text, note)
    assert scene.typed(MOBILE) == (fx.SendCode(1, 1, 5, CodeFor.PHONE, MOBILE),)
    scene.answer(CodeSent, sent_code(code="code-0009"))
    assert isinstance(stage(scene), TypeCode)
    scene.typed("123456")
    scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
    assert stage(scene) == Explain()
    assert scene.press(Start()) == (fx.Reserve(1, 1, 7, Party.HOLDER, None, "code-0009"),)


def test_somebody_else_s_number_and_no_phone_at_all_lead_back() -> None:
    scene = at_phone()
    scene.typed(MOBILE)
    scene.answer(CodeSent, sent_code(0, Sending.OTHERS_NUMBER, code=None))
    assert stopped(scene) is Stop.OTHERS_NUMBER
    scene.press(Back())
    assert stage(scene) == TypePhone(MOBILE)
    scene.press(NoPhone())
    assert stopped(scene) is Stop.NO_MOBILE


def test_too_soon_for_another_number_is_told_on_its_page() -> None:
    scene = at_phone()
    scene.typed("13900009999")
    scene.answer(CodeSent, sent_code(0, Sending.TOO_SOON))  # the code that is out went to 138****
    assert stage(scene) == TypePhone("13900009999", TypedNote.TOO_SOON)


# --- back, the privacy notice, time ------------------------------------------------------------------------------------------


def test_back_leads_the_way_back() -> None:
    scene = Scene().to_who(eligibility(minor=True))
    for action in (ChooseParty(Party.GUARDIAN), PickRelation(Relation.PARENT)):
        scene.press(action)
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, MATCHED)
    way: list[Stage] = []
    for _ in range(4):
        way.append(stage(scene))
        scene.press(Back())
    assert way == [TypeNumber(Party.GUARDIAN), TypeNumber(Party.HOLDER), ChooseRelation(), Who()]
    assert stage(scene) == Who()


def test_back_from_the_phone_s_pages() -> None:
    scene = at_phone()
    scene.typed(MOBILE)
    scene.answer(CodeSent, sent_code())
    scene.press(Back())
    assert stage(scene) == TypePhone()
    scene.press(Back())
    assert stage(scene) == KeepPhone("138****1234")
    scene.press(UseThisPhone())
    scene.press(Back())
    assert stage(scene) == KeepPhone("138****1234")
    scene.press(Back())
    assert stage(scene) == KeepPhone("138****1234")


def test_the_privacy_notice_stands_over_the_page() -> None:
    scene = at_number().keys("3701")
    scene.press(OpenPrivacy())
    assert (stage(scene), scene.screen) == (Notice(TypeNumber(Party.HOLDER, "3701")), Screen.PRIVACY)
    scene.press(ShowPart(2))
    assert stage(scene) == Notice(TypeNumber(Party.HOLDER, "3701"), 2)
    scene.press(Back())
    assert stage(scene) == TypeNumber(Party.HOLDER, "3701")


def test_the_explanation_is_turned() -> None:
    scene = Scene().to_explain()
    scene.press(ShowPart(3))
    assert stage(scene) == Explain(3)


STAGES: dict[str, Callable[[], Scene]] = {
    "who": lambda: Scene().to_who(),
    "number": at_number,
    "code": at_code,
    "phone": at_phone,
    "explain": lambda: Scene().to_explain(),
    "pins": lambda: Scene().to_pins(),
    "after a tear": lambda: Scene().to_who(eligibility(reserved=True), Journalled.CHANGING),
}


def _away(scene: Scene) -> None:
    while scene.screen is not Screen.STILL_THERE:
        scene.wait(1.0)


@pytest.mark.parametrize("name", STAGES)
def test_who_is_away_is_asked_and_can_stay_and_else_the_visit_ends(name: str) -> None:
    scene = STAGES[name]()
    before = stage(scene)
    _away(scene)
    scene.press(Start())  # nothing but the answer
    assert scene.screen is Screen.STILL_THERE
    scene.press(StayHere())
    assert stage(scene) == before
    scene.effects.clear()
    _away(scene)
    scene.wait(20)
    assert isinstance(scene.state, TakeCard)
    assert fx.EndVisit(1, 1) in scene.effects
    assert fx.CancelReservation(1, 1) not in scene.effects  # it stays, to be gone on with


@pytest.mark.parametrize("name", STAGES)
def test_a_pull_another_card_a_lost_reader_or_a_wrong_clock_ends_it_and_cancels_nothing(name: str) -> None:
    def check(scene: Scene, do: Callable[[], object]) -> Scene:
        scene.effects.clear()
        do()
        assert scene.effects[0] == fx.EndVisit(1, 1)
        assert not any(isinstance(effect, fx.CancelReservation) for effect in scene.effects)
        return scene

    pulled = STAGES[name]()
    assert isinstance(check(pulled, pulled.remove).state, Idle)
    swapped = STAGES[name]()
    assert isinstance(check(swapped, swapped.insert).state, Reading)
    gone = STAGES[name]()
    assert isinstance(check(gone, lambda: gone.reader(ReaderState.NO_READER)).state, OutOfService)
    wrong = STAGES[name]()
    assert check(wrong, lambda: wrong.clock(True)).failure() is Failure.CLOCK_WRONG
    unusable = STAGES[name]()
    assert check(unusable, lambda: unusable.unusable(Failure.CARD_FAULTY)).failure() is Failure.CARD_FAULTY


@pytest.mark.parametrize(
    ("name", "cancels"), [("who", False), ("explain", False), ("pins", True), ("after a tear", False)]
)
def test_who_ends_it_gives_an_unchanged_reservation_back(name: str, cancels: bool) -> None:
    scene = STAGES[name]()
    effects = scene.press(End())
    assert (fx.CancelReservation(1, 1) in effects) == cancels
    assert fx.EndVisit(1, 1) in effects
    assert isinstance(scene.state, TakeCard)


def test_who_ends_it_gives_an_earlier_visit_s_reservation_back_too() -> None:
    scene = Scene().to_who(eligibility(reserved=True), Journalled.RESERVED)
    assert scene.press(End())[0] == fx.CancelReservation(1, 1)


def test_who_ends_it_while_it_is_being_reserved_gives_it_back() -> None:
    scene = Scene().to_explain()
    scene.press(Start())
    assert scene.press(End())[0] == fx.CancelReservation(1, 1)


def test_once_change_was_sent_nothing_is_cancelled() -> None:
    scene = Scene().to_change()
    scene.answer(CardPinAnswered, PinWrong(2))
    assert fx.CancelReservation(1, 1) not in scene.press(End())


# --- central away -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", CentralFailure)
def test_a_question_that_fails_stops_with_the_reason_and_leads_back_where_it_may(failure: CentralFailure) -> None:
    scene = at_number()
    scene.typed(NUMBER)
    scene.service_fails(failure)
    at = stage(scene)
    assert isinstance(at, Stopped)
    assert at.stop is Stop.CENTRAL
    assert at.because is not None
    scene.press(TryAgain())
    again = failure not in (CentralFailure.REFUSED, CentralFailure.SESSION_ENDED)
    assert may_try_again(at) == again
    assert stage(scene) == (TypeNumber(Party.HOLDER, NUMBER) if again else at)


def test_the_first_question_can_be_asked_again() -> None:
    scene = Scene().to_activation()
    scene.service_fails()
    assert scene.press(TryAgain()) == (fx.CheckActivation(1, 1, 2),)


def test_in_a_known_outage_nobody_waits_and_nothing_is_begun() -> None:
    scene = Scene().to_explain()
    offline(scene)
    assert scene.press(Start()) == ()
    at = stage(scene)
    assert isinstance(at, Stopped)
    assert (at.stop, at.because, at.back) == (Stop.CENTRAL, Failure.CENTRAL_UNREACHABLE, Explain())


def test_a_confirm_is_given_to_the_background_in_any_outage() -> None:
    scene = Scene().to_change()
    offline(scene)
    assert scene.answer(CardPinAnswered, PinVerified()) == (fx.ConfirmActivation(1, 1, scene.request()),)
    scene.service_fails()
    assert stage(scene) == Finished(confirmed=False)


def test_a_wait_has_its_name_after_a_second() -> None:
    scene = Scene().to_activation()
    scene.wait(1.0)
    at = stage(scene)
    assert isinstance(at, Working)
    assert at.slow
    scene.wait(500)
    assert working(scene) is Work.CHECK  # the engine's deadline ends it, not the page's


# --- late answers ----------------------------------------------------------------------------------------------------------


def test_only_the_newest_question_s_answer_is_taken() -> None:
    scene = at_code()
    scene.typed("123456")
    before = scene.state
    for request in (0, 1, 2, 3, 5):
        assert scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3), request=request) == ()
    assert scene.state is before
    scene.answer(CodeChecked, CheckedCode(Checked.MATCHED, 3))
    after = scene.state
    scene.answer(CodeChecked, CheckedCode(Checked.USED_UP, 0))  # the same once more
    assert scene.state is after


def test_nothing_of_a_person_is_in_a_repr_or_a_log_line() -> None:
    scene = Scene().to_finished()
    shown = f"{scene.state!r} {scene.effects!r} {scene.lines!r}"
    for secret in (NUMBER, "123456", "REF-1", "138****"):
        assert secret not in shown
    assert repr(TypeKey("7")) == "TypeKey()"


def test_the_log_tells_the_whole_way() -> None:
    scene = Scene().to_finished()
    said = [(line.name.value, *line.values.values()) for line in scene.lines]
    for line in (
        ("activation-begun", 3),
        ("activation-checked", "yes", "nothing"),
        ("page-shown", "number/holder"),
        ("identity-answered", "matched", 3),
        ("code-sent", "sent", 3),
        ("code-checked", "matched", 3),
        ("reservation-answered", "reserved"),
        ("pin-judged", "new", 1),
        ("card-pin-sent", "change"),
        ("card-pin-answered", "PinVerified"),
        ("activation-confirmed", "activated"),
        ("page-shown", "activated"),
    ):
        assert said.count(line) == 1
    stopped_ = Scene().to_finished(Confirmed.LOST)
    assert ("service-stopped", "lost", "ACT-LOST") in [
        (line.name.value, *line.values.values()) for line in stopped_.lines
    ]


def test_the_failure_page_of_a_card_is_no_activation() -> None:
    scene = at_number()
    scene.unusable(Failure.CARD_FAULTY)
    assert isinstance(scene.state, CardPage)
    assert scene.press(GetTicket()) == ()
