"""Staff help at the kiosk through pcscd, HTTPS and the window, by card and without; who was looked up is told so.
Afterwards central is asked by its own record of look-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from kiosk.central.client import CentralClient
from kiosk.help import AuthorisationKind, Ground, LookupOutcome, LookupRefusal, RevealField
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.staff_lookup import LOOKUPS
from kiosk.sandbox.central.staff_seen import SeenLookup
from kiosk.sandbox.legs_activation import LOCKED, inserted, number, number_of, press, says
from kiosk.sandbox.line import Cut
from kiosk.sandbox.stops import offered, tap, together, turn_page
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.ways_help import (
    CLERK,
    OTHER_CLERK,
    SUPERVISOR,
    TECHNICIAN,
    by_card,
    code,
    listed,
    name,
    password,
    signed_in,
    type_text,
    wrong_sign_in,
)
from kiosk.sandbox.world import DEVICE, World
from tests.journeys.driver import Kiosk
from tests.kiosk.sandbox.central.staffroom import CLERK as CLERK_NUMBER
from tests.kiosk.sandbox.central.staffroom import COLLEAGUE
from tests.kiosk.sandbox.central.staffroom import SUPERVISOR as SUPERVISOR_NUMBER
from tests.kiosk.sandbox.central.staffroom import signed_in as signed_in_beside

RESIDENT: Final = "jinan-2-0"
ENTRUSTING: Final = "jinan-1-0"
SOUGHT: Final = "jinan-civil-servant"
"""Whose record the court asks for."""
PROTECTED: Final = "jinan-twin-b"
ELSEWHERE: Final = "yangquan-3-0"
TICKET: Final = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")
SETTINGS: Final = {"staff": {"sign_in_without_card": True, "screen_off": 5}}
"""A hall whose staff may sign in by name, too."""

Go = Callable[[Walk], None]


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    with Kiosk.start(SETTINGS, world=world, display=display) as kiosk:
        yield kiosk


def seen(walk: Walk) -> SeenLookup:
    """The only look-up of this test in central's record."""
    (one,) = walk.world.central.lookups()
    return one


def to_reference(ground: str) -> Go:
    return together(tap("open-lookup", "ground"), listed(f"ground-{ground}", "reference"))


def with_document(walk: Walk, ground: str, reference: str, card: str) -> None:
    """From the desk on, up to the answer."""
    to_reference(ground)(walk)
    type_text(walk, reference)
    walk.kiosk.wait_screen("whose")
    type_text(walk, number_of(walk, card))


def look_up(walk: Walk, number: str) -> None:
    """Of who stands here, from the desk on, up to the answer."""
    together(tap("open-lookup", "ground"), tap("ground-present", "whose"))(walk)
    type_text(walk, number)


def signed_out(walk: Walk) -> None:
    """The staff card is out: that is said at once, and then nothing is left."""
    walk.world.pull()
    walk.kiosk.wait_text(walk.says("ended.staff_card_left.title"))
    walk.kiosk.touch(540, 900)  # nobody has to wait for the page to go
    view = walk.kiosk.wait_screen("attract")
    assert not any(number in text for text in view.texts for number in ("W-0231", "W-0232", "S-0007"))
    walk.looked()


# --- who may what ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "screen", "there", "not_there"),
    [
        (CLERK, "desk", "open-lookup", "ground-correction"),
        (SUPERVISOR, "desk", "open-lookup", None),
        (TECHNICIAN, "service", "open-report", "open-lookup"),
    ],
)
def test_each_role_signs_in_with_its_card_and_finds_what_it_may(
    walk: Walk, kiosk: Kiosk, card: str, screen: str, there: str, not_there: str | None
) -> None:
    by_card(card, screen)(walk)
    assert offered(walk, there)
    if there == "open-lookup":
        tap("open-lookup", "ground")(walk)
        found = {one.name for one in kiosk.targets()}
        while offered(walk, "next-part"):
            turn_page(walk, "next-part")
            found |= {one.name for one in kiosk.targets()}
        assert ("ground-correction" in found) is (not_there is None)
    else:
        assert not offered(walk, "open-lookup")
    assert not walk.world.central.recording(Operation.OVERVIEW)  # no record hangs on a staff card
    signed_out(walk)


