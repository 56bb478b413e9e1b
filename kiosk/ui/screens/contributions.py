"""Contributions of one insurance: how many months, a picture of the years in which gaps are found without reading, a year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kiosk.model import Absent, ContributionHistory, ContributionYear, MonthState
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, ChipSpec, button, chip
from kiosk.ui.components.fitting import Beside
from kiosk.ui.components.months import (
    Elsewhere,
    GridWords,
    LegendSpec,
    MonthSign,
    YearSpec,
    legend_column,
    legend_line,
    month_grid,
)
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Element,
    Flex,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Sized,
    Spacer,
    Spread,
    Upright,
)
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.contributions_rows import YearRows
from kiosk.ui.screens.record_parts import message, source_line, wrong_button
from kiosk.ui.screens.shell import page, record_session
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text, weighted
from kiosk.visit.actions import OpenChooser, OpenContributions, OpenYear, SelectYear, ShowPart
from kiosk.visit.rules_record import histories
from kiosk.visit.states import ContributionsPage, Model, Record

_LEGEND: Final = (
    MonthState.PAID,
    MonthState.BACK_PAID,
    MonthState.EXEMPT,
    MonthState.MISSING,
    MonthState.ON_THE_WAY,
    MonthState.UNKNOWN,
)
_MOST_CHIPS: Final = 5
_CHOOSE_WIDTH: Final = 480
"""Px that the words of the button have that opens the list, beside "this is wrong"."""
_LEGEND_WIDTH: Final = 420
"""Px that the legend may take of the panel with the total."""


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, ContributionsPage)
    theme = env.kit.theme
    top, bottom = (20, 20)
    history = facts.history_of(state.overview, state.page.insurance)
    box = content_box(env.kit, top_gap=top, bottom_gap=bottom)
    content: Element
    if history is None:
        content = _no_histories(state, env)
    else:
        one = _One(state, state.page, model, env, history)
        if theme.landscape:
            content = one.large_landscape(box.w, box.h) if theme.large else one.landscape(box.w, box.h)
        else:
            content = one.large_portrait(box.h) if theme.large else one.portrait(box.w, box.h)
    return page(env, model, content, record_session(env, state), top_gap=top, bottom_gap=bottom)


def _title(env: Env) -> Element:
    return Text(env.kit, env.t("contributions.title_large" if env.kit.theme.large else "contributions.title"), Type.H1)


def _no_histories(state: Record, env: Env) -> Element:
    """The part is absent, or there is nothing in it: which of both is said."""
    contributions = state.overview.contributions
    if isinstance(contributions, Absent):
        said = message(
            env, Icon.HELP, facts.absent_word(env, contributions), facts.absent_text(env, state, contributions)
        )
    else:
        said = message(env, Icon.INFO, env.t("contributions.none"))
    wrong = Row(Spacer(), wrong_button(env))
    return Column(_title(env), Nothing(0, env.kit.theme.pick(28, 20)), said, Spacer(), wrong)


@dataclass(frozen=True, slots=True)
class _One:
    """The page of one history."""

    state: Record
    page: ContributionsPage
    model: Model
    env: Env
    history: ContributionHistory

    # --- layouts ----------------------------------------------------------------------------------------------------

    def portrait(self, width: int, height: int) -> Element:
        env = self.env
        head = Column(_title(env), self._summary(), self._chips(width), gap=16)
        foot = source_line(env, self.history.origin)
        if not self.history.years:
            return Column(head, Nothing(0, 24), self._nothing(), Spacer(1, 16), foot)
        card, row = self._card(), 60
        paging, gap = 80, 16
        used = head.measure(width).h + card.measure(width).h + foot.measure(width).h + paging + 4 * gap
        rows = max(3, min(8, (height - used - 48) // row))
        row = min(64, max(row, (height - used - 48) // rows))
        return Column(
            head,
            Nothing(0, gap),
            self._grid(rows, row),
            Nothing(0, gap),
            self._years_pager(rows, paging),
            Spacer(1, gap),
            card,
            Spacer(1, gap),
            foot,
        )

    def large_portrait(self, height: int) -> Element:
        env = self.env
        parts: list[Element] = [_title(env), self._total_line(), self._legend(3), self._choose_and_wrong()]
        if not self.history.years:
            parts.append(self._nothing())
            return Column(*parts, gap=16)
        rows = 3 if env.kit.theme.strip else 4
        parts += [Flex(Placed(self._grid(rows, 148), Align.STRETCH, Align.CENTER)), self._turn_and_open(rows, 112)]
        return Column(*parts, gap=16)

    def landscape(self, width: int, height: int) -> Element:
        env = self.env
        left_width = (width - 40) * 57 // 100
        parts: list[Element] = [
            _title(env),
            self._total_line(),
            self._chips(left_width),
            self._legend(None, left_width),
        ]
        foot = source_line(env, self.history.origin)
        if not self.history.years:
            parts += [self._nothing(), Spacer(), foot]
            return Column(*parts, gap=12)
        gap = 8 if env.kit.theme.strip else 12
        used = sum(part.measure(left_width).h for part in parts) + foot.measure(left_width).h + gap * 4 + 16
        room = height - used - 48
        rows = max(3, min(8, room // 52))
        row = min(56, max(52, room // rows))
        pager = self._upright_pager(rows)
        picture = Row(Flex(self._grid(rows, row)), pager, gap=20, align=Align.STRETCH)
        parts += [Flex(picture), Pad(foot, 0, 16 - gap, 0, 0)]
        left = Sized(Column(*parts, gap=gap), w=left_width, h=height, exact=True)
        right = Sized(self._rows().panel(width - 40 - left_width, height), h=height)
        return Row(left, Flex(right), gap=40, align=Align.START)

    def large_landscape(self, width: int, height: int) -> Element:
        env = self.env
        left_width = (width - 40) * 15 // 26
        legend = self._legend(3)
        if not self.history.years:
            known: Element = Column(self._total_line(), self._nothing(), gap=16)
            if env.kit.theme.tight:
                known = Row(Flex(self._total_line()), Flex(self._nothing()), gap=40, align=Align.START)
            return Column(_title(env), known, Spacer(), self._choose_and_wrong(), gap=16)
        grid = Flex(Placed(self._grid(3, 130 if env.kit.theme.tight else 144), Align.STRETCH, Align.CENTER))
        left = Column(_title(env), grid, legend, gap=8)
        touched: list[Element] = [
            self._choose(108),
            self._turn(3, 108),
            Row(Flex(self._open(108)), wrong_button(env, height=108), gap=20, align=Align.STRETCH),
        ]
        if self.state.offline is not None:  # the sentence in the place of "open" wants the whole line
            choose, wrong = self._choose(108), wrong_button(env, height=108)
            stacked = Column(choose, wrong, gap=16)
            touched = [self._open(108), Beside(Row(Flex(choose), wrong, gap=20, align=Align.STRETCH), stacked)]
        right = Column(self._total_line(), Spacer(), *touched, gap=16)
        return Row(
            Sized(left, w=left_width, h=height, exact=True), Flex(Sized(right, h=height)), gap=40, align=Align.START
        )

    # --- the total --------------------------------------------------------------------------------------------------

    @property
    def _partly(self) -> bool:
        """Are there months that central gave no answer for: then the total is a least."""
        return any(MonthState.UNKNOWN in self._signs(year) for year in self.history.years)

    def _signs(self, year: ContributionYear) -> tuple[MonthSign, ...]:
        return facts.signs(self.env, self.state, year)

    def _nothing(self) -> Element:
        """There are no years: none is known, or (in an outage) none is kept."""
        env, older = self.env, self._older()
        if older is None:
            return message(env, Icon.INFO, env.t("contributions.none"))
        return message(env, Icon.HISTORY, env.t("offline.later"), older)

    def _older(self) -> str | None:
        """In an outage: that the months before those on the page are not here. None: there are none before."""
        kept = facts.kept_from(self.env, self.state)
        first = self.history.first_month
        if kept is None or (first is not None and first >= kept) or (first is None and not self.history.total_months):
            return None
        return self.env.t("offline.months", month=fmt.month(self.env.words, kept))

    def _caption(self) -> str:
        first = self.history.first_month
        if first is None:
            return self.env.t("contributions.total_no_start")
        return self.env.t("contributions.total", since=fmt.month(self.env.words, first))

    def _figure(self, role: Type, room: int = UNBOUNDED) -> Element:
        """`至少 263 个月`, on one baseline where they have room for it."""
        env, kit = self.env, self.env.kit
        total = self.history.total_months
        number = Text(kit, str(total), role, Role.PRIMARY, keep=True, line=115)
        unit = Text(kit, env.n("contributions.months_unit", total), Type.H2, keep=True)
        if not self._partly:
            return Row(number, unit, gap=16, baseline=True)
        least = Text(kit, env.t("contributions.at_least"), Type.H2, keep=True)
        together = Row(least, number, unit, gap=16, baseline=True)
        if together.measure(UNBOUNDED).w <= room:
            return together
        return Column(least, Row(number, unit, gap=16, baseline=True))

    def _span(self) -> str | None:
        return None if self._partly else fmt.as_years(self.env.words, self.history.total_months)

    def _exempt_note(self) -> str | None:
        if not facts.months_of(self.history, MonthState.EXEMPT):
            return None
        key = "contributions.exempt_counts" if self.env.region.exempt_counts else "contributions.exempt_does_not_count"
        return self.env.t(key)

    def _summary(self) -> Element:
        """Portrait: the total at the left, the legend as a count of months at the right."""
        kit = self.env.kit
        lines: list[Element] = [Text(kit, self._caption(), Type.LEGEND, Role.INK2), self._figure(Type.FIGURE, 420)]
        span, exempt = self._span(), self._exempt_note()
        if span is not None:
            lines.append(Text(kit, span, Type.LEGEND, Role.INK2))
        older = self._older() if self.history.years else None  # else the message below says it
        lines += [Text(kit, text, Type.NOTE, Role.INK2) for text in (exempt, older) if text is not None]
        left = Flex(Placed(Column(*lines), Align.STRETCH, Align.CENTER))
        specs = self._legend_specs()
        if not specs:
            return Panel(kit, Row(left), pad=(42, 20, 42, 20))
        legend = legend_column(kit, specs)
        if legend.measure(UNBOUNDED).w > _LEGEND_WIDTH:  # the unit stands beside the total already
            legend = legend_column(kit, [replace(spec, unit="") for spec in specs])
        room = max(_LEGEND_WIDTH - 60, legend.measure(UNBOUNDED).w)
        right = Pad(Placed(Sized(legend, w=room), Align.START, Align.CENTER), 40, 0, 0, 0)
        return Panel(kit, Row(left, Upright(kit), right, gap=12, align=Align.STRETCH), pad=(42, 16, 42, 16))

    def _total_line(self) -> Element:
        """Large text and landscape: the total on one line, what it means beside or below it."""
        kit, theme = self.env.kit, self.env.kit.theme
        span = None if theme.tight else self._span()
        figure = self._figure(Type.FIGURE2 if theme.large else Type.FIGURE)
        words: list[Element] = [Text(kit, self._caption(), Type.NOTE if theme.large else Type.LEGEND, Role.INK2)]
        if span is not None:
            words.append(Text(kit, span, Type.NOTE if theme.large else Type.LEGEND, Role.INK2))
        if self.state.offline is not None and theme.large:  # the other looks have the source's line for it
            words.append(Text(kit, facts.as_of(self.env, self.history.origin), Type.NOTE, Role.INK2))
        older = self._older()
        if older is not None and not theme.large:  # there it stands below the picture
            words.append(Text(kit, older, Type.NOTE, Role.INK2))
        if theme.large and theme.landscape:
            return Column(figure, *words)
        return Row(figure, Flex(Column(*words)), gap=theme.pick(40, 28))

    def _legend_specs(self) -> list[LegendSpec]:
        """Every state that occurs, with its count. What is not due yet or outside the insurance is not counted; and nothing is
        where only the last months are here: it would not add up to the total."""
        env = self.env
        specs = []
        if self.state.offline is not None:
            there = {sign for year in self.history.years for sign in self._signs(year)}
            specs = [
                LegendSpec(state, env.t(f"month_state.{state.name.lower()}")) for state in _LEGEND if state in there
            ]
            if Elsewhere.NOT_KEPT in there:
                specs.append(LegendSpec(Elsewhere.NOT_KEPT, env.t("offline.not_kept")))
            return specs
        for state in _LEGEND:
            count = facts.months_of(self.history, state)
            if count:
                unit = env.n("contributions.months_unit", count)
                specs.append(LegendSpec(state, env.t(f"month_state.{state.name.lower()}"), str(count), unit))
        return specs

    def _legend(self, columns: int | None, width: int = UNBOUNDED) -> Element:
        """On lines of `columns` each; None: on one line, where `width` has room for it."""
        specs = self._legend_specs()
        if not specs:
            return Nothing()
        line = legend_line(self.env.kit, specs, columns=columns, gap=20)
        if columns is None and line.measure(UNBOUNDED).w > width:
            return legend_line(self.env.kit, specs, columns=3)
        return line

    # --- which insurance --------------------------------------------------------------------------------------------

    def _chips(self, width: int) -> Element:
        """All insurances; those that do not fit stand behind "more". The chosen one is always among the shown."""
        env, kit = self.env, self.env.kit
        codes = [one.insurance for one in histories(self.state.overview)]
        more = chip(kit, ChipSpec(env.t("common.more"), "more", OpenChooser(), icon_after=Icon.EXPAND_MORE))
        gap = 16

        def wide(elements: Sequence[Element]) -> int:
            return sum(one.measure(UNBOUNDED).w for one in elements) + gap * (len(elements) - 1)

        every = [self._chip(code) for code in codes]
        if len(codes) <= _MOST_CHIPS and wide(every) <= width:
            return Spread(*every, gap=gap)
        for count in range(min(_MOST_CHIPS - 1, len(codes) - 1), 0, -1):
            shown = codes[:count]
            if self.page.insurance not in shown:
                shown[-1] = self.page.insurance
            elements = [*(self._chip(code) for code in shown), more]
            if wide(elements) <= width:
                break
        return Spread(*elements, gap=gap)

    def _chip(self, code: str) -> Element:
        env = self.env
        chosen = code == self.page.insurance
        label = facts.insurance_short(env, code)
        return chip(env.kit, ChipSpec(label, f"insurance-{code}", OpenContributions(code), chosen))

    def _choose(self, height: int) -> Element:
        """Large text: one button that opens the list."""
        env = self.env
        short = facts.insurance_short(env, self.page.insurance)
        label = env.t("contributions.insurance", insurance=short)
        if Text(env.kit, label, Type.BUTTON_SMALL, keep=True).measure(UNBOUNDED).w > _CHOOSE_WIDTH:
            label = short
        if len(histories(self.state.overview)) == 1:
            return Sized(Text(env.kit, label, Type.BODY, down=Align.CENTER), h=height)
        long = Text(env.kit, label, Type.BUTTON_SMALL, keep=True).measure(UNBOUNDED).w > _CHOOSE_WIDTH
        icon = None if long else Icon.EXPAND_MORE
        spec = ButtonSpec(label, "choose", OpenChooser(), icon, size=ButtonSize.SMALL, icon_after=True)
        return button(env.kit, spec, height=height)

    def _choose_and_wrong(self) -> Element:
        return Row(Flex(self._choose(112)), wrong_button(self.env), gap=20, align=Align.STRETCH)

    # --- the picture ------------------------------------------------------------------------------------------------

    def _window(self, size: int) -> tuple[Sequence[ContributionYear], int, int]:
        """(the years shown, index of the first among all, `part` snapped to whole pages). The oldest page is full, too."""
        years = self.history.years
        last = max(0, (len(years) - 1) // size)
        part = min(self.page.part // size, last) * size
        first = max(0, len(years) - part - size)
        return years[first : first + size], first, part

    def _grid(self, size: int, row_height: int) -> Element:
        env, large = self.env, self.env.kit.theme.large
        shown, _, _ = self._window(size)
        specs = []
        for year in shown:
            count = facts.months_counted(env, year)
            specs.append(
                YearSpec(
                    label=str(year.year) if not large else fmt.year(env.words, year.year),
                    months=self._signs(year),
                    count=self._count(year, count),
                    corrected=year.corrected,
                    chosen=year.year == self.page.year,
                    name=f"year-{year.year}",
                    action=SelectYear(year.year),
                    spoken=fmt.year(env.words, year.year),
                )
            )
        words = GridWords(env.t("contributions.column.year"), env.t("contributions.column.months"))
        return month_grid(env.kit, words, specs, row_height=row_height)

    def _count(self, year: ContributionYear, count: int) -> str:
        """Its months; a year that central did not answer for has no count at all, nor one that is not here as a whole."""
        env, large = self.env, self.env.kit.theme.large
        if Elsewhere.NOT_KEPT in self._signs(year):
            return env.t("common.dash")
        if facts.has_unknown(year) and count == 0:
            return env.t("common.no_data" if large else "common.dash")
        return fmt.months(env.words, count) if large else str(count)

    def _turns(self, size: int) -> tuple[ButtonSpec, ButtonSpec, str]:
        """Earlier, later, and which years are shown."""
        env, large = self.env, self.env.kit.theme.large
        shown, first, part = self._window(size)
        short = large or env.kit.theme.landscape
        earlier = ButtonSpec(
            env.t("contributions.earlier" if short else "contributions.earlier_years"),
            "prev-part",
            ShowPart(part + size),
            Icon.EXPAND_LESS,
            size=ButtonSize.SMALL,
            enabled=first > 0,
        )
        later = ButtonSpec(
            env.t("contributions.later" if short else "contributions.later_years"),
            "next-part",
            ShowPart(max(0, part - size)),
            Icon.EXPAND_MORE,
            size=ButtonSize.SMALL,
            enabled=part > 0,
        )
        return earlier, later, fmt.years_range(env.words, shown[0].year, shown[-1].year)

    def _years_pager(self, size: int, height: int) -> Element:
        """Portrait. With few years there is nothing to turn: the range alone."""
        kit = self.env.kit
        earlier, later, span = self._turns(size)
        middle = Placed(Text(kit, span, Type.LEGEND, Role.INK2, align=Align.CENTER, lines=1))
        if not earlier.enabled and not later.enabled:
            return Sized(middle, h=height)
        return Row(
            Flex(button(kit, earlier, height=height), 6),
            Flex(middle, 5),
            Flex(button(kit, later, height=height), 6),
            gap=16,
        )

    def _upright_pager(self, size: int) -> Element:
        """Landscape: earlier above later at the side of the picture."""
        kit = self.env.kit
        earlier, later, _ = self._turns(size)
        if not earlier.enabled and not later.enabled:
            return Nothing()
        both = Column(Flex(button(kit, earlier, stacked=True)), Flex(button(kit, later, stacked=True)), gap=16)
        return Sized(both, w=128)

    def _turn(self, size: int, height: int) -> Element:
        earlier, later, _ = self._turns(size)
        kit = self.env.kit
        if not earlier.enabled and not later.enabled:
            return Nothing()
        return Row(
            Flex(button(kit, earlier, height=height)),
            Flex(button(kit, later, height=height)),
            gap=20,
            align=Align.STRETCH,
        )

    def _turn_and_open(self, size: int, height: int) -> Element:
        """Large text: turn the years, open the chosen one."""
        turn, open_ = self._turn(size, height), self._open(height)
        if isinstance(turn, Nothing):
            return open_
        return Row(Flex(turn, 5), Flex(open_, 4), gap=20, align=Align.STRETCH)

    # --- the chosen year --------------------------------------------------------------------------------------------

    def _year(self) -> ContributionYear:
        found = facts.year_of(self.history, self.page.year)
        return self.history.years[-1] if found is None else found

    def _open(self, height: int) -> Element:
        env, year = self.env, self._year()
        if self.state.offline is not None:  # there is nothing behind it: in its place stands when there is
            both = env.kit.theme.large and self._older() is not None
            text = env.t("offline.details_and_older" if both else "offline.details")
            said = Text(env.kit, text, Type.NOTE, Role.INK2, align=Align.CENTER, down=Align.CENTER)
            return Sized(Panel(env.kit, said, fill=Role.SUNKEN, outline=None, pad=(12, 4, 12, 4)), h=height)
        label = env.t("contributions.details")
        spec = ButtonSpec(
            label,
            "open-year",
            OpenYear(year.year),
            Icon.CHEVRON_RIGHT,
            ButtonKind.PRIMARY,
            ButtonSize.SMALL,
            icon_after=True,
        )
        return button(env.kit, spec, height=height)

    def _paid_text(self, year: ContributionYear) -> str:
        env = self.env
        kept = facts.kept_from(env, self.state)
        if kept is not None and Elsewhere.NOT_KEPT in self._signs(year):
            return env.t("offline.year_partly", month=fmt.month(env.words, kept))
        count = facts.months_counted(env, year)
        if count == 0:
            if facts.has_unknown(year):
                return env.t("contributions.year_unknown", year=year.year)
            return env.t("contributions.year_paid_none", year=year.year)
        key = "contributions.year_paid_at_least" if facts.has_unknown(year) else "contributions.year_paid"
        return env.n(key, count, year=year.year)

    def _card(self) -> Element:
        """The chosen year in a sentence, its sums, and the way to its months."""
        env, kit, year = self.env, self.env.kit, self._year()
        words: list[Element] = [Text(kit, self._paid_text(year), Type.H2, lines=2)]
        sums = facts.sum_runs(env, self.page.insurance, year)
        if sums:
            words.append(Text(kit, weighted(sums), Type.LEGEND, Role.INK2))
        return Panel(
            kit,
            Row(Flex(Column(*words)), Sized(self._open(112), w=280), gap=24),
            outline=Role.PRIMARY,
            width=kit.theme.lines.outline,
            pad=(38, 20, 28, 20),
        )

    def _rows(self) -> YearRows:
        year = self._year()
        return YearRows(self.page, self.model, self.env, self.history, year, self._paid_text(year))
