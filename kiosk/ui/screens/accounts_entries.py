"""What stands in the place of an account's entries: the entries in pages, that they are on their way, did not come, or are
none. A screen never crosses the boundary of the page of entries that central sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from kiosk.model import PAGE_ROWS, AccountEntry, AccountPage
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonKind, ButtonSize, ButtonSpec, button
from kiosk.ui.components.fitting import FirstFit
from kiosk.ui.components.lists import list_panel
from kiosk.ui.components.tables import ColumnSpec, RowSpec, table
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Align, Column, Element, Flex, IconBox, Nothing, Pad, Panel, Row
from kiosk.ui.screens.paging import Turn
from kiosk.ui.theme import Contrast, IconSize, Role, Theme, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import TryAgain
from kiosk.visit.failures import Failure
from kiosk.visit.states import AccountsPage, Model, NotCome, NotKept, NotShown, Waiting


@dataclass(frozen=True, slots=True)
class Rooms:
    """Px of height for entries: on the first screen of an account, and on the others; each with paging buttons below, which
    take `pager` px more where one screen is enough."""

    first: int
    other: int
    pager: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The entries of one screen and where it leads; without paging `turned` is None."""

    content: Element
    turned: Turn | None = None


def is_first(page: AccountsPage, env: Env, width: int, rooms: Rooms) -> bool:
    """Is this the screen that begins with the newest entry (it has the figures in large text too)."""
    if page.part == 0:
        return True
    match page.entries:
        case AccountPage(page=1) as sent:
            starts = _starts(sent, env, width, rooms, _capacity(sent.entries, env, width, rooms))
            return len(starts) == 1 or page.part < starts[1]
        case AccountPage() | Waiting() | NotCome() | NotKept() | NotShown() | None:
            return False
        case never:
            assert_never(never)


def entries(page: AccountsPage, model: Model, env: Env, width: int, rooms: Rooms) -> Shown:
    match page.entries:
        case AccountPage(entries=()):
            return Shown(_said(env, Icon.RECEIPT_LONG, env.t("accounts.no_entries")))
        case AccountPage() as sent:
            turned = _turned(sent, page.part, env, width, rooms)
            base = (sent.page - 1) * PAGE_ROWS
            rows = sent.entries[turned.first - base : turned.end - base]
            return Shown(_listed(env, rows), None if turned.only else turned)
        case Waiting(slow=True):
            return Shown(_said(env, Icon.SYNC, env.n("waiting.page", round(model.rules.answer_deadline))))
        case Waiting() | None:
            # Nothing flashes: an answer mostly comes before the wait has a name.
            return Shown(Row())
        case NotCome(failure=failure):
            return Shown(_not_come(env, failure))
        case NotKept():
            return Shown(_not_kept(env))
        case NotShown():
            return Shown(_not_shown(env))
        case never:
            assert_never(never)


# --- pages --------------------------------------------------------------------------------------------------------------


