"""The stops of the tour, as data: how a person, a card or a fault brings the kiosk from one screen to the next.

A leg is walked with one kiosk process under settings of its own; its stops are reached one from the other. A screen that none of
these can bring about is named in `UNREACHABLE`, with the reason.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.card.apdu import INS_SELECT, INS_VERIFY
from drivers.card.cardfile import Fault
from kiosk.model import CardStatus
from kiosk.sandbox.legs_activation import ACTIVATION
from kiosk.sandbox.legs_help import HELP
from kiosk.sandbox.legs_outage import OUTAGE
from kiosk.sandbox.line import Cut
from kiosk.sandbox.pki import Flaw
from kiosk.sandbox.stops import (
    Go,
    Leg,
    Stop,
    card_failure,
    done,
    from_home,
    home,
    idle,
    offered,
    open_year,
    pin,
    registration,
    tap,
    to_home_page,
    together,
)
from kiosk.sandbox.walk import PIN, Walk
from kiosk.visit.failures import Failure

SLOW_BYTE_MS: Final = 60.0
"""A card so slow that its reading can be looked at; no single command takes the 10 s after which the reader counts as hung."""
YEAR: Final = 365 * 86400


# --- failures of cards, verdicts, statuses ------------------------------------------------------------------------------


def _status(failure: Failure, status: CardStatus) -> Stop:
    """Central's register says so of a card that is well itself."""

    def go(walk: Walk) -> None:
        walk.to_idle()
        walk.world.set_card_status("jinan-1-0", status)
        try:
            walk.to_failure("jinan-1-0", failure.code)
        finally:
            walk.world.set_card_status("jinan-1-0", CardStatus.NORMAL)

    return Stop(failure.key.replace(".", "-").replace("_", "-"), go, "failure", failure)


def _after_pin(failure: Failure, card: str, *, name: str = "", before: Go = done, after: Go = done) -> Stop:
    """Stands after the PIN only. `before`: what goes wrong while the PIN is asked; `after`: how it is put right."""

    def go(walk: Walk) -> None:
        walk.to_pin(card)
        before(walk)
        try:
            walk.kiosk.type_pin(PIN)
            walk.kiosk.wait_screen("failure", 30, failure=failure.code)
        finally:
            after(walk)

    return Stop(name or failure.key.replace(".", "-").replace("_", "-"), go, "failure", failure)


def _central(failure: Failure, kind: str, **more: object) -> Stop:
    """Central fails when the record is asked for."""
    return _after_pin(
        failure,
        "jinan-2-0",
        before=lambda walk: walk.world.central_fault(kind, "overview", times=None, **more),
        after=lambda walk: walk.world.central_well(),
    )


def _cannot_be_proved(walk: Walk) -> None:
    walk.to_idle()
    walk.world.central_condition(keys_answer=False)
    try:
        walk.to_failure("jinan-2-0", Failure.CANNOT_BE_PROVED.code)
    finally:
        walk.world.central_well()


def _wrong_certificate(walk: Walk) -> None:
    """Somebody else's service answers at central's address."""
    walk.to_idle()
    walk.world.start_central(Flaw.OTHER_AUTHORITY)
    try:
        walk.to_failure("jinan-2-0", Failure.CENTRAL_TLS.code)
    finally:
        walk.world.start_central()


def _faulty_reader(walk: Walk) -> None:
    """A command that takes longer than any card may."""
    walk.insert("jinan-2-0", faults=(Fault(action="delay", ins=INS_SELECT, ms=60_000, times=1),))
    walk.kiosk.wait_screen("out-of-service", 25, failure=Failure.READER_FAULTY.code)


def _held_reader(walk: Walk) -> None:
    """Another program takes the card when this visit's page is over, and does not let the next one go either."""
    walk.to_home("jinan-2-0")
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("take-card")
    walk.world.hold_reader()
    walk.world.pull()
    walk.kiosk.wait_screen("attract")
    walk.insert("jinan-2-0")
    walk.kiosk.wait(lambda view: bool(view.says(Failure.READER_HELD.code)), 20, Failure.READER_HELD.code)


def _no_service(walk: Walk) -> None:
    walk.to_idle()
    walk.world.stop_reader_service()
    walk.kiosk.wait_screen("out-of-service", 20, failure=Failure.READER_SERVICE_STOPPED.code)


