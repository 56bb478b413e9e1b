"""An activation or service does not go on here: what is, what was not harmed, what to do, and the ticket for the counter."""

from dataclasses import dataclass
from typing import Final, assert_never

from drivers.device import Who
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import Beside, FirstFit, fitted_picture
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.pictures import CardPicture
from kiosk.ui.components.status import heading, note, status_heading
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Panel, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.failure_parts import Way
from kiosk.ui.screens.service_parts import Frame, head, paper_button, paper_note, ticket_panel
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit import catalogue
from kiosk.visit.actions import GetTicket, TryAgain
from kiosk.visit.services import Activation, CardService, Stop, Stopped, may_try_again, ticket_reason
from kiosk.visit.states import Link, Model


@dataclass(frozen=True, slots=True)
class Look:
    """`picture`: is the card to be taken, or taken and put in once more."""

    icon: Icon
    colour: Role
    ways: tuple[Way, ...] = ()

    @property
    def picture(self) -> CardPicture:
        return CardPicture.TAKE if self.ways else CardPicture.INSERT


_AT_WINDOW: Final = (Way.HOURS, Way.HOTLINE)


def look_of(stop: Stop) -> Look:
    """Brown where somebody has to do something about card or identity; the page's own colour where one just goes on."""
    match stop:
        case Stop.ACTIVE_ALREADY | Stop.ACTIVE_OTHERWISE:
            return Look(Icon.CHECK_CIRCLE, Role.PRIMARY)
        case Stop.STATUS | Stop.LOST | Stop.REPLACED:
            return Look(Icon.BLOCK, Role.WARN, _AT_WINDOW)
        case Stop.NOT_ON_FILE | Stop.PARTY_NOT_ON_FILE:
            return Look(Icon.SEARCH, Role.WARN, _AT_WINDOW)
        case Stop.NO_WAY | Stop.IDENTITY_LOCKED:
            return Look(Icon.ID_CARD, Role.WARN, _AT_WINDOW)
        case Stop.NO_MOBILE | Stop.OTHERS_NUMBER | Stop.CODE_USED_UP:
            return Look(Icon.DIALPAD, Role.WARN, _AT_WINDOW)
        case Stop.SAME_PERSON | Stop.UNDER_AGE:
            return Look(Icon.FAMILY_RESTROOM, Role.WARN, _AT_WINDOW)
        case Stop.NOT_PROVED:
            return Look(Icon.HISTORY, Role.PRIMARY)
        case Stop.CANCELLED | Stop.UNKNOWN_RESERVATION:
            return Look(Icon.FACT_CHECK, Role.WARN, _AT_WINDOW)
        case Stop.PIN_LOCKED:
            return Look(Icon.LOCK, Role.WARN, _AT_WINDOW)
        case Stop.ONE_TRY_LEFT:
            return Look(Icon.WARNING, Role.WARN, _AT_WINDOW)
        case Stop.CARD_FAILED:
            return Look(Icon.CREDIT_CARD_GEAR, Role.WARN, _AT_WINDOW)
        case Stop.TORN:
            return Look(Icon.SYNC, Role.PRIMARY)
        case Stop.JOURNAL:
            return Look(Icon.BUILD, Role.WARN, (Way.OTHER_KIOSK, Way.WINDOWS))
        case Stop.CENTRAL:
            return Look(Icon.CLOUD_OFF, Role.WARN, (Way.LATER, Way.WINDOWS))
        case never:
            assert_never(never)


