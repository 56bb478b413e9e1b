"""What the pages of a look-up without a card share: the bar below them, and the way to a query password."""

from kiosk.ui.components.buttons import ButtonKind, ButtonSpec, button
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.screens.service_parts import Frame
from kiosk.ui.screens.shell import cardless_session
from kiosk.visit.help import OpenQueryHelp


def query_frame(env: Env) -> Frame:
    return Frame(cardless_session(env))


def help_button(env: Env) -> Element:
    spec = ButtonSpec(env.t("query.help.open"), "query-help", OpenQueryHelp(), Icon.HELP, ButtonKind.SECONDARY)
    return button(env.kit, spec)
