"""Central and the line to it, broken under a whole visit: a page that says what to do, in time; then the next person."""

import errno
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

import pytest

from kiosk.model import PAGE_ROWS
from kiosk.sandbox.central.altered import UNKNOWN
from kiosk.sandbox.central.faults import FaultKind, Operation, Recorded
from kiosk.sandbox.line import BlackHole, Cut, Drip, Mode, Reset
from kiosk.sandbox.pki import Flaw
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import World
from tests.faults.always import NEXT, always, personal
from tests.journeys.driver import Kiosk, View

CARD: Final = "jinan-2-0"
TOTAL: Final = 3.0
"""Seconds in all for one answer; the default's 8 are held by tests/kiosk/central/test_fault_waits.py."""
SLACK: Final = 4.0
"""For a busy machine."""

BAD: Final = "CENTRAL-BADANSWER"
LATE: Final = "CENTRAL-TIMEOUT"
BUSY: Final = "CENTRAL-BUSY"
AWAY: Final = "CENTRAL-UNREACHABLE"

ANSWERS: Final = {
    FaultKind.HANG: LATE,
    FaultKind.DRIP_HEAD: LATE,
    FaultKind.DRIP_BODY: LATE,
    FaultKind.RESET: AWAY,
    FaultKind.STATUS: BUSY,
    FaultKind.REDIRECT: BAD,
    FaultKind.HTML: BAD,
    FaultKind.EMPTY: BAD,
    FaultKind.BROKEN_JSON: BAD,
    FaultKind.TRUNCATED: BAD,
    FaultKind.OVERSIZED: BAD,
    FaultKind.GZIP_BOMB: BAD,
    FaultKind.CONTRACT: BAD,
    FaultKind.TWICE: BAD,
}
"""What each says at the screen, wherever it comes."""
SHORT: Final = {
    (FaultKind.CONTRACT, Operation.OPEN_CARD_SESSION),
    (FaultKind.DRIP_BODY, Operation.OVERVIEW),
    (FaultKind.HTML, Operation.CONTRIBUTIONS),
}
"""In every run; the others in `make faults`."""
ROWS: Final = {
    Operation.CONTRIBUTIONS: ("open-contributions", "contributions"),
    Operation.ACCOUNT_ENTRIES: ("open-accounts", "accounts"),
}


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    # What is seen by people of whom nothing is kept.
    settings: dict[str, dict[str, object]] = {"central": {"total": TOTAL}, "cache": {"enabled": False}}
    with Kiosk.start(settings, world=world, display=display) as kiosk:
        yield kiosk


def asked(walk: Walk, operation: Operation) -> list[Recorded]:
    return walk.world.central.recording(operation)


def failure(walk: Walk, code: str, within: float = TOTAL + SLACK) -> View:
    """The page with this code: it says what happened, what to do, and nothing of a person."""
    view: View = walk.kiosk.wait_screen("failure", within, failure=code)
    assert sum(len(text) for text in view.texts) > 20
    assert not any(view.says(text) for text in personal(walk, CARD))
    return view


def cells() -> list[Any]:
    where = (Operation.OPEN_CARD_SESSION, Operation.OVERVIEW, *ROWS)
    return [
        pytest.param(kind, at, id=f"{kind}-{at}", marks=() if (kind, at) in SHORT else pytest.mark.long)
        for kind in ANSWERS
        for at in where
    ]


@pytest.mark.fault("central", "answer", level="real")
@pytest.mark.parametrize(("kind", "at"), cells())
def test_a_broken_answer_is_a_page_and_the_next_person_is_served(
    walk: Walk, fired: Callable[[object], None], kind: FaultKind, at: Operation
) -> None:
    with always(walk, CARD):
        walk.world.central.forget()
        if at is Operation.OPEN_CARD_SESSION:
            walk.world.central_fault(kind.value, at.value, times=None)
            walk.insert(CARD)
            failure(walk, ANSWERS[kind])
        elif at is Operation.OVERVIEW:
            walk.to_pin(CARD)
            walk.world.central_fault(kind.value, at.value, times=None)
            walk.kiosk.type_pin(PIN)
            failure(walk, ANSWERS[kind])
        else:
            _rows_do_not_come(walk, kind, at)
        fired(asked(walk, at))


