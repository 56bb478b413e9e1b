"""Pages of the gallery, second part: records of one insurance, the card, ends of a visit."""

from datetime import date

from kiosk.model import Period
from kiosk.ui.components.bars import Hint, SessionSpec, Whereabouts
from kiosk.ui.components.buttons import (
    ButtonKind,
    ButtonSize,
    ButtonSpec,
    ChipSpec,
    button_row,
    pager,
    reveal_button,
    tabs,
)
from kiosk.ui.components.dialogs import DialogSpec, countdown, dialog
from kiosk.ui.components.entitlement import EntitlementSpec, entitlement_bar
from kiosk.ui.components.lists import (
    FactSpec,
    Progress,
    ProgressSpec,
    amounts,
    fact_row,
    facts,
    info_row,
    list_panel,
    progress_list,
)
from kiosk.ui.components.pictures import CardPicture, card_picture, right_way, ways, wrong_ways
from kiosk.ui.components.status import (
    BannerSpec,
    Tone,
    banner,
    code_strip,
    heading,
    status_heading,
    status_label,
    steps,
)
from kiosk.ui.components.tables import ColumnSpec, Large, RowSpec, table
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Align,
    Column,
    Element,
    Flex,
    Kit,
    Nothing,
    Panel,
    Placed,
    Row,
    Sized,
    Spacer,
)
from kiosk.ui.nodes import Page
from kiosk.ui.theme import Role, Type
from kiosk.ui.typeset import Text
from tests.kiosk.ui.gallery_base import page


def registration(kit: Kit) -> Page:
    spec = EntitlementSpec(
        2026,
        (Period(date(2026, 4, 9), date(2026, 12, 31)),),
        "可以享受",
        "不享受",
        ("4月9日起",),
        date(2026, 3, 10),
        "3月10日缴费",
    )
    why: Element = Column(
        Text(kit, "为什么从 4月9日开始？", Type.VALUE),
        Text(kit, "集中缴费期是去年 9月至 12月。您在今年 3月10日补缴，满 30 天后可以享受。", Type.BODY),
    )
    shown = [Text(kit, "2026年4月9日至 12月31日", Type.H2), entitlement_bar(kit, spec)]
    if not (kit.theme.landscape and kit.theme.large):
        shown.append(why)
    panel = Panel(
        kit,
        Column(*shown, gap=16),
        pad=(46, 30, 46, 30),
    )
    few = kit.theme.landscape and kit.theme.large
    listing = facts(
        kit,
        []
        if few
        else [
            FactSpec("参保时间", "2012年1月"),
            FactSpec("本年缴费", "¥1,050.00", "个人 ¥380.00，补助 ¥670.00，补缴须付全额"),
            FactSpec(
                "手机",
                "138****5678",
                beside=reveal_button(kit, "显示", "reveal.phone", "reveal", open_=False),
                keep=True,
            ),
            FactSpec(
                "工作单位", "示例机械有限公司", beside=reveal_button(kit, "隐藏 8", "reveal.unit", "hide", open_=True)
            ),
        ],
    )
    head = heading(
        kit,
        "城乡居民医疗保险",
        None if kit.theme.large else "现在可以享受待遇。",
        beside=None if kit.theme.large else status_label(kit, "正常参保", Tone.OK, big=True),
    )
    if kit.theme.landscape:
        content: Element = Row(Flex(Column(head, panel, gap=24), 13), Flex(listing, 9), gap=40, align=Align.START)
    elif kit.theme.large:
        content = Column(head, panel, Spacer(), gap=32)
    else:
        content = Column(head, panel, listing, Spacer(), gap=40)
    return page(kit, "registration", content)


def mute(kit: Kit) -> Page:
    way = ways(kit, right_way(kit, "这样插"), wrong_ways(kit, "不要这样插", "芯片在后", "背面朝上"), height=540)
    do = steps(kit, ("取出卡片", "芯片朝上，芯片一端先插入，插到底", "还是不行，请找大厅工作人员"))
    head = heading(kit, "请取出卡片，换个方向再插", None if kit.theme.large else "没有读到芯片。密码次数没有减少。")
    strip = code_strip(kit, "请把代码告诉工作人员", "CARD-MUTE")
    if kit.theme.landscape:
        content: Element = Row(
            Flex(Column(head, way if not kit.theme.large else Nothing(), gap=16), 13),
            Flex(Column(do, Spacer(), strip), 9),
            gap=40,
            align=Align.STRETCH,
        )
    else:
        content = Column(head, Spacer(), way, Spacer(), do, Spacer(), strip, gap=16)
    session = SessionSpec(
        None, Whereabouts(Icon.CREDIT_CARD, "卡在卡口内", "没有读到芯片"), Hint(Icon.EJECT, "现在可以取卡")
    )
    return page(kit, "mute", content, session=session)


