"""What the groups of the client's methods stand on. `client.CentralClient` is put together of them, and has the rest."""

from abc import ABC, abstractmethod
from enum import Enum, unique
from typing import TypeVar
from urllib.parse import quote

from kiosk.central.answers import Answer, Cancel, Cause, failure_of

T = TypeVar("T")


@unique
class Lane(Enum):
    """Which connections a call takes: a heartbeat never takes away the one that was warmed while a PIN is typed."""

    VISIT = "visit"
    DEVICE = "device"


class Calls(ABC):
    """One group of the questions that central is asked."""

    @abstractmethod
    def _do(
        self,
        kind: type[T] | None,
        lane: Lane,
        method: str,
        path: str,
        expected: int,
        body: object | None = None,
        *,
        token: str | None = None,
        key: str | None = None,
        cancel: Cancel | None,
        within: float | None,
    ) -> Answer[T]:
        """One action: `client.CentralClient._do`."""


def in_session(route: str, session: str) -> str:
    """The route of one session."""
    return route.format(session=quote(session, safe=""))


def failed(cause: Cause, seconds: float, offset: float | None = None, status: int | None = None) -> Answer[T]:
    """No value, and why."""
    return Answer(failure_of(cause), cause, offset, None, status, None, seconds)


def not_asked(answer: Answer[T]) -> Answer[T]:
    """A sound answer to another question."""
    return failed(Cause.NOT_WHAT_WAS_ASKED, answer.seconds, answer.clock_offset, answer.status)