def test_a_resident_whose_record_was_looked_up_reads_of_it_on_the_next_own_visit_and_only_then(
    walk: Walk, kiosk: Kiosk
) -> None:
    by_card(CLERK)(walk)
    look_up(walk, number_of(walk, RESIDENT))
    view = kiosk.wait_screen("found")
    assert not view.says(number_of(walk, RESIDENT))
    kiosk.tap("reveal-number")
    kiosk.wait_text(number_of(walk, RESIDENT))
    kiosk.wait(lambda view: not view.says(number_of(walk, RESIDENT)), 12, "the field masked again")
    kiosk.wait_screen("covered", 8)  # nobody touched it
    kiosk.touch(500, 900)
    assert not kiosk.wait_screen("found").says(number_of(walk, RESIDENT))
    signed_out(walk)
    line = seen(walk)
    assert (line.staff, line.ground, line.outcome) == (CLERK_NUMBER, Ground.PRESENT, LookupOutcome.FOUND)
    assert (line.person, line.device, line.reveals) == (number_of(walk, RESIDENT), DEVICE, (RevealField.NUMBER,))
    ground = walk.says("ground.present")
    viewed = walk.says("home.viewed", at="\0", hall="\0", ground=ground).split("\0")[-1]
    walk.to_home(RESIDENT)
    kiosk.wait_text(viewed)
    kiosk.tap("end")
    kiosk.wait_screen("take-card")
    walk.to_idle()
    walk.to_home(RESIDENT)
    assert not kiosk.view().says(viewed)


@pytest.mark.long
def test_two_clerks_one_after_the_other_have_nothing_of_each_other(walk: Walk, kiosk: Kiosk) -> None:
    by_card(CLERK)(walk)
    look_up(walk, number_of(walk, RESIDENT))
    kiosk.wait_screen("found")
    walk.world.swap(OTHER_CLERK, fresh=True)
    view = kiosk.wait_screen("pin", 20)
    assert not view.says(CLERK_NUMBER)
    kiosk.type_pin(PIN)
    view = kiosk.wait_screen("desk")
    assert view.says(COLLEAGUE)
    assert not view.says(CLERK_NUMBER)
    look_up(walk, number_of(walk, ENTRUSTING))
    kiosk.wait_screen("found")
    assert [one.staff for one in walk.world.central.lookups()] == [CLERK_NUMBER, COLLEAGUE]
    signed_out(walk)


# --- without a card -------------------------------------------------------------------------------------------------------


def test_staff_without_their_card_sign_in_by_name_and_a_wrong_password_is_told_by_no_reason(
    walk: Walk, kiosk: Kiosk
) -> None:
    tap("open-staff", "sign-in")(walk)
    wrong_sign_in(walk, walk.world.central.member(CLERK_NUMBER).name)
    signed_in(CLERK)(walk)
    look_up(walk, number_of(walk, RESIDENT))
    kiosk.wait_screen("found")
    walk.world.insert(ENTRUSTING, fresh=True)
    kiosk.wait_text(walk.says("ended.card_came.title"))  # visibly first
    view = kiosk.wait_screen("pin", 20)
    assert not view.says(CLERK_NUMBER)
    kiosk.type_pin(PIN)
    view = kiosk.wait_screen("home")
    assert not view.says(number_of(walk, RESIDENT)[-4:])


# --- what central refuses -------------------------------------------------------------------------------------------------


def own(walk: Walk) -> None:
    look_up(walk, walk.world.central.member(CLERK_NUMBER).own)


def off_duty(walk: Walk) -> None:
    walk.world.central.set_staff(CLERK_NUMBER, on_duty=False)
    look_up(walk, number_of(walk, RESIDENT))


