"""The legs of help: staff by card and by name, look-ups with what is refused, a second sign-in, the hand-over, the counter's
errands, the technician with and without central; a resident without a card."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from kiosk.help import Ground
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.legs_activation import ACTIVE, ONE_TRY, PRINTED, inserted, number, number_of, press, printer, says
from kiosk.sandbox.legs_outage import NOTICED, logged
from kiosk.sandbox.line import Cut, Through
from kiosk.sandbox.stops import (
    Go,
    Leg,
    Stop,
    done,
    home,
    offered,
    pin,
    registration,
    tap,
    to_home_page,
    together,
    turn_page,
)
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.ways_help import (
    CLERK,
    SUPERVISOR,
    TECHNICIAN,
    answer,
    at_desk,
    by_card,
    code,
    ground,
    listed,
    name,
    password,
    query_number,
    query_refused,
    set_query_password,
    type_text,
    typing,
    whose,
    wrong_sign_in,
)
from kiosk.visit.failures import Failure

RESIDENT: Final = "jinan-2-0"
ENTRUSTED: Final = "jinan-1-0"
PROTECTED: Final = "jinan-twin-b"
ELSEWHERE: Final = "yangquan-2-0"
NEW_HERE: Final = "yangquan-not-activated"
COURT: Final = "jinan-civil-servant"
SLIP: Final = "370101199001011050"
"""A slip of the finger: its last character does not fit."""
UNKNOWN: Final = "370101194506050018"
"""On nobody's file."""
QUERY_PASSWORD: Final = "Qilu-2026"  # noqa: S105 of the simulated world
LOOKUPS: Final = 20
"""That central answers in ten minutes to one of the staff."""


def _held(operation: str, control: str, screen: str) -> Go:
    """The answer is ready and does not come."""

    def go(walk: Walk) -> None:
        walk.world.central_fault("hold", operation)
        walk.kiosk.tap(control)
        walk.kiosk.wait_screen(screen)

    return go


def kind(of: str) -> Go:
    """By which number: the page is drawn anew with other keys."""
    return lambda walk: turn_page(walk, f"kind-{of}")


def _released(screen: str) -> Go:
    def go(walk: Walk) -> None:
        walk.world.central_release()
        walk.kiosk.wait_screen(screen, 20)
        walk.world.central_well()

    return go


# --- staff by card --------------------------------------------------------------------------------------------------------


def _signing_in(walk: Walk) -> None:
    walk.world.central_fault("hold", "sign_staff_in_by_card")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("staff-working")


def _revealed(walk: Walk) -> None:
    walk.kiosk.tap("reveal-number")
    walk.kiosk.wait_text(number_of(walk, RESIDENT), 10)


def _reveal(walk: Walk) -> None:
    """The field may stand on a next part."""
    while not offered(walk, "reveal-number"):
        turn_page(walk, "next-part")
    _revealed(walk)


def _not_on_duty(walk: Walk) -> None:
    at_desk(walk)
    walk.world.central.set_staff("W-0231", on_duty=False)
    try:
        together(ground(Ground.PRESENT), whose(RESIDENT, "refused"))(walk)
    finally:
        walk.world.central.set_staff("W-0231")


def _failed(walk: Walk) -> None:
    ground(Ground.PRESENT)(walk)
    walk.world.central_fault("status", "look_up", times=None)
    whose(RESIDENT, "staff-failed")(walk)
    walk.world.central_well()


def _too_many(walk: Walk) -> None:
    """What was typed stands there still: the same is asked again until central has had enough."""
    tap("back", "whose")(walk)
    for _ in range(LOOKUPS + 1):
        walk.kiosk.tap("confirm")
        view = walk.kiosk.wait(lambda view: view.screen in ("found", "refused"), 20, "an answer to a look-up")
        if view.screen == "refused":
            return
        tap("back", "desk")(walk)
        together(ground(Ground.PRESENT), lambda walk: type_text(walk, number_of(walk, RESIDENT), confirm=False))(walk)
    raise TimeoutError("nothing was too many")


def _pulled(walk: Walk) -> None:
    walk.world.pull()
    walk.kiosk.wait_screen("ended")


