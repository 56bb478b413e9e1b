"""Central for the kiosk itself: heartbeat, challenges in stock, is central there, is the clock right."""

import logging
import math
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.central.answers import Answer, Cancel, Cause
from kiosk.engine.card import HeldChallenge
from kiosk.engine.clock import ServerClock
from kiosk.engine.link import Connectivity, Heard, heard
from kiosk.model import CentralFailure
from kiosk.visit.events import ClockChecked, Event, LinkChanged, NoticesArrived
from kiosk.visit.states import Link

if TYPE_CHECKING:
    from kiosk.central.client import CentralClient
    from kiosk.central.contract import Challenge, Heartbeat

log = logging.getLogger("kiosk.central")

HEARTBEAT_SECONDS = 45.0
"""Well below a challenge's life, so that the stock is never stale."""
CLOCK_SECONDS = 5.0
OFFLINE_FIRST, OFFLINE_LONGEST = 3.0, 30.0
ASKED_LONGEST = 600.0
"""What central may ask to wait (`Retry-After`) before the next heartbeat: a nonsense value must not hide the kiosk for a day."""
CLOCK_ASKED_SECONDS = 3.0
CHALLENGE_LIFE = 110.0  # of the contract's 120 s: what is used must still be open when it arrives
CONFIRM_SECONDS = 1.0
"""Central answers again: asked once more so soon, to be sure."""