REFUSALS: Final[dict[LookupRefusal, Go]] = {
    LookupRefusal.OWN_RECORD: own,
    LookupRefusal.PROTECTED: lambda walk: look_up(walk, number_of(walk, PROTECTED)),
    LookupRefusal.ELSEWHERE: lambda walk: look_up(walk, number_of(walk, ELSEWHERE)),
    LookupRefusal.DOCUMENT: lambda walk: with_document(walk, "entrusted", "SQ-2025-0999", ENTRUSTING),
    LookupRefusal.NOT_DUTY: off_duty,
}
"""All but GROUND, which this kiosk offers nobody who may not: it has the region's settings that central has."""


def test_every_refusal_of_a_ground_the_kiosk_offers_is_played() -> None:
    assert set(REFUSALS) | {LookupRefusal.GROUND} == set(LookupRefusal)


def test_what_central_refuses_is_refused_with_its_reason(walk: Walk, kiosk: Kiosk) -> None:
    by_card(CLERK)(walk)
    for why, ask in REFUSALS.items():
        ask(walk)
        view = kiosk.wait_screen("refused")
        assert view.says(walk.says(f"lookup.refusal.{why.value}")), why
        assert view.says(walk.says(f"lookup.refusal.{why.value}.advice", hotline="12333")), why
        tap("done", "desk")(walk)
    signed_out(walk)
    lines = walk.world.central.lookups()
    assert [one.why for one in lines] == list(REFUSALS)
    assert {one.outcome for one in lines} == {LookupOutcome.REFUSED}


@pytest.mark.long
def test_an_authorisation_document_opens_the_record_of_whoever_signed_it(walk: Walk, kiosk: Kiosk) -> None:
    by_card(CLERK)(walk)
    with_document(walk, "entrusted", "SQ-2026-0117", ENTRUSTING)
    kiosk.wait_screen("found")
    assert not offered(walk, "hand-over")  # the holder is not here
    line = seen(walk)
    signed_out(walk)
    assert (line.document, line.reference) == (AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-0117")


def test_a_ground_marked_so_opens_with_another_persons_second_sign_in_only(walk: Walk, kiosk: Kiosk) -> None:
    by_card(CLERK)(walk)
    with_document(walk, "court", "FY-2026-0009", SOUGHT)
    kiosk.wait_text(walk.says("staff.second.name.title"))
    signed_in(OTHER_CLERK, "sign-in")(walk)
    kiosk.wait_text(walk.says("entry.wrong_role"))
    signed_in(SUPERVISOR, "found")(walk)
    signed_out(walk)
    last = walk.world.central.lookups()[-1]
    assert (last.staff, last.second, last.outcome) == (CLERK_NUMBER, SUPERVISOR_NUMBER, LookupOutcome.FOUND)


def test_more_look_ups_than_anybody_needs_are_an_alarm(walk: Walk, kiosk: Kiosk) -> None:
    world = walk.world
    mine = world.pki.device(DEVICE)
    client = CentralClient(world.url, world.pki.authority, mine.certificate, mine.key)
    busy = signed_in_beside(client, COLLEAGUE)
    for _ in range(LOOKUPS):
        busy.look_up(number_of(walk, RESIDENT))
    assert not world.central.alarms()
    by_card(OTHER_CLERK)(walk)
    look_up(walk, number_of(walk, RESIDENT))
    assert kiosk.wait_screen("refused").says(walk.says("lookup.too_many.title"))
    signed_out(walk)
    (alarm,) = world.central.alarms()
    assert (alarm.staff, alarm.device) == (COLLEAGUE, DEVICE)


# --- the staff card leaves ------------------------------------------------------------------------------------------------


def found(walk: Walk) -> None:
    look_up(walk, number_of(walk, RESIDENT))
    walk.kiosk.wait_screen("found")


def revealed(walk: Walk) -> None:
    found(walk)
    walk.kiosk.tap("reveal-number")
    walk.kiosk.wait_text(number_of(walk, RESIDENT))


def waiting(walk: Walk) -> None:
    walk.world.central_fault("hold", "look_up")
    look_up(walk, number_of(walk, RESIDENT))
    walk.kiosk.wait_screen("staff-working")


def handing_over(walk: Walk) -> None:
    walk.world.central_fault("hold", "hand_over")
    found(walk)
    walk.kiosk.tap("hand-over")
    walk.kiosk.wait_text(walk.says("lookup.handing_over"))


def second(walk: Walk) -> None:
    with_document(walk, "court", "FY-2026-0009", SOUGHT)
    walk.kiosk.wait_text(walk.says("staff.second.name.title"))


def refused(walk: Walk) -> None:
    own(walk)
    walk.kiosk.wait_screen("refused")


STEPS: Final[dict[str, Go]] = {
    "desk": lambda _: None,
    "ground": tap("open-lookup", "ground"),
    "authorisation": together(tap("open-lookup", "ground"), tap("ground-guardian", "authorisation")),
    "reference": to_reference("entrusted"),
    "whose": together(tap("open-lookup", "ground"), tap("ground-present", "whose")),
    "waiting": waiting,
    "found": found,
    "revealed": revealed,
    "handing over": handing_over,
    "second": second,
    "refused": refused,
    "ticket": tap("open-ticket", "ticket-code"),
    "slip": tap("open-slip", "slip-reference"),
    "remedy": tap("open-remedy", "failure-code"),
}


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=() if step == "revealed" else pytest.mark.long) for step in STEPS]
)
def test_a_staff_card_that_is_pulled_ends_the_session_at_once(walk: Walk, step: str) -> None:
    by_card(CLERK)(walk)
    STEPS[step](walk)
    signed_out(walk)
    walk.world.central_release()
    view = walk.kiosk.view()
    assert (view.screen, view.says(number_of(walk, RESIDENT))) == ("attract", False)  # what came too late stays away


