"""Is central there: what people see of it, from every answer. Pure.

Down goes at once, so that the next person waits for nothing; up only after several good answers in a row, so that a line that
comes and goes does not turn the kiosk over at each of them (hysteresis).
"""

from enum import Enum, unique
from typing import Final, assert_never

from kiosk.central.answers import Answer
from kiosk.model import CentralFailure
from kiosk.visit.states import Link

GOOD_TO_RETURN: Final = 2
SLOW_SECONDS: Final = 3.0


@unique
class Heard(Enum):
    """What one answer says of the line and the service."""

    GOOD = "good"
    """Also a "no": central is there and means it."""
    POOR = "poor"
    """There, but slow, or nothing that can be used."""
    NOTHING = "nothing"


def heard(answer: Answer[object]) -> Heard:
    """Of a call that was not cancelled."""
    match answer.failure:
        case None | CentralFailure.REFUSED | CentralFailure.SESSION_ENDED:
            return Heard.POOR if answer.seconds > SLOW_SECONDS else Heard.GOOD
        case CentralFailure.UNAVAILABLE:
            return Heard.POOR
        case CentralFailure.BAD_ANSWER:
            return Heard.NOTHING if answer.status is None else Heard.POOR
        case CentralFailure.UNREACHABLE | CentralFailure.TIMEOUT | CentralFailure.TLS:
            return Heard.NOTHING
        case never:
            assert_never(never)


class Connectivity:
    """One thread at a time. `link` is what holds; `returning`: it is better already, and one more answer may settle it."""

    def __init__(self) -> None:
        self.link = Link.ONLINE
        self._in_a_row = 0

    @property
    def returning(self) -> bool:
        return self._in_a_row > 0

    def hear(self, what: Heard) -> Link:
        match self.link:
            case Link.ONLINE:
                if what is not Heard.GOOD:
                    self.link = Link.OFFLINE if what is Heard.NOTHING else Link.DEGRADED
            case Link.DEGRADED:
                if what is Heard.NOTHING:
                    self._settle(Link.OFFLINE)
                else:
                    self._count(what, what is Heard.GOOD)
            case Link.OFFLINE:
                self._count(what, what is not Heard.NOTHING)
            case never:
                assert_never(never)
        return self.link

    def _count(self, what: Heard, better: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if better else 0
        if self._in_a_row >= GOOD_TO_RETURN:
            self._settle(Link.ONLINE if what is Heard.GOOD else Link.DEGRADED)

    def _settle(self, link: Link) -> None:
        self.link = link
        self._in_a_row = 0
