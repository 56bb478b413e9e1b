"""The legs of card services: a new card is activated by its holder, for a child, for somebody else; what is refused, what is
resumed; a new PIN, a report of loss, a ticket for the counter."""

from __future__ import annotations

from typing import Final

from drivers.card.apdu import INS_CHANGE_PIN
from kiosk.sandbox.central.activation import MISMATCHES
from kiosk.sandbox.desk import UNREADABLE
from kiosk.sandbox.line import Cut, Through
from kiosk.sandbox.stops import Go, Leg, Stop, home, offered, tap, together, turn_page
from kiosk.sandbox.walk import PIN, Walk
from kiosk.visit.failures import Failure

NEW: Final = "jinan-not-activated"
CHILD: Final = "jinan-new-child"
ELDER: Final = "jinan-new-elder"
LOCKED: Final = "jinan-new-locked"
RELATIVE: Final = "jinan-2-0"
"""Whose ID number a guardian or an agent gives."""
ACTIVE: Final = "jinan-1-0"
ONE_TRY: Final = "jinan-pin-one-try"
NEW_PIN: Final = "730418"
PHONE: Final = "13900001357"
"""On nobody's file."""
FIRST_MOMENT: Final = 0.3
"""Seconds in which a new page does nothing with touches."""
BOUNCE: Final = 0.15
"""Seconds from what a key did until it is touched again: a busy kiosk may have taken the last touch late."""
PRINTED: Final = 20.0
"""Seconds until a slip is out, or known not to come."""


# --- hands --------------------------------------------------------------------------------------------------------------


def keys(text: str) -> Go:
    """On a pad whose entry is shown: each key for itself, for the page is drawn anew with it."""

    def go(walk: Walk) -> None:
        last = ""
        for sign in text:
            if sign == last:
                walk.kiosk.machine.wait(BOUNCE)
            look = walk.kiosk.view().look
            walk.kiosk.tap(f"key-{sign.lower()}")
            _changed(walk, look)
            last = sign

    return go


def _changed(walk: Walk, look: int) -> None:
    walk.kiosk.wait(lambda view: bool(view.look > look), 5, "a key that was typed")


def typed(text: str, screen: str) -> Go:
    return together(keys(text), tap("confirm", screen))


def number_of(walk: Walk, card: str) -> str:
    """The ID number of a card's holder, as central has it."""
    file = walk.world.cards[card]
    number = (file.central.ssn if file.central else None) or (file.holder.ssn if file.holder else None)
    assert number is not None
    return number


def number(card: str, screen: str) -> Go:
    return lambda walk: typed(number_of(walk, card), screen)(walk)


def code(screen: str) -> Go:
    """What has come to the phone."""
    return lambda walk: typed(walk.world.central.messages()[-1].text, screen)(walk)


def says(key: str, within: float = 10.0, **gaps: object) -> Go:
    """Until the page says so. One of the same name as the last is new all the same: nobody touches it in its first moment."""

    def go(walk: Walk) -> None:
        walk.kiosk.wait_text(walk.says(key, **gaps), within)
        walk.kiosk.machine.wait(FIRST_MOMENT)

    return go


def type_pin(pin: str, key: str = "", **gaps: object) -> Go:
    """A PIN, and what is asked next."""

    def go(walk: Walk) -> None:
        walk.kiosk.type_pin(pin)
        if key:
            walk.kiosk.wait_text(walk.says(key, **gaps), 10)

    return go


def printer(how: str) -> Go:
    return lambda walk: walk.world.desk.set_printer(how)


def lay(card: str | None) -> Go:
    return lambda walk: walk.world.desk.lay(card)


def press(control: str) -> Go:
    return lambda walk: walk.kiosk.tap(control)


def inserted(card: str, screen: str = "who", byte_ms: float | None = None) -> Go:
    """A card as on its first day, for central, too."""

    def go(walk: Walk) -> None:
        walk.to_idle()
        walk.world.first_day()
        walk.insert(card, byte_ms=byte_ms)
        walk.kiosk.wait_screen(screen, 20)

    return go


def again(card: str, screen: str) -> Go:
    """The same card as it was left."""

    def go(walk: Walk) -> None:
        walk.world.pull()
        walk.kiosk.wait_screen("attract", 20)
        walk.looked()
        walk.world.insert(card)
        walk.kiosk.wait_screen(screen, 20)

    return go


def _read_all(walk: Walk) -> None:
    while offered(walk, "next-part"):
        turn_page(walk, "next-part")


def set_pins(old: str = PIN) -> Go:
    """Old, new and new again, from the page of the old one."""
    return together(type_pin(old, "pins.new.title"), type_pin(NEW_PIN, "pins.again.title"), type_pin(NEW_PIN))


def activated(walk: Walk) -> None:
    walk.kiosk.wait_screen("activated", 20)


