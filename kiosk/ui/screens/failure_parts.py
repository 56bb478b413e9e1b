"""What a page about a failure is made of: one sign, the ways on that are open, and the code. Texts: `<failure.key>.*`."""

from dataclasses import dataclass
from enum import Enum, unique
from typing import assert_never

from drivers.device import Who
from kiosk.ui import format as fmt
from kiosk.ui.components.fitting import Beside
from kiosk.ui.components.lists import fact_row, list_panel
from kiosk.ui.components.status import code_strip
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Column, Element, Flex, IconBox, Panel, Row
from kiosk.ui.theme import IconSize, Role, Type
from kiosk.ui.typeset import Text
from kiosk.visit.failures import Failure


@unique
class Way(Enum):
    """Where a person can go on. (icon, key of the bold line; `<key>_note` is the line below)."""

    WINDOWS = (Icon.MEETING_ROOM, "failure.windows")
    HOURS = (Icon.SCHEDULE, "failure.hours")
    HOTLINE = (Icon.SUPPORT_AGENT, "failure.hotline")
    PLATFORM = (Icon.SEARCH, "failure.platform")
    OTHER_KIOSK = (Icon.TOUCH_APP, "failure.other_kiosk")
    LATER = (Icon.HISTORY, "failure.later")

    @property
    def icon(self) -> Icon:
        return self.value[0]

    @property
    def key(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Look:
    icon: Icon
    colour: Role
    ways: tuple[Way, ...]


_AT_WINDOW = (Way.HOURS, Way.HOTLINE)
_ELSEWHERE = (Way.OTHER_KIOSK, Way.WINDOWS)
_LATER = (Way.LATER, Way.WINDOWS)


def look_of(failure: Failure) -> Look:
    """Brown where somebody has to do something about card or kiosk, the page's own colour where one just goes on elsewhere."""
    match failure:
        case Failure.CONFIG_INVALID:
            # Which region this is may be what is not known: nothing of it is named.
            return Look(Icon.BUILD, Role.WARN, (Way.OTHER_KIOSK,))
        case Failure.SCREEN_FAULT | Failure.AUDIT_UNWRITABLE:
            return Look(Icon.BUILD, Role.WARN, _ELSEWHERE)
        case Failure.CLOCK_WRONG:
            return Look(Icon.SCHEDULE, Role.WARN, _ELSEWHERE)
        case (
            Failure.READER_SERVICE_STOPPED
            | Failure.READER_ACCESS_DENIED
            | Failure.READER_MISSING
            | Failure.READER_VIRTUAL_REFUSED
            | Failure.READER_FAULTY
            | Failure.READER_HELD
        ):
            return Look(Icon.CREDIT_CARD_OFF, Role.WARN, _ELSEWHERE)
        case Failure.CARD_MUTE | Failure.CARD_NOT_SOCIAL_SECURITY:
            return Look(Icon.CREDIT_CARD_OFF, Role.PRIMARY, ())
        case Failure.CARD_APPLICATION_LOCKED | Failure.PIN_LOCKED:
            return Look(Icon.LOCK, Role.WARN, _AT_WINDOW)
        case Failure.CARD_FAULTY | Failure.CARD_MALFORMED:
            return Look(Icon.CREDIT_CARD_GEAR, Role.WARN, _AT_WINDOW)
        case Failure.NOT_GENUINE:
            return Look(Icon.POLICY, Role.WARN, _AT_WINDOW)
        case Failure.CANNOT_BE_PROVED:
            return Look(Icon.POLICY, Role.WARN, _AT_WINDOW)
        case Failure.CARD_DISAGREES:
            return Look(Icon.FACT_CHECK, Role.WARN, _AT_WINDOW)
        case Failure.STATUS_BLOCKED | Failure.STATUS_CANCELLED | Failure.STATUS_LISTED:
            return Look(Icon.BLOCK, Role.WARN, _AT_WINDOW)
        case Failure.STATUS_LOST | Failure.STATUS_TEMPORARILY_LOST:
            return Look(Icon.SEARCH, Role.WARN, _AT_WINDOW)
        case Failure.STATUS_REPLACED:
            return Look(Icon.SYNC, Role.PRIMARY, _AT_WINDOW)
        case Failure.STATUS_EXPIRED:
            return Look(Icon.CALENDAR_MONTH, Role.WARN, _AT_WINDOW)
        case Failure.OTHER_PLACE:
            return Look(Icon.INFO, Role.PRIMARY, (Way.HOTLINE, Way.PLATFORM))
        case Failure.NOT_ACTIVATED:
            return Look(Icon.CREDIT_CARD_GEAR, Role.PRIMARY, _AT_WINDOW)
        case Failure.NO_PIN_SET:
            return Look(Icon.DIALPAD, Role.WARN, _AT_WINDOW)
        case Failure.PIN_OUTCOME_UNKNOWN | Failure.CENTRAL_SESSION_ENDED:
            return Look(Icon.HISTORY, Role.PRIMARY, ())
        case Failure.CENTRAL_REFUSED:
            return Look(Icon.CLOUD_OFF, Role.WARN, _ELSEWHERE)
        case (
            Failure.CENTRAL_TLS
            | Failure.CENTRAL_BAD_ANSWER
            | Failure.CENTRAL_UNAVAILABLE
            | Failure.CENTRAL_UNREACHABLE
            | Failure.CENTRAL_TIMEOUT
        ):
            return Look(Icon.CLOUD_OFF, Role.WARN, _LATER)
        case never:
            assert_never(never)


def advice(env: Env, failure: Failure, role: Type = Type.VALUE, *, listed: bool = True) -> Element:
    """What to do, in words, and the ways on in a list: when, where, what number."""
    kit = env.kit
    words = Text(kit, env.t(f"{failure.key}.advice"), role)
    ways = look_of(failure).ways
    if not ways or not listed:
        return words
    rows = [fact_row(kit, way.icon, env.t(way.key), env.t(f"{way.key}_note")) for way in ways]
    return Column(words, list_panel(kit, rows), gap=kit.theme.pick(24, 16))


def brought_by_card(failure: Failure) -> bool:
    """Only a card's own state sends people to the staff; what is the kiosk's or central's trouble never does."""
    return failure.key.partition(".")[0] in ("card", "status", "verdict")


def code(env: Env, failure: Failure, since: float | None, *, big: bool = False) -> Element:
    """The code for staff, since when, and who has to act where it is not the person who reads it."""
    kit = env.kit
    asked = env.t("failure.code" if brought_by_card(failure) else "failure.code_note")
    detail = _detail(env, failure, since, began=big)
    if big or kit.theme.large:
        return code_strip(kit, asked, failure.code, detail=detail, big=big)
    words = Column(
        Text(kit, asked, Type.LEGEND, Role.INK2), Text(kit, detail, Type.NOTE, Role.INK2) if detail else Row(), gap=2
    )
    name = Text(kit, failure.code, Type.CODE, keep=True)
    beside = Row(IconBox(kit, Icon.SUPPORT_AGENT, IconSize.BUTTON, Role.INK2), Flex(words), name, gap=24)
    below = Column(Text(kit, asked, Type.LEGEND, Role.INK2), name, *words.children[1:], gap=2)
    return Panel(kit, Beside(beside, below), fill=Role.SUNKEN, outline=Role.LINE, pad=(40, 24, 40, 24))


def _detail(env: Env, failure: Failure, since: float | None, *, began: bool) -> str | None:
    who = None if failure.who is Who.RESIDENT else env.t(f"who.{failure.who.value}")
    if since is None:
        return who
    at = fmt.moment(env.words, env.wall(since), env.now)
    if who is None:
        return at
    return env.t("failure.since", since=at, who=who) if began else env.t("failure.at", at=at, who=who)
