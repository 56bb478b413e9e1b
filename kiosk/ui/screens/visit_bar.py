"""The session bar before a record is open: the card's whereabouts, and the way out."""

from kiosk.model import Verdict
from kiosk.ui.components.bars import Hint, SessionSpec, Whereabouts
from kiosk.ui.components.fitting import pointer
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.screens.shell import end_button
from kiosk.ui.theme import Role
from kiosk.visit.states import PinPad


def card_in(env: Env, note: str) -> SessionSpec:
    """A visit is under way. `note` is the key of the second line."""
    return SessionSpec(
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), env.t(note)), end=end_button(env)
    )


def can_take(env: Env, note: str) -> SessionSpec:
    """There is nothing to end: the card can simply be taken out, and the bar says so."""
    return SessionSpec(
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), env.t(note)),
        end=Hint(Icon.EJECT, env.t("bar.can_take")),
    )


def still_in(env: Env) -> SessionSpec:
    """The visit is over. Where the slot is stands in the place of the exit."""
    return SessionSpec(
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_still_in"), env.t("bar.back_to_start")),
        end=slot_hint(env),
    )


def slot_hint(env: Env) -> Hint:
    arrow = pointer(env.kit, env.place.slot, env.kit.theme.pick(48, 60), _hint_ink(env))
    return Hint(arrow, env.t(f"slot.{env.place.slot}"))


def _hint_ink(env: Env) -> Role:
    """In landscape the bar is on the frame."""
    return Role.ON_FRAME if env.kit.theme.landscape else Role.PRIMARY


def proof_note(pad: PinPad) -> str:
    """Key of the line that says whether the card has been proved genuine."""
    if pad.reply is None:
        return "bar.proving" if pad.offline is None else "bar.offline"
    return "bar.proved" if pad.reply.verdict is Verdict.GENUINE else "bar.not_proved"
