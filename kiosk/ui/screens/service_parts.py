"""What the pages of an activation and of the services share: the steps, the bar below, pages of one decision, pages with keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import Final, assert_never

from kiosk.help import Access
from kiosk.services import Party, Ticket
from kiosk.ui.components.bars import Hint, SessionSpec, Whereabouts
from kiosk.ui.components.buttons import ButtonKind, ButtonSpec, button
from kiosk.ui.components.choices import ChoiceSpec, choices
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.status import Tone, note, status_label
from kiosk.ui.components.stepper import stepper
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import UNBOUNDED, Align, Column, Element, Flex, IconBox, Nothing, Panel, Row, Spacer
from kiosk.ui.screens import shell
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, TextLike
from kiosk.visit.actions import PrintSlip
from kiosk.visit.services import Activation, CardService, Paper


@unique
class Step(Enum):
    """Of an activation, as the stepper names them (`activation.step.<value>`)."""

    IDENTITY = "identity"
    PHONE = "phone"
    EXPLAIN = "explain"
    PIN = "pin"
    DONE = "done"


STEPS: Final = tuple(Step)
_BAR_NAME: Final = (170, 440)
"""Px that the second line of the card's whereabouts has: between back and exit, and without back."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a stage stands: `done` steps of the activation, None where there are no steps; the bar below."""

    session: SessionSpec
    done: int | None = None


@unique
class CardIs(Enum):
    """What the bar says of the card (`bar.<value>`)."""

    NOT_ACTIVE = "not_active"
    PENDING = "pending"
    ACTIVE = "active"


def activation_frame(
    state: Activation, env: Env, step: Step | None, *, back: bool = False, card: CardIs = CardIs.NOT_ACTIVE
) -> Frame:
    """All steps are done where the card is active."""
    status = env.t(f"bar.{card.value}")
    named = status if state.holder is None else env.t("bar.named", name=state.holder.name, status=status)
    said = next((text for text in (named, status) if _fits_bar(env, text, back=back)), "")
    done = len(STEPS) if card is CardIs.ACTIVE else None if step is None else STEPS.index(step)
    return Frame(_session(env, said, back=back), done)


def service_frame(state: CardService, env: Env, *, back: bool = False) -> Frame:
    if state.access is not Access.CARD:
        return Frame(shell.cardless_session(env, state.access, back=back))
    said = env.t("bar.services")
    return Frame(_session(env, said if _fits_bar(env, said, back=back) else "", back=back))


def _fits_bar(env: Env, text: str, *, back: bool) -> bool:
    return Text(env.kit, text, Type.NOTE, keep=True).measure(UNBOUNDED).w <= _BAR_NAME[not back]


def _session(env: Env, said: str, *, back: bool) -> SessionSpec:
    return SessionSpec(
        back=shell.back_button(env) if back else None,
        whereabouts=Whereabouts(Icon.CREDIT_CARD, env.t("bar.card_in"), said),
        end=shell.end_button(env),
    )


def held(frame: Frame, env: Env) -> Frame:
    """The card must stay in: the place of the exit says so."""
    return replace(frame, session=replace(frame.session, back=None, end=Hint(Icon.BACK_HAND, env.t("bar.leave_in"))))


def steps_line(env: Env, frame: Frame) -> tuple[Element, ...]:
    """Nothing where there are no steps."""
    if frame.done is None:
        return ()
    names = [env.t(f"activation.step.{step.value}") for step in STEPS]
    if frame.done == len(STEPS):
        line = env.t("activation.step.all")
    else:
        line = env.t("activation.step.line", step=frame.done + 1, steps=len(STEPS), name=names[frame.done])
    return (stepper(env.kit, names, frame.done, line),)


def gap(px: int) -> Element:
    return Nothing(0, px)


def head(env: Env, title: TextLike, lead: TextLike | None, *, compact: bool = False) -> Element:
    """Title and lead under a stepper."""
    parts: list[Element] = [Text(env.kit, title, Type.H1_COMPACT if compact else Type.H1, lines=2)]
    if lead is not None:
        parts.append(Text(env.kit, lead, Type.BODY, Role.INK2))
    return Column(*parts, gap=env.kit.theme.pick(12, 6))


def whose(party: Party, minor: bool) -> str:
    """Key of whose number or document is asked for: the person at the kiosk is 您, the others have a name."""
    if party is not Party.HOLDER:
        return party.value
    return "child" if minor else "holder"


# --- a page of one decision -------------------------------------------------------------------------------------------


def choice_page(
    env: Env, frame: Frame, title: str, lead: str, specs: Sequence[ChoiceSpec], foot: Element | None = None
) -> Element:
    """Title and lead, then the answers; `foot`: what is good to know."""
    theme = env.kit.theme
    below = () if foot is None else (foot,)
    answers = choices(env.kit, specs)
    if theme.landscape:
        left = FirstFit(
            *(
                Column(
                    *steps_line(env, frame),
                    gap(theme.pick(24, 8)),
                    head(env, title, lead, compact=compact),
                    Spacer(),
                    *under,
                )
                for compact, under in ((False, below), (True, below), (True, ()))
            )
        )
        return Row(Flex(left, 20), Flex(answers, 22), gap=60, align=Align.STRETCH)
    return FirstFit(
        *(
            Column(
                *steps_line(env, frame),
                head(env, title, lead, compact=compact),
                Flex(answers),
                *under,
                gap=theme.pick(36, 20),
            )
            for compact, under in ((False, below), (True, below), (True, ()))
        )
    )


# --- a page with keys -------------------------------------------------------------------------------------------------


