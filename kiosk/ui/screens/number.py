"""An ID number: 18 places as they stand on the ID card, with X among the keys."""

from kiosk.ui.components.buttons import ButtonSpec
from kiosk.ui.components.numberpad import DigitBoxes, NumberPadSpec, number_pad
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Step, Typing, activation_frame, typing_page, whose
from kiosk.ui.screens.typed_note import typed_note, wrong
from kiosk.visit.actions import ClearKeys, ConfirmTyped, EraseKey, TypeKey
from kiosk.visit.services import Activation, TypeNumber
from kiosk.visit.states import Model

GROUPS = (6, 8, 4)
"""Area, birth date, the rest (GB 11643)."""


def build(state: Activation, stage: TypeNumber, model: Model, env: Env) -> Page:
    frame = activation_frame(state, env, Step.IDENTITY, back=True)
    asked = (
        "self"
        if whose(stage.whose, state.minor) == "holder" and state.party is stage.whose
        else whose(stage.whose, state.minor)
    )
    typing = Typing(
        title=env.t(f"activation.number.{asked}.title"),
        lead=env.t(f"activation.number.{asked}.lead"),
        field=DigitBoxes(env.kit, stage.text, GROUPS, wrong=wrong(stage.note) and not stage.text),
        pad=keys(env, can_confirm=len(stage.text) == sum(GROUPS), letter=len(stage.text) == sum(GROUPS) - 1),
        said=typed_note(env, stage.note, stage.left),
        comfort=note(env.kit, Icon.SHIELD_PERSON, env.t("activation.number.hint")),
    )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session)


def keys(
    env: Env,
    *,
    can_confirm: bool,
    letter: bool | None = None,
    help: ButtonSpec | None = None,
    confirm: str = "",
    icon: Icon = Icon.CHECK,
) -> Element:
    """The pad of pages with typed digits. `confirm`: what the button says in place of the usual word, below the pad then."""
    return number_pad(
        env.kit,
        NumberPadSpec(
            key=TypeKey,
            clear=env.t("pin.key.clear"),
            clear_action=ClearKeys(),
            erase_spoken=env.t("pin.key.erase"),
            erase_action=EraseKey(),
            confirm=confirm or env.t("pin.key.confirm"),
            confirm_action=ConfirmTyped(),
            can_confirm=can_confirm,
            letter=letter,
            help=help,
            wide=bool(confirm),
            confirm_icon=icon,
        ),
    )
