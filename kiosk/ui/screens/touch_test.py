"""The test of the screen: targets in its four corners and its middle. It takes the whole page, for a panel fails at its edges."""

from dataclasses import replace
from typing import Final

from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button, exchanged
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Align,
    Column,
    Element,
    Flex,
    IconBox,
    Kit,
    Layer,
    Pad,
    Panel,
    Placed,
    Row,
    Sink,
    Sized,
    Spacer,
    Tap,
)
from kiosk.ui.nodes import Page, Rect, Size
from kiosk.ui.screens import shell
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.base import screen_of
from kiosk.visit.help import TOUCH_TARGETS, Staff, TouchedTarget, TouchTest
from kiosk.visit.states import Model

SIDE: Final = 176
"""Px of a target."""


def build(staff: Staff, stage: TouchTest, model: Model, env: Env) -> Page:
    kit = env.kit
    bands = kit.theme.bands
    sink = Sink()
    sink.put(_content(staff, stage, env), Rect(0, 0, bands.width, bands.height))
    return Page(
        screen_of(model).value,
        Size(bands.width, bands.height),
        kit.theme.colour(Role.BG),
        tuple(sink.nodes),
        tuple(sink.targets),
        tuple(sink.texts),
        tuple(sink.overflows),
    )


def _content(staff: Staff, stage: TouchTest, env: Env) -> Element:
    kit = env.kit
    first, second, third, fourth, middle = (_target(env, stage, target) for target in range(TOUCH_TARGETS))
    session = shell.staff_session(env, staff)
    above = Column(
        _line(env, shell.role_spec(env, staff).title, Type.LABEL, Role.INK),
        _line(env, env.t("technician.touch.title"), Type.H1_COMPACT, Role.INK),
        _line(env, env.t("technician.touch.lead"), Type.NOTE, Role.INK2),
        _line(env, env.n("technician.touch.left", TOUCH_TARGETS - len(stage.touched)), Type.BODY, Role.INK),
        gap=12,
    )
    card = () if session.whereabouts is None else (_line(env, session.whereabouts.title, Type.NOTE, Role.INK2),)
    ends = [spec for spec in (session.back, session.end) if isinstance(spec, ButtonSpec)]
    buttons = (Flex(button(kit, replace(spec, size=ButtonSize.SMALL))) for spec in ends)
    below = Column(*card, Row(*buttons, gap=24), gap=16)
    corners = Column(Row(first, Spacer(), second), Spacer(), Row(third, Spacer(), fourth))
    between = Pad(Column(above, Spacer(), below), SIDE + 40, 24)
    return Layer(corners, Placed(middle), between)


def _line(env: Env, text: str, role: Type, colour: Role) -> Element:
    return Text(env.kit, text, role, colour, align=Align.CENTER)


def _target(env: Env, stage: TouchTest, target: int) -> Element:
    """Once touched it says so, and is done."""
    kit = env.kit
    theme = kit.theme
    done = target in stage.touched
    face = Panel(
        kit,
        Placed(_sign(kit, done=done)),
        fill=Role.OK_TINT if done else Role.SURFACE,
        outline=Role.OK if done else Role.PRIMARY,
        width=theme.lines.strong,
        radius=theme.radius.control,
    )
    return Tap(
        Sized(face, w=SIDE, h=SIDE),
        f"target-{target}",
        TouchedTarget(target),
        enabled=not done,
        pressed=exchanged(theme, (Role.SURFACE, Role.TINT)),
        radius=theme.radius.control,
        spoken=env.t(f"technician.touch.target.{target}"),
    )


def _sign(kit: Kit, *, done: bool) -> Element:
    return IconBox(kit, Icon.CHECK if done else Icon.TOUCH_APP, 88, Role.OK if done else Role.PRIMARY)
