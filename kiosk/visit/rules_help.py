"""Small moves that the pages of staff share."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.help import Role
from kiosk.visit.base import Out, fail, goto
from kiosk.visit.effects import Effect
from kiosk.visit.failures import Failure
from kiosk.visit.help import Desk, ServiceScreen, SignIn, Staff, StaffFailed, StaffStage, StaffWork, StaffWorking
from kiosk.visit.states import Link, Model


def home(staff: Staff) -> StaffStage:
    """Where one is when nothing is done."""
    if staff.role is None:
        return SignIn()
    return ServiceScreen() if staff.role is Role.TECHNICIAN else Desk()


def turn(model: Model, staff: Staff, stage: StaffStage, *effects: Effect) -> Out:
    return goto(model, replace(staff, stage=stage, touched=model.now, asking_since=None, covered=False), *effects)


def ask_central(model: Model, staff: Staff, work: StaffWork, back: StaffStage, make: Callable[[int], Effect]) -> Out:
    """A page that waits for the answer to a numbered question; in a known outage nobody waits for one that fails."""
    if model.world.link is Link.OFFLINE:
        return turn(model, staff, StaffFailed(Failure.CENTRAL_UNREACHABLE, back))
    number = staff.requests + 1
    return turn(model, replace(staff, requests=number), StaffWorking(work, model.now, back), make(number))


def signed_out(model: Model, staff: Staff) -> Out:
    """Central ended the session: nothing of it is left here."""
    if staff.insertion != 0:
        return fail(model, Failure.CENTRAL_SESSION_ENDED)
    gone = Staff(staff.visit, 0, SignIn(), model.now, requests=staff.requests)
    return turn(model, gone, StaffFailed(Failure.CENTRAL_SESSION_ENDED, SignIn()))