# --- by the holder ------------------------------------------------------------------------------------------------------

_TO_CODE: Final = together(inserted(NEW), tap("party-holder", "number"), number(NEW, "way"), tap("way-code", "code"))
_TO_KEEP: Final = together(_TO_CODE, code("keep-phone"))
_TO_PINS: Final = together(_TO_KEEP, tap("use-phone", "explain"), tap("start", "pins"))

ADULT: Final = Leg(
    "activation",
    (
        Stop("activation-who", inserted(NEW), "who"),
        Stop("activation-number", tap("party-holder", "number"), "number"),
        Stop("activation-way", number(NEW, "way"), "way"),
        Stop("activation-document", tap("way-document", "document"), "document"),
        Stop(
            "activation-document-unreadable",
            together(lay(UNREADABLE), press("read-document"), says("activation.document.again"), lay(None)),
            "document",
        ),
        Stop(
            "activation-code",
            together(tap("back", "number"), number(NEW, "way"), tap("way-code", "code")),
            "code",
        ),
        Stop("activation-keep-phone", code("keep-phone"), "keep-phone"),
        Stop("activation-phone", tap("other-phone", "phone"), "phone"),
        Stop("activation-phone-code", typed(PHONE, "code"), "code"),
        Stop("activation-explain", code("explain"), "explain"),
        Stop("activation-privacy", tap("privacy", "privacy"), "privacy"),
        Stop("activation-pin-initial", together(tap("back", "explain"), tap("start", "pins")), "pins"),
        Stop("activation-pin-new", type_pin(PIN, "pins.new.title"), "pins"),
        Stop("activation-pin-rule", type_pin("111111", "pinrule.one_digit"), "pins"),
        Stop("activation-pin-again", type_pin(NEW_PIN, "pins.again.title"), "pins"),
        Stop("activated", together(type_pin(NEW_PIN), activated)),
        Stop("activated-slip", together(press("print-slip"), says("slip.take", PRINTED)), "activated"),
        Stop(
            "activated-no-paper",
            together(printer("out"), press("print-slip"), says("slip.note", PRINTED), printer("well")),
            "activated",
        ),
        Stop("activated-home", together(again(NEW, "pin"), type_pin(NEW_PIN), says("home.tile.services")), "home"),
    ),
)

# --- for somebody else --------------------------------------------------------------------------------------------------

FOR_A_CHILD: Final = Leg(
    "activation-child",
    (
        Stop("child-who", inserted(CHILD), "who"),
        Stop("child-relation", tap("party-guardian", "relation"), "relation"),
        Stop("child-number", tap("relation-parent", "number"), "number"),
        Stop(
            "child-guardian-number",
            together(number(CHILD, "number"), says("activation.number.guardian.title")),
            "number",
        ),
        Stop("child-way", number(RELATIVE, "way"), "way"),
        Stop("child-code", tap("way-code", "code"), "code"),
        Stop(
            "child-explain",
            together(code("keep-phone"), tap("use-phone", "explain")),
            "explain",
        ),
        Stop("child-activated", together(tap("start", "pins"), set_pins(), activated), "activated"),
    ),
)

BY_AN_AGENT: Final = Leg(
    "activation-agent",
    (
        Stop("agent-who", inserted(ELDER), "who"),
        Stop("agent-number", tap("party-agent", "number"), "number"),
        Stop("agent-own-number", together(number(ELDER, "number"), says("activation.number.agent.title")), "number"),
        Stop("agent-document", together(number(RELATIVE, "way"), tap("way-document", "document")), "document"),
        Stop("agent-phone", together(lay(RELATIVE), tap("read-document", "phone"), lay(None)), "phone"),
        Stop(
            "agent-activated",
            together(typed(PHONE, "code"), code("explain"), tap("start", "pins"), set_pins(), activated),
            "activated",
        ),
    ),
)

# --- what is refused ----------------------------------------------------------------------------------------------------


def _others_number(walk: Walk) -> None:
    issuer = walk.world.cards[RELATIVE].issuer
    assert issuer is not None
    phone = walk.world.central.card(issuer.number).phone
    assert phone is not None
    together(_TO_KEEP, tap("other-phone", "phone"), typed(phone, "stopped"))(walk)


def _locked_identity(walk: Walk) -> None:
    """Somebody else's number, until central takes no more of them."""
    together(inserted(NEW), tap("party-holder", "number"))(walk)
    keys(number_of(walk, RELATIVE))(walk)
    for left in range(MISMATCHES - 1, -1, -1):
        walk.kiosk.tap("confirm")  # what was typed stands there still
        if left:
            walk.kiosk.wait_text(walk.words[walk.language].n("typed.mismatch_left", left), 10)
            walk.kiosk.machine.wait(FIRST_MOMENT)
    walk.kiosk.wait_screen("stopped")


