"""A year's booked rows as lines of a table: one a month, corrections below their month, months without a row named by state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kiosk.model import (
    PAGE_ROWS,
    ContributionHistory,
    ContributionPage,
    ContributionRow,
    ContributionYear,
    Fen,
    MonthState,
    RowKind,
)
from kiosk.ui import format as fmt
from kiosk.ui.components.flow import Ends, Flow
from kiosk.ui.components.months import month_sign
from kiosk.ui.components.tables import Cell, ColumnSpec, RowSpec, table
from kiosk.ui.env import Env
from kiosk.ui.layout import Align, Column, Element, Kit, Pad, Panel, Row, Sink
from kiosk.ui.nodes import Rect
from kiosk.ui.screens import facts
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text

_TINTS: Final = {MonthState.MISSING: Role.BAD_TINT, MonthState.ON_THE_WAY: Role.WARN_TINT}
_COVERED: Final = frozenset({MonthState.PAID, MonthState.BACK_PAID, MonthState.EXEMPT})
"""States that a month without a row of its own has from a row of another month: insurances that are paid once a year."""

_PANEL_SIDE: Final = 8
_THICKEST: Final = 3
"""Px of a hairline in high contrast: what fits is decided for it, so that both show the same."""
_CLEAR: Final = 36
"""Px that must be left over for the gaps between columns, before a size of text is taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `months` are the calendar months it stands for, empty for a further row of the month above. `row` is the
    index of its row on central's page, None for months without one."""

    months: tuple[int, ...]
    state: MonthState | None
    word: str
    base: str
    employer: str
    own: str
    arrived: str
    row: int | None
    below: int = 0  # of a further row: the month it stands under


@dataclass(frozen=True, slots=True)
class YearTable:
    """All lines of central's page `page` of `pages`, and what they are summed up to."""

    lines: tuple[Line, ...]
    page: ContributionPage
    year: ContributionYear
    insurance: str

    @property
    def offset(self) -> int:
        """Index of the page's first row among all rows of the year."""
        return (self.page.page - 1) * PAGE_ROWS


def of_page(env: Env, history: ContributionHistory, page: ContributionPage) -> YearTable:
    """The lines of one page of rows."""
    year = facts.year_of(history, page.year)
    assert year is not None  # the visit asks only for years of the history
    first = 1 if page.page == 1 or not page.rows else page.rows[0].month.month
    last = 12 if page.page == page.pages or not page.rows else page.rows[-1].month.month
    lines: list[Line] = []
    for month in range(first, last + 1):
        state = MonthState(year.months[month - 1])
        rows = [(i, row) for i, row in enumerate(page.rows) if row.month.month == month]
        if rows:
            lines += [_line(env, row, i, month, state, further=k > 0) for k, (i, row) in enumerate(rows)]
        elif state is not MonthState.NONE:
            lines.append(_empty(env, state, (month,)))
    return YearTable(_joined(lines, _COVERED), page, year, history.insurance)


def _line(env: Env, row: ContributionRow, index: int, month: int, state: MonthState, *, further: bool) -> Line:
    if further:
        word = env.t(f"row_kind.{row.kind.value}")
        if row.kind is RowKind.OTHER:
            word = env.t("common.unknown_code", code=row.kind_code)
    else:
        word = env.t(f"month_state.{state.name.lower()}")
    return Line(
        months=() if further else (month,),
        state=None if further else state,
        word=word,
        base=_amount(env, row.base, env.t("common.dash")),
        employer=_amount(env, row.employer, env.t("common.not_known")),
        own=_amount(env, row.own, env.t("common.not_known")),
        arrived=_arrived(env, row),
        row=index,
        below=month if further else 0,
    )


def _amount(env: Env, fen: Fen | None, absent: str) -> str:
    """Where nothing is due there is no base; a part that nobody gives is said to be unknown, never 0."""
    return absent if fen is None else fmt.amount(fen)


def _arrived(env: Env, row: ContributionRow) -> str:
    if row.arrived is False:
        return env.t("common.dash")
    if row.arrived is None or row.arrived_on is None:
        return env.t("common.not_known")
    return _day(row.arrived_on, row.month.year)


def _day(on: date, year: int) -> str:
    """`01-15` in the table's year, else the whole date."""
    return fmt.day_cell(on) if on.year == year else on.isoformat()


