"""One year of contributions month by month, to be compared with a payslip: base, employer's and own part, state, arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.model import ContributionHistory, ContributionPage, Origin
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, button
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, Nothing, Pad, Panel, Row, Rule, Sized, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import booked, facts
from kiosk.ui.screens.paging import Turn, part_pager, starts_of, turn
from kiosk.ui.screens.record_parts import message, not_come, not_kept, source_line, waiting, wrong_button
from kiosk.ui.screens.shell import page, record_session
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import Back, OpenYear
from kiosk.visit.states import ContributionsPage, Model, NotCome, NotKept, Record, Waiting

_THICKEST: Final = 3
"""Px of a hairline in high contrast."""


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, ContributionsPage)
    history = facts.history_of(state.overview, state.page.insurance)
    assert history is not None  # the visit opens a year of a history only
    assert state.page.year is not None
    theme = env.kit.theme
    gap = 20 if theme.large or theme.landscape else 28
    box = content_box(env.kit, top_gap=gap, bottom_gap=gap)
    one = _Year(state.page, model, env, history, state.page.year)
    content = one.landscape(box.w, box.h) if theme.landscape else one.portrait(box.w, box.h)
    return page(env, model, content, record_session(env, state), top_gap=gap, bottom_gap=gap)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What stands in the place of the table, and how it is turned; `turned` None where there is nothing to turn."""

    body: Element
    turned: Turn | None = None