def _no_reader(walk: Walk) -> None:
    walk.world.unplug_reader()
    walk.kiosk.wait_screen("out-of-service", 20, failure=Failure.READER_MISSING.code)


def _out(failure: Failure) -> Go:
    return lambda walk: done(walk.kiosk.wait_screen("out-of-service", 20, failure=failure.code))


def _clock_wrong(walk: Walk) -> None:
    walk.world.set_clock(YEAR)
    walk.world.insert("jinan-2-0", fresh=True)
    walk.kiosk.wait(lambda view: view.says(Failure.CLOCK_WRONG.code), 30, Failure.CLOCK_WRONG.code)
    walk.world.pull()
    walk.kiosk.wait_screen("out-of-service", 20, failure=Failure.CLOCK_WRONG.code)


# --- PIN --------------------------------------------------------------------------------------------------------------


def _typed(walk: Walk) -> None:
    walk.kiosk.type_pin("123", confirm=False)


def _wrong_pin(walk: Walk) -> None:
    walk.kiosk.tap("key-clear")
    walk.kiosk.type_pin("000000")
    walk.kiosk.wait_text(walk.says("pin.again.title"))


def _held_overview(walk: Walk) -> None:
    walk.to_pin("jinan-2-0")
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("opening")
    walk.kiosk.wait(lambda view: len(view.texts) > 0 and view.screen == "opening", 5)


def _released(walk: Walk) -> None:
    walk.world.central_release()
    walk.kiosk.wait_screen("home")


def _reading(walk: Walk) -> None:
    walk.insert("jinan-2-0", byte_ms=SLOW_BYTE_MS)
    walk.kiosk.wait_screen("reading")


def _still_there(walk: Walk) -> None:
    walk.kiosk.wait_screen("still-there", 40)


def _take_card(key: str) -> Go:
    def go(walk: Walk) -> None:
        walk.kiosk.wait_screen("take-card")
        walk.kiosk.wait_text(walk.says(key), 30)

    return go


def _end(walk: Walk) -> None:
    walk.kiosk.tap("end")
    walk.kiosk.wait_screen("take-card")
    walk.looked()


# --- an open record -----------------------------------------------------------------------------------------------------


def _accounts(walk: Walk) -> None:
    """With their entries: a day in the first column."""
    from_home("open-accounts", "accounts")(walk)
    day = re.compile(r"(\d{4}-)?\d\d-\d\d")
    walk.kiosk.wait(lambda view: any(day.fullmatch(text) for text in view.texts), what="entries of the account")


def _chooser(walk: Walk) -> None:
    """Chips that do not fit become a list: always in large text."""
    from_home("open-contributions", "contributions")(walk)
    chips = offered(walk, "more")
    walk.turn(large=not chips)
    walk.kiosk.tap("more" if chips else "choose")
    walk.kiosk.wait_screen("chooser")
    walk.turn(large=False)


def _rows(kind: str) -> Go:
    """The year's rows are asked for and do not come, or not yet."""

    def go(walk: Walk) -> None:
        walk.world.central_release()
        walk.world.central_well()
        to_home_page(walk)
        walk.world.central_fault(kind, "contributions", times=1)
        walk.kiosk.tap("open-contributions")
        walk.kiosk.wait_screen("contributions")

    return go


def _away(walk: Walk) -> None:
    """The medical insurance's own system does not answer."""
    walk.to_idle()
    walk.world.central_condition(away=("310", "330", "390"))
    try:
        walk.to_home("jinan-2-0")
    finally:
        walk.world.central_well()


# --- the legs -----------------------------------------------------------------------------------------------------------

WELCOME: Final = Leg(
    "welcome",
    (
        Stop("attract", idle),
        Stop("privacy", tap("privacy", "privacy")),
        Stop("reading", together(tap("back", "attract"), _reading)),
    ),
)

PIN_PAGES: Final = Leg(
    "pin",
    (
        Stop("pin", pin("jinan-2-0")),
        Stop("pin-typed", _typed, "pin"),
        Stop("pin-wrong", _wrong_pin, "pin"),
        Stop("pin-help", tap("forgot-pin", "pin-help")),
        Stop("pin-last-try", pin("jinan-pin-one-try"), "pin"),
        Stop("pin-minor", pin("jinan-minor"), "pin"),
    ),
)

