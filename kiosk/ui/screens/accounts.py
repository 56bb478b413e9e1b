"""Personal accounts: the balance, the year's figures that add up to it, and the entries, newest first."""

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.model import Absent, Account, AccountFigures
from kiosk.ui import format as fmt
from kiosk.ui.components.buttons import ButtonSize, ButtonSpec, ChipSpec, button, chip, tabs
from kiosk.ui.components.lists import FactSpec, amounts
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    UNBOUNDED,
    Align,
    Column,
    Element,
    Flex,
    IconBox,
    Nothing,
    Panel,
    Row,
    Rule,
    Sized,
    Spacer,
)
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.accounts_entries import Rooms, entries, is_first
from kiosk.ui.screens.paging import part_pager
from kiosk.ui.screens.shell import page, record_session
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import SHRINK, Text
from kiosk.visit.actions import OpenAccount, OpenChooser, OpenWrong
from kiosk.visit.rules_record import accounts
from kiosk.visit.states import AccountsPage, Model, Record


@unique
class _Said(Enum):
    """How much is said of the source where the room is small: the number to ring goes first, and then the body's name, for
    "this is wrong" leads to both."""

    ALL = "all"
    SOURCE = "source"
    DATE = "date"


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, AccountsPage)
    theme = env.kit.theme
    top = theme.pick(28, 20)
    account = facts.of_insurance(state.overview.accounts, state.page.insurance)
    if account is None:
        content = _none(state, env, top)
    else:
        one = _One(state, state.page, account, model, env, top)
        content = one.two_columns() if theme.landscape else one.one_column()
    return page(env, model, content, record_session(env, state), top_gap=top)


def _none(state: Record, env: Env, top: int) -> Element:
    """No account: there is none, or the part is missing; the page says which."""
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=top)
    found = state.overview.accounts
    if isinstance(found, Absent):
        word, text, icon = facts.absent_word(env, found), facts.absent_text(env, state, found), Icon.HELP
    else:
        word, text, icon = env.t("accounts.none"), env.t("accounts.none_note"), Icon.WALLET
    words = Column(Text(kit, word, Type.H2), Text(kit, text, Type.BODY, Role.INK2), gap=theme.pick(12, 6))
    side = theme.pick(46, 32)
    row = Row(IconBox(kit, icon, IconSize.TILE, Role.INK2), Flex(words), gap=theme.pick(36, 24))
    return Column(
        Text(kit, env.t("account.other.title"), Type.H1, lines=2),
        Nothing(0, theme.pick(28, 20)),
        Panel(kit, row, pad=(side, side, side, side)),
        Spacer(),
        Sized(button(kit, _wrong(env, ButtonSize.CARD)), w=box.w),
    )


def _wrong(env: Env, size: ButtonSize) -> ButtonSpec:
    return ButtonSpec(env.t("wrong.button"), "wrong", OpenWrong(), size=size)


