"""The chosen year's booked rows beside the picture of the years: in landscape one touch less than in portrait."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.model import ContributionHistory, ContributionPage, ContributionYear
from kiosk.ui.components.buttons import exchanged
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, IconBox, Nothing, Panel, Row, Spacer, Tap
from kiosk.ui.screens import booked, facts
from kiosk.ui.screens.record_parts import not_come, not_kept, waiting
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text, weighted
from kiosk.visit.actions import OpenYear
from kiosk.visit.states import ContributionsPage, Model, NotCome, NotKept, Waiting

_SIDE = 14


@dataclass(frozen=True, slots=True)
class YearRows:
    """`title` says what the year comes to."""

    page: ContributionsPage
    model: Model
    env: Env
    history: ContributionHistory
    year: ContributionYear
    title: str

    def panel(self, width: int, height: int) -> Element:
        """Rows as far as they fit; then the whole panel leads to the year's own page. Or why there are none."""
        env, kit, rows = self.env, self.env.kit, self.page.rows
        title = Text(kit, self.title, Type.H2, lines=2)
        match rows:
            case ContributionPage():
                return self._rows(title, rows, width, height)
            case Waiting():
                said = [waiting(env, self.model, rows, panel=False)]
            case NotCome():
                said = [not_come(env, rows, panel=False)]
            case NotKept():
                sums = facts.sum_runs(env, self.page.insurance, self.year)
                said = [Text(kit, weighted(sums), Type.LEGEND, Role.INK2), Nothing(0, 16)] if sums else []
                said.append(not_kept(env, "offline.rows", panel=False))
            case None:
                said = [Spacer()]
        return Panel(kit, Column(title, Nothing(0, 16), *said, Spacer()), pad=(_SIDE, 8, _SIDE, 8))

    def _rows(self, title: Element, rows: ContributionPage, width: int, height: int) -> Element:
        kit, theme = self.env.kit, self.env.kit.theme
        to = Row(
            Text(kit, self.env.t("contributions.details"), Type.CHIP, Role.PRIMARY, keep=True),
            IconBox(kit, Icon.CHEVRON_RIGHT, 40, Role.PRIMARY),
            gap=4,
        )
        head = Row(Flex(title), to, gap=16)
        room = height - head.measure(width - 2 * _SIDE).h - 2 * 8
        body = self._rows_that_fit(rows, width - 2 * _SIDE, room)
        return Tap(
            Panel(kit, Column(head, body), pad=(_SIDE, 8, _SIDE, 8)),
            "open-year",
            OpenYear(self.year.year),
            pressed=exchanged(theme, (Role.SURFACE, Role.TINT)),
            radius=theme.radius.panel,
        )

    def _rows_that_fit(self, rows: ContributionPage, width: int, room: int) -> Element:
        """All lines where they fit, else the first ones and how many more there are on the year's own page."""
        env, kit = self.env, self.env.kit
        found = booked.of_page(env, self.history, rows)
        fit = booked.fitting(env, found, width, arrived=False)
        around, line = booked.table_heights(env, found, width, fit, arrived=False, height=45)

        def made(lines: Sequence[booked.Line]) -> Element:
            return booked.as_table(env, found, lines, width, fit, arrived=False, height=45)

        if around + line * len(found.lines) > room:
            found = booked.shorter(found)
        if rows.pages == 1 and around + line * len(found.lines) <= room:
            return made(found.lines)
        more = Text(kit, env.n("year.more", 2), Type.NOTE, Role.INK2).measure(width).h
        count = max(0, min(len(found.lines), (room - around - more) // max(1, line)))
        # How many rows stand on central's further pages is not known here.
        text = env.t("year.more_pages") if rows.pages > 1 else env.n("year.more", len(found.lines) - count)
        return Column(made(found.lines[:count]), Text(kit, text, Type.NOTE, Role.INK2))