CARDS: Final = Leg(
    "card",
    (
        card_failure(Failure.CARD_MUTE, "mute-card"),
        card_failure(Failure.CARD_NOT_SOCIAL_SECURITY, "bank-card"),
        card_failure(Failure.CARD_APPLICATION_LOCKED, "jinan-app-locked"),
        card_failure(Failure.CARD_FAULTY, "jinan-2-0", (Fault(action="status", ins=INS_SELECT, status_word=0x6581),)),
        card_failure(Failure.CARD_MALFORMED, "jinan-malformed"),
        card_failure(Failure.NOT_GENUINE, "jinan-counterfeit"),
        Stop("verdict-cannot-be-proved", _cannot_be_proved, "failure", Failure.CANNOT_BE_PROVED),
        _after_pin(Failure.CARD_DISAGREES, "jinan-mismatch"),
        _status(Failure.STATUS_BLOCKED, CardStatus.BLOCKED),
        card_failure(Failure.STATUS_LOST, "jinan-lost"),
        _status(Failure.STATUS_TEMPORARILY_LOST, CardStatus.TEMPORARILY_LOST),
        _status(Failure.STATUS_REPLACED, CardStatus.REPLACED),
        _status(Failure.STATUS_CANCELLED, CardStatus.CANCELLED),
        card_failure(Failure.STATUS_EXPIRED, "jinan-expired"),
        card_failure(Failure.OTHER_PLACE, "chengdu-other-place"),
        card_failure(Failure.NO_PIN_SET, "jinan-no-pin"),
        card_failure(Failure.PIN_LOCKED, "jinan-pin-locked"),
        _after_pin(
            Failure.PIN_OUTCOME_UNKNOWN,
            "jinan-2-0",
            before=lambda walk: walk.world.card_fault(action="mute", ins=INS_VERIFY, nth=2, times=1),
        ),
    ),
)

CENTRAL: Final = Leg(
    "central",
    (
        _central(Failure.CENTRAL_UNAVAILABLE, "status", status=503),
        _central(Failure.CENTRAL_BAD_ANSWER, "broken_json"),
        _after_pin(
            Failure.CENTRAL_SESSION_ENDED, "jinan-2-0", before=lambda walk: walk.world.central.expire_sessions()
        ),
        _central(Failure.CENTRAL_TIMEOUT, "hang"),
        Stop("central-tls", _wrong_certificate, "failure", Failure.CENTRAL_TLS),
        _after_pin(Failure.CENTRAL_UNREACHABLE, "jinan-2-0", before=lambda walk: walk.world.set_line(Cut())),
    ),
    {"central": {"total": 4}},
)

UNKNOWN: Final = Leg(
    "unknown-to-central",
    (card_failure(Failure.CENTRAL_REFUSED, "jinan-2-0"),),
    device_flaw=Flaw.OTHER_NAME,
)

READER: Final = Leg(
    "reader",
    (
        Stop("reader-held", _held_reader, "out-of-service", Failure.READER_HELD),
        Stop("reader-service-stopped", _no_service, "out-of-service", Failure.READER_SERVICE_STOPPED),
        Stop("reader-no-reader", _no_reader, "out-of-service", Failure.READER_MISSING),
    ),
)

READER_HANGS: Final = Leg(
    "reader-hangs", (Stop("reader-faulty", _faulty_reader, "out-of-service", Failure.READER_FAULTY),)
)

READER_REFUSED: Final = Leg(
    "reader-refused",
    (
        Stop(
            "reader-virtual-refused",
            _out(Failure.READER_VIRTUAL_REFUSED),
            "out-of-service",
            Failure.READER_VIRTUAL_REFUSED,
        ),
    ),
    {"reader": {"allow_virtual": False}},
)

CONFIG: Final = Leg(
    "settings",
    (Stop("kiosk-config-invalid", _out(Failure.CONFIG_INVALID), "out-of-service", Failure.CONFIG_INVALID),),
    {"kiosk": {"number": 0}},
)

AUDIT: Final = Leg(
    "audit",
    (Stop("kiosk-audit-unwritable", _out(Failure.AUDIT_UNWRITABLE), "out-of-service", Failure.AUDIT_UNWRITABLE),),
    {"audit": {"folder": "/dev/null/audit"}},
)

