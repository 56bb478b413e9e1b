"""A clerk confirms at the kiosk who stands there, for an activation."""

import pytest

from kiosk.help import Role, SignInOutcome
from kiosk.model import CentralFailure
from kiosk.services import Identity, IdentityOutcome, IdentityWay, Party, Sending
from kiosk.visit.actions import Back, ChooseParty, ConfirmTyped, NoPhone, OpenPrivacy, PickWay, TryAgain
from kiosk.visit.deadlines import lock_left
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.events import CodeSent, IdentityAnswered, LinkChanged
from kiosk.visit.help_deeds import ConfirmIdentity, OpenPassword, StaffSignedIn
from kiosk.visit.services import (
    Activation,
    ChooseWay,
    ClerkConfirms,
    KeepPhone,
    Stage,
    Stop,
    Stopped,
    TypedNote,
    TypeNumber,
    TypePhone,
)
from kiosk.visit.states import Link
from tests.kiosk.visit.help_samples import STAFF_TEXTS, helping, session, type_sign_in
from tests.kiosk.visit.samples import NUMBER, Scene, eligibility, sent_code, texts

MATCHED = Identity(IdentityOutcome.MATCHED, 3, "138****1234")


def at_ways(
    ways: tuple[IdentityWay, ...] = (IdentityWay.CODE, IdentityWay.STAFF), identity: Identity = MATCHED
) -> Scene:
    scene = helping()
    scene.to_who(eligibility(ways=ways, phone=identity.phone is not None))
    scene.press(ChooseParty(Party.HOLDER))
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, identity)
    return scene


def stage(scene: Scene) -> Stage:
    assert isinstance(scene.state, Activation)
    return scene.state.stage


def asked() -> Scene:
    scene = at_ways()
    scene.press(PickWay(IdentityWay.STAFF))
    type_sign_in(scene, Role.CLERK)
    return scene


def test_a_clerk_compares_the_number_and_signs_in_for_this_one_answer() -> None:
    scene = at_ways()
    assert stage(scene) == ChooseWay(Party.HOLDER, NUMBER)
    scene.press(PickWay(IdentityWay.STAFF))
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER)
    scene.effects.clear()
    type_sign_in(scene, Role.CLERK)
    assert scene.effects == [OpenPassword(1), ConfirmIdentity(1, 1, 3, Party.HOLDER, None, NUMBER, "0231", "123456")]
    scene.answer(IdentityAnswered, MATCHED)
    assert stage(scene) == KeepPhone("138****1234")
    assert isinstance(scene.state, Activation)
    assert scene.state.way is IdentityWay.STAFF
    assert not any(text in STAFF_TEXTS or text == NUMBER for text in texts(scene.model))


def test_where_no_clerk_is_asked_the_number_stays_no_longer_than_its_page() -> None:
    assert stage(at_ways((IdentityWay.CODE, IdentityWay.DOCUMENT))) == ChooseWay(Party.HOLDER)


def test_who_has_no_phone_is_confirmed_by_a_clerk_at_once() -> None:
    scene = at_ways(identity=Identity(IdentityOutcome.NO_PHONE, 3, None))
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER)
    type_sign_in(scene, Role.CLERK)
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.NO_PHONE, 3, None))
    assert stage(scene) == TypePhone()


def test_a_code_that_does_not_come_leads_to_the_clerk_as_well() -> None:
    scene = at_ways()
    scene.press(PickWay(IdentityWay.CODE))
    scene.answer(CodeSent, sent_code(outcome=Sending.NO_PHONE, code=None))
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER)
    late = at_ways()
    late.press(PickWay(IdentityWay.CODE))
    late.answer(CodeSent, sent_code())
    late.press(NoPhone())
    assert stage(late) == TypeNumber(Party.HOLDER)


@pytest.mark.parametrize("outcome", [outcome for outcome in SignInOutcome if outcome is not SignInOutcome.SIGNED_IN])
def test_a_clerk_who_is_not_taken_types_anew_and_is_told_no_more(outcome: SignInOutcome) -> None:
    scene = asked()
    scene.answer(StaffSignedIn, session(outcome=outcome))
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER, note=EntryNote.REFUSED)


def test_a_lock_takes_no_key_until_it_is_over() -> None:
    scene = asked()
    scene.answer(StaffSignedIn, session(outcome=SignInOutcome.LOCKED), 15.0)
    assert lock_left(scene.model) == 15
    scene.keys("0")
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER, note=EntryNote.REFUSED, locked_until=scene.now + 15)
    scene.wait(15.0)
    assert lock_left(scene.model) is None
    scene.keys("0")
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER, name="0")


def test_a_number_that_is_not_the_documents_is_typed_again() -> None:
    scene = asked()
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MISMATCH, 2, None))
    assert stage(scene) == TypeNumber(Party.HOLDER, "", TypedNote.MISMATCH, 2)


def test_an_outage_stops_it_and_can_be_tried_again_from_the_clerks_name() -> None:
    scene = asked()
    scene.service_fails(CentralFailure.TIMEOUT)
    stopped = stage(scene)
    assert isinstance(stopped, Stopped)
    assert stopped.stop is Stop.CENTRAL
    scene.press(TryAgain())
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER)


def test_in_a_known_outage_the_password_is_wiped_unsent() -> None:
    scene = at_ways()
    scene.press(PickWay(IdentityWay.STAFF))
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    scene.effects.clear()
    type_sign_in(scene, Role.CLERK)
    assert scene.effects == [OpenPassword(1), OpenPassword(1)]  # to type into, and to wipe it


def test_back_and_the_privacy_notice_keep_nothing_of_a_password() -> None:
    scene = at_ways()
    scene.press(PickWay(IdentityWay.STAFF))
    scene.keys("0231").press(ConfirmTyped())
    scene.digits(8)
    assert scene.press(OpenPrivacy()) == (OpenPassword(1),)
    scene.press(Back())
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER)
    scene.keys("0231").press(ConfirmTyped())
    scene.digits(8)
    scene.press(ConfirmTyped())
    assert scene.press(Back()) == (OpenPassword(1),)
    assert stage(scene) == ClerkConfirms(Party.HOLDER, NUMBER, SignInStep.PASSWORD, "0231")
    scene.press(Back())
    scene.press(Back())
    assert stage(scene) == TypeNumber(Party.HOLDER)
