"""The stops of the tour, as data: how a person, a card or a fault brings the kiosk from one screen to the next.

A leg is walked with one kiosk process under settings of its own; its stops are reached one from the other. A screen that none of
these can bring about is named in `UNREACHABLE`, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from drivers.card.apdu import INS_SELECT, INS_VERIFY
from drivers.card.cardfile import Fault
from kiosk.model import CardStatus
from kiosk.sandbox.line import Cut
from kiosk.sandbox.machine import SettingsText
from kiosk.sandbox.pki import Flaw
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import DEVICE
from kiosk.visit.failures import Failure

Go = Callable[[Walk], None]

SLOW_BYTE_MS: Final = 60.0
"""A card so slow that its reading can be looked at; no single command takes the 10 s after which the reader counts as hung."""
YEAR: Final = 365 * 86400


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture. `go` leads to it from the stop before and returns when it is there."""

    name: str
    go: Go
    screen: str = ""  # name of the screen where it is not the stop's own
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    stops: tuple[Stop, ...]
    settings: SettingsText = field(default_factory=dict)
    movable_clock: bool = False
    device: str = DEVICE
    device_flaw: Flaw | None = None  # of the certificate that the kiosk shows


def _tap(control: str, screen: str) -> Go:
    def go(walk: Walk) -> None:
        walk.kiosk.tap(control)
        walk.kiosk.wait_screen(screen)

    return go


def _all(*steps: Go) -> Go:
    def go(walk: Walk) -> None:
        for step in steps:
            step(walk)

    return go


def _idle(walk: Walk) -> None:
    walk.to_idle()


def _home(card: str) -> Go:
    return lambda walk: _done(walk.to_home(card))


def _pin(card: str) -> Go:
    return lambda walk: _done(walk.to_pin(card))


def _done(_: object) -> None:
    """What a step gives is not needed here."""


# --- failures of cards, verdicts, statuses ------------------------------------------------------------------------------


def _card_failure(failure: Failure, card: str, faults: Sequence[Fault] = (), name: str = "") -> Stop:
    return Stop(
        name or failure.key.replace(".", "-").replace("_", "-"),
        lambda walk: walk.to_failure(card, failure.code, faults=faults),
        "failure",
        failure,
    )


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


def _after_pin(failure: Failure, card: str, *, name: str = "", before: Go = _done, after: Go = _done) -> Stop:
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
    return lambda walk: _done(walk.kiosk.wait_screen("out-of-service", 20, failure=failure.code))


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


def _registration(insurance: str) -> Go:
    """From any page of the record, over home; the list may go on on a next page."""

    def go(walk: Walk) -> None:
        _to_home_page(walk)
        while not _offered(walk, f"insurance-{insurance}") and _offered(walk, "next-part"):
            _turn_page(walk, "next-part")
        walk.kiosk.tap(f"insurance-{insurance}")
        walk.kiosk.wait_screen("registration")

    return go


def _to_home_page(walk: Walk) -> None:
    """Back to home; a new visit where the last one has ended."""
    if walk.kiosk.view().screen == "attract":
        walk.to_home("jinan-2-0")
    while walk.kiosk.view().screen != "home":
        _back(walk)


def _back(walk: Walk) -> None:
    screen = walk.kiosk.view().screen
    walk.kiosk.tap("back")
    # Another screen, not another look: rows that arrive just now change that, too.
    walk.kiosk.wait(lambda view: bool(view.screen != screen), what=f"the page before {screen}")


def _turn_page(walk: Walk, control: str) -> None:
    look = walk.kiosk.view().look
    walk.kiosk.tap(control)
    walk.kiosk.wait(lambda view: bool(view.look > look), what=f"the page behind {control}")


def _from_home(control: str, screen: str) -> Go:
    return _all(_to_home_page, _tap(control, screen))


def _accounts(walk: Walk) -> None:
    """With their entries: a day in the first column."""
    _from_home("open-accounts", "accounts")(walk)
    day = re.compile(r"(\d{4}-)?\d\d-\d\d")
    walk.kiosk.wait(lambda view: any(day.fullmatch(text) for text in view.texts), what="entries of the account")


def _offered(walk: Walk, control: str) -> bool:
    return any(one.name == control and one.enabled for one in walk.kiosk.view().controls)


def _open_year(walk: Walk) -> None:
    """In landscape the year stands beside the picture and has a page of its own in large text only."""
    beside = not _offered(walk, "open-year")
    walk.turn(large=beside)
    walk.kiosk.tap("open-year")
    walk.kiosk.wait_screen("contributions-year")
    walk.turn(large=False)


def _chooser(walk: Walk) -> None:
    """Chips that do not fit become a list: always in large text."""
    _from_home("open-contributions", "contributions")(walk)
    chips = _offered(walk, "more")
    walk.turn(large=not chips)
    walk.kiosk.tap("more" if chips else "choose")
    walk.kiosk.wait_screen("chooser")
    walk.turn(large=False)


def _rows(kind: str) -> Go:
    """The year's rows are asked for and do not come, or not yet."""

    def go(walk: Walk) -> None:
        walk.world.central_release()
        walk.world.central_well()
        _to_home_page(walk)
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
        Stop("attract", _idle),
        Stop("privacy", _tap("privacy", "privacy")),
        Stop("reading", _all(_tap("back", "attract"), _reading)),
    ),
)

