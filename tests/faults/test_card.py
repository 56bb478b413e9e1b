"""Cards that leave, change, hang or are none of ours, through pcscd, HTTPS and the window.

Every command of a visit is broken here, too; the same cells without a window stand in `tests/kiosk/engine/test_card_faults.py`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any, Final, Literal

import pytest
from _pytest.mark import ParameterSet

from drivers.card.cardfile import Damage, Fault
from drivers.card.profiles import COMMAND_LIMIT_S
from drivers.card.ssc import SocialSecurityCard
from drivers.card.virtual import VirtualCard, VirtualConnection
from kiosk.sandbox.walk import PIN, Walk
from kiosk.sandbox.world import LOOK_SECONDS
from tests.faults.always import always
from tests.journeys.driver import GUARD
from tests.pcsc import virtual_card

Fired = Callable[[object], None]

PLAIN: Final = "jinan-2-0"
TWINS: Final = ("jinan-twin-a", "jinan-twin-b")
"""Two cards with one ATR, and one name on both."""
NAMES: Final = {
    0x20: "VERIFY",
    0x88: "INTERNAL-AUTHENTICATE",
    0xA4: "SELECT",
    0xB2: "READ-RECORD",
    0xC0: "GET-RESPONSE",
}
GONE: Final = 6.0
"""Seconds within which a pulled card's visit is off the screen: pcscd looks every 0.4 s, the machine may be busy."""
LIMIT: Final = COMMAND_LIMIT_S + 3.0
"""Seconds within which a command that hangs has a page: its own limit, and the next look of whoever watches it."""


def _trace() -> tuple[int, ...]:
    chip = virtual_card(PLAIN)
    application = SocialSecurityCard(VirtualConnection(chip))
    application.select()
    application.issuer_data()
    application.holder_data()
    application.internal_authenticate(bytes(8), bytes(8))
    application.probe_pin()
    application.verify_pin(bytearray(PIN.encode()))
    application.issuer_data()  # the kiosk's look at the card of an open record
    return tuple(seen.ins for seen in chip.seen)


TRACE: Final = _trace()
VERIFY: Final = TRACE.index(0x20) + 1


def places(*usual: int) -> list[ParameterSet]:
    """Every command of a visit; those that are not `usual` are left to `make faults`."""
    return [
        pytest.param(index, id=f"{index}-{NAMES[ins]}", marks=[] if index in usual else [pytest.mark.long])
        for index, ins in enumerate(TRACE)
    ]


def fault(index: int, action: Any, **more: Any) -> Fault:
    """At the command of this place in a visit; named by instruction, because the kiosk's look may come before VERIFY or after."""
    ins = TRACE[index]
    return Fault(action=action, ins=ins, nth=TRACE[: index + 1].count(ins), times=1, **more)


def happened(chip: VirtualCard, within: float = 15.0) -> None:
    """Until the card's fault has happened."""
    for _ in range(int(within / 0.01)):
        if chip.fired:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the command never came")


def typed(walk: Walk, index: int) -> None:
    """What a person does until the command of this place is sent."""
    if index >= VERIFY:
        walk.kiosk.wait_screen("pin")
        walk.kiosk.type_pin(PIN)


@pytest.mark.fault("card", "pulled at every command of a visit", level="real")
@pytest.mark.parametrize(
    ("action", "index"),
    [
        *(
            pytest.param("remove", *place.values, id=f"{place.id}-before", marks=place.marks)
            for place in places(0, 3, VERIFY)
        ),
        *(
            pytest.param("remove_after", *place.values, id=f"{place.id}-after", marks=place.marks)
            for place in places(6)
        ),
    ],
)
def test_a_card_pulled_at_a_command_is_back_at_the_first_page(
    walk: Walk, fired: Fired, action: Literal["remove", "remove_after"], index: int
) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, action)])
        typed(walk, index)
        happened(chip)
        fired(chip.fired)
        walk.kiosk.wait_screen("attract", GONE)


def swapped(walk: Walk, first: str, second: str, at: Callable[[], object], **swap: Any) -> None:
    """`at` leads to the moment; then the second card opens its own record, and nothing of the first is on any page of it."""
    walk.insert(first)
    at()
    walk.world.swap(second, fresh=True, **swap)
    own = walk.world.cards[second].holder
    other = walk.world.cards[first].holder
    assert own is not None
    assert other is not None
    view = walk.kiosk.wait(lambda view: view.screen == "pin", 20, "the second card's PIN page")
    assert other.ssn[-4:] not in " ".join(view.texts)
    walk.kiosk.type_pin(PIN)
    shown = " ".join(walk.kiosk.wait_screen("home").texts)
    assert own.ssn[-4:] in shown
    assert other.ssn[-4:] not in shown


