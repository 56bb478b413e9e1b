"""A new card is activated, by its holder or for somebody else, and what goes wrong on the way leaves no doubt: through pcscd,
HTTPS, the window, the journal on the disk and the printer's own bytes. Afterwards central is asked by its own query."""

from __future__ import annotations

import re

from drivers.card.apdu import INS_CHANGE_PIN, INS_VERIFY
from drivers.card.virtual import VirtualCard
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.seen import SeenCard
from kiosk.sandbox.legs_activation import (
    ACTIVE,
    CHILD,
    ELDER,
    LOCKED,
    NEW,
    NEW_PIN,
    PHONE,
    RELATIVE,
    activated,
    again,
    code,
    inserted,
    lay,
    number,
    number_of,
    press,
    says,
    set_pins,
    type_pin,
    typed,
)
from kiosk.sandbox.line import Cut
from kiosk.sandbox.stops import offered, tap, together
from kiosk.sandbox.walk import PIN, Walk
from kiosk.services import Party, Relation, Standing, TicketReason
from tests.journeys.driver import Kiosk

TICKET = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")

TO_PINS = together(
    inserted(NEW),
    tap("party-holder", "number"),
    number(NEW, "way"),
    tap("way-code", "code"),
    code("keep-phone"),
    tap("use-phone", "explain"),
    tap("start", "pins"),
)
"""The shortest way of a holder to the PIN."""


def seen(walk: Walk, card: str) -> SeenCard:
    """What central's register holds."""
    issuer = walk.world.cards[card].issuer
    assert issuer is not None
    return walk.world.central.card(issuer.number)


def sent(chip: VirtualCard, ins: int) -> int:
    """Commands with a PIN in them; the free probe has none."""
    return sum(1 for command in chip.seen if command.ins == ins and command.lc)


def at_home(walk: Walk, card: str) -> None:
    """The next insertion: nothing is left of the activation, and the card opens with its new PIN."""
    again(card, "pin")(walk)
    walk.kiosk.type_pin(NEW_PIN)
    walk.kiosk.wait_screen("home")


def test_a_holder_activates_a_card_with_a_new_phone_and_the_next_insertion_shows_the_record(
    walk: Walk, kiosk: Kiosk
) -> None:
    world = walk.world
    printed = len(world.desk.printer.strips)
    inserted(NEW)(walk)
    tap("party-holder", "number")(walk)
    number(NEW, "way")(walk)
    tap("way-code", "code")(walk)
    assert world.central.messages()[-1].phone == seen(walk, NEW).phone  # to the phone on file, and to no other
    code("keep-phone")(walk)
    tap("other-phone", "phone")(walk)
    typed(PHONE, "code")(walk)
    assert world.central.messages()[-1].phone == PHONE
    code("explain")(walk)
    tap("start", "pins")(walk)
    chip = world.chip(NEW)
    type_pin(PIN, "pins.new.title")(walk)
    type_pin("111111", "pinrule.one_digit")(walk)
    assert sent(chip, INS_CHANGE_PIN) == 0  # judged before the card hears of it
    type_pin(NEW_PIN, "pins.again.title")(walk)
    kiosk.type_pin(NEW_PIN)
    activated(walk)
    kiosk.wait_text(walk.says("activation.done.title"))
    assert (sent(chip, INS_CHANGE_PIN), sent(chip, INS_VERIFY)) == (1, 0)
    assert chip.has_pin(NEW_PIN)
    central = seen(walk, NEW)
    (reservation,) = central.reservations
    assert (central.status, central.phone) == (CardStatus.NORMAL, PHONE)
    assert (reservation.standing, reservation.party) == (Standing.CONFIRMED, Party.HOLDER)
    press("print-slip")(walk)
    says("slip.take", 20)(walk)
    (strip,) = world.desk.printer.strips[printed:]
    assert reservation.reference in strip.text
    at_home(walk, NEW)
    written = kiosk.machine.log.read_text("utf-8")
    holder = world.cards[NEW].holder
    assert holder is not None
    for personal in (number_of(walk, NEW), PHONE, holder.name):
        assert personal not in strip.text
        assert personal not in written


def test_a_guardian_activates_a_childs_card(walk: Walk) -> None:
    together(
        inserted(CHILD),
        tap("party-guardian", "relation"),
        tap("relation-parent", "number"),
        number(CHILD, "number"),
        says("activation.number.guardian.title"),
        number(RELATIVE, "way"),
        tap("way-code", "code"),
    )(walk)
    assert walk.world.central.messages()[-1].phone == seen(walk, RELATIVE).phone  # a child has none: the guardian's
    together(code("keep-phone"), tap("use-phone", "explain"), tap("start", "pins"), set_pins(), activated)(walk)
    central = seen(walk, CHILD)
    (reservation,) = central.reservations
    assert central.status is CardStatus.NORMAL
    assert (reservation.party, reservation.relation) == (Party.GUARDIAN, Relation.PARENT)
    assert reservation.agent_number == number_of(walk, RELATIVE)
    assert reservation.agent_phone == seen(walk, RELATIVE).phone


