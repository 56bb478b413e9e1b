"""Nothing of one person reaches the next one, however the answers are timed."""

from collections.abc import Callable

import pytest

from kiosk.sandbox.walk import PIN, Walk

Fired = Callable[[object], None]


def _personal(walk: Walk, card: str) -> tuple[str, str]:
    holder = walk.world.cards[card].holder
    assert holder is not None
    return holder.ssn, holder.ssn[-4:]


def test_the_first_ones_overview_comes_when_the_second_card_of_the_same_batch_and_name_is_in(walk: Walk) -> None:
    """Same ATR prefix, same name: only visit and insertion numbers tell the two apart."""
    one, two = walk.world.cards["jinan-twin-a"], walk.world.cards["jinan-twin-b"]
    assert one.holder is not None
    assert two.holder is not None
    assert one.holder.name == two.holder.name
    walk.to_pin("jinan-twin-a")
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("opening")
    walk.world.swap("jinan-twin-b", fresh=True)
    walk.kiosk.wait_screen("pin")
    walk.world.central_release()
    walk.kiosk.type_pin(PIN)
    home = walk.kiosk.wait_screen("home")
    shown = " ".join(home.texts)
    assert two.holder.ssn[-4:] in shown
    assert one.holder.ssn[-4:] not in shown
    sessions = [row for row in walk.world.central.recording() if row.operation and row.operation.value == "overview"]
    assert len({row.path for row in sessions}) == 2


@pytest.mark.fault("card", "swapped in the middle of reading", level="real")
def test_a_swap_in_the_middle_of_reading_is_a_new_visit(walk: Walk, fired: Fired) -> None:
    walk.insert("jinan-2-0", byte_ms=5.0)
    walk.kiosk.wait_screen("reading")
    walk.world.swap("jinan-3-0-open", fresh=True)
    fired(walk.world.card_in == "jinan-3-0-open")
    walk.kiosk.wait_screen("pin")
    walk.kiosk.type_pin(PIN)
    shown = " ".join(walk.kiosk.wait_screen("home").texts)
    number, end = _personal(walk, "jinan-3-0-open")
    assert end in shown
    assert number not in shown
    assert _personal(walk, "jinan-2-0")[1] not in shown


@pytest.mark.fault("card", "swapped on an open record", level="real")
def test_a_quick_swap_on_an_open_record_hides_it_at_once(walk: Walk, fired: Fired) -> None:
    walk.to_home("jinan-2-0")
    walk.world.swap("jinan-3-0-closed", fresh=True)
    fired(walk.world.card_in == "jinan-3-0-closed")
    view = walk.kiosk.wait_screen("pin")
    assert _personal(walk, "jinan-2-0")[1] not in " ".join(view.texts)


@pytest.mark.fault("card", "swapped too quickly for PC/SC's polling, on an open record", level="real")
def test_a_swap_too_quick_for_the_reader_s_polling_does_not_leave_the_record_open(walk: Walk, fired: Fired) -> None:
    """pcscd may report nothing at all: then the kiosk's own look at the card closes the record."""
    walk.to_home("jinan-2-0")
    try:
        walk.world.swap("jinan-3-0-closed", gap=0.0, fresh=True)
        fired(walk.world.card_in == "jinan-3-0-closed")
        walk.kiosk.wait(lambda view: view.screen != "home", timeout=12)
        assert _personal(walk, "jinan-2-0")[1] not in " ".join(walk.kiosk.view().texts)
    finally:
        # pcscd 1.9.9 may never tell that the second card leaves: the next test gets a fresh one.
        walk.world.pull()
        walk.world.stop_reader_service()
        walk.world.start_reader_service()
