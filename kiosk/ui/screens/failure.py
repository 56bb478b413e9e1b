"""A page about this card, or about central in this visit: what to do, what is, what was not harmed, and the code for staff."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit, fitted_picture
from kiosk.ui.components.pictures import CardPicture, other_cards, right_way, ways, wrong_ways
from kiosk.ui.components.status import heading, status_heading, steps
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.failure_parts import advice, code, look_of
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.visit_bar import can_take, card_in
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import GetTicket
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Model


def build(state: CardPage, model: Model, env: Env) -> Page:
    failure = state.failure
    if failure is Failure.CARD_MUTE:
        return shell.page(env, model, _turn_the_card(state, env), can_take(env, "bar.not_read"))
    if failure is Failure.CARD_NOT_SOCIAL_SECURITY:
        return shell.page(env, model, _other_card(state, env), can_take(env, "bar.not_served"))
    return shell.page(env, model, _content(state, env), card_in(env, "bar.can_take"))


def _content(state: CardPage, env: Env) -> Element:
    kit = env.kit
    theme = kit.theme
    look = look_of(state.failure)
    key = state.failure.key
    title, lead = env.t(f"{key}.title"), env.t(f"{key}.lead")
    top: Element
    if theme.large and (state.ticket or not theme.landscape):
        top = head(env, title, lead, compact=theme.landscape)
    else:
        top = status_heading(kit, look.icon, look.colour, title, lead)
    again = state.failure in (
        Failure.STATUS_REPLACED,
        Failure.PIN_OUTCOME_UNKNOWN,
        Failure.CENTRAL_SESSION_ENDED,
    )
    picture = fitted_picture(kit, CardPicture.INSERT if again else CardPicture.TAKE, most=100)
    what, short = advice(env, state.failure), advice(env, state.failure, listed=False)
    strip = code(env, state.failure, state.since)
    acts = _ticket(env) if state.ticket else ()
    gap = theme.pick(40, 24)
    if theme.landscape:
        # A button takes the place of the code, which goes below the picture.
        under, last = ((strip,), acts) if acts else ((), (strip,))
        left = FirstFit(Column(top, Flex(picture), *under, gap=gap), Column(top, Spacer(), *under))
        right = FirstFit(*(Column(Spacer(), said, Spacer(), *last, gap=gap // 2) for said in (what, short)))
        return Row(Flex(left, 24), Flex(right, 20), gap=60, align=Align.STRETCH)
    return FirstFit(
        Column(top, Flex(picture), what, strip, *acts, gap=gap),
        Column(top, Spacer(), what, Spacer(), strip, *acts, gap=gap // 2),
        Column(top, Flex(picture), short, strip, *acts, gap=gap),
        Column(top, Spacer(), short, Spacer(), strip, *acts, gap=gap // 2),
    )


def _ticket(env: Env) -> tuple[Element, ...]:
    """The counter need not ask again what is known here."""
    get = ButtonSpec(
        env.t("ticket.get"), "get-ticket", GetTicket(), Icon.RECEIPT_LONG, ButtonKind.PRIMARY, ButtonSize.MAIN
    )
    return (button(env.kit, get),)


def _other_card(state: CardPage, env: Env) -> Element:
    """Which card is meant, beside cards that are not."""
    kit = env.kit
    theme = kit.theme
    key = state.failure.key
    pictures = ways(kit, right_way(kit, env.t(f"{key}.right")), other_cards(kit, env.t(f"{key}.wrong")))
    top = heading(kit, env.t(f"{key}.title"), env.t(f"{key}.lead"))
    words = Text(kit, env.t(f"{key}.advice"), Type.H2)
    strip = code(env, state.failure, state.since)
    gap = theme.pick(40, 24)
    if theme.landscape:
        said = (
            Text(kit, env.t(f"{key}.title"), Type.H1_COMPACT),
            Text(kit, env.t(f"{key}.lead"), Type.BODY, Role.INK2),
        )
        left = FirstFit(Column(top, Spacer(), words, Spacer(), strip, gap=gap // 2), Column(*said, Spacer(), strip))
        return Row(Flex(left, 20), Flex(Column(Spacer(), pictures, Spacer()), 22), gap=60, align=Align.STRETCH)
    return FirstFit(
        Column(top, Spacer(), pictures, Spacer(), words, Spacer(), strip, gap=gap // 2),
        Column(top, Spacer(), pictures, Spacer(), strip, gap=8),
        Column(top, Spacer(), words, Spacer(), strip, gap=gap // 2),
    )


def _turn_the_card(state: CardPage, env: Env) -> Element:
    """The right way beside the wrong ones. Why the chip did not answer nobody can know here."""
    kit = env.kit
    theme = kit.theme
    top = heading(kit, env.t("card.mute.title"), env.t("card.mute.lead"))
    pictures = ways(
        kit,
        right_way(kit, env.t("card.mute.right")),
        wrong_ways(kit, env.t("card.mute.wrong"), env.t("card.mute.wrong_end"), env.t("card.mute.wrong_side")),
    )
    todo = steps(kit, tuple(env.t(f"card.mute.step{number}") for number in (1, 2, 3)))
    strip = code(env, state.failure, state.since)
    gap = theme.pick(48, 24)
    if theme.landscape and theme.large:
        # The pictures say what the steps do; the words of the last one are the advice's.
        said = Column(top, Spacer(), strip, gap=12)
        words = Text(kit, env.t("card.mute.advice"), Type.VALUE)
        return Row(
            Flex(said, 20),
            Flex(FirstFit(Column(pictures, Spacer(), words, gap=12), pictures), 22),
            gap=48,
            align=Align.STRETCH,
        )
    if theme.landscape:
        left = Column(top, Spacer(), pictures, gap=12)
        right = Column(Spacer(), todo, Spacer(), strip, gap=gap // 2)
        return Row(Flex(left, 24), Flex(right, 20), gap=60, align=Align.STRETCH)
    return FirstFit(
        Column(top, Spacer(), pictures, Spacer(), todo, Spacer(), strip, gap=gap // 2),
        Column(top, Spacer(), pictures, Spacer(), strip, gap=8),
        Column(top, Spacer(), todo, Spacer(), strip, gap=gap // 2),
    )
