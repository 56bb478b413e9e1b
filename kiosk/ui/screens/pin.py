"""The card's PIN: which one, how many tries, what happens at the last one, all before the first key.

No element here knows a digit: keys are `SecretKey`s, and the state holds how many were typed. Nothing is sent by itself.
"""

from collections.abc import Sequence
from enum import Enum, unique

from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.keypad import KeypadSpec, keypad, pin_boxes
from kiosk.ui.components.status import BannerSpec, Tone, banner, note, status_label
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Placed, Row, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.visit_bar import card_in, proof_note
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, weighted
from kiosk.visit.actions import ConfirmPin, ForgotPin
from kiosk.visit.states import Model, PinNote, PinPad


@unique
class Lean(Enum):
    """How much is said above the keys where the room is small: a smaller title first, then without what only
    comforts, then without what the title says too."""

    FULL = "full"
    COMPACT = "compact"
    LEAN = "lean"
    BARE = "bare"


def build(state: PinPad, model: Model, env: Env) -> Page:
    theme = env.kit.theme
    pad = _keypad(state, model, env)
    if theme.landscape:
        said = FirstFit(
            *(
                Column(*_top(state, env, lean), _gap(theme.pick(48, 12)), *_comfort(state, env, lean), Spacer())
                for lean in Lean
            )
        )
        above = [] if state.verifying else [_boxes(state, env), Spacer()]
        right = Column(Spacer(), *above, pad, Spacer(), gap=theme.pick(16, 8))
        content: Element = Row(Flex(said, 18), Flex(right, theme.pick(18, 20)), gap=60, align=Align.STRETCH)
    else:
        said = FirstFit(*(_said(state, env, lean) for lean in Lean))
        content = Column(Flex(said), pad, gap=theme.pick(28, 16))
    bottom = 24 if theme.large or theme.landscape else 60
    return shell.page(env, model, content, card_in(env, proof_note(state)), bottom_gap=bottom)


def _keypad(state: PinPad, model: Model, env: Env) -> Element:
    spec = KeypadSpec(
        clear=env.t("pin.key.clear"),
        erase_spoken=env.t("pin.key.erase"),
        confirm=env.t("pin.key.confirm"),
        confirm_action=ConfirmPin(),
        can_confirm=state.digits >= model.rules.pin_min,
        help=env.t("pin.key.forgot"),
        help_action=ForgotPin(),
        enabled=not state.verifying,
    )
    return keypad(env.kit, spec)


def _said(state: PinPad, env: Env, lean: Lean) -> Element:
    """What stands above the keys in portrait; the boxes keep their place."""
    theme = env.kit.theme
    room = theme.pick(28, 12)
    parts = [*_top(state, env, lean), Spacer(1, least=room), _boxes(state, env)]
    comfort = _comfort(state, env, lean)
    if comfort:
        parts += [_gap(theme.pick(52, 20)), *comfort, _gap(theme.pick(36, 8))]
    else:
        parts.append(_gap(theme.pick(60, 12)))
    return Column(*parts)


def _top(state: PinPad, env: Env, lean: Lean) -> Sequence[Element]:
    if state.verifying:
        return (Text(env.kit, env.t("pin.checking"), Type.H1),)
    return _about(state, env, lean)


def _comfort(state: PinPad, env: Env, lean: Lean) -> Sequence[Element]:
    """What is said beside the boxes: cover the keys; at the last try, that asking for help costs nothing."""
    kit = env.kit
    if state.verifying:
        return (_boxes(state, env),) if kit.theme.landscape else ()
    if lean in (Lean.LEAN, Lean.BARE):
        return ()
    icon, key = (Icon.HELP, "pin.last.hint") if state.tries.tries_left == 1 else (Icon.BACK_HAND, "pin.cover")
    return (note(kit, icon, env.t(key), centred=not (kit.theme.large or kit.theme.landscape)),)


