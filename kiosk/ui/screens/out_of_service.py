"""The kiosk itself cannot serve: what does not work, that nothing was harmed, where to go now, and a code for staff."""

from kiosk.ui.components.bars import SessionSpec, Whereabouts
from kiosk.ui.components.buttons import ButtonSpec
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.env import Env
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Placed, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.failure_parts import advice, code, look_of
from kiosk.ui.screens.visit_bar import can_take
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit import offers
from kiosk.visit.base import screen_of
from kiosk.visit.help import OpenStaffSignIn
from kiosk.visit.states import Model, OutOfService


def build(state: OutOfService, model: Model, env: Env) -> Page:
    kit = env.kit
    theme = kit.theme
    failure = state.failure
    look = look_of(failure)
    wide = theme.large or theme.landscape
    title = Text(kit, env.t(f"{failure.key}.title"), Type.H1 if theme.large else Type.TITLE, lines=2)
    words = Column(title, Text(kit, env.t(f"{failure.key}.lead"), Type.BODY, Role.INK2), gap=theme.pick(20, 12))
    sign = IconBox(kit, look.icon, 168, look.colour)
    forms: tuple[Element, ...] = (Row(sign, Flex(words), gap=48),)
    if theme.landscape:
        forms = (Column(Row(sign), words, gap=24), words)
    elif theme.large:
        forms = (words,)
    hero = FirstFit(*(Placed(form, Align.STRETCH) for form in forms))
    width = 960 if theme.landscape else theme.bands.width
    needed = hero.measure(width - 2 * theme.bands.margin).h
    strip = code(env, failure, state.since, big=True)
    role = Type.VALUE if wide else Type.H2
    content = FirstFit(
        *(
            Column(Spacer(), advice(env, failure, role, listed=listed), Spacer(), strip, Spacer(), gap=8)
            for listed in (True, False)
        )
    )
    return compose(
        kit,
        PageSpec(
            name=screen_of(model).value,
            header=shell.header(env, model),
            content=content,
            session=_session(model, env),
            access=shell.access(env, model),
            hero=hero,
            hero_height=max(theme.pick(480, 400), needed + theme.pick(64, 48)),
            hero_ground=Role.SURFACE,
            hero_edge=look.colour,
            top_gap=16,
            bottom_gap=16,
        ),
    )


def _session(model: Model, env: Env) -> SessionSpec:
    """A card that is in the slot can be taken out; else none should be put in."""
    if model.world.slot is not None:
        return can_take(env, "bar.clears_itself")
    entry: ButtonSpec | None = None
    if OpenStaffSignIn() in offers.from_attract(model):
        entry = ButtonSpec(env.t("staff.open"), "open-staff", OpenStaffSignIn(), Icon.BADGE)
    return SessionSpec(
        whereabouts=Whereabouts(Icon.CREDIT_CARD_OFF, env.t("bar.do_not_insert"), env.t("bar.clears_itself")),
        end=entry,
    )