def test_an_agent_activates_an_old_ladys_card_with_an_id_card_and_a_phone(walk: Walk) -> None:
    relative = walk.world.cards[RELATIVE].holder
    assert relative is not None
    together(
        inserted(ELDER),
        tap("party-agent", "number"),
        number(ELDER, "number"),
        says("activation.number.agent.title"),
        number(RELATIVE, "way"),
        tap("way-document", "document"),
        lay(RELATIVE),
        tap("read-document", "phone"),
        lay(None),
        typed(PHONE, "code"),
        code("explain"),
        tap("start", "pins"),
        set_pins(),
        activated,
    )(walk)
    central = seen(walk, ELDER)
    (reservation,) = central.reservations
    assert central.status is CardStatus.NORMAL
    assert central.phone != PHONE  # the agent's number is no phone of the holder
    assert (reservation.party, reservation.agent_name) == (Party.AGENT, relative.name)
    assert reservation.agent_number == number_of(walk, RELATIVE)


def test_a_torn_change_is_resumed_when_the_card_is_back_and_another_card_in_between_begins_clean(walk: Walk) -> None:
    world = walk.world
    TO_PINS(walk)
    chip = world.chip(NEW)
    world.card_fault(action="remove_after", ins=INS_CHANGE_PIN, times=1)
    set_pins()(walk)
    walk.kiosk.wait_screen("attract", 20)
    walk.looked()
    world.pull()
    (reservation,) = seen(walk, NEW).reservations
    assert reservation.standing is Standing.OPEN
    walk.insert(ELDER)
    walk.kiosk.wait_screen("who", 20)
    assert not seen(walk, ELDER).reservations
    again(NEW, "pins")(walk)
    walk.kiosk.wait_text(walk.says("pins.torn_new.title"))
    assert sent(chip, INS_VERIFY) == 0  # nobody tries a PIN but a finger
    walk.kiosk.type_pin(NEW_PIN)
    activated(walk)
    walk.kiosk.wait_text(walk.says("activation.done.title"))
    assert (sent(chip, INS_CHANGE_PIN), sent(chip, INS_VERIFY)) == (1, 1)
    central = seen(walk, NEW)
    assert central.status is CardStatus.NORMAL
    assert [one.standing for one in central.reservations] == [Standing.CONFIRMED]
    at_home(walk, NEW)


def test_a_confirm_that_is_lost_is_delivered_behind_the_page_that_says_so(walk: Walk) -> None:
    world = walk.world
    TO_PINS(walk)
    world.central_fault("request_lost", "confirm", times=None)
    set_pins()(walk)
    activated(walk)
    walk.kiosk.wait_text(walk.says("activation.pending.title"))
    assert seen(walk, NEW).status is CardStatus.NOT_ACTIVATED
    assert world.chip(NEW).has_pin(NEW_PIN)
    world.central_well()
    walk.kiosk.wait_text(walk.says("activation.done.title"), 60)
    assert seen(walk, NEW).status is CardStatus.NORMAL
    assert world.central.recording(Operation.CONFIRM)


def test_the_pin_of_an_active_card_is_changed(walk: Walk) -> None:
    chip = walk.to_home(ACTIVE)
    tap("open-services", "services")(walk)
    tap("change-pin", "pins")(walk)
    set_pins()(walk)
    walk.kiosk.wait_screen("pin-changed", 20)
    assert chip.has_pin(NEW_PIN)
    assert sent(chip, INS_CHANGE_PIN) == 1
    at_home(walk, ACTIVE)


def test_a_card_reported_lost_is_lost_at_the_next_insertion(walk: Walk, kiosk: Kiosk) -> None:
    walk.to_home(ACTIVE)
    tap("open-services", "services")(walk)
    tap("report-loss", "loss")(walk)
    while offered(walk, "next-part"):
        press("next-part")(walk)
    tap("confirm-loss", "loss-reported")(walk)
    central = seen(walk, ACTIVE)
    (report,) = central.reports
    assert central.status is CardStatus.TEMPORARILY_LOST
    assert report.until is not None
    assert kiosk.view().says(report.reference)
    walk.to_failure(ACTIVE, "STATUS-TEMPLOST")


def test_a_new_card_whose_pin_is_locked_gets_a_ticket(walk: Walk, kiosk: Kiosk) -> None:
    walk.insert(LOCKED)
    kiosk.wait_screen("stopped", 20)
    kiosk.wait_text(walk.says("ticket.show"))
    central = seen(walk, LOCKED)
    (ticket,) = central.tickets
    assert (central.status, ticket.reason) == (CardStatus.NOT_ACTIVATED, TicketReason.PIN_LOCKED)
    assert [text for text in kiosk.texts() if TICKET.fullmatch(text)] == [ticket.code]


def test_in_an_outage_nothing_is_offered_that_changes_a_card(walk: Walk) -> None:
    walk.to_home(ACTIVE)
    assert offered(walk, "open-services")
    walk.to_idle()
    walk.world.set_line(Cut())
    walk.to_failure("jinan-new-not-on-file", "CENTRAL-UNREACHABLE")
    walk.to_home(ACTIVE)  # recent data
    assert not offered(walk, "open-services")