BY_CARD: Final = Leg(
    "staff",
    (
        Stop("staff-pin", pin(CLERK), "pin"),
        Stop("staff-working", _signing_in),
        Stop("desk", _released("desk")),
        Stop("ground", tap("open-lookup", "ground")),
        Stop("whose", listed("ground-present", "whose")),
        Stop("whose-slip", together(typing(SLIP), press("confirm"), says("entry.checksum")), "whose"),
        Stop("whose-card-number", kind("card_number"), "whose"),
        Stop("found", together(kind("id_number"), whose(RESIDENT))),
        Stop("found-revealed", _reveal, "found"),
        Stop("found-slip", together(press("print-slip"), says("slip.take", PRINTED)), "found"),
        Stop("reference", ground(Ground.ENTRUSTED, "reference")),
        Stop("whose-entrusted", typing("SQ-2026-0117", "whose"), "whose"),
        Stop("found-entrusted", whose(ENTRUSTED), "found"),
        Stop("authorisation", ground(Ground.GUARDIAN, "authorisation")),
        Stop(
            "refused",
            together(
                tap("document-guardianship", "reference"),
                typing("JH-0000-0000", "whose"),
                whose("jinan-minor", "refused"),
            ),
        ),
        Stop("refused-protected", together(ground(Ground.PRESENT), whose(PROTECTED, "refused")), "refused"),
        Stop("refused-elsewhere", together(ground(Ground.PRESENT), whose(ELSEWHERE, "refused")), "refused"),
        Stop("refused-own-record", together(ground(Ground.PRESENT), whose(CLERK, "refused")), "refused"),
        Stop("refused-not-duty", _not_on_duty, "refused"),
        Stop(
            "whose-not-found",
            together(ground(Ground.PRESENT), typing(UNKNOWN), press("confirm"), says("entry.not_found", 20)),
            "whose",
        ),
        Stop("staff-failed", _failed),
        Stop("refused-too-many", _too_many, "refused"),
        Stop("failure-code", together(at_desk, tap("open-remedy", "failure-code"))),
        Stop("failure-code-typed", typing("PIN"), "failure-code"),
        Stop("remedy", listed("code-pin-locked", "remedy")),
        Stop("ended", _pulled, passing=True),
    ),
)

SECOND: Final = Leg(
    "staff-second",
    (
        Stop(
            "second-name",
            together(
                by_card(CLERK),
                ground(Ground.COURT, "reference"),
                typing("FY-2026-0009", "whose"),
                whose(COURT, "sign-in"),
            ),
            "sign-in",
        ),
        Stop("second-password", name(SUPERVISOR), "sign-in"),
        Stop("second-code", password(SUPERVISOR), "sign-in"),
        Stop("found-second", code(SUPERVISOR, "found"), "found"),
    ),
)


def _handed_over(walk: Walk) -> None:
    together(by_card(CLERK), ground(Ground.PRESENT), whose(RESIDENT), press("hand-over"))(walk)
    walk.kiosk.wait_screen("home", 20)


def _viewed(walk: Walk) -> None:
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("attract", 20)
    walk.looked()
    walk.to_home(RESIDENT)


HAND_OVER: Final = Leg(
    "staff-hand-over",
    (
        Stop("home-handed-over", _handed_over, "home"),
        Stop("registration-handed-over", together(lambda walk: walk.world.pull(), registration("110")), "registration"),
        Stop("home-viewed", together(to_home_page, _viewed), "home"),
    ),
)


# --- the counter's errands ------------------------------------------------------------------------------------------------


def _ticket_given(walk: Walk) -> None:
    """A resident's card has locked its PIN, and there is a ticket for it."""
    walk.to_pin(ONE_TRY)
    walk.kiosk.type_pin("000000")
    walk.kiosk.wait_screen("failure", 20, failure=Failure.PIN_LOCKED.code)
    together(press("get-ticket"), says("ticket.show"))(walk)


def _loss_reported(walk: Walk) -> None:
    together(home(ACTIVE), tap("open-services", "services"), tap("report-loss", "loss"))(walk)
    _read_to_the_end(walk)
    walk.kiosk.tap("confirm-loss")
    walk.kiosk.wait_screen("loss-reported", 20)


def _read_to_the_end(walk: Walk) -> None:
    while offered(walk, "next-part"):
        turn_page(walk, "next-part")


def _ticket(walk: Walk) -> None:
    typing(answer(walk, Operation.TICKET)["code"], "ticket-taken")(walk)


def _slip(walk: Walk) -> None:
    typing(answer(walk, Operation.REPORT_LOSS)["reference"], "slip-found")(walk)


COUNTER: Final = Leg(
    "staff-counter",
    (
        Stop("ticket-code", together(_ticket_given, _loss_reported, by_card(CLERK), tap("open-ticket", "ticket-code"))),
        Stop("ticket-taken", _ticket),
        Stop("slip-reference", together(at_desk, tap("open-slip", "slip-reference"))),
        Stop("slip-found", _slip),
        Stop("slip-found-printed", together(press("print-slip"), says("slip.take", PRINTED)), "slip-found"),
    ),
)


# --- staff without a card at hand -----------------------------------------------------------------------------------------


def _card_came(walk: Walk) -> None:
    walk.world.insert(RESIDENT, fresh=True)
    walk.kiosk.wait_screen("ended")