def build(stage: Stopped, model: Model, env: Env, frame: Frame) -> Page:
    """As wide as the failure pages. The ticket, once it is there, comes before the ways on, and in their place where room is
    small."""
    kit, theme = env.kit, env.kit.theme
    look = look_of(stage.stop)
    service = model.state
    assert isinstance(service, Activation | CardService)
    entry = catalogue.of_stop(stage.stop, stage.because, service=isinstance(service, CardService))
    key = catalogue.stop_key(stage.stop, service=isinstance(service, CardService))
    tops = _tops(env, look, env.t(f"{key}.title"), env.t(f"{key}.lead"))
    advice = Text(kit, env.t(f"{key}.advice"), Type.VALUE)
    ways = [fact_row(kit, way.icon, env.t(way.key), env.t(f"{way.key}_note")) for way in look.ways]
    short: tuple[Element, ...] = (advice,)
    rich: tuple[Element, ...] = (advice, list_panel(kit, ways)) if ways else short
    beside = rich[1:] if stage.ticket is not None else ()
    strip: tuple[Element, ...] = (code(env, entry),)
    lean_strip = strip
    if stage.ticket is not None:
        ticket = ticket_panel(env, stage.ticket)
        printed = paper_note(env, stage.paper)
        rich, short = (advice, ticket, *printed), (advice, ticket)
        lean_strip = ()  # the clerk goes by the ticket
    acts = _acts(service, stage, model, env)
    shown = () if stage.ticket is not None else (fitted_picture(kit, look.picture, most=100),)
    between = theme.pick(40, 20)
    content: Element
    if theme.landscape:
        left = FirstFit(
            *(Column(tops[0], Flex(picture), *strip, gap=between) for picture in shown),
            *(Column(top, Spacer(), *beside, Spacer(), *strip, gap=between // 2) for top in tops if beside),
            *(Column(top, Spacer(), *below, gap=between) for top in tops for below in (strip, lean_strip)),
        )
        right = FirstFit(*(Column(Spacer(), *said, Spacer(), *acts, gap=between // 2) for said in (rich, short)))
        content = Row(Flex(left, 22), Flex(right, 22), gap=60, align=Align.STRETCH)
    else:
        content = FirstFit(
            *(Column(tops[0], Flex(picture), *rich, *strip, *acts, gap=between) for picture in shown),
            *(
                Column(top, Spacer(), *said, Spacer(), *below, *acts, gap=room)
                for said, below in (((*rich, *beside), strip), (rich, strip), (short, strip), (short, lean_strip))
                for top in tops
                for room in (between, between // 2)
            ),
        )
    return shell.page(env, model, content, frame.session)


def _tops(env: Env, look: Look, title: str, lead: str) -> tuple[Element, ...]:
    """Sign, title and lead; without the sign and smaller where the room is small."""
    kit, theme = env.kit, env.kit.theme
    lean = head(env, title, lead, compact=True)
    if theme.large and not theme.landscape:
        return heading(kit, title, lead), lean
    return status_heading(kit, look.icon, look.colour, title, lead), lean


def goes_back(stage: Stopped) -> bool:
    """To the number that was typed, or the question for one."""
    return stage.stop in (Stop.OTHERS_NUMBER, Stop.NO_MOBILE) and stage.back is not None


def code(env: Env, entry: catalogue.Entry) -> Element:
    """The code for staff, and who has to act where it is not the person who reads it. Smaller than a ticket's."""
    kit = env.kit
    words = [Text(kit, env.t("failure.code_note"), Type.NOTE, Role.INK2)]
    if entry.who is not Who.RESIDENT:
        words.append(Text(kit, env.t(f"who.{entry.who.value}"), Type.NOTE, Role.INK2))
    name = Text(kit, entry.code, Type.LABEL, bold=True, keep=True)
    icon = IconBox(kit, Icon.SUPPORT_AGENT, IconSize.BUTTON, Role.INK2)
    beside = Row(icon, Flex(Column(*words, gap=2)), name, gap=24)
    side = kit.theme.pick(40, 28)
    return Panel(
        kit,
        Beside(beside, Column(*words, name, gap=2)),
        fill=Role.SUNKEN,
        outline=Role.LINE,
        pad=(side, 18, side, 18),
    )


def _acts(service: Activation | CardService, stage: Stopped, model: Model, env: Env) -> tuple[Element, ...]:
    """One button at most: the ticket, its slip, or one more try."""
    kit = env.kit
    if stage.asking:
        return (note(kit, Icon.SYNC, env.t("ticket.asking")),)
    if stage.ticket is not None:
        slip = paper_button(env, stage.paper, ButtonKind.PRIMARY)
        return () if slip is None else (slip,)
    if may_try_again(stage) and model.world.link is Link.OFFLINE:
        return (note(kit, Icon.SYNC, env.t("activation.again_later")),)
    if may_try_again(stage):
        again = ButtonSpec(
            env.t("activation.again"), "try-again", TryAgain(), Icon.SYNC, ButtonKind.PRIMARY, ButtonSize.MAIN
        )
        return (button(kit, again),)
    if ticket_reason(service, stage.stop) is not None:
        get = ButtonSpec(
            env.t("ticket.get"), "get-ticket", GetTicket(), Icon.RECEIPT_LONG, ButtonKind.PRIMARY, ButtonSize.MAIN
        )
        return (button(kit, get),)
    return ()