def _line_cut(walk: Walk) -> None:
    together(_TO_KEEP, tap("use-phone", "explain"))(walk)
    walk.world.set_line(Cut())
    walk.kiosk.tap("start")
    walk.kiosk.wait_screen("stopped", 20)


REFUSED: Final = Leg(
    "activation-refused",
    (
        Stop("refused-no-mobile", together(_TO_KEEP, tap("no-phone", "stopped")), "stopped"),
        Stop("refused-ticket", together(press("get-ticket"), says("ticket.show")), "stopped"),
        Stop("refused-others-number", _others_number, "stopped"),
        Stop(
            "refused-same-person",
            together(
                inserted(ELDER),
                tap("party-agent", "number"),
                number(ELDER, "number"),
                says("activation.number.agent.title"),
                number(ELDER, "number"),
                says("typed.same_person"),
            ),
            "number",
        ),
        Stop("refused-pin-locked", together(inserted(LOCKED, "stopped"), says("ticket.show")), "stopped"),
        Stop("refused-central-away", _line_cut, "stopped"),
        Stop(
            "refused-identity-locked",
            together(lambda walk: walk.world.set_line(Through()), _locked_identity),
            "stopped",
        ),
    ),
    {"central": {"total": 10}},
)

# --- what is resumed ----------------------------------------------------------------------------------------------------


def _torn(walk: Walk) -> None:
    """The card is pulled inside the change of its PIN, before anything is written."""
    _TO_PINS(walk)
    walk.world.card_fault(action="tear", ins=INS_CHANGE_PIN, times=1)
    set_pins()(walk)
    walk.kiosk.wait_screen("attract", 20)
    walk.looked()
    walk.world.pull()
    again(NEW, "pins")(walk)


def _not_confirmed(walk: Walk) -> None:
    """Central is away when the card has its new PIN."""
    walk.world.central_fault("hang", "confirm", times=None)
    together(set_pins(), activated)(walk)


def _confirmed(walk: Walk) -> None:
    walk.world.central_well()
    walk.kiosk.wait_text(walk.says("activation.done.title"), 60)


RESUMED: Final = Leg(
    "activation-resumed",
    (
        Stop("resumed-torn", _torn, "pins"),
        Stop("resumed-old", type_pin(NEW_PIN, "pins.torn_old.title"), "pins"),
        Stop("resumed-pending", _not_confirmed, "activated"),
        Stop("resumed-confirmed", _confirmed, "activated"),
    ),
    {"central": {"total": 10}},
)

# --- services for an active card ----------------------------------------------------------------------------------------


def _reporting(walk: Walk) -> None:
    _read_all(walk)
    walk.world.central_fault("hold", "report_loss")
    walk.kiosk.tap("confirm-loss")
    walk.kiosk.wait_screen("working")


def _reported(walk: Walk) -> None:
    walk.world.central_release()
    walk.kiosk.wait_screen("loss-reported", 20)
    walk.world.central_well()


def _one_wrong(walk: Walk) -> None:
    walk.to_pin(ONE_TRY)
    walk.kiosk.type_pin("000000")
    walk.kiosk.wait_screen("failure", 20, failure=Failure.PIN_LOCKED.code)


def _found(walk: Walk) -> None:
    """Lifted at the counter."""
    walk.to_idle()
    walk.world.first_day()


SERVICES: Final = Leg(
    "services",
    (
        Stop("services", together(home(ACTIVE), tap("open-services", "services"))),
        Stop("services-pin-old", tap("change-pin", "pins"), "pins"),
        Stop("services-pin-new", type_pin(PIN, "pins.new.title"), "pins"),
        Stop("services-pin-again", type_pin(NEW_PIN, "pins.again.title"), "pins"),
        Stop("pin-changed", together(type_pin(NEW_PIN), lambda walk: walk.kiosk.wait_screen("pin-changed", 20))),
        Stop("loss", together(tap("back", "services"), tap("report-loss", "loss"))),
        Stop("loss-reporting", _reporting, "working"),
        Stop("loss-reported", _reported),
        Stop("loss-slip", together(press("print-slip"), says("slip.take", PRINTED)), "loss-reported"),
        Stop(
            "loss-card",
            lambda walk: walk.to_failure(ACTIVE, Failure.STATUS_TEMPORARILY_LOST.code),
            "failure",
            Failure.STATUS_TEMPORARILY_LOST,
        ),
        Stop(
            "pin-locked-ticket",
            together(_found, _one_wrong),
            "failure",
            Failure.PIN_LOCKED,
        ),
        Stop("ticket", together(press("get-ticket"), says("ticket.show")), "stopped"),
        Stop("ticket-slip", together(press("print-slip"), says("slip.take", PRINTED)), "stopped"),
    ),
)

ACTIVATION: Final = (ADULT, FOR_A_CHILD, BY_AN_AGENT, REFUSED, RESUMED, SERVICES)