PIN_PAGES: Final = Leg(
    "pin",
    (
        Stop("pin", _pin("jinan-2-0")),
        Stop("pin-typed", _typed, "pin"),
        Stop("pin-wrong", _wrong_pin, "pin"),
        Stop("pin-help", _tap("forgot-pin", "pin-help")),
        Stop("pin-last-try", _pin("jinan-pin-one-try"), "pin"),
        Stop("pin-minor", _pin("jinan-minor"), "pin"),
    ),
)

CARDS: Final = Leg(
    "card",
    (
        _card_failure(Failure.CARD_MUTE, "mute-card"),
        _card_failure(Failure.CARD_NOT_SOCIAL_SECURITY, "bank-card"),
        _card_failure(Failure.CARD_APPLICATION_LOCKED, "jinan-app-locked"),
        _card_failure(Failure.CARD_FAULTY, "jinan-2-0", (Fault(action="status", ins=INS_SELECT, status_word=0x6581),)),
        _card_failure(Failure.CARD_MALFORMED, "jinan-malformed"),
        _card_failure(Failure.NOT_GENUINE, "jinan-counterfeit"),
        Stop("verdict-cannot-be-proved", _cannot_be_proved, "failure", Failure.CANNOT_BE_PROVED),
        _after_pin(Failure.CARD_DISAGREES, "jinan-mismatch"),
        _status(Failure.STATUS_BLOCKED, CardStatus.BLOCKED),
        _card_failure(Failure.STATUS_LOST, "jinan-lost"),
        _status(Failure.STATUS_TEMPORARILY_LOST, CardStatus.TEMPORARILY_LOST),
        _status(Failure.STATUS_REPLACED, CardStatus.REPLACED),
        _status(Failure.STATUS_CANCELLED, CardStatus.CANCELLED),
        _card_failure(Failure.STATUS_EXPIRED, "jinan-expired"),
        _card_failure(Failure.OTHER_PLACE, "chengdu-other-place"),
        _card_failure(Failure.NOT_ACTIVATED, "jinan-not-activated"),
        _card_failure(Failure.NO_PIN_SET, "jinan-no-pin"),
        _card_failure(Failure.PIN_LOCKED, "jinan-pin-locked"),
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
    (_card_failure(Failure.CENTRAL_REFUSED, "jinan-2-0"),),
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
        Stop("registration-pension", _all(_home("jinan-2-0"), _registration("110")), "registration"),
        Stop("registration-revealed", _tap("reveal-number", "registration"), "registration"),
        Stop("registration-medical", _registration("310"), "registration"),
        Stop("registration-ended", _registration("390"), "registration"),
        Stop("wrong", _tap("wrong", "wrong")),
        Stop("contributions", _from_home("open-contributions", "contributions")),
        Stop("contributions-year", _open_year),
        Stop("chooser", _chooser),
        Stop("accounts", _accounts),
        Stop("privacy-in-visit", _from_home("open-privacy", "privacy"), "privacy"),
        Stop("contributions-waiting", _rows("hold"), "contributions"),
        Stop("contributions-not-come", _rows("status"), "contributions"),
    ),
)

PEOPLE: Final = Leg(
    "people",
    (
        Stop("home-medical-away", _away, "home"),
        Stop("home-minor", _home("jinan-minor"), "home"),
        Stop("registration-child", _registration("390"), "registration"),
        Stop("home-retiree", _home("jinan-retiree"), "home"),
        Stop("registration-retiree", _registration("110"), "registration"),
        Stop("home-long-name", _home("jinan-long-name"), "home"),
        Stop("registration-long-name", _all(_registration("110"), _tap("reveal-name", "registration")), "registration"),
        Stop("home-civil-servant", _home("jinan-civil-servant"), "home"),
        Stop("home-flexible", _home("jinan-flexible"), "home"),
        Stop(
            "contributions-long-history",
            _all(_home("jinan-long-history"), _from_home("open-contributions", "contributions")),
            "contributions",
        ),
        Stop("accounts-long-history", _accounts, "accounts"),
    ),
)

YANGQUAN: Final = Leg(
    "yangquan",
    (
        Stop("home-resident", _home("yangquan-2-0"), "home"),
        Stop("registration-late-payment", _registration("390"), "registration"),
        Stop("contributions-resident", _from_home("open-contributions", "contributions"), "contributions"),
        Stop("home-rare-name", _home("yangquan-rare-name"), "home"),
        Stop("registration-rare-name", _all(_registration("110"), _tap("reveal-name", "registration")), "registration"),
    ),
    {"kiosk": {"region": 140300}},
    device="kiosk-02",
)

IDLE: Final = Leg(
    "idle",
    (Stop("still-there", _all(_home("jinan-2-0"), _still_there)),),
    {"time": {"page_idle": 10, "page_idle_slow": 10}},
)

FORGOTTEN: Final = Leg(
    "card-left",
    (Stop("take-card-loud", _all(_home("jinan-2-0"), _end, _take_card("takecard.loud.title")), "take-card"),),
    {"time": {"take_card_louder": 5, "take_card_notice": 3600}},
)

STAFF: Final = Leg(
    "card-left-long",
    (Stop("take-card-staff", _all(_home("jinan-2-0"), _end, _take_card("takecard.staff.title")), "take-card"),),
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
    UNKNOWN,
    READER,
    READER_HANGS,
    READER_REFUSED,
    CONFIG,
    CLOCK,
    IDLE,
    FORGOTTEN,
    STAFF,
)

UNREACHABLE: Final = {
    Failure.READER_ACCESS_DENIED: "needs a pcscd built with polkit (2.0 and later)",
    Failure.SCREEN_FAULT: "needs a bug in the kiosk itself",
}