# --- handed over ----------------------------------------------------------------------------------------------------------


def test_a_visit_that_is_handed_over_is_the_residents_alone_and_the_clerk_takes_the_card(
    walk: Walk, kiosk: Kiosk
) -> None:
    by_card(CLERK)(walk)
    found(walk)
    tap("hand-over", "home")(walk)
    assert seen(walk).handed_over
    view = kiosk.view()
    assert not view.says(CLERK_NUMBER)
    walk.world.pull()
    walk.kiosk.machine.wait(1.5)  # pcscd looks for cards about every 0.4 s
    assert kiosk.screen == "home"
    tap("open-contributions", "contributions")(walk)
    assert not kiosk.view().says(CLERK_NUMBER)
    tap("back", "home")(walk)
    assert not {"open-lookup", "end-lookup", "reveal-number"} & {one.name for one in kiosk.targets()}
    kiosk.tap("end")
    kiosk.wait_screen("attract")
    by_card(CLERK)(walk)  # from the PIN on: nothing of the clerk's session was kept
    signed_out(walk)


# --- smaller things -------------------------------------------------------------------------------------------------------


def test_a_ticket_is_taken_by_one_clerk_and_is_taken_for_the_next(walk: Walk, kiosk: Kiosk) -> None:
    walk.insert(LOCKED)
    kiosk.wait_screen("stopped", 20)
    kiosk.wait_text(walk.says("ticket.show"))
    (ticket,) = [text for text in kiosk.texts() if TICKET.fullmatch(text)]
    walk.to_idle()
    for card, reason in ((CLERK, True), (OTHER_CLERK, False)):
        by_card(card)(walk)
        tap("open-ticket", "ticket-code")(walk)
        type_text(walk, "AAAA-0000")
        kiosk.wait_text(walk.says("desk.ticket.unknown"))
        press("key-clear")(walk)  # what was typed stands there to be mended
        kiosk.wait(lambda view: not view.says("AAAA-0000"), what="an empty field")
        type_text(walk, ticket)
        view = kiosk.wait_screen("ticket-taken")
        assert view.says(walk.says("ticket_reason.pin_locked")) is reason
        tap("done", "desk")(walk)
        signed_out(walk)