def _begun(walk: Walk) -> None:
    walk.to_idle()
    tap("open-staff", "sign-in")(walk)


def _locked(walk: Walk) -> None:
    """Wrong again and again, until nothing is taken for a while."""
    locked = walk.says("staff.locked.title")
    while not walk.kiosk.view().says(locked):
        wrong_sign_in(walk)


BY_NAME: Final = Leg(
    "staff-by-name",
    (
        Stop("attract-staff", lambda walk: walk.to_idle(), "attract"),
        Stop("sign-in", _begun),
        Stop("sign-in-password", name(SUPERVISOR), "sign-in"),
        Stop("sign-in-typed", lambda walk: type_text(walk, "hall-20", confirm=False), "sign-in"),
        Stop("sign-in-code", together(press("key-clear"), password(SUPERVISOR)), "sign-in"),
        Stop("desk-supervisor", code(SUPERVISOR), "desk"),
        Stop("ground-supervisor", tap("open-lookup", "ground"), "ground"),
        Stop("ended-card-came", _card_came, "ended", passing=True),
        Stop("sign-in-refused", together(_begun, wrong_sign_in), "sign-in"),
        Stop("sign-in-locked", _locked, "sign-in"),
    ),
    {"staff": {"sign_in_without_card": True}},
)


def _covered(walk: Walk) -> None:
    walk.kiosk.wait_screen("covered", 20)


COVERED: Final = Leg(
    "staff-covered",
    (
        Stop(
            "covered",
            together(by_card(CLERK), ground(Ground.PRESENT), whose(RESIDENT), _covered),
            away=tap("stay", "found"),
            again=_covered,
        ),
    ),
    {"staff": {"screen_off": 5}},
)

STAFF_IDLE: Final = Leg(
    "staff-idle",
    (
        Stop(
            "still-there-staff",
            together(by_card(CLERK), lambda walk: done(walk.kiosk.wait_screen("still-there", 30))),
            "still-there",
        ),
    ),
    {"staff": {"idle": 60, "question": 55, "screen_off": 60}},
)


# --- a clerk's word in place of a code, where the region takes it -----------------------------------------------------------

CLERK_CONFIRMS: Final = Leg(
    "staff-confirms",
    (
        Stop(
            "way-clerk",
            together(inserted(NEW_HERE), tap("party-holder", "number"), number(NEW_HERE, "way")),
            "way",
        ),
        Stop("clerk", tap("way-staff", "clerk")),
        Stop("clerk-password", name(CLERK), "clerk"),
        Stop("clerk-code", password(CLERK), "clerk"),
        Stop("clerk-confirmed", code(CLERK, "keep-phone"), "keep-phone"),
    ),
    {"kiosk": {"region": 140300}},
    device="kiosk-02",
)


# --- the technician -------------------------------------------------------------------------------------------------------


def _reported(walk: Walk) -> None:
    """Every part has been looked at."""
    walk.kiosk.wait(lambda view: view.screen == "service" and offered(walk, "open-all"), 20, "a report of every part")


def _tested(part: str) -> Go:
    """The part's test, from the button to its result."""

    def go(walk: Walk) -> None:
        while not offered(walk, f"test-{part}"):
            turn_page(walk, "next-part")
        walk.kiosk.tap(f"test-{part}")
        walk.kiosk.wait(lambda view: not view.says(walk.says("technician.testing")), 30, f"the test of the {part}")

    return go


def _touch_test(walk: Walk) -> None:
    while not offered(walk, "test-screen"):
        turn_page(walk, "next-part")
    tap("test-screen", "touch-test")(walk)


_BACK: Final = together(tap("back", "service"), _reported)
_half: Final = together(*(press(f"target-{target}") for target in range(3)))

TECHNICIANS: Final = Leg(
    "technician",
    (
        Stop("service", together(by_card(TECHNICIAN, "service"), _reported)),
        Stop("settings", tap("open-settings", "settings")),
        Stop("failures", together(_BACK, tap("open-failures", "failures"))),
        Stop("report", together(_BACK, tap("open-report", "report"))),
        Stop("report-printed", together(press("print-slip"), says("slip.take", PRINTED)), "report"),
        Stop("report-saved", together(press("save-report"), says("technician.report.saved", 10, file="")), "report"),
        Stop("touch-test", together(_BACK, _touch_test), away=_BACK, again=_touch_test),
        Stop("touch-test-half", _half, "touch-test", away=_BACK, again=together(_touch_test, _half)),
        Stop(
            "service-touched",
            together(press("target-3"), tap("target-4", "service"), _reported),
            "service",
        ),
        Stop("service-no-paper", together(printer("out"), _tested("printer"), _reported), "service"),
        Stop(
            "remedy-technician",
            together(tap("open-codes", "failure-code"), typing("READER-MISSING", "remedy")),
            "remedy",
        ),
    ),
)