def _turned(sent: AccountPage, part: int, env: Env, width: int, rooms: Rooms) -> Turn:
    """The screen that holds entry `part`; everything counts over all entries."""
    base = (sent.page - 1) * PAGE_ROWS
    each, first = _capacity(sent.entries, env, width, rooms)
    starts = _starts(sent, env, width, rooms, (each, first))
    at = max((i for i, start in enumerate(starts) if start <= part - base), default=0)
    last = at == len(starts) - 1
    if at:
        before: int | None = base + starts[at - 1]
    else:
        before = base - 1 if base else None  # central's page before; its last screen is the one that holds this entry
    after: int | None = None
    if not last:
        after = base + starts[at + 1]
    elif sent.page < sent.pages:
        after = base + PAGE_ROWS
    # All pages but the last are full, and so as many screens as a full one here; of the last nobody knows before it is here.
    earlier = 0 if sent.page == 1 else 1 + -(-(PAGE_ROWS - first) // each) + (sent.page - 2) * -(-PAGE_ROWS // each)
    return Turn(
        first=base + starts[at],
        end=base + (len(sent.entries) if last else starts[at + 1]),
        page=earlier + at + 1,
        pages=earlier + len(starts) if sent.page == sent.pages else None,
        before=before,
        after=after,
    )


def _starts(sent: AccountPage, env: Env, width: int, rooms: Rooms, capacity: tuple[int, int]) -> list[int]:
    """Where screens begin within central's page."""
    count = len(sent.entries)
    each, first = capacity
    if sent.page > 1:
        return list(range(0, max(1, count), each))
    if sent.pages == 1 and _height(env, sent.entries, width) <= rooms.first + rooms.pager:
        return [0]
    return [0, *range(first, count, each)]


def _capacity(rows: Sequence[AccountEntry], env: Env, width: int, rooms: Rooms) -> tuple[int, int]:
    """(entries of a screen, entries of the first one)."""
    each = _fitting(rows, env, width, rooms.other)
    return each, each if rooms.first == rooms.other else _fitting(rows, env, width, rooms.first)


def _fitting(rows: Sequence[AccountEntry], env: Env, width: int, room: int) -> int:
    """How many entries fit wherever a screen of them begins."""
    if not rows:
        return 1
    theme = env.kit.theme
    if theme.large:
        highest = max(_large_row(env, row).measure(width).h for row in rows)
        return max(1, (room - 4) // (highest + _HAIRLINE))
    for size in range(max(1, room // _row_height(env)), 1, -1):
        screens = [rows[i : i + size] for i in range(0, len(rows), size)]
        if all(_height(env, screen, width) <= room for screen in screens):
            return size
    return 1


def _height(env: Env, rows: Sequence[AccountEntry], width: int) -> int:
    """As high as with the lines of high contrast, so that it shows the same entries."""
    return _listed(env, rows).measure(width).h + len(rows) * (_HAIRLINE - env.kit.theme.lines.hairline)


_HAIRLINE: Final = Theme(Contrast.HIGH).lines.hairline


def _row_height(env: Env) -> int:
    """Least px of a row of the table."""
    return 52 if env.kit.theme.landscape else 66


# --- entries ------------------------------------------------------------------------------------------------------------


def _listed(env: Env, rows: Sequence[AccountEntry]) -> Element:
    """Columns, or in large text two lines an entry."""
    kit, theme = env.kit, env.kit.theme
    if theme.large:
        return list_panel(kit, [_large_row(env, row) for row in rows])
    columns = [
        ColumnSpec(env.t("accounts.column.day")),
        ColumnSpec(env.t("accounts.column.kind"), wraps=True),
        ColumnSpec(env.t("accounts.column.amount"), right=True, bold=True),
        ColumnSpec(env.t("accounts.column.balance"), right=True),
    ]
    this_year = all(row.day.year == env.now.year for row in rows)
    specs = [
        RowSpec(
            (
                fmt.day_cell(row.day) if this_year else fmt.day_cell_full(row.day),
                _kind(env, row, Type.TABLE),
                Text(
                    kit, fmt.amount_signed(row.amount), Type.TABLE, _colour(row), bold=True, align=Align.END, keep=True
                ),
                env.t("common.no_data") if row.balance is None else fmt.amount(row.balance),
            )
        )
        for row in rows
    ]
    return table(kit, columns, specs, row_height=_row_height(env))


def _large_row(env: Env, row: AccountEntry) -> Element:
    kit = env.kit
    amount = Text(kit, fmt.money_signed(row.amount), Type.TABLE, _colour(row), bold=True, keep=True)
    balance = env.t("common.no_data") if row.balance is None else fmt.money(row.balance)
    left = Text(kit, env.t("accounts.entry_balance", balance=balance), Type.NOTE, Role.INK2, align=Align.END)
    below = Row(Text(kit, _day(env, row.day), Type.NOTE, Role.INK2, keep=True), Flex(left), gap=20)
    return Pad(Column(Row(Flex(_kind(env, row, Type.TABLE)), amount, gap=16), below, gap=2), 26, 12)


def _day(env: Env, on: date) -> str:
    return fmt.day(env.words, on, env.now.date())


def _kind(env: Env, row: AccountEntry, role: Type) -> Element:
    """In or out as a sign beside the word: the amount's own sign and colour say it again."""
    size = env.kit.theme.pick(38, 50)
    sign: Element = Nothing(size, size)
    if row.amount:
        icon = Icon.SOUTH_WEST if row.amount > 0 else Icon.NORTH_EAST
        sign = IconBox(env.kit, icon, size, Role.OK if row.amount > 0 else Role.INK2)
    return Row(sign, Flex(Text(env.kit, env.t(f"entry_kind.{row.kind.value}"), role)), gap=10)


def _colour(row: AccountEntry) -> Role:
    return Role.OK if row.amount > 0 else Role.INK


# --- none ---------------------------------------------------------------------------------------------------------------


def _said(env: Env, icon: Icon, text: str) -> Element:
    return _panel(env, icon, Text(env.kit, text, Type.BODY))


def _panel(env: Env, icon: Icon, *words: Element) -> Element:
    kit, theme = env.kit, env.kit.theme
    side, above = theme.pick(40, 28), theme.pick(32, 20)
    row = Row(IconBox(kit, icon, IconSize.ROW, Role.INK2), Flex(Column(*words, gap=6)), gap=theme.pick(28, 20))
    return Panel(kit, row, pad=(side, above, side, above))


def _not_kept(env: Env) -> Element:
    """That they come back, and in the least room no more than that."""
    title = Text(env.kit, env.t("offline.later"), Type.VALUE)
    text = Text(env.kit, env.t("offline.entries"), Type.LEGEND, Role.INK2)
    return Flex(FirstFit(Column(_panel(env, Icon.HISTORY, title, text)), Column(_panel(env, Icon.HISTORY, title))))


def _not_shown(env: Env) -> Element:
    """Without the card: how they are seen, and in the least room no more than that they are not empty."""
    title = Text(env.kit, env.t("absent.not_shown.word"), Type.VALUE)
    text = Text(env.kit, env.t("absent.not_shown.text"), Type.LEGEND, Role.INK2)
    return Flex(
        FirstFit(Column(_panel(env, Icon.CREDIT_CARD, title, text)), Column(_panel(env, Icon.CREDIT_CARD, title)))
    )


def _not_come(env: Env, failure: Failure) -> Element:
    """What happened and the way to try again; in the least room what it means is left out, for the title says that."""
    kit, theme = env.kit, env.kit.theme
    spec = ButtonSpec(
        env.t("common.retry"), "try-again", TryAgain(), Icon.SYNC, kind=ButtonKind.PRIMARY, size=ButtonSize.SMALL
    )
    retry = button(kit, spec, height=theme.pick(96, 112))
    title = Text(kit, env.t(f"{failure.key}.title"), Type.VALUE)
    lead = Text(kit, env.t("central.part.text"), Type.LEGEND, Role.INK2)
    icon = IconBox(kit, Icon.CLOUD_OFF, IconSize.ROW, Role.INK2)
    side, above, gap = theme.pick(40, 28), theme.pick(32, 20), theme.pick(28, 20)

    def panel(*words: Element) -> Element:
        head = Row(icon, Flex(Column(*words, gap=6)), gap=gap)
        return Column(Panel(kit, Column(head, retry, gap=gap), pad=(side, above, side, above)))

    return Flex(FirstFit(panel(title, lead), panel(title)))
