"""The legs of card services: a new card is activated by its holder, for a child, for somebody else; what is refused, what is
resumed; a new PIN, a report of loss, a ticket for the counter."""

from __future__ import annotations

from typing import Final

from drivers.card.apdu import INS_CHANGE_PIN
from kiosk.model import CardStatus
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
PRINTED: Final = 20.0
"""Seconds until a slip is out, or known not to come."""


# --- hands --------------------------------------------------------------------------------------------------------------


def _keys(text: str) -> Go:
    """On a pad whose entry is shown: each key for itself, for the page is drawn anew with it."""

    def go(walk: Walk) -> None:
        for sign in text:
            look = walk.kiosk.view().look
            walk.kiosk.tap(f"key-{sign.lower()}")
            _changed(walk, look)

    return go


def _changed(walk: Walk, look: int) -> None:
    walk.kiosk.wait(lambda view: bool(view.look > look), 5, "a key that was typed")


def _typed(text: str, screen: str) -> Go:
    return together(_keys(text), tap("confirm", screen))


def _number_of(walk: Walk, card: str) -> str:
    """The ID number of a card's holder, as central has it."""
    file = walk.world.cards[card]
    number = (file.central.ssn if file.central else None) or (file.holder.ssn if file.holder else None)
    assert number is not None
    return number


def _number(card: str, screen: str) -> Go:
    return lambda walk: _typed(_number_of(walk, card), screen)(walk)


def _code(screen: str) -> Go:
    """What has come to the phone."""
    return lambda walk: _typed(walk.world.central.messages()[-1].text, screen)(walk)


def _says(key: str, within: float = 10.0, **gaps: object) -> Go:
    """Until the page says so. One of the same name as the last is new all the same: nobody touches it in its first moment."""

    def go(walk: Walk) -> None:
        walk.kiosk.wait_text(walk.says(key, **gaps), within)
        walk.kiosk.machine.wait(FIRST_MOMENT)

    return go


def _pin(pin: str, key: str = "", **gaps: object) -> Go:
    """A PIN, and what is asked next."""

    def go(walk: Walk) -> None:
        walk.kiosk.type_pin(pin)
        if key:
            walk.kiosk.wait_text(walk.says(key, **gaps), 10)

    return go


def _printer(how: str) -> Go:
    return lambda walk: walk.world.desk.set_printer(how)


def _lay(card: str | None) -> Go:
    return lambda walk: walk.world.desk.lay(card)


def _press(control: str) -> Go:
    return lambda walk: walk.kiosk.tap(control)


def _inserted(card: str, screen: str = "who") -> Go:
    """A card as on its first day, for central, too."""

    def go(walk: Walk) -> None:
        walk.to_idle()
        walk.world.set_card_status(card, CardStatus.NOT_ACTIVATED)
        walk.insert(card)
        walk.kiosk.wait_screen(screen, 20)

    return go


def _again(card: str, screen: str) -> Go:
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


def _set(pin: str = PIN) -> Go:
    """Old, new and new again, from the page of the old one."""
    return together(_pin(pin, "pins.new.title"), _pin(NEW_PIN, "pins.again.title"), _pin(NEW_PIN))


def _activated(walk: Walk) -> None:
    walk.kiosk.wait_screen("activated", 20)


# --- by the holder ------------------------------------------------------------------------------------------------------

_TO_CODE: Final = together(_inserted(NEW), tap("party-holder", "number"), _number(NEW, "way"), tap("way-code", "code"))
_TO_KEEP: Final = together(_TO_CODE, _code("keep-phone"))
_TO_PINS: Final = together(_TO_KEEP, tap("use-phone", "explain"), tap("start", "pins"))

ADULT: Final = Leg(
    "activation",
    (
        Stop("activation-who", _inserted(NEW), "who"),
        Stop("activation-number", tap("party-holder", "number"), "number"),
        Stop("activation-way", _number(NEW, "way"), "way"),
        Stop("activation-document", tap("way-document", "document"), "document"),
        Stop(
            "activation-document-unreadable",
            together(_lay(UNREADABLE), _press("read-document"), _says("activation.document.again"), _lay(None)),
            "document",
        ),
        Stop(
            "activation-code",
            together(tap("back", "number"), _number(NEW, "way"), tap("way-code", "code")),
            "code",
        ),
        Stop("activation-keep-phone", _code("keep-phone"), "keep-phone"),
        Stop("activation-phone", tap("other-phone", "phone"), "phone"),
        Stop("activation-phone-code", _typed(PHONE, "code"), "code"),
        Stop("activation-explain", _code("explain"), "explain"),
        Stop("activation-privacy", tap("privacy", "privacy"), "privacy"),
        Stop("activation-pin-initial", together(tap("back", "explain"), tap("start", "pins")), "pins"),
        Stop("activation-pin-new", _pin(PIN, "pins.new.title"), "pins"),
        Stop("activation-pin-rule", _pin("111111", "pinrule.one_digit"), "pins"),
        Stop("activation-pin-again", _pin(NEW_PIN, "pins.again.title"), "pins"),
        Stop("activated", together(_pin(NEW_PIN), _activated)),
        Stop("activated-slip", together(_press("print-slip"), _says("slip.take", PRINTED)), "activated"),
        Stop(
            "activated-no-paper",
            together(_printer("out"), _press("print-slip"), _says("slip.note", PRINTED), _printer("well")),
            "activated",
        ),
        Stop("activated-home", together(_again(NEW, "pin"), _pin(NEW_PIN), _says("home.tile.services")), "home"),
    ),
)

