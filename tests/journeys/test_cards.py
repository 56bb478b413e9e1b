"""Each card of the demo, put into a kiosk in Jinan: what its holder sees."""

import pytest

from drivers.card.cardfile import load_cards
from kiosk.masking import mask_name
from kiosk.sandbox.walk import PIN, Walk
from tests.journeys.ends import ENDS, HOME, NEW, WHO

CARDS = load_cards()


def test_every_card_of_a_resident_has_its_journey() -> None:
    assert ENDS.keys() == {name for name, card in CARDS.items() if card.staff is None}


@pytest.mark.parametrize(("card", "end"), [(card, end) for card, end in ENDS.items() if end == HOME])
def test_a_usable_card_leads_to_its_holders_record(walk: Walk, card: str, end: str) -> None:
    walk.to_home(card)
    holder = CARDS[card].holder
    assert holder is not None
    shown = walk.kiosk.view().texts
    assert any(mask_name(holder.name) in text for text in shown)
    assert not any(holder.name in text or holder.ssn in text for text in shown)


@pytest.mark.parametrize(
    ("card", "code"), [(card, end) for card, end in ENDS.items() if end != HOME and end not in NEW]
)
def test_any_other_card_gets_the_page_of_its_state(walk: Walk, card: str, code: str) -> None:
    chip = walk.insert(card)
    if code == "CARD-DISAGREES":  # is known only once the record is open
        walk.kiosk.wait_screen("pin")
        walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("failure", failure=code)
    verified = [command for command in chip.seen if command.ins == 0x20 and command.lc]
    assert len(verified) == (1 if code == "CARD-DISAGREES" else 0)
    assert not any(control.name.startswith("key-") for control in walk.kiosk.view().controls)
    walk.world.pull()
    walk.kiosk.wait_screen("attract")


@pytest.mark.parametrize(("card", "screen"), [(card, end) for card, end in ENDS.items() if end in NEW])
def test_a_new_card_is_offered_its_activation_and_no_pin_is_tried(walk: Walk, card: str, screen: str) -> None:
    """Which ones cannot be activated here is known before anybody is asked anything."""
    chip = walk.insert(card)
    walk.kiosk.wait_screen(screen)
    assert not [command for command in chip.seen if command.ins == 0x20 and command.lc]
    assert any(control.name.startswith("party-") for control in walk.kiosk.view().controls) == (screen == WHO)
    walk.to_idle()
