"""Card, kiosks and central, played at random: whatever is lost, late or twice, both sides agree in the end.

The kiosks keep the rules that the contract asks of them and no more: a journal that may be lost, a cancel only while it proves
that CHANGE was never sent, a confirm only after the card's word. Invariants are those of the table in the issue.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.model import CardStatus
from kiosk.sandbox.central.deeds import ReservationRow
from kiosk.services import Cancelled, Confirmed, OpenReservation, Reserved
from tests.kiosk.sandbox.central.hall import HOLDER, A, B, Hall


@dataclass(slots=True)
class Row:
    """An open transaction of a kiosk's journal. `knows`: it began with this kiosk's own reservation, so that `sent` is the whole
    truth of this card; without it somebody else may have sent CHANGE before."""

    key: str
    reservation: str | None = None
    sent: bool = False
    changed: bool = False
    knows: bool = True


@dataclass(slots=True)
class Kiosk:
    journal: Row | None = None
    late: list[tuple[str, str]] = field(default_factory=list)  # (session, key) of requests still on their way


def _may_reserve(kiosk: Kiosk) -> bool:
    row = kiosk.journal
    return row is None or (row.knows and not row.sent)


def _may_change(kiosk: Kiosk) -> bool:
    row = kiosk.journal
    return row is not None and row.reservation is not None and not row.changed


def _may_verify(kiosk: Kiosk) -> bool:
    row = kiosk.journal
    return _may_change(kiosk) and row is not None and (row.sent or not row.knows)


def _may_confirm(kiosk: Kiosk) -> bool:
    return kiosk.journal is not None and kiosk.journal.changed


def _may_cancel(kiosk: Kiosk) -> bool:
    row = kiosk.journal
    return row is not None and row.knows and not row.sent


class TwoParties(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.hall = _hall()
        self.hall.forget()
        self.active = False
        self.kiosks = {A: Kiosk(), B: Kiosk()}
        self.pin_is_new = False
        self.keys = 0

    def told(self, device: str) -> OpenReservation | None:
        return self.hall.eligibility(self.hall.insert(HOLDER, device)).open

    def those(self, may: Callable[[Kiosk], bool]) -> list[str]:
        return [device for device, kiosk in self.kiosks.items() if may(kiosk)]

    def one(self, which: st.DataObject, may: Callable[[Kiosk], bool]) -> tuple[str, Kiosk]:
        device = which.draw(st.sampled_from(self.those(may)))
        return device, self.kiosks[device]

    # --- a visit ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.those(_may_reserve) and not self.active)
    @rule(which=st.data(), lost=st.sampled_from(("nothing", "nothing", "request", "answer")), late=st.booleans())
    def reserve(self, which: st.DataObject, lost: str, late: bool) -> None:
        device, kiosk = self.one(which, _may_reserve)
        told = self.told(device)
        if kiosk.journal is None and told is not None:
            kiosk.journal = Row("", told.reservation, knows=False)
            return
        if kiosk.journal is None:
            self.keys += 1
            kiosk.journal = Row(f"key-{self.keys:016}")
        row = kiosk.journal
        session = self.hall.proved(HOLDER, device)
        if late:
            kiosk.late.append((session, row.key))  # on its way still, or twice
        if lost == "request":
            return
        made = self.hall.reserve(session, row.key)
        if lost == "answer":
            return
        if made.outcome is Reserved.CANCELLED:
            kiosk.journal = None
            return
        assert made.outcome is Reserved.RESERVED
        row.reservation = made.reservation

    @precondition(lambda self: self.those(lambda kiosk: bool(kiosk.late)))
    @rule(which=st.data())
    def a_late_request_comes(self, which: st.DataObject) -> None:
        _, kiosk = self.one(which, lambda kiosk: bool(kiosk.late))
        self.hall.reserve(*kiosk.late.pop())

    @precondition(lambda self: self.those(_may_change) and not self.active)
    @rule(which=st.data(), tear=st.sampled_from(("none", "before", "after")))
    def change(self, which: st.DataObject, tear: str) -> None:
        device, kiosk = self.one(which, _may_change)
        row = kiosk.journal
        assert row is not None
        self.told(device)  # the card is in this slot: it was asked for
        row.sent = True
        if tear != "before":
            self.pin_is_new = True
        if tear == "none":
            row.changed = True

    @precondition(lambda self: self.pin_is_new and self.those(_may_verify))
    @rule(which=st.data())
    def the_new_pin_is_verified(self, which: st.DataObject) -> None:
        """After a tear, or at another kiosk."""
        _, kiosk = self.one(which, _may_verify)
        assert kiosk.journal is not None
        kiosk.journal.sent = kiosk.journal.changed = True

    # --- behind it ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.those(_may_confirm))
    @rule(which=st.data(), heard=st.booleans())
    def confirm(self, which: st.DataObject, heard: bool) -> None:
        device, kiosk = self.one(which, _may_confirm)
        assert kiosk.journal is not None
        assert self.hall.confirm(kiosk.journal.reservation, device).outcome is Confirmed.ACTIVATED
        self.active = True
        if heard:
            kiosk.journal = None

    @precondition(lambda self: self.those(_may_cancel))
    @rule(which=st.data(), heard=st.booleans())
    def cancel(self, which: st.DataObject, heard: bool) -> None:
        device, kiosk = self.one(which, _may_cancel)
        row = kiosk.journal
        assert row is not None
        known, row.reservation = row.reservation, None  # noted first: CHANGE only after another answer of `reserve`
        hall = self.hall
        said = hall.cancel_key(row.key, device) if known is None else hall.cancel(known, device)
        assert said.outcome is not Cancelled.UNKNOWN
        if heard:
            kiosk.journal = None

    @precondition(lambda self: self.those(lambda kiosk: kiosk.journal is not None))
    @rule(which=st.data())
    def the_disk_dies(self, which: st.DataObject) -> None:
        _, kiosk = self.one(which, lambda kiosk: kiosk.journal is not None)
        kiosk.journal = None

    @rule(hours=st.integers(1, 48))
    def time_passes(self, hours: int) -> None:
        self.hall.later(hours=hours)

    # --- what holds -----------------------------------------------------------------------------------------------------

    @invariant()
    def both_sides_agree(self) -> None:
        if not hasattr(self, "hall"):
            return
        assert (self.hall.status(HOLDER) is CardStatus.NORMAL) == self.active
        if self.active:
            assert self.pin_is_new, "active, with the old PIN"
        elif self.pin_is_new:
            with self.hall.db() as db:
                open_ = db.query(ReservationRow).filter_by(confirmed=None, cancelled=None).count()
            assert open_ == 1, "a new PIN, not active, and no way to become it"


@cache
def _hall() -> Hall:
    """One for all: each play begins in an empty one."""
    folder = TemporaryDirectory()
    hall = Hall(Path(folder.name))
    weakref.finalize(hall, folder.cleanup)
    return hall


TestTwoParties = TwoParties.TestCase
TestTwoParties.settings = settings(
    max_examples=150,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