PAIRS: Final = [
    TWINS,
    pytest.param(*reversed(TWINS), marks=pytest.mark.long),
    pytest.param("jinan-3-0-closed", PLAIN, marks=pytest.mark.long),
]


@pytest.mark.fault("card", "swapped during PIN entry", level="real")
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_digits_typed_for_one_card_are_gone_when_another_is_in(
    walk: Walk, fired: Fired, first: str, second: str
) -> None:
    def half_a_pin() -> None:
        walk.kiosk.wait_screen("pin")
        walk.kiosk.type_pin("999", confirm=False)

    with always(walk, second):
        swapped(walk, first, second, half_a_pin)
        assert walk.world.chip(second).tries_left == walk.world.cards[second].pin.limit
        assert not any(seen.ins == 0x20 and seen.lc for seen in walk.world.chip(first).seen)
        fired(walk.world.card_in == second)


@pytest.mark.long
@pytest.mark.fault("card", "swapped at every command of reading", level="real")
@pytest.mark.parametrize("index", places(*range(VERIFY))[:VERIFY])
def test_a_card_swapped_while_it_is_read_is_a_new_visit(walk: Walk, fired: Fired, index: int) -> None:
    first, second = TWINS
    with always(walk, second):
        chip = walk.insert(first, faults=[fault(index, "delay", ms=1500)])
        happened(chip)
        walk.world.swap(second, fresh=True)
        walk.kiosk.wait_screen("pin", 20)
        walk.kiosk.type_pin(PIN)
        shown = " ".join(walk.kiosk.wait_screen("home").texts)
        one, two = (walk.world.cards[card].holder for card in TWINS)
        assert one is not None
        assert two is not None
        assert two.ssn[-4:] in shown
        assert one.ssn[-4:] not in shown
        fired(chip.fired)


@pytest.mark.fault("card", "swapped while VERIFY is under way", level="real")
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_pin_under_way_opens_nothing_for_the_next_card(walk: Walk, fired: Fired, first: str, second: str) -> None:
    def verifying() -> None:
        chip = walk.world.chip(first)
        chip.add_fault(fault(VERIFY, "delay", ms=2500))
        walk.kiosk.wait_screen("pin")
        walk.kiosk.type_pin(PIN)
        happened(chip)
        fired(chip.fired)

    with always(walk, second):
        swapped(walk, first, second, verifying)
        assert sum(bool(seen.ins == 0x20 and seen.lc) for seen in walk.world.chip(first).seen) <= 1


@pytest.mark.fault("card", "swapped while central answers", level="real")
@pytest.mark.parametrize(
    "operation",
    [
        "open_card_session",
        pytest.param("overview", marks=pytest.mark.long),
        pytest.param("contributions", marks=pytest.mark.long),
    ],
)
def test_centrals_late_answer_for_the_first_card_is_nobodys(walk: Walk, fired: Fired, operation: str) -> None:
    first, second = TWINS

    def asked() -> None:
        walk.world.central_fault("hold", operation)
        if operation != "open_card_session":
            walk.kiosk.wait_screen("pin")
            walk.kiosk.type_pin(PIN)
        if operation == "contributions":
            walk.kiosk.wait_screen("home")
            walk.kiosk.tap("open-contributions")
        for _ in range(1000):
            if walk.world.central.held:
                break
            threading.Event().wait(0.01)
        fired(walk.world.central.held)
        walk.world.central.clear()
        threading.Timer(1.5, walk.world.central_release).start()  # in the middle of the second one's visit

    with always(walk, second):
        swapped(walk, first, second, asked)


@pytest.mark.long
@pytest.mark.fault("card", "in and out twenty times", level="real")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_card_in_and_out_twenty_times_leaves_an_idle_kiosk(walk: Walk, fired: Fired, seed: int) -> None:
    chance = random.Random(seed)
    pulls = 0
    with always(walk, TWINS[0]):
        for turn in range(20):
            walk.world.insert(TWINS[turn % 2], fresh=True)
            threading.Event().wait(chance.uniform(0.0, 0.9))
            walk.world.pull()
            threading.Event().wait(LOOK_SECONDS)  # pcscd 1.9.9 may never tell a gap that is shorter than its looks
            pulls += 1
        walk.kiosk.wait_screen("attract", GONE)
        fired(pulls == 20)


@pytest.mark.fault("card", "mute, of another kind, malformed, locked", level="real")
@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("mute-card", "CARD-MUTE"),
        pytest.param("bank-card", "CARD-FOREIGN", marks=pytest.mark.long),
        pytest.param("jinan-malformed", "CARD-MALFORMED", marks=pytest.mark.long),
        pytest.param("jinan-app-locked", "CARD-APPLOCK", marks=pytest.mark.long),
        pytest.param("jinan-counterfeit", "PROOF-REFUSED", marks=pytest.mark.long),
        pytest.param("jinan-pin-locked", "PIN-LOCKED", marks=pytest.mark.long),
        pytest.param("jinan-no-pin", "PIN-NOTSET", marks=pytest.mark.long),
    ],
)
def test_a_card_that_is_none_for_us_has_its_page(walk: Walk, fired: Fired, card: str, code: str) -> None:
    with always(walk, card):
        walk.to_failure(card, code)
        fired(walk.kiosk.view().says(code))


