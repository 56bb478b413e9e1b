"""The privacy notice before any card can be turned like one within a record: large text does not fit on one page."""

from kiosk.visit.actions import Back, OpenPrivacy, ShowPart
from kiosk.visit.events import Pressed
from kiosk.visit.states import Idle, IdlePrivacy, Model
from kiosk.visit.step import step


def test_the_notice_before_a_card_turns_its_parts_and_counts_each_touch() -> None:
    model, _ = step(Model(), Pressed(5.0, 0, OpenPrivacy()))
    assert model.state == IdlePrivacy(5.0)
    model, effects = step(model, Pressed(9.0, 0, ShowPart(2)))
    assert model.state == IdlePrivacy(9.0, part=2)
    assert effects == ()
    model, _ = step(model, Pressed(9.0, 0, ShowPart(-1)))
    assert model.state == IdlePrivacy(9.0, part=0)
    model, _ = step(model, Pressed(9.0, 0, Back()))
    assert isinstance(model.state, Idle)
