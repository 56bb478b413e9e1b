"""Old and new PIN on equal pages: which one, the rules in words before the first key, and why a new one was not taken.

As on the PIN page no element here knows a digit: keys are `SecretKey`s, and the state holds how many were typed. Nothing is
said of a half-typed PIN: the rules are checked after it was confirmed.
"""

from collections.abc import Sequence

from kiosk.ui.components.keypad import KeypadSpec, keypad, pin_boxes
from kiosk.ui.components.status import BannerSpec, Tone, banner, note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, Grid, IconBox, Placed, Row, Sink
from kiosk.ui.nodes import Page, Rect, Size
from kiosk.ui.screens import shell
from kiosk.ui.screens.service_parts import Frame, Typing, gap, said_line, tries_sign, typing_page
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import ConfirmPin
from kiosk.visit.services import Pins, PinSlot
from kiosk.visit.states import Model

_RULES = ("same", "birth", "initial", "old")


def build(stage: Pins, tries: int | None, model: Model, env: Env, frame: Frame, *, new_card: bool) -> Page:
    """`tries` of the card's PIN, as far as it said. `new_card`: the old PIN is the one that the card came with."""
    if stage.judging:
        typing = _judging(env, _pad(stage, model, env))
    else:
        typing = Typing(
            title=env.t(f"pins.{_asked(stage, new_card=new_card)}.title"),
            lead=env.t(f"pins.{_asked(stage, new_card=new_card)}.lead"),
            field=_field(stage, tries, env),
            pad=_pad(stage, model, env),
            said=_said(stage, tries, env),
            comfort=_comfort(stage, env, new_card=new_card),
            needed=stage.after_tear,
        )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session)


def _asked(stage: Pins, *, new_card: bool) -> str:
    match stage.slot:
        case PinSlot.OLD if stage.after_tear:
            return "torn_old"
        case PinSlot.OLD:
            return "initial" if new_card else "old"
        case PinSlot.NEW if stage.after_tear:
            return "torn_new"
        case PinSlot.NEW:
            return "new"
        case PinSlot.AGAIN:
            return "again"


def _judging(env: Env, pad: Element) -> Typing:
    shield = banner(env.kit, BannerSpec(Tone.INFO, env.t("pins.judging.note"), icon=Icon.SHIELD_PERSON, bold=False))
    title = env.t("pins.judging.title")
    if env.kit.theme.landscape:  # the keys need the right column
        return Typing(title, None, gap(0), pad, said=shield)
    return Typing(title, None, shield, pad)


def _said(stage: Pins, tries: int | None, env: Env) -> Element | None:
    """Why the last one was not taken, and the tries that are left where one is used; the rules where a new one is set."""
    theme = env.kit.theme
    parts: list[Element] = []
    if stage.slot is PinSlot.OLD and stage.rule is not None:
        text = env.t("pin.format.lead", min=env.region.pin.min, max=env.region.pin.max)
        parts.append(said_line(env, Icon.INFO, Role.WARN, text))
    elif stage.rule is not None:
        text = env.t(f"pinrule.{stage.rule.value}", digits=env.region.pin.boxes)
        parts.append(said_line(env, Icon.INFO, Role.BAD, text))
    elif stage.wrong:
        parts.append(said_line(env, Icon.CANCEL, Role.BAD, env.t("pins.wrong")))
    if tries is not None and (stage.slot is PinSlot.OLD or stage.after_tear):
        if tries <= 1:
            parts.append(
                banner(env.kit, BannerSpec(Tone.BAD, env.t("pin.last.title"), env.t("pin.last.text"), Icon.WARNING))
            )
        else:
            parts.append(Row(tries_sign(env, tries)))
    elif stage.slot is PinSlot.NEW and not stage.after_tear:
        parts.append(rules(env))
    return Column(*parts, gap=theme.pick(20, 10)) if parts else None


def rules(env: Env) -> Element:
    """What a new PIN must not be, before typing: two across, or one below the other."""
    kit = env.kit
    cells: Sequence[Element] = [
        Row(
            IconBox(kit, Icon.BLOCK, IconSize.CAPTION, Role.BAD),
            Flex(Text(kit, env.t(f"pins.rule.{each}"), Type.LEGEND)),
            gap=16,
        )
        for each in _RULES
    ]
    return _Lowest(Grid(*cells, columns=2, gap=24, row_gap=12), Column(*cells, gap=4))


class _Lowest(Element):
    """The form that takes the least height."""

    def __init__(self, *forms: Element) -> None:
        self.forms = forms

    def _chosen(self, width: int) -> Element:
        return min(self.forms, key=lambda form: form.measure(width).h)

    def _measure(self, width: int) -> Size:
        return self._chosen(width).measure(width)

    def place(self, box: Rect, sink: Sink) -> None:
        sink.put(self._chosen(box.w), box)


def _field(stage: Pins, tries: int | None, env: Env) -> Element:
    boxes = max(env.region.pin.boxes, stage.digits)
    refused = stage.digits == 0 and (stage.wrong or stage.rule is not None)
    # At the last try the page alarms enough: the boxes show where to type.
    return Placed(pin_boxes(env.kit, boxes, stage.digits, wrong=refused and tries != 1))


def _comfort(stage: Pins, env: Env, *, new_card: bool) -> Element:
    cover = note(env.kit, Icon.BACK_HAND, env.t("pins.cover"))
    if stage.slot is not PinSlot.OLD or not new_card:
        return cover
    return Column(note(env.kit, Icon.HELP, env.t("pins.not_known")), cover, gap=env.kit.theme.pick(12, 6))


def _pad(stage: Pins, model: Model, env: Env) -> Element:
    # A card may have come with a shorter PIN; a new one has all its digits.
    least = model.rules.pin_min if stage.slot is PinSlot.OLD else env.region.pin.boxes
    spec = KeypadSpec(
        clear=env.t("pin.key.clear"),
        erase_spoken=env.t("pin.key.erase"),
        confirm=env.t("pin.key.confirm"),
        confirm_action=ConfirmPin(),
        can_confirm=stage.digits >= least,
        enabled=not stage.judging,
    )
    return keypad(env.kit, spec)