def test_a_slip_is_printed_again_by_its_reference(walk: Walk, kiosk: Kiosk) -> None:
    walk.to_home(RESIDENT)
    tap("open-services", "services")(walk)
    tap("report-loss", "loss")(walk)
    while offered(walk, "next-part"):
        press("next-part")(walk)
    tap("confirm-loss", "loss-reported")(walk)
    issuer = walk.world.cards[RESIDENT].issuer
    assert issuer is not None
    (report,) = walk.world.central.card(issuer.number).reports
    walk.to_idle()
    by_card(CLERK)(walk)
    tap("open-slip", "slip-reference")(walk)
    type_text(walk, report.reference)
    assert kiosk.wait_screen("slip-found").says(report.reference)
    printed = len(walk.world.desk.printer.strips)
    press("print-slip")(walk)
    says("slip.take", 20)(walk)
    (strip,) = walk.world.desk.printer.strips[printed:]
    assert report.reference in strip.text
    assert number_of(walk, RESIDENT) not in strip.text
    signed_out(walk)


def test_in_an_outage_a_clerk_without_a_session_still_finds_what_a_code_means(walk: Walk, kiosk: Kiosk) -> None:
    walk.world.set_line(Cut())
    tap("open-staff", "sign-in")(walk)
    tap("open-remedy", "failure-code")(walk)
    type_text(walk, "CARD-MUTE")
    kiosk.wait_screen("remedy")
    assert kiosk.view().says("CARD-MUTE")
    tap("end", "attract")(walk)


# --- kiosks of their own: each takes the place of the one of this file, so they come last ------------------------------------


def test_a_clerk_confirms_who_stands_there_in_an_activation(world: World, display: str) -> None:
    card = "yangquan-not-activated"
    there: dict[str, dict[str, object]] = {
        "kiosk": {"region": "140300"},
        "central": world.settings("kiosk-02")["central"],
    }
    with Kiosk.start(there, world=world, display=display) as kiosk:
        walk = Walk(world, kiosk)
        inserted(card)(walk)
        together(tap("party-holder", "number"), number(card, "way"), tap("way-staff", "clerk"))(walk)
        kiosk.wait_screen("clerk")
        together(name(CLERK), password(CLERK), code(CLERK, "keep-phone"))(walk)
        (asked,) = world.central.recording(Operation.CONFIRM_IDENTITY)
        assert asked.status == 200
        assert not world.central.recording(Operation.SEND_CODE)
        assert not world.central.recording(Operation.SIGN_STAFF_IN)  # no session comes of it
    world.restore()


@pytest.mark.long
def test_a_session_that_nobody_touches_ends_after_a_question(world: World, display: str) -> None:
    settings = {"staff": {**SETTINGS["staff"], "idle": 60, "question": 5}}
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        walk = Walk(world, kiosk)
        by_card(CLERK)(walk)
        kiosk.wait_screen("still-there", 70)
        kiosk.wait_text(walk.says("ended.idle.title"), 10)
        assert not kiosk.wait_screen("take-card", 20).says(CLERK_NUMBER)
    world.restore()


@pytest.mark.long
def test_a_lock_of_the_sign_in_stands_after_the_power_was_cut(world: World, display: str) -> None:
    """Names that nobody has: it is this kiosk's own count, not central's of a name."""
    with Kiosk.start(SETTINGS, world=world, display=display) as kiosk:
        walk = Walk(world, kiosk)
        world.first_day()
        tap("open-staff", "sign-in")(walk)
        locked = walk.says("staff.locked.title")
        for nobody in range(9001, 9006):
            wrong_sign_in(walk, str(nobody))
        kiosk.wait_text(locked)
        kiosk.wait(lambda view: not view.says(locked), 30, "the end of the first lock")
        wrong_sign_in(walk, "9006")
        kiosk.wait_text(locked)  # twice as long now
        asked = len(world.central.recording(Operation.SIGN_STAFF_IN))
        world.cut_power()
        world.power_on()
        kiosk.wait_ready()
        kiosk.wait_screen("attract")
        tap("open-staff", "sign-in")(walk)
        wrong_sign_in(walk)
        kiosk.wait_text(locked)
        assert len(world.central.recording(Operation.SIGN_STAFF_IN)) == asked  # nothing was sent
        kiosk.wait(lambda view: not view.says(locked), 60, "the end of the lock")
        signed_in(CLERK)(walk)
    world.restore()