class Challenges:
    """Central's challenges in stock. Thread-safe; each is handed out once."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stock: deque[tuple[float, HeldChallenge]] = deque(maxlen=8)
        self._changed = threading.Condition()
        self._coming = 0  # requests under way: only then is there anything to wait for

    def put(self, challenges: "tuple[Challenge, ...]") -> None:
        with self._changed:
            for c in challenges:
                held = HeldChallenge(c.id, bytes.fromhex(c.proc8), bytes.fromhex(c.orig8))
                self._stock.append((self._now() + CHALLENGE_LIFE, held))
            self._changed.notify_all()

    def expect(self) -> None:
        """Central is being asked. Each call is answered by one `asked`."""
        with self._changed:
            self._coming += 1

    def asked(self) -> None:
        """Central has answered, or not: who waits for nothing more is let go."""
        with self._changed:
            self._coming -= 1
            self._changed.notify_all()

    def drop(self) -> None:
        """Forget the stock: central was away and may have forgotten it, too."""
        with self._changed:
            self._stock.clear()

    def __len__(self) -> int:
        with self._changed:
            self._prune()
            return len(self._stock)

    def take(self, over: Callable[[], bool], within: float) -> HeldChallenge | None:
        """The oldest that still lives; waits for one on its way. None: none is coming, `over`, or `within` seconds passed."""
        until = self._now() + within
        with self._changed:
            while True:
                self._prune()
                if self._stock:
                    return self._stock.popleft()[1]
                left = until - self._now()
                if left <= 0 or over() or not self._coming:
                    return None
                self._changed.wait(min(left, 0.1))

    def _prune(self) -> None:
        while self._stock and self._stock[0][0] <= self._now():
            self._stock.popleft()


class Device:
    """Heartbeats on an own thread; watches every answer for link and clock."""

    def __init__(
        self,
        client: "CentralClient",
        post: Callable[[Event], None],
        heartbeat: "Callable[[], Heartbeat]",
        max_clock_offset: float,
        clock: ServerClock | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.challenges = Challenges(now)
        self.last_failure = CentralFailure.UNREACHABLE
        self.after_heartbeat: Callable[[Cancel], object] = lambda _cancel: None
        """What else is asked once central has answered a heartbeat, on the same thread."""
        self._client = client
        self._post = post
        self._heartbeat = heartbeat
        self._max_offset = max_clock_offset
        self._clock = clock or ServerClock()
        self._now = now
        self._link = Connectivity()
        self._link_lock = threading.Lock()
        self._due = threading.Condition()
        self._due_at = math.inf  # the next heartbeat
        self._stopping = threading.Event()
        self._cancel = Cancel()
        self._fetching = threading.Lock()
        self._retry = OFFLINE_FIRST
        self._clock_wrong = False
        self._cause: Cause | None = None  # of the last answer: the log has it once
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        self._stopping.set()
        self._cancel.cancel()
        self.beat_now()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def beat_now(self) -> None:
        """A heartbeat at once: something changed that central should know."""
        self._beat_within(0.0)

    def saw(self, answer: "Answer[object]") -> None:
        """Every answer of every call tells of link and clock."""
        if answer.cancelled:
            return
        if answer.cause is not None and answer.cause is not self._cause:
            values: dict[str, str | int] = {"cause": answer.cause.value}
            if answer.status is not None:
                values["status"] = answer.status
            log.warning("central-not-usable", extra={"values": values})
        self._cause = answer.cause
        self._heard(heard(answer))
        offset = answer.clock_offset
        if offset is not None:
            self._clock.saw(offset)
        elif answer.cause is Cause.CERTIFICATE_DATES:
            # Is it central's certificate, or this machine's clock? A wrong clock must not look like a riddle of TLS.
            offset = self._client.clock_offset(self._cancel, CLOCK_ASKED_SECONDS)
        if offset is not None:
            self._clock_wrong = abs(offset) > self._max_offset
            self._post(ClockChecked(self._now(), self._clock_wrong))

    def _heard(self, what: Heard) -> None:
        with self._link_lock:
            before = self._link.link
            link = self._link.hear(what)
            returning = self._link.returning
            self._post(LinkChanged(self._now(), link))
        if what is Heard.NOTHING:
            self.challenges.drop()
        if returning:
            self._beat_within(CONFIRM_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 no secret
        elif link is Link.OFFLINE and before is not Link.OFFLINE:
            self._beat_within(OFFLINE_FIRST * random.uniform(0.5, 1.0))  # noqa: S311 no secret

    def _beat_within(self, seconds: float) -> None:
        """The next heartbeat no later than that."""
        with self._due:
            self._due_at = min(self._due_at, self._now() + seconds)
            self._due.notify()

    def _wait(self, pause: float) -> None:
        """Until the next heartbeat: after `pause` seconds, or sooner where something asks for it.

        Jittered, the more while central is away: a hall's kiosks lost it in the same second and must not come back in the same.
        """
        least, most = (0.5, 1.0) if self._link.link is Link.OFFLINE else (0.85, 1.15)
        self._beat_within(pause * random.uniform(least, most))  # noqa: S311 no secret
        with self._due:
            while (left := self._due_at - self._now()) > 0:
                self._due.wait(left)

    def fetch_challenges(self, cancel: Cancel) -> None:
        """Ask for challenges when none is in stock; blocks: for a worker. After `challenges.expect()`."""
        try:
            with self._fetching:
                if len(self.challenges) or cancel.cancelled:
                    return
                answer = self._client.challenges(2, cancel=cancel)
                self.saw(answer)
                if answer.value is not None:
                    self.challenges.put(answer.value.challenges)
                else:
                    self.last_failure = answer.failure or CentralFailure.UNREACHABLE
        finally:
            self.challenges.asked()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._due:
                self._due_at = math.inf
            try:
                self._client.preload()  # again, if there was no memory for it; nothing to do otherwise
                pause = self._beat()
            except Exception as bug:
                # A bug must not silence the kiosk for good: central would take it for switched off.
                log.error("kiosk-fault", extra={"values": {"in": "heartbeat"}}, exc_info=bug)
                pause = OFFLINE_LONGEST
            if self._stopping.is_set():
                return
            self._wait(pause)

    def _beat(self) -> float:
        """One heartbeat. Seconds to the next one."""
        answer = self._client.heartbeat(self._heartbeat(), cancel=self._cancel)
        if self._stopping.is_set():
            return 0.0
        self.saw(answer)
        if answer.value is not None:
            self.challenges.put(answer.value.challenges)
            self._post(NoticesArrived(self._now(), answer.value.notices))
            self.after_heartbeat(self._cancel)
            self._retry = OFFLINE_FIRST
            pause = HEARTBEAT_SECONDS
        else:
            pause = max(self._retry, min(answer.retry_after or 0.0, ASKED_LONGEST))
            self._retry = min(self._retry * 2, OFFLINE_LONGEST)
        # A clock that is put right lifts its page soon.
        return min(pause, CLOCK_SECONDS) if self._clock_wrong and answer.retry_after is None else pause