CLOCK: Final = Leg(
    "clock",
    (Stop("kiosk-clock-wrong", _clock_wrong, "out-of-service", Failure.CLOCK_WRONG),),
    movable_clock=True,
)

OPENING: Final = Leg(
    "opening",
    (
        Stop("opening", _held_overview),
        Stop("home", _released),
        Stop("take-card", _end),
    ),
)

RECORD: Final = Leg(
    "record",
    (
        Stop("registration-pension", together(home("jinan-2-0"), registration("110")), "registration"),
        Stop("registration-revealed", tap("reveal-number", "registration"), "registration"),
        Stop("registration-medical", registration("310"), "registration"),
        Stop("registration-ended", registration("390"), "registration"),
        Stop("wrong", tap("wrong", "wrong")),
        Stop("contributions", from_home("open-contributions", "contributions")),
        Stop("contributions-year", open_year),
        Stop("chooser", _chooser),
        Stop("accounts", _accounts),
        Stop("privacy-in-visit", from_home("open-privacy", "privacy"), "privacy"),
        Stop("contributions-waiting", _rows("hold"), "contributions"),
        Stop("contributions-not-come", _rows("status"), "contributions"),
    ),
)

PEOPLE: Final = Leg(
    "people",
    (
        Stop("home-medical-away", _away, "home"),
        Stop("home-minor", home("jinan-minor"), "home"),
        Stop("registration-child", registration("390"), "registration"),
        Stop("home-retiree", home("jinan-retiree"), "home"),
        Stop("registration-retiree", registration("110"), "registration"),
        Stop("home-long-name", home("jinan-long-name"), "home"),
        Stop(
            "registration-long-name", together(registration("110"), tap("reveal-name", "registration")), "registration"
        ),
        Stop("home-civil-servant", home("jinan-civil-servant"), "home"),
        Stop("home-flexible", home("jinan-flexible"), "home"),
        Stop(
            "contributions-long-history",
            together(home("jinan-long-history"), from_home("open-contributions", "contributions")),
            "contributions",
        ),
        Stop("accounts-long-history", _accounts, "accounts"),
    ),
)

YANGQUAN: Final = Leg(
    "yangquan",
    (
        Stop("home-resident", home("yangquan-2-0"), "home"),
        Stop("registration-late-payment", registration("390"), "registration"),
        Stop("contributions-resident", from_home("open-contributions", "contributions"), "contributions"),
        Stop("home-rare-name", home("yangquan-rare-name"), "home"),
        Stop(
            "registration-rare-name", together(registration("110"), tap("reveal-name", "registration")), "registration"
        ),
    ),
    {"kiosk": {"region": 140300}},
    device="kiosk-02",
)

IDLE: Final = Leg(
    "idle",
    (Stop("still-there", together(home("jinan-2-0"), _still_there)),),
    {"time": {"page_idle": 10, "page_idle_slow": 10}},
)

FORGOTTEN: Final = Leg(
    "card-left",
    (Stop("take-card-loud", together(home("jinan-2-0"), _end, _take_card("takecard.loud.title")), "take-card"),),
    {"time": {"take_card_louder": 5, "take_card_notice": 3600}},
)

STAFF: Final = Leg(
    "card-left-long",
    (Stop("take-card-staff", together(home("jinan-2-0"), _end, _take_card("takecard.staff.title")), "take-card"),),
    {"time": {"take_card_louder": 5, "take_card_notice": 10}},
)

LEGS: Final = (
    WELCOME,
    PIN_PAGES,
    OPENING,
    RECORD,
    PEOPLE,
    YANGQUAN,
    CARDS,
    CENTRAL,
    OUTAGE,
    *ACTIVATION,
    *HELP,
    UNKNOWN,
    READER,
    READER_HANGS,
    READER_REFUSED,
    CONFIG,
    AUDIT,
    CLOCK,
    IDLE,
    FORGOTTEN,
    STAFF,
)

UNREACHABLE: Final = {
    Failure.READER_ACCESS_DENIED: "needs a pcscd built with polkit (2.0 and later)",
    Failure.NOT_ACTIVATED: "needs a central service that lets no card be activated at a kiosk",
    Failure.SCREEN_FAULT: "needs a bug in the kiosk itself",
}
