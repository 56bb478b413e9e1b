"""Each card of the demo, put into a kiosk in Jinan: what its holder sees."""

import pytest

from drivers.card.cardfile import load_cards
from kiosk.masking import mask_name
from kiosk.sandbox.walk import PIN, Walk

HOME = "home"
EXPECTED = {
    "bank-card": "CARD-FOREIGN",
    "chengdu-other-place": "CARD-OTHERPLACE",
    "jinan-1-0": HOME,
    "jinan-2-0": HOME,
    "jinan-3-0-closed": HOME,
    "jinan-3-0-open": HOME,
    "jinan-app-locked": "CARD-APPLOCK",
    "jinan-civil-servant": HOME,
    "jinan-counterfeit": "PROOF-REFUSED",
    "jinan-expired": "STATUS-EXPIRED",
    "jinan-field-quirks": HOME,
    "jinan-flexible": HOME,
    "jinan-long-history": HOME,
    "jinan-long-name": HOME,
    "jinan-lost": "STATUS-LOST",
    "jinan-malformed": "CARD-MALFORMED",
    "jinan-minor": HOME,
    "jinan-mismatch": "CARD-DISAGREES",
    "jinan-no-pin": "PIN-NOTSET",
    "jinan-not-activated": "STATUS-INACTIVE",
    "jinan-pin-locked": "PIN-LOCKED",
    "jinan-pin-one-try": HOME,
    "jinan-retiree": HOME,
    "jinan-twin-a": HOME,
    "jinan-twin-b": HOME,
    "mute-card": "CARD-MUTE",
    "yangquan-2-0": "CARD-OTHERPLACE",
    "yangquan-3-0": "CARD-OTHERPLACE",
    "yangquan-rare-name": "CARD-OTHERPLACE",
}
CARDS = load_cards()


def test_every_card_of_the_demo_has_its_journey() -> None:
    assert EXPECTED.keys() == CARDS.keys()


@pytest.mark.parametrize(("card", "end"), [(card, end) for card, end in EXPECTED.items() if end == HOME])
def test_a_usable_card_leads_to_its_holders_record(walk: Walk, card: str, end: str) -> None:
    walk.to_home(card)
    holder = CARDS[card].holder
    assert holder is not None
    shown = walk.kiosk.view().texts
    assert any(mask_name(holder.name) in text for text in shown)
    assert not any(holder.name in text or holder.ssn in text for text in shown)


@pytest.mark.parametrize(("card", "code"), [(card, end) for card, end in EXPECTED.items() if end != HOME])
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