# --- for somebody else --------------------------------------------------------------------------------------------------

FOR_A_CHILD: Final = Leg(
    "activation-child",
    (
        Stop("child-who", _inserted(CHILD), "who"),
        Stop("child-relation", tap("party-guardian", "relation"), "relation"),
        Stop("child-number", tap("relation-parent", "number"), "number"),
        Stop(
            "child-guardian-number",
            together(_number(CHILD, "number"), _says("activation.number.guardian.title")),
            "number",
        ),
        Stop("child-way", _number(RELATIVE, "way"), "way"),
        Stop("child-code", tap("way-code", "code"), "code"),
        Stop(
            "child-explain",
            together(_code("keep-phone"), tap("use-phone", "explain")),
            "explain",
        ),
        Stop("child-activated", together(tap("start", "pins"), _set(), _activated), "activated"),
    ),
)

BY_AN_AGENT: Final = Leg(
    "activation-agent",
    (
        Stop("agent-who", _inserted(ELDER), "who"),
        Stop("agent-number", tap("party-agent", "number"), "number"),
        Stop("agent-own-number", together(_number(ELDER, "number"), _says("activation.number.agent.title")), "number"),
        Stop("agent-document", together(_number(RELATIVE, "way"), tap("way-document", "document")), "document"),
        Stop("agent-phone", together(_lay(RELATIVE), tap("read-document", "phone"), _lay(None)), "phone"),
        Stop(
            "agent-activated",
            together(_typed(PHONE, "code"), _code("explain"), tap("start", "pins"), _set(), _activated),
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
    together(_TO_KEEP, tap("other-phone", "phone"), _typed(phone, "stopped"))(walk)


def _locked_identity(walk: Walk) -> None:
    """Somebody else's number, until central takes no more of them."""
    together(_inserted(NEW), tap("party-holder", "number"))(walk)
    _keys(_number_of(walk, RELATIVE))(walk)
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
        Stop("refused-ticket", together(_press("get-ticket"), _says("ticket.show")), "stopped"),
        Stop("refused-others-number", _others_number, "stopped"),
        Stop(
            "refused-same-person",
            together(
                _inserted(ELDER),
                tap("party-agent", "number"),
                _number(ELDER, "number"),
                _says("activation.number.agent.title"),
                _number(ELDER, "number"),
                _says("typed.same_person"),
            ),
            "number",
        ),
        Stop("refused-pin-locked", together(_inserted(LOCKED, "stopped"), _says("ticket.show")), "stopped"),
        Stop("refused-central-away", _line_cut, "stopped"),
        Stop(
            "refused-identity-locked",
            together(lambda walk: walk.world.set_line(Through()), _locked_identity),
            "stopped",
        ),
    ),
    {"central": {"total": 4}},
)

# --- what is resumed ----------------------------------------------------------------------------------------------------


def _torn(walk: Walk) -> None:
    """The card is pulled inside the change of its PIN, before anything is written."""
    _TO_PINS(walk)
    walk.world.card_fault(action="tear", ins=INS_CHANGE_PIN, times=1)
    _set()(walk)
    walk.kiosk.wait_screen("attract", 20)
    walk.looked()
    walk.world.pull()
    _again(NEW, "pins")(walk)


def _not_confirmed(walk: Walk) -> None:
    """Central is away when the card has its new PIN."""
    walk.world.central_fault("hang", "confirm", times=None)
    together(_set(), _activated)(walk)


def _confirmed(walk: Walk) -> None:
    walk.world.central_well()
    walk.kiosk.wait_text(walk.says("activation.done.title"), 60)


RESUMED: Final = Leg(
    "activation-resumed",
    (
        Stop("resumed-torn", _torn, "pins"),
        Stop("resumed-old", _pin(NEW_PIN, "pins.torn_old.title"), "pins"),
        Stop("resumed-pending", _not_confirmed, "activated"),
        Stop("resumed-confirmed", _confirmed, "activated"),
    ),
    {"central": {"total": 4}},
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
    walk.world.set_card_status(ACTIVE, CardStatus.NORMAL)


SERVICES: Final = Leg(
    "services",
    (
        Stop("services", together(home(ACTIVE), tap("open-services", "services"))),
        Stop("services-pin-old", tap("change-pin", "pins"), "pins"),
        Stop("services-pin-new", _pin(PIN, "pins.new.title"), "pins"),
        Stop("services-pin-again", _pin(NEW_PIN, "pins.again.title"), "pins"),
        Stop("pin-changed", together(_pin(NEW_PIN), lambda walk: walk.kiosk.wait_screen("pin-changed", 20))),
        Stop("loss", together(tap("back", "services"), tap("report-loss", "loss"))),
        Stop("loss-reporting", _reporting, "working"),
        Stop("loss-reported", _reported),
        Stop("loss-slip", together(_press("print-slip"), _says("slip.take", PRINTED)), "loss-reported"),
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
        Stop("ticket", together(_press("get-ticket"), _says("ticket.show")), "stopped"),
        Stop("ticket-slip", together(_press("print-slip"), _says("slip.take", PRINTED)), "stopped"),
    ),
)

ACTIVATION: Final = (ADULT, FOR_A_CHILD, BY_AN_AGENT, REFUSED, RESUMED, SERVICES)