@unique
class Lean(Enum):
    """How much is said above the keys where the room is small: a smaller title first, then without what comforts, then
    without the steps."""

    FULL = "full"
    COMPACT = "compact"
    LEAN = "lean"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Typing:
    """A page with keys. `said`: what became of the last entry. `field`: the boxes. `below`: buttons or facts under them.
    `comfort`: what may go; so may a lead that is not `needed`, where an entry was not taken and the room is small.
    `keyboard`: ten keys stand side by side."""

    title: TextLike
    lead: TextLike | None
    field: Element
    pad: Element
    said: Element | None = None
    below: Element | None = None
    comfort: Element | None = None
    needed: bool = True
    keyboard: bool = False


def typing_page(env: Env, frame: Frame, typing: Typing) -> Element:
    theme = env.kit.theme
    if theme.landscape:
        left = FirstFit(
            *(Column(*_above(env, frame, typing, lean), Spacer(), *_below(env, typing, lean)) for lean in Lean)
        )
        right = Column(Spacer(), typing.field, Spacer(), typing.pad, Spacer(), gap=theme.pick(16, 8))
        weights = (15, 20) if typing.keyboard else (18, theme.pick(18, 20))
        return Row(Flex(left, weights[0]), Flex(right, weights[1]), gap=60, align=Align.STRETCH)
    said = FirstFit(
        *(
            Column(
                *_above(env, frame, typing, lean),
                Spacer(1, least=theme.pick(20, 10)),
                typing.field,
                Spacer(1, least=theme.pick(16, 8)),
                *_below(env, typing, lean),
            )
            for lean in Lean
        )
    )
    return Column(Flex(said), typing.pad, gap=theme.pick(28, 16))


def _above(env: Env, frame: Frame, typing: Typing, lean: Lean) -> Sequence[Element]:
    room = env.kit.theme.pick(28, 10)
    parts: list[Element] = []
    if lean is not Lean.BARE and frame.done is not None:
        parts += [*steps_line(env, frame), gap(room)]
    lead = typing.lead if typing.needed or lean is not Lean.BARE else None
    parts.append(head(env, typing.title, lead, compact=lean is not Lean.FULL))
    if typing.said is not None:
        parts += [gap(room // 2), typing.said]
    return parts


def _below(env: Env, typing: Typing, lean: Lean) -> Sequence[Element]:
    parts = [] if typing.below is None else [typing.below]
    if typing.comfort is not None and lean not in (Lean.LEAN, Lean.BARE):
        parts.insert(0, typing.comfort)
    return [Column(*parts, gap=env.kit.theme.pick(16, 10))] if parts else []


def tries_sign(env: Env, left: int) -> Element:
    """How many PIN tries are left: a warn label at two, an alarming one at the last."""
    tone = Tone.BAD if left <= 1 else Tone.WARN if left == 2 else Tone.NEUTRAL
    icon = Icon.LOCK_OPEN if left > 2 else Icon.WARNING
    return status_label(env.kit, env.n("pin.tries", left), tone, icon=icon, big=True)


def said_line(env: Env, icon: Icon, colour: Role, text: TextLike) -> Element:
    """What became of the last entry: icon and a bold sentence."""
    return Row(
        IconBox(env.kit, icon, IconSize.CAPTION, colour),
        Flex(Text(env.kit, text, Type.BODY, colour, bold=True)),
        gap=16,
    )


# --- a ticket for the counter ---------------------------------------------------------------------------------------------


def ticket_panel(env: Env, ticket: Ticket) -> Element:
    """The code that the clerk types, never broken, and until when it holds."""
    kit, theme = env.kit, env.kit.theme
    words = Column(
        Text(kit, env.t("ticket.show"), Type.LEGEND, Role.INK2),
        Text(kit, ticket.code, Type.CODE_BIG if theme.large or theme.landscape else Type.FIGURE2, keep=True),
        Text(kit, env.t("ticket.until", until=shell.moment(env, ticket.until)), Type.LEGEND, Role.INK2),
        gap=4,
    )
    row = Row(IconBox(kit, Icon.RECEIPT_LONG, IconSize.TILE, Role.PRIMARY), Flex(words), gap=theme.pick(32, 24))
    side = theme.pick(40, 28)
    return Panel(kit, row, fill=Role.SURFACE, outline=Role.PRIMARY, width=theme.lines.outline, pad=(side, 24, side, 24))


# --- paper ------------------------------------------------------------------------------------------------------------


def paper_button(env: Env, paper: Paper, kind: ButtonKind) -> Element | None:
    """Print, or once more; None where there is no printer. While it prints nothing can be pressed."""
    match paper:
        case Paper.NO_PRINTER:
            return None
        case Paper.OFFERED | Paper.FAILED:
            label, enabled = env.t("slip.print"), True
        case Paper.PRINTING:
            label, enabled = env.t("slip.printing"), False
        case Paper.PRINTED:
            label, enabled, kind = env.t("slip.again"), True, ButtonKind.SECONDARY
        case never:
            assert_never(never)
    return button(env.kit, ButtonSpec(label, "print-slip", PrintSlip(), Icon.PRINT, kind, enabled=enabled))


def paper_note(env: Env, paper: Paper) -> tuple[Element, ...]:
    """What became of the slip, where something did."""
    if paper is Paper.PRINTED:
        return (note(env.kit, Icon.CHECK_CIRCLE, env.t("slip.take"), icon_colour=Role.OK),)
    if paper is Paper.FAILED:
        return (note(env.kit, Icon.INFO, env.t("slip.no_paper")),)
    return ()
