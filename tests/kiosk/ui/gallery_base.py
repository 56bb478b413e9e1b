"""What the pages of the gallery share: header, bars, a page, a sheet. All people and figures are synthetic."""

from typing import Any

from kiosk.ui.components.bars import AccessSpec, HeaderSpec, Online, SessionSpec, Whereabouts
from kiosk.ui.components.buttons import (
    ButtonKind,
    ButtonSpec,
)
from kiosk.ui.frame import PageSpec, compose
from kiosk.ui.icons import Icon
from kiosk.ui.layout import (
    Element,
    Kit,
    Sink,
)
from kiosk.ui.nodes import Page, Rect, Size
from kiosk.ui.theme import Role

HEADER = HeaderSpec(
    "济南市社会保险服务大厅",
    "社会保障自助服务·3 号机",
    "济南社保大厅 3 号机",
    Online.ONLINE,
    "在线",
    "10:32",
    "11月20日 星期五",
)
BACK = ButtonSpec("返回", "session.back", "back", Icon.ARROW_BACK)
EXIT = ButtonSpec("结束并取卡", "session.exit", "exit", Icon.EJECT, ButtonKind.EXIT)
INSIDE = Whereabouts(Icon.CREDIT_CARD, "卡在卡口内", "试*明")
ACCESS = (
    AccessSpec(Icon.TRANSLATE, "English", "access.language", "language"),
    AccessSpec(Icon.TEXT_INCREASE, "大字", "access.text", "text"),
    AccessSpec(Icon.CONTRAST, "高对比", "access.contrast", "contrast"),
)


def access(kit: Kit) -> tuple[AccessSpec, ...]:
    language, text, contrast = ACCESS
    return (
        language,
        AccessSpec(text.icon, text.label, text.name, text.action, on=kit.theme.large),
        AccessSpec(contrast.icon, contrast.label, contrast.name, contrast.action, on=kit.theme.high),
    )


def page(kit: Kit, name: str, content: Element, **more: Any) -> Page:
    session = more.pop("session", SessionSpec(BACK, INSIDE, EXIT))
    return compose(kit, PageSpec(name, HEADER, content, session, access(kit), **more))


def sheet(kit: Kit, name: str, content: Element, height: int) -> Page:
    """A page without a frame, as high as needed."""
    sink = Sink()
    size = Size(1080, height)
    sink.put(content, Rect(60, 40, 960, height - 80))
    return Page(
        name,
        size,
        kit.theme.colour(Role.BG),
        tuple(sink.nodes),
        tuple(sink.targets),
        tuple(sink.texts),
        tuple(sink.overflows),
    )
