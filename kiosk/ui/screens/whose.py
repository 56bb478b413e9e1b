"""Whose record: one number, in full while it is typed. There is no search by name. The button says that a record is made."""

from typing import Final

from kiosk.help import NumberKind
from kiosk.ui.components.buttons import ChipSpec, tabs
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Row, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens.entry_note import entry_note, not_taken
from kiosk.ui.screens.keyboard import shown_keys
from kiosk.ui.screens.number import GROUPS, keys
from kiosk.ui.screens.service_parts import head
from kiosk.ui.screens.staff_parts import given, given_line, staff_page
from kiosk.visit.help import PickNumberKind, Staff, TypeWhose
from kiosk.visit.states import Model

CARD_GROUPS: Final = (3, 3, 3)
"""AAZ500 as it is read out."""


def build(staff: Staff, stage: TypeWhose, model: Model, env: Env) -> Page:
    return staff_page(env, model, staff, _content(stage, env))


def number_tabs(env: Env, kind: NumberKind) -> Element:
    """By which number. The other one empties the field."""
    return tabs(
        env.kit,
        [
            ChipSpec(
                env.t(f"lookup.kind.{each.value}"), f"kind-{each.value}", PickNumberKind(each), chosen=each is kind
            )
            for each in NumberKind
        ],
    )


def groups_of(kind: NumberKind) -> tuple[int, ...]:
    return GROUPS if kind is NumberKind.ID_NUMBER else CARD_GROUPS


def number_keys(env: Env, kind: NumberKind, text: str, *, confirm: str = "", icon: Icon = Icon.CHECK) -> Element:
    """A pad with X for an ID number, the keyboard for a card number."""
    whole = len(text) == sum(groups_of(kind))
    if kind is NumberKind.ID_NUMBER:
        letter = len(text) == sum(GROUPS) - 1
        return keys(env, can_confirm=whole, letter=letter, confirm=confirm, icon=icon)
    return shown_keys(env, can_confirm=whole, confirm=confirm, icon=icon)


def _content(stage: TypeWhose, env: Env) -> Element:
    kit, theme = env.kit, env.kit.theme
    of = (env, stage.ground, stage.document, stage.reference)
    panel, line = given(*of), given_line(*of)
    choice = number_tabs(env, stage.kind)
    field = DigitBoxes(kit, stage.text, groups_of(stage.kind), wrong=not_taken(stage.note) and not stage.text)
    pad = number_keys(env, stage.kind, stage.text, confirm=env.t("lookup.confirm"), icon=Icon.SEARCH)
    said = entry_note(env, stage.note)
    below = () if said is None else (said,)
    names = note(kit, Icon.INFO, env.t("lookup.no_names"))
    gap = theme.pick(20, 12)
    tops = [head(env, env.t("lookup.whose.title"), None, compact=True)]
    if theme.landscape:
        left = FirstFit(
            *(
                Column(*tops, *parts, gap=gap)
                for parts in (
                    (panel, choice, *below, Spacer(), names),
                    (panel, choice, *below, Spacer()),
                    (line, choice, *below, Spacer()),
                    (choice, *below, Spacer()),
                )
            )
        )
        right = Column(field, Spacer(), pad, gap=theme.pick(16, 8))
        return Row(Flex(left, 16), Flex(right, 20), gap=48, align=Align.STRETCH)
    return FirstFit(
        *(
            Column(*tops, *facts, Spacer(), choice, field, *lines, Spacer(), pad, gap=gap)
            for facts, lines in (((panel,), below or (names,)), ((panel,), below), ((line,), below), ((), below))
        )
    )