@dataclass(frozen=True, slots=True)
class _Year:
    page: ContributionsPage
    model: Model
    env: Env
    history: ContributionHistory
    year: int

    # --- layouts ----------------------------------------------------------------------------------------------------

    def portrait(self, width: int, height: int) -> Element:
        env, theme = self.env, self.env.kit.theme
        gap = theme.pick(24, 16)
        head = Column(self._title(), self._lead(), gap=theme.pick(12, 4))
        below: list[Element] = [] if theme.large else [source_line(env, self._origin())]
        below.append(self._years())
        foot = Column(*below, gap=theme.pick(24, 16))
        paging = theme.pick(80, 100)
        room = height - head.measure(width).h - foot.measure(width).h - 2 * gap
        shown = self._shown(width, room, room - paging - theme.pick(20, 16))
        parts: list[Element] = [head, Nothing(0, gap), shown.body, Spacer()]
        if shown.turned is not None:
            parts.append(part_pager(env, shown.turned, height=paging))
        return Column(*parts, Nothing(0, gap), foot)

    def landscape(self, width: int, height: int) -> Element:
        env, theme = self.env, self.env.kit.theme
        left_width = (width - 40) * (18 if theme.large else 20) // 30
        title = self._title()
        room = height - title.measure(left_width).h - 10
        shown = self._shown(left_width, room, room)
        left = Column(title, Nothing(0, 10), shown.body)
        right: list[Element] = [self._lead(), Nothing(0, theme.pick(16, 12))]
        right += [note(env.kit, Icon.ACCOUNT_BALANCE, facts.source(env, self._origin()), role=Type.CAPTION), Spacer()]
        gap = Nothing(0, 16)
        if shown.turned is not None:
            right += [
                part_pager(env, shown.turned, height=84 if theme.tight else theme.pick(80, 100), narrow=True),
                gap,
            ]
        height_ = 84 if theme.tight else theme.pick(92, 100)
        right += [Row(*(Flex(button(env.kit, one, height=height_)) for one in self._neighbours()), gap=20), gap]
        right.append(self._all_years(height_))
        if not theme.large:
            right += [gap, wrong_button(env, height=80)]
        else:
            right[-1] = Row(Flex(right[-1]), wrong_button(env, height=height_), gap=20, align=Align.STRETCH)
        return Row(
            Sized(left, w=left_width, exact=True), Flex(Sized(Column(*right), h=height)), gap=40, align=Align.START
        )

    # --- what is read -----------------------------------------------------------------------------------------------

    def _origin(self) -> Origin:
        rows = self.page.rows
        return rows.origin if isinstance(rows, ContributionPage) else self.history.origin

    def _title(self) -> Element:
        env = self.env
        key = "year.title_large" if env.kit.theme.large else "year.title"
        return Text(env.kit, env.t(key, year=self.year), Type.H1, lines=2)

    def _lead(self) -> Element:
        env, rows = self.env, self.page.rows
        insurance = facts.insurance_name(env, self.page.insurance)
        payers = {row.payer for row in rows.rows if row.payer} if isinstance(rows, ContributionPage) else set()
        if not payers:
            text = env.t("year.lead_no_payer", insurance=insurance)
        else:
            payer = payers.pop() if len(payers) == 1 else env.t("year.several_payers")
            text = env.t("year.lead", insurance=insurance, payer=payer)
        theme = env.kit.theme
        return Text(
            env.kit, text, Type.NOTE if theme.large else Type.LEGEND if theme.landscape else Type.BODY, Role.INK2
        )

    def _shown(self, width: int, room: int, smaller: int) -> _Shown:
        """The table in `room` px, or a part of it in `smaller` px; or why there is none."""
        env, rows = self.env, self.page.rows
        match rows:
            case ContributionPage():
                found = booked.of_page(env, self.history, rows)
                if not found.lines:
                    return _Shown(message(env, Icon.INFO, env.t("year.none", year=self.year)))
                return (
                    self._stacked(found, width, room, smaller)
                    if env.kit.theme.large
                    else self._table(found, width, room, smaller)
                )
            case Waiting():
                return _Shown(waiting(env, self.model, rows))
            case NotCome():
                return _Shown(not_come(env, rows))
            case NotKept():
                return _Shown(not_kept(env, "offline.rows"))
            case None:
                return _Shown(Nothing())

    def _table(self, found: booked.YearTable, width: int, room: int, smaller: int) -> _Shown:
        """Twelve months and their corrections in columns; the sum stands below every part."""
        env = self.env
        usual, least = (45, 45) if env.kit.theme.landscape else (66, 58)
        fit = booked.fitting(env, found, width, arrived=True, panel=True)

        def made(lines: Sequence[booked.Line], height: int) -> Element:
            return booked.as_table(env, found, lines, width, fit, arrived=True, height=height, panel=True)

        def heights(height: int) -> tuple[int, int]:
            return booked.table_heights(env, found, width, fit, arrived=True, height=height, panel=True)

        short = booked.shorter(found)
        if found.page.pages == 1:
            for form, height in ((found, usual), (found, least), (short, usual)):
                around, line = heights(height)
                if around + line * len(form.lines) <= room:
                    return _Shown(made(form.lines, height))
        groups = booked.groups(short.lines)
        around, line = heights(least)
        turned = self._turn(short, groups, [line * len(group) for group in groups], smaller - around)
        return _Shown(made(_lines(groups, turned), least), turned.asked)

    def _stacked(self, found: booked.YearTable, width: int, room: int, smaller: int) -> _Shown:
        """Large text: a month in two lines, its row's other figures below; the sum and the source end the last part."""
        env, kit = self.env, self.env.kit
        found = booked.shorter(found)
        groups = booked.groups(found.lines)
        end = self._end(found)
        heights = [
            sum(booked.stacked_line(env, found, line).measure(width - 4).h + _THICKEST for line in group)
            for group in groups
        ]
        if found.page.page == found.page.pages:
            heights[-1] += end.measure(width - 4).h
        around = 4
        fitted = room if sum(heights) + around <= room and found.page.pages == 1 else smaller
        turned = self._turn(found, groups, heights, fitted - around)
        blocks: list[Element] = []
        for line in _lines(groups, turned):
            if blocks:
                blocks.append(Rule(kit))
            blocks.append(booked.stacked_line(env, found, line))
        if turned.last_group and found.page.page == found.page.pages:
            blocks.append(end)
        return _Shown(Panel(kit, Column(*blocks), pad=(2, 2, 2, 2)), turned.asked)

    def _end(self, found: booked.YearTable) -> Element:
        """The sum of what has arrived, and who says so."""
        env, kit = self.env, self.env.kit
        label, employer, own = booked.sums(env, found)
        lines: list[Element] = [Text(kit, label, Type.TABLE, bold=True)]
        if own:
            lines.append(Text(kit, booked.sum_text(env, found, employer, own), Type.NOTE, Role.INK2))
        if not kit.theme.landscape:
            lines.append(Text(kit, facts.source(env, found.page.origin), Type.SMALL, Role.INK2))
        return Column(Rule(kit, Role.BORDER), Pad(Column(*lines), 26, 12))

    def _turn(
        self, found: booked.YearTable, groups: Sequence[Sequence[booked.Line]], heights: Sequence[int], room: int
    ) -> "_Turned":
        """The part that holds the asked row. A part is named by the index of its first row among all rows of the year."""
        first_rows = [next((line.row for line in group if line.row is not None), 0) for group in groups]
        wanted = self.page.table_part - found.offset
        at = max((i for i, row in enumerate(first_rows) if row <= wanted), default=0)
        local = turn(starts_of(heights, room), len(groups), at)
        rows, number = found.page, found.page.page

        def part(group: int | None) -> int | None:
            return None if group is None else found.offset + first_rows[group]

        before, after = part(local.before), part(local.after)
        if before is None and number > 1:
            before = found.offset - 1  # the last row of central's page before: its last part is shown
        if after is None and number < rows.pages:
            after = found.offset + len(rows.rows)
        pages = local.pages if rows.pages == 1 else None
        last = len(rows.rows) if local.end == len(groups) else first_rows[local.end]
        page = local.page if rows.pages == 1 else 0
        asked = Turn(found.offset + first_rows[local.first], found.offset + last, page, pages, before, after)
        return _Turned(local.first, local.end, local.end == len(groups), None if asked.only else asked)

    # --- what is touched --------------------------------------------------------------------------------------------

    def _neighbours(self) -> tuple[ButtonSpec, ButtonSpec]:
        env = self.env
        years = [one.year for one in self.history.years]
        earlier = max((year for year in years if year < self.year), default=None)
        later = min((year for year in years if year > self.year), default=None)
        size = ButtonSize.SMALL if env.kit.theme.large else ButtonSize.NORMAL
        before = ButtonSpec(
            fmt.year(env.words, earlier or self.year - 1),
            "prev-year",
            OpenYear(earlier or self.year),
            Icon.CHEVRON_LEFT,
            size=size,
            enabled=earlier is not None,
        )
        after = ButtonSpec(
            fmt.year(env.words, later or self.year + 1),
            "next-year",
            OpenYear(later or self.year),
            Icon.CHEVRON_RIGHT,
            size=size,
            icon_after=True,
            enabled=later is not None,
        )
        return before, after

    def _all_years(self, height: int) -> Element:
        env = self.env
        size = ButtonSize.SMALL if env.kit.theme.large else ButtonSize.NORMAL
        spec = ButtonSpec(env.t("year.all_years"), "all-years", Back(), Icon.GRID_ON, size=size)
        return button(env.kit, spec, height=height)

    def _years(self) -> Element:
        """Portrait: the neighbouring years, and all of them; in large text back leads there, and "wrong" takes the place."""
        env, theme = self.env, self.env.kit.theme
        before, after = self._neighbours()
        height = theme.pick(112, 112)
        middle = wrong_button(env, height=height) if theme.large else Flex(self._all_years(height))
        return Row(
            Flex(button(env.kit, before, height=height)),
            middle,
            Flex(button(env.kit, after, height=height)),
            gap=theme.pick(24, 16),
            align=Align.STRETCH,
        )


@dataclass(frozen=True, slots=True)
class _Turned:
    """Groups `first` to before `end` are shown; `asked` as the visit counts, None where there is nothing to turn."""

    first: int
    end: int
    last_group: bool
    asked: Turn | None


def _lines(groups: Sequence[Sequence[booked.Line]], turned: _Turned) -> list[booked.Line]:
    return booked.headed([line for group in groups[turned.first : turned.end] for line in group])
