"""The visit is over and the card still in the slot: seen from across the hall, and plainer with each reminder."""

from dataclasses import dataclass

from kiosk.ui.components.fitting import fitted_picture
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import Tone
from kiosk.ui.env import Env
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Pad, Panel, Placed, Row
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.visit_bar import still_in
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.base import screen_of
from kiosk.visit.states import Model, Reminder, TakeCard


@dataclass(frozen=True, slots=True)
class _Look:
    """`sign`: beside the title. `ground`: of hero and page."""

    hero: Role
    ground: Role
    ink: Role
    edge: Role | None
    sign: Icon | None
    sign_ink: Role


_LOOKS = {
    Reminder.QUIET: _Look(Role.FRAME, Role.BG, Role.ON_FRAME, None, None, Role.ON_FRAME),
    Reminder.LOUD: _Look(
        Role.WARN_TINT, Role.WARN_TINT, Role.INK, Tone.WARN.ink, Icon.NOTIFICATIONS_ACTIVE, Tone.WARN.ink
    ),
    Reminder.STAFF: _Look(Role.BAD_TINT, Role.BAD_TINT, Role.INK, Tone.BAD.ink, Icon.SUPPORT_AGENT, Tone.BAD.ink),
}


def build(state: TakeCard, model: Model, env: Env) -> Page:
    kit = env.kit
    theme = kit.theme
    look = _LOOKS[state.reminder]
    key = f"takecard.{state.reminder.value}"
    words = Column(
        Text(kit, env.t(f"{key}.title"), Type.DISPLAY, look.ink, shrink=False),
        Text(kit, env.t(f"{key}.lead"), Type.HERO, look.ink),
        gap=theme.pick(16, 12),
    )
    hero: Element = words
    if look.sign is not None:
        hero = Column(Row(IconBox(kit, look.sign, 168, look.sign_ink)), words, gap=theme.pick(12, 4))
    width = 960 if theme.landscape else theme.bands.width
    height = max(480, hero.measure(width - 2 * theme.bands.margin).h + 80)
    # A card that is nobody's any more stays in: no arrows ask to pull it.
    picture = CardPicture.IN_SLOT if state.reminder is Reminder.STAFF else CardPicture.TAKE
    content: list[Element] = [Flex(fitted_picture(kit, picture))]
    if state.reminder is not Reminder.STAFF:
        content.append(_reminder(env))
    return compose(
        kit,
        PageSpec(
            name=screen_of(model).value,
            header=shell.header(env, model),
            content=Column(*content, gap=24),
            session=still_in(env),
            access=shell.access(env, model),
            hero=Placed(hero, Align.STRETCH),
            hero_height=height,
            hero_ground=look.hero,
            hero_edge=look.edge,
            ground=look.ground,
        ),
    )


def _reminder(env: Env) -> Element:
    kit = env.kit
    row = Row(
        IconBox(kit, Icon.NOTIFICATIONS_ACTIVE, IconSize.ROW, Role.PRIMARY),
        Flex(Text(kit, env.t("takecard.reminder"), Type.BODY, Role.INK)),
        gap=28,
    )
    return Panel(kit, Pad(row, kit.theme.pick(40, 28), 22))