@dataclass(frozen=True, slots=True)
class _One:
    """The page of one account."""

    state: Record
    page: AccountsPage
    account: Account
    model: Model
    env: Env
    top: int

    def one_column(self) -> Element:
        """Portrait: figures, accounts, entries, source. In large text the figures are on the first screen only."""
        kit, large = self.env.kit, self.env.kit.theme.large
        box = content_box(kit, top_gap=self.top)
        gap = kit.theme.pick(28, 20)
        if not large:
            above = Column(self._title(), self._figures(box.w), *self._choice(box.w), gap=gap)
            below = self._source()
            room = self._room(box.h, box.w, gap, above, below)
            return self._stacked(above, below, box.w, gap, Rooms(room, room, 84 + gap))
        buttons = self._buttons()
        first = Column(self._title(), self._figures(box.w, compact=kit.theme.strip > 0), gap=gap)
        other = self._room(box.h, box.w, gap, self._title(), buttons)
        for said in _Said:
            below = Column(self._source_words(said), buttons, gap=16)
            rooms = Rooms(self._room(box.h, box.w, gap, first, below), other, 104 + gap)
            if rooms.first >= _LARGE_ENTRY + (self.state.offline is not None) * rooms.pager:
                break
        if is_first(self.page, self.env, box.w, rooms):
            return self._stacked(first, below, box.w, gap, rooms)
        return self._stacked(self._title(), buttons, box.w, gap, rooms)

    def two_columns(self) -> Element:
        """Landscape: figures and accounts at the left, entries at the right, the source below both or at the left."""
        kit, large = self.env.kit, self.env.kit.theme.large
        box = content_box(kit, top_gap=self.top)
        gap, between = kit.theme.pick(24, 16), 40
        left_width = (box.w - between) * 10 // 21
        right_width = box.w - between - left_width
        title = self._title()
        high = box.h - title.measure(box.w).h - gap
        foot = kit.theme.pick(84, 104)
        below: list[Element] = [] if large else [Nothing(0, gap), self._source()]
        high -= sum(element.measure(box.w).h for element in below)
        buttons: list[Element] = [self._buttons()] if large else []
        for form in (
            ([self._figures(left_width, compact=True), Spacer(), self._source_words(said)] for said in list(_Said)[1:])
            if large
            else ([self._figures(left_width, compact=compact), *self._choice(left_width)] for compact in (False, True))
        ):
            left = Column(*form, gap=gap)
            if left.measure(left_width).h <= high:
                break
        room = high - sum(element.measure(right_width).h + gap for element in buttons) - foot - gap
        shown = entries(self.page, self.model, self.env, right_width, Rooms(room, room, foot + gap))
        right: list[Element] = [Flex(Column(shown.content))]
        if shown.turned is not None:
            right.append(Sized(part_pager(self.env, shown.turned), h=foot))
        columns = Row(
            Sized(Sized(left, h=high), w=left_width, exact=True),
            Flex(Sized(Column(*right, *buttons, gap=gap), h=high)),
            gap=between,
            align=Align.START,
        )
        return Column(title, Nothing(0, gap), columns, *below)

    def _room(self, height: int, width: int, gap: int, above: Element, below: Element) -> int:
        """What is left for entries between these two, with paging buttons."""
        kit = self.env.kit
        pager = kit.theme.pick(84, 104)
        # A few px for the stronger lines of high contrast, so that it has the same room.
        return (
            height - above.measure(width).h - below.measure(width).h - pager - 3 * gap - (4 - kit.theme.lines.hairline)
        )

    def _stacked(self, above: Element, below: Element, width: int, gap: int, rooms: Rooms) -> Element:
        shown = entries(self.page, self.model, self.env, width, rooms)
        parts: list[Element] = [above, Nothing(0, gap)]
        if shown.turned is None:
            parts.append(Flex(Column(shown.content)))
        else:
            foot = Sized(part_pager(self.env, shown.turned), h=rooms.pager - gap)
            parts += [shown.content, Nothing(0, gap), foot, Spacer()]
        return Column(*parts, Nothing(0, gap), below)

    # --- figures ------------------------------------------------------------------------------------------------------

    def _title(self) -> Element:
        kit = self.env.kit
        named = facts.account_name if kit.theme.large else facts.account_title
        return Text(kit, named(self.env, self.account.insurance), Type.H1, lines=2)

    def _figures(self, width: int, *, compact: bool = False) -> Element:
        """The balance as one figure, below it what adds up to it."""
        kit, theme = self.env.kit, self.env.kit.theme
        side, above = theme.pick(42, 32), theme.pick(24, 16)
        inside = width - 2 * side
        found = self.account.figures
        if isinstance(found, Absent):
            words = Column(
                Text(kit, facts.absent_word(self.env, found), Type.H2),
                Text(kit, facts.absent_text(self.env, self.state, found), Type.BODY, Role.INK2),
            )
            row: Element = Row(IconBox(kit, Icon.HELP, IconSize.ROW, Role.INK2), Flex(words), gap=theme.pick(28, 20))
            return Panel(kit, row, pad=(side, above + 8, side, above + 8))
        specs = self._amounts(found)
        label = Text(kit, self.env.t("accounts.balance"), Type.LEGEND, Role.INK2, lines=1)
        year = amounts(kit, specs)
        if not theme.large and any(self._too_wide(spec, (inside - 40) // 3) for spec in specs):
            lines = [
                Row(
                    Flex(Text(kit, one.label, Type.LEGEND, Role.INK2)),
                    Text(kit, one.value, Type.VALUE, one.colour, keep=True, line=130),
                    gap=20,
                )
                for one in specs
            ]
            year = Column(*lines)
            compact = theme.landscape
        if compact:
            room = inside - label.measure(UNBOUNDED).w - 24
            return self._panel(Row(label, Flex(self._balance(found, room, align=Align.END)), gap=24), year, side, above)
        return self._panel(Column(label, self._balance(found, inside)), year, side, above)

    def _panel(self, balance: Element, year: Element, side: int, above: int) -> Element:
        kit = self.env.kit
        content = Column(balance, Rule(kit), year, gap=kit.theme.pick(12, 8))
        return Panel(kit, content, pad=(side, above, side, above))

    def _too_wide(self, spec: FactSpec, width: int) -> bool:
        """Is even the smaller size that a text may have too large."""
        return Text(self.env.kit, spec.value, Type.BUTTON, keep=True).measure(UNBOUNDED).w * SHRINK // 100 > width

    def _balance(self, found: AccountFigures, width: int, align: Align = Align.START) -> Element:
        """As large as the digits allow."""
        kit = self.env.kit
        for role in (Type.FIGURE2, Type.H1, Type.H2):
            figure = Text(kit, fmt.money(found.balance), role, Role.PRIMARY, bold=True, align=align, keep=True)
            if figure.measure(UNBOUNDED).w <= width:
                break
        return figure

    def _amounts(self, found: AccountFigures) -> tuple[FactSpec, ...]:
        env, year = self.env, found.year
        income = FactSpec(env.t("accounts.income", year=year), fmt.money_signed(found.income), keep=True)
        if found.income > 0:
            income = FactSpec(income.label, income.value, keep=True, colour=Role.OK)
        return (
            FactSpec(env.t("accounts.opening", year=year), fmt.money(found.opening), keep=True),
            income,
            FactSpec(env.t("accounts.outgo", year=year), fmt.money_signed(-found.outgo), keep=True),
        )

    # --- other accounts -----------------------------------------------------------------------------------------------

    def _choice(self, width: int) -> list[Element]:
        """Tabs where their names fit beside each other, else the way to the list of accounts."""
        kit = self.env.kit
        found = accounts(self.state.overview)
        if len(found) < 2:
            return []
        specs = [
            ChipSpec(
                facts.account_name(self.env, one.insurance),
                f"account-{one.insurance}",
                OpenAccount(one.insurance),
                chosen=one.insurance == self.account.insurance,
            )
            for one in found
        ]
        share = (width - 24 * (len(specs) - 1)) // len(specs)
        if all(chip(kit, spec, tab=True).measure(UNBOUNDED).w <= share for spec in specs):
            return [tabs(kit, specs)]
        return [button(kit, self._other(ButtonSize.CARD))]

    def _other(self, size: ButtonSize) -> ButtonSpec:
        return ButtonSpec(self.env.t("accounts.other"), "choose-account", OpenChooser(), size=size)

    def _buttons(self) -> Element:
        """Large text: another account, and whom to ask."""
        specs = [_wrong(self.env, ButtonSize.SMALL)]
        if len(accounts(self.state.overview)) > 1:
            specs.insert(0, self._other(ButtonSize.SMALL))
        return Row(*(Flex(button(self.env.kit, spec)) for spec in specs), gap=24, align=Align.STRETCH)

    # --- source -------------------------------------------------------------------------------------------------------

    def _doubt(self) -> str:
        phone = facts.phone_of(self.env, self.account.origin, self.account.insurance)
        if phone is None:
            return self.env.t("accounts.doubt_no_phone")
        return self.env.t("accounts.doubt", phone=fmt.phone(self.env.words, phone))

    def _source(self) -> Element:
        """Who answers, as of when, what number to ring, and the way to the rest of it."""
        kit = self.env.kit
        words = Column(
            Text(kit, facts.source(self.env, self.account.origin), Type.LEGEND, bold=True),
            Text(kit, self._doubt(), Type.CAPTION),
            gap=2,
        )
        parts: list[Element] = [Flex(words), button(kit, _wrong(self.env, ButtonSize.SMALL))]
        if kit.theme.landscape:  # upright, the words need that room
            parts.insert(0, IconBox(kit, Icon.ACCOUNT_BALANCE, IconSize.ROW, Role.PRIMARY))
        row = Row(*parts, gap=24)
        lines = kit.theme.lines
        return Panel(kit, row, fill=Role.TINT, outline=Role.PRIMARY, width=lines.banner, pad=(28, 18, 24, 18))

    def _source_words(self, said: _Said) -> Element:
        env, origin = self.env, self.account.origin
        texts = [facts.source(env, origin)] if said is not _Said.DATE else [facts.as_of(env, origin)]
        if said is _Said.ALL:
            texts.append(self._doubt())
        return Column(*(Text(env.kit, text, Type.NOTE, Role.INK2) for text in texts))


_LARGE_ENTRY = 190
"""Px that an entry of two lines needs in large text, with the outline of its list."""
