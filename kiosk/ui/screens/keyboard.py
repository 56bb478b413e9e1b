"""The keyboard with its words: for what is shown while it is typed, and for passwords."""

from collections.abc import Callable, Hashable

from kiosk.ui.components.keypad import KeypadSpec, keypad
from kiosk.ui.components.keys import KeyboardSpec, keyboard
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.nodes import SecretKey, SecretKind
from kiosk.visit.actions import Action, ClearKeys, ConfirmTyped, EraseKey, TypeKey


def shown_keys(env: Env, *, can_confirm: bool, confirm: str = "", icon: Icon = Icon.CHECK) -> Element:
    """Capitals, digits and the hyphen, each a `TypeKey`. `confirm`: what the button says in place of the usual word."""
    return _keys(env, TypeKey, None, EraseKey(), ClearKeys(), ConfirmTyped(), can_confirm, confirm, icon)


def secret_keys(
    env: Env, *, can_confirm: bool, confirm_action: Action | None = None, confirm: str = "", enabled: bool = True
) -> Element:
    """For a password: letters of both cases, digits and the hyphen, past every state to the `SecretEntry`."""

    def key(sign: str) -> SecretKey:
        return SecretKey(SecretKind.SIGN, sign=sign)

    erase, clear = SecretKey(SecretKind.ERASE), SecretKey(SecretKind.CLEAR)
    action = ConfirmTyped() if confirm_action is None else confirm_action
    return _keys(env, key, env.shift, erase, clear, action, can_confirm, confirm, enabled=enabled)


def secret_digits(env: Env, *, can_confirm: bool) -> Element:
    """For a password of digits only: the PIN pad, past every state to the `SecretEntry`."""
    spec = KeypadSpec(
        clear=env.t("pin.key.clear"),
        erase_spoken=env.t("pin.key.erase"),
        confirm=env.t("pin.key.confirm"),
        confirm_action=ConfirmTyped(),
        can_confirm=can_confirm,
    )
    return keypad(env.kit, spec)


def _keys(
    env: Env,
    key: Callable[[str], Hashable],
    shift: bool | None,
    erase: Hashable,
    clear: Hashable,
    action: Hashable,
    can_confirm: bool,
    confirm: str,
    icon: Icon = Icon.CHECK,
    *,
    enabled: bool = True,
) -> Element:
    return keyboard(
        env.kit,
        KeyboardSpec(
            key=key,
            shift=shift,
            shift_label=env.t("keyboard.shift"),
            clear=env.t("pin.key.clear"),
            clear_action=clear,
            erase_spoken=env.t("pin.key.erase"),
            erase_action=erase,
            hyphen_spoken=env.t("keyboard.hyphen"),
            confirm=confirm or env.t("pin.key.confirm"),
            confirm_action=action,
            can_confirm=can_confirm,
            confirm_icon=icon,
            enabled=enabled,
        ),
    )