def _empty(env: Env, state: MonthState, months: tuple[int, ...]) -> Line:
    dash = env.t("common.dash")
    return Line(months, state, env.t(f"month_state.{state.name.lower()}"), dash, dash, dash, dash, None)


def _joined(lines: Sequence[Line], states: frozenset[MonthState]) -> tuple[Line, ...]:
    """Months in a row that have no row of their own and the same state, drawn together."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and last.row is None and line.row is None and line.state is last.state in states:
            joined[-1] = replace(last, months=last.months + line.months)
        else:
            joined.append(line)
    return tuple(joined)


def shorter(found: YearTable) -> YearTable:
    """With all months drawn together that have no row of their own."""
    return replace(found, lines=_joined(found.lines, frozenset(MonthState)))


def headed(lines: Sequence[Line]) -> list[Line]:
    """Lines of a part: one that begins with a further row of a month repeats that month."""
    first, *rest = lines
    return [replace(first, months=(first.below,)) if first.below else first, *rest]


def groups(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """What must stand on one part: a row and the months without one that follow it. A part is named by its first row."""
    found: list[list[Line]] = []
    for line in lines:
        if not found or (line.row is not None and any(one.row is not None for one in found[-1])):
            found.append([line])
        else:
            found[-1].append(line)
    return [tuple(group) for group in found]


# --- as a table -----------------------------------------------------------------------------------------------------------


def month_text(env: Env, line: Line) -> str:
    return fmt.month_list(env.words, line.months)


def _columns(env: Env, insurance: str) -> list[ColumnSpec]:
    subsidy = insurance in facts.RESIDENT
    return [
        ColumnSpec(env.t("year.column.month"), bold=True),
        ColumnSpec(env.t("year.column.base"), right=True),
        ColumnSpec(env.t("year.column.subsidy" if subsidy else "year.column.employer"), right=True),
        ColumnSpec(env.t("year.column.own"), right=True),
        ColumnSpec(env.t("year.column.state")),
        ColumnSpec(env.t("year.column.arrived"), right=True),
    ]


def _state(kit: Kit, line: Line, role: Type = Type.TABLE) -> Element:
    """The month's shape and its word; of a further row its kind."""
    theme = kit.theme
    w, h = theme.pick(40 if not theme.landscape else 36, 68), theme.pick(36 if not theme.landscape else 32, 60)
    if line.state is None:
        return Text(kit, line.word, role, Role.INK2, lines=1)
    return Row(month_sign(kit, line.state, w=w, h=h), Text(kit, line.word, role, lines=1), gap=12)