def _about(state: PinPad, env: Env, lean: Lean) -> Sequence[Element]:
    """Which PIN, what became of the last entry, how many tries."""
    kit = env.kit
    theme = kit.theme
    again = state.note is PinNote.WRONG
    title = Type.H1 if lean is Lean.FULL else Type.H1_COMPACT
    staff = of_staff(state)
    parts: list[Element] = [Text(kit, env.t(_title(again=again, staff=staff)), title)]
    if again and lean is not Lean.BARE:  # the title says "again"
        parts.append(_wrong(env))
    if state.note is PinNote.FORMAT:
        rules = env.region.pin
        lead = env.t("pin.format.lead", min=rules.min, max=rules.max)
        parts.append(Text(kit, lead, Type.BODY, Role.WARN, bold=True))
    if not (again and (lean in (Lean.LEAN, Lean.BARE) or state.tries.tries_left == 1)):
        lead_runs = weighted(env.runs("pin.staff.lead" if staff else "pin.lead", digits=env.region.pin.boxes))
        parts.append(Text(kit, lead_runs, Type.BODY, Role.INK2))
    if state.offline is not None:
        parts.append(_recent(state, env, lean))
    if state.minor:
        icon = IconBox(kit, Icon.FAMILY_RESTROOM, IconSize.CAPTION, Role.PRIMARY)
        role = Type.LEGEND if lean is Lean.BARE else Type.BODY
        parts.append(Row(icon, Flex(Text(kit, env.t("pin.minor"), role, bold=True)), gap=18))
    return (
        Column(*parts, gap=theme.pick(10, 2 if lean is Lean.BARE else 4)),
        _gap(theme.pick(28, 12)),
        _tries(state, env, lean),
    )


def of_staff(state: PinPad) -> bool:
    """A staff card: no record follows. Also a technician's, of which the kiosk itself knows while central is away."""
    return state.technician or (state.reply is not None and state.reply.staff is not None)


def _title(*, again: bool, staff: bool) -> str:
    if staff:
        return "pin.staff.again.title" if again else "pin.staff.title"
    return "pin.again.title" if again else "pin.title"


def _recent(state: PinPad, env: Env, lean: Lean) -> Element:
    """Whose figures, and of when, one sees after the PIN, or that a technician sees none: known before it is typed."""
    kit = env.kit
    icon = IconBox(kit, Icon.CLOUD_OFF, IconSize.CAPTION, Role.WARN)
    if lean in (Lean.LEAN, Lean.BARE):
        short = "pin.staff.offline" if state.technician else "offline.pin_short"
        return Row(icon, Flex(Text(kit, env.t(short), Type.NOTE, Role.WARN, bold=True)), gap=18)
    said = "pin.staff.offline" if state.technician else "offline.pin"
    return Row(icon, Flex(Text(kit, env.t(said), Type.LEGEND, Role.WARN)), gap=18)


def _gap(px: int) -> Element:
    return Sized(Row(), h=px)


def _wrong(env: Env) -> Element:
    kit = env.kit
    icon = IconBox(kit, Icon.CANCEL, IconSize.CAPTION, Role.BAD)
    return Row(icon, Flex(Text(kit, env.t("pin.again.lead"), Type.BODY, Role.BAD, bold=True)), gap=16)


def _tries(state: PinPad, env: Env, lean: Lean) -> Element:
    kit = env.kit
    left = state.tries.tries_left
    if left <= 1:
        return banner(kit, BannerSpec(Tone.BAD, env.t("pin.last.title"), env.t("pin.last.text"), Icon.WARNING))
    label = env.n("pin.tries", left)
    tone, icon = (Tone.WARN, Icon.WARNING) if left == 2 else (Tone.NEUTRAL, Icon.LOCK_OPEN)
    sign = status_label(kit, label, tone, icon=icon, big=True)
    if lean in (Lean.LEAN, Lean.BARE) or kit.theme.large:
        return Row(sign)
    return Row(sign, Flex(Text(kit, env.t("pin.tries_note"), Type.LEGEND, Role.INK2)), gap=20)


def _boxes(state: PinPad, env: Env) -> Element:
    if state.verifying:
        shield = BannerSpec(Tone.INFO, env.t("pin.checking_note"), icon=Icon.SHIELD_PERSON, bold=False)
        return banner(env.kit, shield)
    # At the last try the page alarms enough: the boxes show where to type.
    wrong = state.note is PinNote.WRONG and state.digits == 0 and state.tries.tries_left > 1
    boxes = max(env.region.pin.boxes, state.digits)
    return Placed(pin_boxes(env.kit, boxes, state.digits, wrong=wrong))