def _rows_do_not_come(walk: Walk, kind: FaultKind, at: Operation) -> None:
    """The record stays open; in the rows' place stands what happened and a way to try again, and that helps."""
    control, screen = ROWS[at]
    walk.to_home(CARD)
    walk.world.central_fault(kind.value, at.value, times=None)
    walk.kiosk.tap(control)
    walk.kiosk.wait_screen(screen)
    if at is Operation.CONTRIBUTIONS:
        walk.kiosk.tap("open-year")
        walk.kiosk.wait_screen("contributions-year")
    walk.kiosk.control("try-again", TOTAL + SLACK)
    walk.world.central.clear()
    walk.kiosk.tap("try-again")
    walk.kiosk.wait(lambda view: not any(one.name == "try-again" for one in view.controls), what="the rows")


LINES: Final = (
    (Cut(), (AWAY,)),
    (BlackHole(), (AWAY, LATE)),
    (Reset(), (AWAY,)),
    (Reset(after=1000), (AWAY, BAD)),
    (Drip(pause=0.2), (AWAY, LATE)),
)


@pytest.mark.fault("central", "line", level="real")
@pytest.mark.parametrize("when", ["before the card", pytest.param("while the PIN is typed", marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        pytest.param(mode, codes, id=repr(mode), marks=() if isinstance(mode, BlackHole) else pytest.mark.long)
        for mode, codes in LINES
    ],
)
def test_a_line_that_breaks_is_a_page_and_the_next_person_is_served(
    walk: Walk, fired: Callable[[object], None], mode: Mode, codes: tuple[str, ...], when: str
) -> None:
    with always(walk, CARD):
        line, before = walk.world.line, walk.world.line.broken
        if when == "before the card":
            walk.world.set_line(mode)
            walk.insert(CARD)
        else:
            walk.to_pin(CARD)
            walk.world.set_line(mode)
            walk.kiosk.type_pin(PIN)
        began = time.monotonic()
        view: View = walk.kiosk.wait_screen("failure", TOTAL + SLACK)
        assert any(view.says(code) for code in codes)
        assert time.monotonic() - began < TOTAL + SLACK
        # What never gets as far as the line leaves no trace there: then the line is asked as the kiosk asked it.
        fired(line.broken > before or _answers_not(line.port))


def _answers_not(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(0.3)
        return caller.connect_ex(("127.0.0.1", port)) in (errno.ECONNREFUSED, errno.EAGAIN)


@pytest.mark.fault("central", "certificate", level="real")
@pytest.mark.parametrize(
    "flaw", [pytest.param(flaw, marks=() if flaw is Flaw.EXPIRED else pytest.mark.long) for flaw in Flaw]
)
def test_a_service_that_is_not_central_gets_nothing_and_is_named(
    walk: Walk, fired: Callable[[object], None], flaw: Flaw
) -> None:
    with always(walk, CARD):
        walk.world.start_central(flaw)
        before = walk.world.line.accepted
        walk.insert(CARD)
        failure(walk, "CENTRAL-TLS")
        assert [row for row in walk.world.central.recording() if row.body or row.headers.get("authorization")] == []
        fired(walk.world.line.accepted - before)


@pytest.mark.fault("central", "clock of central far off", level="real")
@pytest.mark.parametrize(
    "ahead",
    [
        pytest.param(3 * 86400.0, marks=pytest.mark.long),  # journeys/test_start.py has one in every run
        pytest.param(-3600.0, marks=pytest.mark.long),
        pytest.param(40 * 365 * 86400.0, marks=pytest.mark.long),
    ],
)
def test_a_clock_that_is_far_off_is_named(walk: Walk, fired: Callable[[object], None], ahead: float) -> None:
    with always(walk, CARD):
        walk.world.central_condition(date_offset=ahead)
        walk.insert(CARD)
        walk.kiosk.wait(lambda view: view.says("KIOSK-CLOCK"), TOTAL + SLACK, "the clock's page")
        fired(walk.world.central.recording())
        walk.world.pull()


@pytest.mark.fault("central", "late answer", level="real")
@pytest.mark.parametrize(
    "then",
    [
        "the visit's end",
        pytest.param("another card", marks=pytest.mark.long),
        pytest.param("the card pulled", marks=pytest.mark.long),
    ],
)
def test_a_late_answer_meets_nobody(walk: Walk, fired: Callable[[object], None], then: str) -> None:
    with always(walk, CARD):
        walk.to_pin(CARD)
        walk.world.central_fault(FaultKind.HOLD.value, Operation.OVERVIEW.value)
        walk.kiosk.type_pin(PIN)
        walk.kiosk.wait_screen("opening")
        until = time.monotonic() + TOTAL
        while not walk.world.central.held and time.monotonic() < until:
            time.sleep(0.02)
        held = walk.world.central.held
        match then:
            case "the visit's end":
                walk.kiosk.tap("end")
                walk.kiosk.wait_screen("take-card")
            case "another card":
                walk.world.swap(NEXT, fresh=True)
                walk.kiosk.wait_screen("pin")
            case _:
                walk.world.pull()
                walk.kiosk.wait_screen("attract")
        walk.world.central_release()
        if then == "another card":
            walk.kiosk.type_pin(PIN)
            view = walk.kiosk.wait_screen("home")
        else:
            # Whatever the answer could do it would do before another question's answer.
            walk.world.pull()
            walk.kiosk.wait_screen("attract")
            walk.insert(NEXT)
            view = walk.kiosk.wait_screen("pin")
        assert not any(view.says(text) for text in personal(walk, CARD))
        fired(held)


@pytest.mark.fault("central", "unknown codes", level="real")
def test_codes_that_no_table_has_are_shown_as_such(walk: Walk, fired: Callable[[object], None]) -> None:
    with always(walk, CARD):
        walk.world.central.forget()
        walk.world.central_fault(FaultKind.UNKNOWN_CODES.value, times=None)
        walk.to_home(CARD)
        insurance = UNKNOWN["310"]
        assert walk.kiosk.view().says(walk.says("common.unknown_code", code=UNKNOWN["payment_status"]))
        assert walk.kiosk.view().says(walk.says("insurance.unknown", code=insurance))
        walk.kiosk.tap(f"insurance-{insurance}")
        walk.kiosk.wait_screen("registration")
        walk.kiosk.tap("back")
        walk.kiosk.wait_screen("home")
        walk.kiosk.tap("open-contributions")
        walk.kiosk.wait_screen("contributions")
        with suppress(AssertionError):
            walk.kiosk.tap("open-year")
        fired(asked(walk, Operation.OVERVIEW) and asked(walk, Operation.CONTRIBUTIONS))


@pytest.mark.fault("central", "negative amounts", level="real")
def test_amounts_below_nothing_are_shown_with_their_sign(walk: Walk, fired: Callable[[object], None]) -> None:
    with always(walk, CARD):
        walk.world.central.forget()
        walk.world.central_fault(FaultKind.NEGATIVE.value, times=None)
        walk.to_home(CARD)
        walk.kiosk.tap("open-accounts")
        walk.kiosk.wait_screen("accounts")
        walk.kiosk.wait(lambda view: any("-" in text for text in view.texts), what="a sign")
        fired(asked(walk, Operation.OVERVIEW))


@pytest.mark.fault("central", "10,000 rows on one page", level="real")
@pytest.mark.parametrize("at", [pytest.param(at, marks=pytest.mark.long) for at in ROWS])
def test_a_page_with_ten_thousand_rows_is_refused_as_a_whole(
    walk: Walk, fired: Callable[[object], None], at: Operation
) -> None:
    with always(walk, CARD):
        walk.world.central.forget()
        _rows_do_not_come(walk, FaultKind.MANY_ROWS, at)
        fired(asked(walk, at))


@pytest.mark.long
@pytest.mark.fault("central", "10,000 rows on 200 pages", level="real")
def test_ten_thousand_rows_are_turned_page_by_page(walk: Walk, fired: Callable[[object], None]) -> None:
    with always(walk, CARD):
        walk.world.central.forget()
        walk.world.central_fault(FaultKind.MANY_PAGES.value, Operation.ACCOUNT_ENTRIES.value, times=None)
        walk.to_home(CARD)
        walk.kiosk.tap("open-accounts")
        walk.kiosk.wait_screen("accounts")
        walk.kiosk.wait_text("+1.00")
        first_of_second = f"+{PAGE_ROWS + 1}.00"
        for _ in range(PAGE_ROWS):
            if _turned(walk).says(first_of_second):
                break
        assert walk.kiosk.view().says(first_of_second)
        fired(asked(walk, Operation.ACCOUNT_ENTRIES))


def _turned(walk: Walk) -> View:
    """The next part. A second touch where the first came too soon after the last: so does a person."""
    before = walk.kiosk.view().texts
    for _ in range(3):
        walk.kiosk.tap("next-part")
        with suppress(AssertionError):
            view: View = walk.kiosk.wait(partial(_turnable, before), 2, "the next part")
            return view
    raise AssertionError("the next part does not come")


def _turnable(before: tuple[str, ...], view: View) -> bool:
    return view.texts != before and any(one.name == "next-part" and one.enabled for one in view.controls)
