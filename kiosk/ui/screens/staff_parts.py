"""What the pages of staff share: their frame, what was given so far, a list to choose from."""

from collections.abc import Sequence
from typing import Final

from kiosk.help import AuthorisationKind, Ground
from kiosk.ui.components.choices import ChoiceSpec
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import ruled
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Nothing, Pad, Panel, Row
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.choice_list import choice_list
from kiosk.ui.screens.service_parts import Frame, head, paper_note
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text, TextLike
from kiosk.visit.help import Staff
from kiosk.visit.services import Paper
from kiosk.visit.states import Model

TOP: Final = 24
"""Px between role bar and title."""

GROUND_ICONS: Final = {
    Ground.PRESENT: Icon.ID_CARD,
    Ground.ENTRUSTED: Icon.EDIT_NOTE,
    Ground.GUARDIAN: Icon.FAMILY_RESTROOM,
    Ground.HEIR: Icon.HISTORY,
    Ground.EMPLOYER: Icon.WORK_HISTORY,
    Ground.COURT: Icon.ACCOUNT_BALANCE,
    Ground.CORRECTION: Icon.PLAYLIST_ADD_CHECK,
}
DOCUMENT_ICONS: Final = {
    AuthorisationKind.POWER_OF_ATTORNEY: Icon.EDIT_NOTE,
    AuthorisationKind.GUARDIANSHIP: Icon.FAMILY_RESTROOM,
    AuthorisationKind.KINSHIP: Icon.HISTORY,
    AuthorisationKind.EMPLOYER_LETTER: Icon.WORK_HISTORY,
    AuthorisationKind.COURT_ORDER: Icon.ACCOUNT_BALANCE,
}


def staff_frame(env: Env, staff: Staff, *, back: bool = True) -> Frame:
    return Frame(shell.staff_session(env, staff, back=back))


def staff_page(env: Env, model: Model, staff: Staff, content: Element, *, back: bool = True) -> Page:
    return shell.page(env, model, content, shell.staff_session(env, staff, back=back), top_gap=TOP)


def list_page(env: Env, title: str, lead: str, specs: Sequence[ChoiceSpec], part: int = 0) -> Element:
    """Title and lead, and what is chosen from: below them, in landscape beside them."""
    theme = env.kit.theme
    box = content_box(env.kit, top_gap=TOP)
    if theme.landscape:
        right = (box.w - 60) * 22 // 40
        left = FirstFit(
            head(env, title, lead), head(env, title, lead, compact=True), head(env, title, None, compact=True)
        )
        return Row(Flex(left, 18), Flex(choice_list(env, specs, right, box.h, part), 22), gap=60, align=Align.STRETCH)
    top = head(env, title, lead)
    gap = theme.pick(28, 16)
    listed = choice_list(env, specs, box.w, box.h - top.measure(box.w).h - gap, part)
    return Column(top, Nothing(0, gap), Flex(listed))


def document_text(env: Env, document: AuthorisationKind, reference: str | None) -> str:
    name = env.t(f"authorisation.{document.value}")
    return name if reference is None else env.t("lookup.document_and_reference", document=name, reference=reference)


def given(env: Env, ground: Ground, document: AuthorisationKind | None, reference: str | None) -> Element:
    """What was given on the pages before."""
    rows: list[Element] = [_given(env, env.t("lookup.given.ground"), env.t(f"ground.{ground.value}"))]
    if document is not None:
        rows.append(_given(env, env.t("lookup.given.document"), document_text(env, document, reference)))
    side = env.kit.theme.pick(36, 28)
    return Panel(env.kit, ruled(env.kit, rows), pad=(side, 4, side, 4))


def given_line(env: Env, ground: Ground, document: AuthorisationKind | None, reference: str | None) -> Element:
    """The same in a sentence, where the room is small."""
    said = env.t(f"ground.{ground.value}")
    if document is not None:
        said = env.t("lookup.found.lead", ground=said, document=document_text(env, document, reference))
    return Text(env.kit, said, Type.NOTE, Role.INK2, bold=True)


def _given(env: Env, label: str, value: TextLike) -> Element:
    kit, theme = env.kit, env.kit.theme
    said = Text(kit, value, Type.VALUE, line=130)
    words: Element = Row(Text(kit, label, Type.LEGEND, Role.INK2, lines=1), Flex(said), gap=28)
    if theme.large or theme.landscape:
        words = Column(Text(kit, label, Type.NOTE, Role.INK2), said)
    row = Row(IconBox(kit, Icon.CHECK_CIRCLE, IconSize.CAPTION, Role.OK), Flex(words), gap=theme.pick(20, 16))
    return Pad(row, 0, theme.pick(16, 6))


def staff_paper_note(env: Env, paper: Paper) -> tuple[Element, ...]:
    """What became of the slip. Nobody is asked to photograph a page of staff."""
    if paper is Paper.FAILED:
        return (note(env.kit, Icon.INFO, env.t("staff.no_paper")),)
    return paper_note(env, paper)