@pytest.mark.long
@pytest.mark.fault("card", "a record that is cut, every record", level="real")
@pytest.mark.parametrize(
    ("file", "tag"),
    [("EF05", tag) for tag in range(1, 8)] + [("EF06", tag) for tag in (8, 9, 0x4E, 0xA, 0xB, 0xC, 0xD)],
)
def test_a_cut_record_is_a_malformed_card(walk: Walk, fired: Fired, file: str, tag: int) -> None:
    whole = walk.world.cards[PLAIN]
    damage = Damage.model_validate({"file": file, "tag": tag, "keep": 0})
    walk.world.cards[PLAIN] = whole.model_copy(update={"damage": (damage,)})
    try:
        with always(walk, PLAIN):
            walk.to_failure(PLAIN, "CARD-MALFORMED")
            chip = walk.world.chip(PLAIN)
            fired(any(seen.ins == 0xB2 for seen in chip.seen))
    finally:
        walk.world.cards[PLAIN] = whole


@pytest.mark.fault("card", "falls silent at every command", level="real")
@pytest.mark.parametrize("index", places(3))
def test_a_card_that_falls_silent_has_a_page(walk: Walk, fired: Fired, index: int) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, "mute")])
        typed(walk, index)
        walk.kiosk.wait_screen("failure", 20, failure="PIN-UNKNOWN" if index == VERIFY else "CARD-FAULTY")
        fired(chip.fired)


@pytest.mark.long
@pytest.mark.fault("card", "an answer cut short or with a bit turned round, at every command", level="real")
@pytest.mark.parametrize("action", ["truncate", "corrupt"])
@pytest.mark.parametrize("index", places()[:VERIFY])
def test_a_damaged_answer_has_a_page_or_does_no_harm(
    walk: Walk, fired: Fired, index: int, action: Literal["truncate", "corrupt"]
) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, action)])
        view = walk.kiosk.wait(lambda view: view.screen in ("failure", "pin"), 20, "a page or the PIN")
        fired(chip.fired)
        if view.screen == "pin":
            walk.kiosk.type_pin(PIN)
            view = walk.kiosk.wait(lambda view: view.screen in ("failure", "home"), 20, "a page or the record")
        holder = walk.world.cards[PLAIN].holder
        assert holder is not None
        assert view.screen == "failure" or holder.ssn[-4:] in " ".join(view.texts)


@pytest.mark.long
@pytest.mark.fault("card", "a command of 30 s, at every command", level="real")
@pytest.mark.parametrize("index", places(VERIFY))
def test_a_command_that_hangs_has_a_page_in_time_and_a_way_out(walk: Walk, fired: Fired, index: int) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, "delay", ms=30_000)])
        typed(walk, index)
        happened(chip)
        if index <= VERIFY:
            walk.kiosk.control("end", 3)  # the way out, while it hangs
        walk.kiosk.wait_screen("out-of-service", LIMIT, failure="READER-FAULTY")
        fired(chip.fired)


@pytest.mark.long
@pytest.mark.fault("card", "a command of 30 s, the person ends the visit", level="real")
@pytest.mark.parametrize("index", [3, VERIFY])
def test_who_waits_for_a_hanging_command_can_go(walk: Walk, fired: Fired, index: int) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, "delay", ms=30_000)])
        typed(walk, index)
        happened(chip)
        threading.Event().wait(2 * GUARD)  # the page has just changed: it says that the PIN is at the card
        walk.kiosk.tap("end")
        walk.kiosk.wait_screen("take-card", 3)
        walk.world.pull()
        walk.kiosk.wait_screen("attract", GONE)
        fired(chip.fired)


@pytest.mark.long
@pytest.mark.fault("card", "answers after it was given up", level="real")
@pytest.mark.parametrize("index", [3, VERIFY])
def test_a_card_that_answers_after_all_is_a_new_visit(walk: Walk, fired: Fired, index: int) -> None:
    with always(walk, PLAIN):
        chip = walk.insert(PLAIN, faults=[fault(index, "delay", ms=15_000)])
        typed(walk, index)
        walk.kiosk.wait_screen("out-of-service", LIMIT + 5, failure="READER-FAULTY")
        view = walk.kiosk.wait(lambda view: view.screen in ("pin", "take-card"), 25, "a new visit, or the card to take")
        assert view.screen != "home"
        assert sum(bool(seen.ins == 0x20 and seen.lc) for seen in chip.seen) == (1 if index == VERIFY else 0)
        fired(chip.fired)
