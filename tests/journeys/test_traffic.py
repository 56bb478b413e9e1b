"""What goes over the line: nothing personal is asked for before the chip's 9000, and no PIN ever."""

from kiosk.sandbox.central.faults import BY_ITSELF, Operation
from kiosk.sandbox.walk import PIN, Walk

BEFORE_PIN = BY_ITSELF | {
    Operation.CHALLENGES,
    Operation.OPEN_CARD_SESSION,
    Operation.END_CARD_SESSION,
}


def test_nothing_personal_is_asked_for_before_the_pin(walk: Walk) -> None:
    walk.world.central.forget()
    walk.to_pin("jinan-2-0")
    walk.kiosk.type_pin("000000")
    walk.kiosk.wait_text(walk.says("pin.again.title"))
    before = walk.world.central.recording()
    assert {row.operation for row in before} <= BEFORE_PIN
    holder = walk.world.cards["jinan-2-0"].holder
    assert holder is not None
    answers = " ".join(row.answer for row in before)
    assert holder.ssn not in answers
    assert holder.name not in answers
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    after = walk.world.central.recording(Operation.OVERVIEW)
    assert len(after) == 1
    assert after[0].status == 200


def test_no_pin_and_no_key_goes_over_the_line(walk: Walk) -> None:
    walk.world.central.forget()
    walk.to_home("jinan-2-0")
    said = " ".join(row.body + row.path + str(row.headers) for row in walk.world.central.recording())
    assert said
    assert PIN not in said


def test_every_request_is_the_devices_own_and_every_change_has_a_key(walk: Walk) -> None:
    walk.world.central.forget()
    walk.to_home("jinan-2-0")
    rows = walk.world.central.recording()
    assert {row.device for row in rows} == {"kiosk-01"}
    opened = next(row for row in rows if row.operation is Operation.OPEN_CARD_SESSION)
    assert any(name.lower() == "idempotency-key" for name in opened.headers)
