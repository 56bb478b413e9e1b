"""The test of the screen: targets in its four corners and its middle. It takes the whole page, for a panel fails at its edges."""

from typing import Final

from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button, exchanged
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Kit, Panel, Placed, Row, Sink, Sized, Spacer, Tap
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
    first, second, third, fourth, middle = (_target(env, stage, target) for target in range(TOUCH_TARGETS))
    bar = shell.role_spec(env, staff)
    session = shell.staff_session(env, staff)
    above = Column(
        _line(env, bar.title, Type.LABEL, Role.INK),
        _line(env, env.t("technician.touch.title"), Type.H1_COMPACT, Role.INK),
        gap=8,
    )
    left = TOUCH_TARGETS - len(stage.touched)
    below = Column(
        _line(env, env.n("technician.touch.left", left), Type.BODY, Role.INK),
        _line(env, env.t("technician.touch.lead"), Type.NOTE, Role.INK2),
        gap=8,
    )
    ends = [button(env.kit, _small(spec)) for spec in (session.back, session.end) if isinstance(spec, ButtonSpec)]
    where = session.whereabouts
    card = () if where is None else (_line(env, where.title, Type.NOTE, Role.INK2),)
    foot = Column(*card, Row(*(Flex(each) for each in ends), gap=24), gap=16)
    wide = env.kit.theme.bands.width - 2 * SIDE - 80
    return Column(
        Row(first, Flex(_within(above, wide)), second, align=Align.START),
        Spacer(),
        _centred(middle),
        Spacer(1, 16),
        _centred(Sized(below, w=wide, exact=True)),
        Spacer(2, 16),
        Row(third, Flex(_within(foot, wide)), fourth, align=Align.END),
    )


def _within(element: Element, width: int) -> Element:
    return Placed(Sized(element, w=width, exact=True), Align.CENTER, Align.CENTER)


def _centred(element: Element) -> Element:
    return Placed(element, Align.CENTER, Align.CENTER)


def _line(env: Env, text: str, role: Type, colour: Role) -> Element:
    return Text(env.kit, text, role, colour, align=Align.CENTER)


def _small(spec: ButtonSpec) -> ButtonSpec:
    return ButtonSpec(spec.label, spec.name, spec.action, spec.icon, spec.kind, ButtonSize.SMALL)


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