def reading(kit: Kit) -> Page:
    listing = progress_list(
        kit,
        [
            ProgressSpec("识别卡片", "已完成", Progress.DONE),
            ProgressSpec("核对卡片真伪", "进行中", Progress.NOW),
            ProgressSpec("准备密码键盘", "等待", Progress.WAITING),
        ],
        "此时还没有读取您的参保信息。",
    )
    picture = Placed(card_picture(kit, CardPicture.IN_SLOT))
    head = heading(kit, "正在读卡，请不要拔卡", "一般需要 3 秒左右。")
    if kit.theme.landscape:
        content: Element = Row(
            Flex(Column(head, Spacer(), picture, Spacer()), 13),
            Flex(Column(Spacer(), listing), 9),
            gap=40,
            align=Align.STRETCH,
        )
    else:
        content = Column(head, Spacer(), picture, Spacer(), listing, Spacer())
    return page(kit, "reading", content)


def attract(kit: Kit) -> Page:
    picture = Placed(card_picture(kit, CardPicture.INSERT, percent=70 if kit.theme.landscape else 100))
    hero = Column(
        Spacer(),
        Text(kit, "请插入社会保障卡", Type.DISPLAY, Role.ON_FRAME),
        Text(kit, "查参保、查缴费、查账户。", Type.HERO, Role.ON_FRAME),
        Spacer(),
        gap=16,
    )
    session = SessionSpec(
        choices=(
            ButtonSpec("中文", "language.zh", "zh", Icon.CHECK, ButtonKind.PRIMARY),
            ButtonSpec("English", "language.en", "en"),
            ButtonSpec("隐私说明", "privacy", "privacy", Icon.POLICY),
        )
    )
    words = Text(kit, "芯片朝上，芯片一端先插入", Type.VALUE, align=Align.CENTER)
    content = Column(Spacer(), picture, words, Spacer(), gap=24)
    return page(kit, "attract", content, session=session, hero=hero, hero_height=320 if kit.theme.landscape else 480)


def take_card(kit: Kit) -> Page:
    picture = Placed(card_picture(kit, CardPicture.TAKE, percent=70 if kit.theme.landscape else 100))
    hero = Column(
        Spacer(),
        Text(kit, "请取走您的卡", Type.DISPLAY, Role.ON_FRAME),
        Text(kit, "服务已结束，屏幕内容已经清除。", Type.HERO, Role.ON_FRAME),
        Spacer(),
        gap=16,
    )
    session = SessionSpec(
        None, Whereabouts(Icon.CREDIT_CARD, "卡仍在卡口内", "取走后回到首页"), Hint(Icon.SOUTH, "卡口在屏幕下方")
    )
    content = Column(Spacer(), picture, Spacer(), gap=24)
    return page(kit, "take-card", content, session=session, hero=hero, hero_height=320 if kit.theme.landscape else 480)


def still_there(kit: Kit) -> Page:
    spec = DialogSpec(
        "您还在查询吗？",
        "16 秒后自动结束。\n离开前请取回您的卡。",
        (
            ButtonSpec("继续查询", "still.go_on", "go", Icon.MORE_TIME, ButtonKind.PRIMARY, ButtonSize.MAIN),
            ButtonSpec("结束并取卡", "still.end", "end", Icon.EJECT),
        ),
    )
    box = dialog(kit, spec, beside=countdown(kit, 16, 20))
    if kit.theme.landscape:
        box = Placed(Sized(box, w=960))
    hidden = fact_row(kit, Icon.VISIBILITY_OFF, "您的信息已隐藏", "点“继续查询”，回到刚才的页面。", colour=Role.INK2)
    narrow = kit.theme.landscape and kit.theme.large
    content: Element = Placed(box) if narrow else Column(hidden, Spacer(), box, Spacer())
    session = SessionSpec(None, Whereabouts(Icon.CREDIT_CARD, "卡在卡口内", "离开前请取卡"), None, covered=True)
    return page(kit, "still-there", content, session=session, ground=Role.SUNKEN)