def sums(env: Env, found: YearTable) -> tuple[str, str, str]:
    """(label, employer, own) of what has arrived."""
    year = found.year
    count = facts.months_counted(env, year)
    if year.own == 0 and year.employer == 0 and count == 0:
        word = env.t("common.no_data") if facts.has_unknown(year) else env.t("year.sum_none")
        return word, "", ""
    label = env.t("year.sum_known") if facts.has_unknown(year) else env.n("year.sum", count)
    return label, fmt.amount(year.employer), fmt.amount(year.own)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a year's table is drawn: the size of its cells, and whether the base has room (the year's own page always has it)."""

    role: Type
    base: bool


def fitting(env: Env, found: YearTable, width: int, *, arrived: bool, panel: bool = False) -> Fit:
    """The usual size, or a smaller one where amounts are too wide for `width`: the same on all parts of the year."""
    inner = width - (2 * _PANEL_SIDE if panel else 0)
    lines = _widest((*found.lines, *shorter(found).lines))
    for role in (Type.TABLE, Type.CAPTION, Type.NOTE, Type.SMALL):
        natural = _table(env, found, lines, Fit(role, True), arrived, 1, "").measure(1).w
        if natural + _CLEAR <= inner:
            return Fit(role, True)
    return Fit(Type.SMALL, arrived or natural <= inner)


def _widest(lines: Sequence[Line]) -> list[Line]:
    """Those of the lines that decide how wide columns are: the longest figures, and one of each word and length of months."""
    kept: dict[object, Line] = {}
    for line in lines:
        kept.setdefault(("state", line.state, line.word), line)
        kept.setdefault(("months", len(line.months)), line)
        for name in ("base", "employer", "own", "arrived"):
            best = kept.get(name)
            if best is None or len(getattr(line, name)) > len(getattr(best, name)):
                kept[name] = line
    return list(dict.fromkeys(kept.values()))


def as_table(
    env: Env,
    found: YearTable,
    lines: Sequence[Line],
    width: int,
    fit: Fit,
    *,
    arrived: bool,
    height: int,
    panel: bool = False,
) -> Element:
    """Six columns, or five without the day of arrival; the sum of what has arrived below them."""
    label, _, own = sums(env, found)
    inner = width - (2 * _PANEL_SIDE if panel else 0)
    made = _table(env, found, lines, fit, arrived, height, label)
    if own and lines and _crowded(made, inner):  # the label may run into the empty cell beside it, and no further
        made = _table(env, found, lines, fit, arrived, height, env.t("year.sum_short"))
    return Panel(env.kit, made, pad=(_PANEL_SIDE, 12, _PANEL_SIDE, 12)) if panel else made


def table_heights(
    env: Env, found: YearTable, width: int, fit: Fit, *, arrived: bool, height: int, panel: bool = False
) -> tuple[int, int]:
    """(px of head, sum and edges, px of a line): all lines are equally high."""
    edges = 24 if panel else 0
    empty = _table(env, found, (), fit, arrived, height, "-").measure(width).h
    one = _table(env, found, found.lines[:1], fit, arrived, height, "-").measure(width).h
    return empty + edges, one - empty + _THICKEST - env.kit.theme.lines.hairline


def _table(
    env: Env, found: YearTable, lines: Sequence[Line], fit: Fit, arrived: bool, height: int, label: str
) -> Element:
    kit = env.kit
    columns = _columns(env, found.insurance)
    kept = [i for i in range(6) if (fit.base or i != 1) and (arrived or i != 5)]

    def cell(at: int, text: str, bold: bool = False) -> Cell:
        column = columns[at]
        align = Align.END if column.right else Align.START
        return Text(kit, text, fit.role, bold=bold or column.bold, align=align, keep=True) if text else None

    rows: list[RowSpec] = []
    for line in lines:
        texts = (month_text(env, line), line.base, line.employer, line.own, "", line.arrived)
        cells = [_state(kit, line, fit.role) if i == 4 else cell(i, texts[i]) for i in kept]
        rows.append(RowSpec(tuple(cells), None if line.state is None else _TINTS.get(line.state)))
    _, employer, own = sums(env, found)
    total = (cell(0, label), None, cell(2, employer, True), cell(3, own, True), None, None)
    rows.append(RowSpec(tuple(total[i] for i in kept), total=True))
    return table(kit, [columns[i] for i in kept], rows, row_height=height, panel=False)


def _crowded(element: Element, width: int) -> bool:
    sink = Sink()
    sink.put(element, Rect(0, 0, width, element.measure(width).h))
    return any(overflow.what == "Text" for overflow in sink.overflows)


def sum_text(env: Env, found: YearTable, employer: str, own: str) -> str:
    """The sums of `sums` in a sentence."""
    key = "contributions.year_sums_subsidy" if found.insurance in facts.RESIDENT else "contributions.year_sums"
    return env.t(key, own=own, employer=employer)


# --- in large text: one month in two lines --------------------------------------------------------------------------------


def stacked_line(env: Env, found: YearTable, line: Line) -> Element:
    """Month, state and own part; below them the rest with its heads."""
    kit = env.kit
    subsidy = found.insurance in facts.RESIDENT
    month = Text(kit, month_text(env, line), Type.TABLE, bold=True, keep=True)
    state = _state(kit, line)
    parts: list[Element] = []
    if line.row is None:
        parts.append(Row(month, state, gap=28))
    else:
        own = Text(kit, env.t("year.own_part", amount=line.own), Type.TABLE, keep=True)
        lead = Row(*([month] if line.months else []), state, gap=24)
        parts.append(Ends(lead, own))
        rest = [
            env.t("year.base_part", amount=line.base),
            env.t("year.subsidy_part" if subsidy else "year.employer_part", amount=line.employer),
            env.t("year.arrived_part", day=line.arrived),
        ]
        parts.append(Flow(*(Text(kit, text, Type.NOTE, Role.INK2, keep=True) for text in rest), gap=32))
    body = Pad(Column(*parts, gap=2), 26, 14)
    tint = None if line.state is None else _TINTS.get(line.state)
    return body if tint is None else Panel(kit, body, fill=tint, outline=None, radius=kit.theme.radius.panel - 2)