def _pairs(walk: Walk) -> None:
    logged("technician-pairs", NOTICED, took="taken")(walk)


def _cut(walk: Walk) -> None:
    walk.to_idle()
    walk.world.set_line(Cut())
    known = walk.says("header.offline")
    walk.kiosk.wait(lambda view: view.says(known), NOTICED, "the mark of an outage")


TECHNICIAN_OFFLINE: Final = Leg(
    "technician-offline",
    (
        Stop(
            "service-offline",
            together(_pairs, _cut, by_card(TECHNICIAN, "service"), _reported),
            "service",
        ),
        Stop("attract-staff-offline", lambda walk: walk.to_idle(), "attract"),
        Stop("sign-in-offline", tap("open-staff", "sign-in"), "sign-in"),
        Stop(
            "remedy-offline",
            together(tap("open-remedy", "failure-code"), typing("CENTRAL-TIMEOUT", "remedy")),
            "remedy",
        ),
    ),
    {"central": {"total": 10}},
)


# --- without a card -------------------------------------------------------------------------------------------------------


def _working(walk: Walk) -> None:
    walk.world.central_fault("hold", "open_query_session")
    type_text(walk, QUERY_PASSWORD)
    walk.kiosk.wait_screen("query-working")


def _answered(before: int, view: Any) -> bool:
    """Central was asked since that look, and has answered."""
    asked = any(look > before and screen == "query-working" for look, screen in view.passed)
    return asked and view.screen in ("query-password", "query-locked")


def _query_locked(walk: Walk) -> None:
    """A number that does not exist locks as any other."""
    together(tap("open-query", "query-number"), typing(UNKNOWN, "query-password"))(walk)
    while walk.kiosk.view().screen != "query-locked":
        look = walk.kiosk.view().look
        type_text(walk, "wrong1")
        walk.kiosk.wait(partial(_answered, look), 20, "an answer to a query")


def _query_failed(walk: Walk) -> None:
    query_number(RESIDENT)(walk)
    walk.world.central_fault("status", "open_query_session", times=None)
    type_text(walk, QUERY_PASSWORD)
    walk.kiosk.wait_screen("query-failed", 20)
    walk.world.central_well()


def _loss(walk: Walk) -> None:
    to_home_page(walk)
    tap("open-services", "loss")(walk)


def _query_reported(walk: Walk) -> None:
    _read_to_the_end(walk)
    walk.kiosk.tap("confirm-loss")
    walk.kiosk.wait_screen("loss-reported", 20)


def _over(walk: Walk) -> None:
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("attract", 20)
    walk.looked()


QUERY: Final = Leg(
    "query",
    (
        Stop("query-number", together(lambda walk: walk.to_idle(), tap("open-query", "query-number"))),
        Stop("query-number-slip", together(typing(SLIP), press("confirm"), says("entry.checksum")), "query-number"),
        Stop("query-card-number", kind("card_number"), "query-number"),
        Stop(
            "query-password",
            together(
                set_query_password(RESIDENT, QUERY_PASSWORD),
                kind("id_number"),
                whose(RESIDENT, "query-password"),
            ),
        ),
        Stop("query-typed", lambda walk: type_text(walk, "qilu-20", confirm=False), "query-password"),
        Stop("query-refused", together(press("key-clear"), query_refused), "query-password"),
        Stop("query-working", _working),
        Stop("home-query", _released("home"), "home"),
        Stop("registration-query", registration("110"), "registration"),
        Stop("loss-query", _loss, "loss"),
        Stop("loss-reported-query", _query_reported, "loss-reported"),
        Stop("query-help", together(_over, tap("open-query", "query-number"), tap("query-help", "query-help"))),
        Stop("query-locked", together(_over, _query_locked)),
        Stop("query-failed", together(tap("back", "attract"), _query_failed)),
        Stop(
            "ended-query",
            together(tap("back", "attract"), query_number(RESIDENT), _card_came),
            "ended",
            passing=True,
        ),
        Stop("query-known-outage", together(_cut, tap("open-query", "query-failed")), "query-failed"),
        Stop(
            "attract-query-again",
            together(lambda walk: walk.world.set_line(Through()), tap("back", "attract")),
            "attract",
        ),
    ),
)

HELP: Final = (
    BY_CARD,
    SECOND,
    HAND_OVER,
    COUNTER,
    BY_NAME,
    COVERED,
    STAFF_IDLE,
    CLERK_CONFIRMS,
    TECHNICIANS,
    TECHNICIAN_OFFLINE,
    QUERY,
)