def out_of_service(kit: Kit) -> Page:
    hero = status_heading(
        kit,
        Icon.CREDIT_CARD_OFF,
        Role.WARN,
        "本机暂时不能读卡",
        "读卡器没有连接，已通知技术人员。\n您的卡和参保信息不受影响。",
        size=168,
    )
    rows = list_panel(
        kit,
        [
            fact_row(kit, Icon.MEETING_ROOM, "到 2 号、4 号自助机", "在本机左右两侧，现在可用"),
            fact_row(kit, Icon.SUPPORT_AGENT, "到 3 至 6 号窗口", "周一至周五 9:00 至 17:00，或拨打 12333"),
            *([] if kit.theme.large else [info_row(kit, Icon.HISTORY, "恢复后本页自动消失")]),
        ],
    )
    detail = "11月20日 10:27 起·需技术员处理"
    strip = code_strip(kit, "请把代码告诉工作人员", "READER-ABSENT", detail=detail, big=True)
    content = Column(
        Text(kit, "您可以", Type.H2),
        rows,
        Spacer(),
        *([] if kit.theme.landscape and kit.theme.large else [strip]),
        gap=20,
    )
    return page(
        kit,
        "out-of-service",
        content,
        hero=hero,
        hero_height=300 if kit.theme.landscape else 480,
        hero_ground=Role.SURFACE,
        hero_edge=Role.WARN,
        session=SessionSpec(None, Whereabouts(Icon.CREDIT_CARD_OFF, "请不要插卡", "恢复后本页自动消失"), None),
    )


def accounts(kit: Kit) -> Page:
    figures = [
        FactSpec("年初结存", "¥3,033.01"),
        FactSpec("今年划入", "+¥1,567.60", colour=Role.OK),
        FactSpec("今年支出", "−¥1,118.45"),
    ]
    balance = Panel(
        kit,
        Column(
            Text(kit, "账户余额", Type.LEGEND, Role.INK2),
            Text(kit, "¥3,482.16", Type.FIGURE2, Role.PRIMARY, keep=True),
            *([] if kit.theme.landscape and kit.theme.large else [amounts(kit, figures)]),
            gap=6,
        ),
        pad=(42, 26, 42, 22),
    )
    entries = [
        ("11-18", "药店购药", "−86.50", "3,482.16"),
        ("11-03", "门诊结算", "−142.80", "3,568.66"),
        ("10-27", "本月划入", "+162.40", "3,711.46"),
    ]
    if kit.theme.large:
        entries = entries[:1]
    listing = table(
        kit,
        [
            ColumnSpec("日期", large=Large.LEAD),
            ColumnSpec("摘要", wraps=True, large=Large.LEAD),
            ColumnSpec("收支（元）", right=True, bold=True, large=Large.TRAIL),
            ColumnSpec("余额（元）", right=True),
        ],
        [RowSpec(entry) for entry in entries],
    )
    choice = tabs(kit, [ChipSpec("养老个人账户", "tab.110", 1), ChipSpec("医保个人账户", "tab.310", 2, True)])
    paging = pager(
        kit,
        ButtonSpec("上一页", "page.before", "-", Icon.CHEVRON_LEFT, size=ButtonSize.SMALL, enabled=False),
        "1 / 4 页",
        "1",
        ButtonSpec("下一页", "page.after", "+", Icon.CHEVRON_RIGHT, size=ButtonSize.SMALL, icon_after=True),
    )
    source = banner(
        kit,
        BannerSpec(
            Tone.INFO,
            "济南市医疗保障局提供，数据截至 11月19日 18:00",
            "对数据有疑问，请拨打 12393，或到医保窗口核对。",
            Icon.ACCOUNT_BALANCE,
        ),
    )
    both = button_row(kit, ButtonSpec("这不对", "wrong", "w"), ButtonSpec("打印", "print", "p", Icon.PRINT))
    head = heading(kit, "查看医保个人账户")
    if kit.theme.landscape:
        content: Element = Row(
            Flex(Column(head, balance, Spacer(), choice, gap=16), 13),
            Flex(Column(listing, Spacer(), paging, gap=16), 9),
            gap=40,
            align=Align.STRETCH,
        )
    elif kit.theme.large:
        content = Column(head, balance, choice, listing, Spacer(), paging, gap=16)
    else:
        content = Column(head, balance, choice, listing, paging, Spacer(), both, source, gap=28)
    return page(kit, "accounts", content)
