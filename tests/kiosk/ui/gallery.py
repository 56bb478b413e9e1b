"""Every component in every mode, as pictures to look at: `build/gallery/*.png`. A developer's tool and a layout test's data.

xvfb-run -a .venv/bin/python -m tests.kiosk.ui.shots tests.kiosk.ui.gallery:pages build/gallery
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from kiosk.model import MonthState
from kiosk.ui.components.bars import SessionSpec
from kiosk.ui.components.buttons import (
    ButtonKind,
    ButtonSize,
    ButtonSpec,
    ChipSpec,
    Focused,
    TileSpec,
    button,
    chip,
    chips,
    pager,
    tiles,
)
from kiosk.ui.components.keypad import KeypadSpec, keypad, pin_boxes
from kiosk.ui.components.lists import (
    FactSpec,
    InsuranceSpec,
    facts,
    insurance_row,
    list_panel,
)
from kiosk.ui.components.months import (
    GridWords,
    LegendSpec,
    YearSpec,
    legend_column,
    legend_line,
    month_cell,
    month_grid,
    month_sign,
)
from kiosk.ui.components.status import (
    BannerSpec,
    Tone,
    banner,
    code_strip,
    heading,
    note,
    status_label,
)
from kiosk.ui.components.tables import ColumnSpec, Large, RowSpec, table
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Align,
    Column,
    Element,
    Flex,
    Grid,
    Kit,
    Nothing,
    Pad,
    Panel,
    Placed,
    Row,
    Sized,
    Spacer,
    Upright,
)
from kiosk.ui.nodes import Page
from kiosk.ui.theme import Contrast, Orientation, Role, TextSize, Type
from kiosk.ui.typeset import Text, emphasised
from tests.kiosk.ui.gallery_base import EXIT, INSIDE, page, sheet
from tests.kiosk.ui.gallery_more import (
    accounts,
    attract,
    mute,
    out_of_service,
    reading,
    registration,
    still_there,
    take_card,
)

P, B, E, M, W, D, N, U = MonthState


def components(kit: Kit) -> Page:
    """The states of every small component: the picture 00-components."""

    def under(element: Element, word: str) -> Element:
        return Column(element, Text(kit, word, Type.SMALL, Role.INK2, align=Align.CENTER), gap=8)

    def head(text: str) -> Element:
        return Text(kit, text, Type.CAPTION, bold=True)

    def print_button(kind: ButtonKind, name: str, **more: Any) -> Element:
        return button(kit, ButtonSpec("打印", name, name, Icon.PRINT, kind, **more))

    def key(name: str, enabled: bool = True) -> Element:
        ink = Role.INK if enabled else Role.INK2
        face = Panel(
            kit,
            Placed(Text(kit, "5", Type.KEY, ink, keep=True)),
            fill=Role.SURFACE if enabled else Role.SUNKEN,
            outline=Role.BORDER if enabled else None,
            width=3,
            radius=16,
        )
        return Sized(face, h=148)

    signs = [(P, "已缴"), (B, "补缴"), (E, "免缴"), (M, "未缴"), (W, "待到账"), (D, "未到期"), (U, "暂无数据")]
    return sheet(
        kit,
        "components",
        Column(
            Text(kit, "组件与状态", Type.H1_COMPACT),
            head("按钮：常态、键盘焦点、不可用"),
            Grid(
                under(print_button(ButtonKind.PRIMARY, "b1"), "primary"),
                under(Focused(kit, print_button(ButtonKind.PRIMARY, "b2"), 16), "focused"),
                under(print_button(ButtonKind.PRIMARY, "b3", enabled=False), "disabled"),
                under(print_button(ButtonKind.SECONDARY, "b4"), "secondary"),
                under(Focused(kit, print_button(ButtonKind.SECONDARY, "b5"), 16), "focused"),
                under(button(kit, ButtonSpec("取卡", "b6", 6, Icon.EJECT, ButtonKind.EXIT)), "exit"),
                columns=3,
                gap=24,
            ),
            head("数字键与密码格"),
            Grid(
                under(key("k1"), "key"),
                under(Focused(kit, key("k2"), 16), "focused"),
                under(key("k3", enabled=False), "disabled"),
                columns=3,
                gap=24,
            ),
            pin_boxes(kit, 6, 4),
            pin_boxes(kit, 6, 0, wrong=True),
            Row(
                chip(kit, ChipSpec("已选", "c1", 1, True)),
                chip(kit, ChipSpec("未选", "c2", 2)),
                Focused(kit, chip(kit, ChipSpec("焦点", "c3", 3)), 44),
                chip(kit, ChipSpec("不可用", "c4", 4, enabled=False)),
                gap=28,
            ),
            head("状态标签"),
            Row(
                status_label(kit, "正常缴费", Tone.OK),
                status_label(kit, "暂停缴费", Tone.WARN),
                status_label(kit, "已挂失", Tone.BAD),
                gap=16,
            ),
            Row(
                status_label(kit, "终止参保", Tone.NEUTRAL),
                status_label(kit, "未知（原码 7）", Tone.UNKNOWN),
                status_label(kit, "待确认", Tone.INFO),
                gap=16,
            ),
            head("月份格"),
            Grid(*(Row(month_sign(kit, s), Text(kit, w, Type.NOTE), gap=10) for s, w in signs), columns=4, gap=8),
            head("提示条"),
            banner(kit, BannerSpec(Tone.INFO, "医保数据由济南市医疗保障局提供。", bold=False)),
            banner(
                kit,
                BannerSpec(
                    Tone.WARN, "中心服务暂时中断，以下为 11月20日 10:32 的数据。", icon=Icon.CLOUD_OFF, bold=False
                ),
            ),
            banner(kit, BannerSpec(Tone.BAD, "只能再输入 1 次", "再错一次，卡片会锁定，要到窗口解锁。")),
            head("没有数据的三种说法，都不写成 0"),
            facts(
                kit,
                [
                    FactSpec("中心没有给出", "暂无数据"),
                    FactSpec("离线时没有留存", "恢复后可查"),
                    FactSpec("编码不认识", "未知（原码 7）"),
                ],
                panel=True,
            ),
            code_strip(kit, "请把代码告诉工作人员", "CARD-MUTE"),
            gap=24,
        ),
        3000,
    )


INSURANCES = (
    InsuranceSpec(
        Icon.ELDERLY,
        "职工基本养老",
        "2004年7月起·示例机械有限公司",
        "正常缴费",
        Tone.OK,
        None,
        "row.110",
        "110",
        "职工养老",
    ),
    InsuranceSpec(
        Icon.MEDICAL_SERVICES,
        "职工基本医疗",
        "2004年7月起·截至 11月19日",
        "正常缴费",
        Tone.OK,
        None,
        "row.310",
        "310",
        "职工医疗",
    ),
    InsuranceSpec(Icon.WORK_HISTORY, "失业保险", "2004年7月起", "正常缴费", Tone.OK, None, "row.210", "210"),
    InsuranceSpec(
        Icon.PERSONAL_INJURY, "工伤保险", "2004年7月起·个人不缴费", "正常缴费", Tone.OK, None, "row.410", "410"
    ),
    InsuranceSpec(
        Icon.CHILD_CARE, "生育保险", "随职工基本医疗一并参保", "合并参保", Tone.NEUTRAL, Icon.LINK, "row.510", "510"
    ),
    InsuranceSpec(
        Icon.FAMILY_RESTROOM, "城乡居民医疗", "2019年1月至 12月", "终止参保", Tone.NEUTRAL, None, "row.390", "390"
    ),
)
TILES = (
    TileSpec("参保状态", "状态和待遇期", Icon.FACT_CHECK, "tile.registration", "r", True),
    TileSpec("缴费记录", "逐月缴费情况", Icon.CALENDAR_MONTH, "tile.contributions", "c", True),
    TileSpec("个人账户", "余额和收支", Icon.WALLET, "tile.accounts", "a", True),
    TileSpec("打印", "恢复后可办", Icon.PRINT, "tile.print", "p", enabled=False),
    TileSpec("办事指南", "带什么、去哪办", Icon.MENU_BOOK, "tile.guides", "g"),
)


def home(kit: Kit) -> Page:
    theme = kit.theme
    shown = INSURANCES[:3] if theme.large else INSURANCES[:5] if theme.landscape else INSURANCES
    rows = list_panel(kit, [insurance_row(kit, spec) for spec in shown])
    before = ButtonSpec("上一页", "page.before", "-", Icon.CHEVRON_LEFT, enabled=False)
    after = ButtonSpec("下一页", "page.after", "+", Icon.CHEVRON_RIGHT, icon_after=True)
    if theme.landscape:
        left = Column(heading(kit, "试*明，请选择"), rows if not theme.large else Nothing(), Spacer(), gap=20)
        content: Element = Row(
            Flex(left, 13),
            Flex(Column(Spacer(), tiles(kit, TILES, columns=2, height=170)), 9),
            gap=40,
            align=Align.STRETCH,
        )
    elif theme.large:
        content = Column(
            heading(kit, "试*明，请选择"),
            rows,
            pager(kit, before, "1 / 2", "1", after),
            tiles(kit, TILES),
            Spacer(),
            gap=24,
        )
    else:
        line = Row(
            Flex(Text(kit, emphasised("社会保障号码 370***********5671", "370***********5671"), Type.BODY, Role.INK2)),
            Text(kit, "社保卡", Type.BODY, Role.INK2),
            status_label(kit, "正常", Tone.OK),
            gap=14,
        )
        content = Column(
            heading(kit, "试*明，请选择要查的内容"), line, Spacer(), rows, Spacer(), tiles(kit, TILES), gap=10
        )
    return page(kit, "home", content, session=SessionSpec(None, INSIDE, EXIT))


def pin(kit: Kit) -> Page:
    theme = kit.theme
    pad = keypad(kit, KeypadSpec("清除", "删除一位", "确认", "confirm", False, "忘记密码", "help"))
    words = Column(
        heading(
            kit,
            "请输入社保卡密码",
            None if theme.large else emphasised("是社保卡的 6 位密码，不是银行卡密码。", "不是银行卡密码"),
        ),
        Row(
            status_label(kit, "还可以输入 3 次", Tone.NEUTRAL, icon=Icon.LOCK_OPEN, big=True),
            Flex(Text(kit, "全部输错后，卡片会被锁定。", Type.LEGEND, Role.INK2)),
            gap=20,
        ),
        Spacer(),
        pin_boxes(kit, 6, 4),
        Spacer(),
        note(kit, Icon.BACK_HAND, "请用手遮挡键盘。工作人员不会问您的密码。", centred=True),
        Spacer(),
        gap=20,
    )
    content = (
        Row(Flex(words, 13), Flex(Column(Spacer(), pad), 9), gap=40, align=Align.STRETCH)
        if theme.landscape
        else Column(Flex(words), pad)
    )
    return page(kit, "pin", content, session=SessionSpec(None, INSIDE, EXIT))


def years(kit: Kit) -> list[YearSpec]:
    def row(year: int, months: str, corrected: tuple[int, ...] = ()) -> YearSpec:
        states = tuple(MonthState(letter) for letter in months)
        count = str(sum(state in (P, B, E) for state in states))
        return YearSpec(str(year), states, count, corrected, year == 2026, f"year.{year}", year)

    shown = [
        row(2018, "NNNNNNPPPPPP"),
        row(2019, "PPMMMMMBBPPP", (8,)),
        row(2020, "PEEEEEPPPPPP"),
        row(2021, "P" * 12, (3,)),
        row(2022, "UUUPPPPPPPPP"),
        row(2026, "PPPPPPPPPPWD"),
    ]
    return shown[-4:] if kit.theme.large else shown


LEGEND = (
    LegendSpec(P, "已缴", "256", "个月"),
    LegendSpec(B, "补缴", "2", "个月"),
    LegendSpec(E, "免缴", "5", "个月"),
    LegendSpec(M, "未缴", "5", "个月"),
    LegendSpec(W, "待到账", "1", "个月"),
)


def contributions(kit: Kit) -> Page:
    theme = kit.theme
    grid = month_grid(kit, GridWords("年", "月数"), years(kit))
    chosen = chips(
        kit,
        [
            ChipSpec("职工养老", "chip.110", 1, True),
            ChipSpec("职工医疗", "chip.310", 2),
            ChipSpec("失业", "chip.210", 3),
            ChipSpec("工伤", "chip.410", 4),
            ChipSpec("更多", "chip.more", 5, icon_after=Icon.EXPAND_MORE),
        ],
        ButtonSpec(
            "险种：职工养老", "chip.list", "list", icon=Icon.EXPAND_MORE, icon_after=True, size=ButtonSize.SMALL
        ),
    )
    total = Row(
        Text(kit, "263", Type.FIGURE, Role.PRIMARY, keep=True),
        Text(kit, "个月", Type.H2, keep=True),
        gap=16,
        baseline=True,
    )
    paging = pager(
        kit,
        ButtonSpec("更早年份", "years.before", "-", Icon.EXPAND_LESS, size=ButtonSize.SMALL),
        "2019 至 2026年",
        "",
        ButtonSpec("更近年份", "years.after", "+", Icon.EXPAND_MORE, size=ButtonSize.SMALL, enabled=False),
    )
    if theme.landscape:
        left = Column(
            heading(kit, "查看每月缴费情况"),
            Row(
                Text(kit, "累计缴费", Type.BODY, Role.INK2),
                total,
                Flex(Text(kit, "合 21 年 11 个月，2004年7月起", Type.BODY, Role.INK2)),
                gap=16,
            ),
            legend_line(kit, LEGEND),
            grid,
            gap=12,
        )
        content: Element = Row(Flex(left, 13), Flex(year_table(kit), 9), gap=40, align=Align.START)
        if theme.large:
            content = Column(heading(kit, "查看每月缴费情况"), legend_line(kit, LEGEND), gap=12)
        return page(kit, "contributions", content)
    if theme.large:
        content = Column(
            heading(kit, "查看每月缴费"),
            chosen,
            legend_line(kit, LEGEND),
            grid,
            Spacer(),
            paging,
            gap=16,
        )
        return page(kit, "contributions", content)
    summary = Panel(
        kit,
        Row(
            Flex(
                Column(
                    Text(kit, "累计缴费，2004年7月起", Type.LEGEND, Role.INK2),
                    total,
                    Text(kit, "合 21 年 11 个月", Type.LEGEND, Role.INK2),
                ),
                10,
            ),
            Sized(Upright(kit), h=250),
            Flex(Pad(legend_column(kit, LEGEND), 60, 0, 0, 0), 9),
            align=Align.STRETCH,
        ),
        pad=(42, 24, 42, 20),
    )
    card = Panel(
        kit,
        Row(
            Flex(
                Column(
                    Text(kit, "2026年已缴 10 个月", Type.H2),
                    Text(
                        kit,
                        emphasised("个人 ¥6,270.40，单位 ¥12,540.80", "¥6,270.40", "¥12,540.80"),
                        Type.LEGEND,
                        Role.INK2,
                    ),
                )
            ),
            button(
                kit,
                ButtonSpec(
                    "逐月明细",
                    "year.open",
                    "open",
                    Icon.CHEVRON_RIGHT,
                    ButtonKind.PRIMARY,
                    ButtonSize.CARD,
                    icon_after=True,
                ),
            ),
            gap=24,
        ),
        outline=Role.PRIMARY,
        width=3,
        pad=(38, 26, 30, 26),
    )
    content = Column(heading(kit, "查看每月缴费情况"), summary, chosen, grid, Spacer(), paging, card, gap=16)
    return page(kit, "contributions", content)


def year_table(kit: Kit) -> Element:
    sign = {"已缴": P, "未缴": M, "待到账": W, "未到期": D}

    def state(word: str) -> Element:
        return month_cell(kit, sign[word], word)

    rows = [RowSpec((f"{m}月", "7,650.00", "1,224.00", "612.00", state("已缴"), f"{m:02d}-15")) for m in range(1, 10)]
    rows.append(RowSpec(("10月", "—", "—", "—", state("未缴"), "—"), tint=Role.BAD_TINT))
    rows.append(RowSpec(("11月", "8,120.00", "1,299.20", "649.60", state("待到账"), "—"), tint=Role.WARN_TINT))
    rows.append(RowSpec(("12月", "—", "—", "—", state("未到期"), "—")))
    rows.append(RowSpec(("10 个月合计", None, "12,540.80", "6,270.40", None, None), total=True))
    if kit.theme.large:
        rows = rows[-3:] if kit.theme.landscape else rows[-5:]
    columns = [
        ColumnSpec("月份", bold=True, large=Large.LEAD),
        ColumnSpec("缴费基数", right=True, large=Large.HIDDEN),
        ColumnSpec("单位缴", right=True, large=Large.HIDDEN),
        ColumnSpec("个人缴", right=True),
        ColumnSpec("状态", large=Large.TRAIL),
        ColumnSpec("到账日", right=True, large=Large.HIDDEN),
    ]
    if kit.theme.landscape:
        columns = columns[:5]
        rows = [RowSpec(row.cells[:5], row.tint, row.total) for row in rows]
    return table(kit, columns, rows)


def year(kit: Kit) -> Page:
    if kit.theme.landscape:
        return page(kit, "year", Row(Flex(heading(kit, "核对 2026年每月缴费"), 13), Flex(year_table(kit), 9), gap=40))
    lead = None if kit.theme.large else "职工基本养老·示例机械有限公司·金额单位：元"
    content = Column(heading(kit, "核对 2026年每月缴费", lead), year_table(kit), Spacer(), gap=32)
    return page(kit, "year", content)


SCREENS = (
    home,
    pin,
    contributions,
    year,
    registration,
    mute,
    reading,
    attract,
    take_card,
    still_there,
    out_of_service,
    accounts,
)


MODES = tuple(product(Orientation, TextSize, Contrast))


def name_of(make: Callable[[Kit], Page], orientation: Orientation, size: TextSize, contrast: Contrast) -> str:
    return "-".join((make.__name__, orientation.value, size.value, contrast.value))


def made() -> Iterator[tuple[str, Callable[[Kit], Page], Orientation, TextSize, Contrast]]:
    """Every page in every mode: its file name and how to make it."""
    for orientation, size, contrast in MODES:
        for make in (components, *SCREENS):
            # The sheet of small components is as high as it is: it has no landscape, and no large text.
            if make is not components or (orientation is Orientation.PORTRAIT and size is TextSize.NORMAL):
                yield name_of(make, orientation, size, contrast), make, orientation, size, contrast


def pages(canvas: Any) -> Iterator[tuple[str, Page]]:
    for name, make, orientation, size, contrast in made():
        yield name, make(canvas.surface(orientation).kit(contrast, size))
