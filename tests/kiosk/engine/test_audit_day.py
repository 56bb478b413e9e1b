"""A day at a kiosk with outages: central's own record and the kiosk's chain say the same, however answers and lines were lost.

The real engine, its chain in a file, the reference service and a line to it that is cut; no window.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from drivers.card.cardfile import load_cards
from kiosk.central.answers import Cancel
from kiosk.engine.audit import AuditTrail, Chain
from kiosk.engine.help import Lockouts
from kiosk.engine.helping import Helping
from kiosk.help import Ground, GroundRule, LookupOutcome, NumberKind, QueryOutcome, RevealField
from kiosk.ops.diagnostics import Diagnostics
from kiosk.sandbox import pki
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.seen import SeenChain
from kiosk.sandbox.line import Cut, Line, Through
from kiosk.store.audit import Head, Sound, whose
from kiosk.store.auditfile import AuditFile
from kiosk.store.device_key import DeviceKey
from kiosk.store.lockout import Limits, Lockout
from kiosk.store.losslist import load_signer
from kiosk.store.technicians import Technicians
from kiosk.visit.actions import ConfirmTyped, End, TypeKey
from kiosk.visit.entry import EntryNote
from kiosk.visit.help import (
    Ended,
    Found,
    HandOver,
    HelpRules,
    OpenLookup,
    OpenQuery,
    PickGround,
    PickNumberKind,
    Query,
    QueryFailed,
    QueryLocked,
    QueryPassword,
    Refused,
    RevealRecord,
    Staff,
    StaffFailed,
    StaffWorking,
)
from kiosk.visit.states import CardPage, Idle, Model, OutOfService, Record, Screen
from tests.kiosk.engine.kept import chip
from tests.kiosk.engine.machine import Machine

DEVICE: Final = DeviceKey(bytes(range(32)))
RULES: Final = HelpRules(query=True, grounds=(GroundRule(Ground.PRESENT),))
CARDS: Final = load_cards()
RESIDENTS: Final = ("jinan-1-0", "jinan-2-0", "jinan-retiree", "jinan-flexible", "jinan-twin-b")
"""The last one's record is looked up at the bureau only."""
QUERY_PASSWORD: Final = "shi4Li7"
Asked = tuple[str, ...]


@pytest.fixture
def line(central: CentralProcess) -> Iterator[Line]:
    line = Line(central.port, seed=7)
    yield line
    line.stop()


class Day:
    """Visits by chance, all from one seed."""

    def __init__(self, machine: Machine, central: CentralProcess, line: Line, seed: int) -> None:
        self.m, self.central, self.line = machine, central, line
        self.random = random.Random(seed)
        self.had: Counter[str] = Counter()

    def visit(self) -> None:
        kind = self.random.choices(("own", "clerk", "query"), (4, 3, 2))[0]
        self.had[kind] += 1
        {"own": self.own, "clerk": self.clerk, "query": self.query}[kind]()
        self.m.slot.pull()
        if not isinstance(self.m.models[-1].state, Idle):
            self.m.press(End())
        self.m.until(lambda model: isinstance(model.state, Idle | Ended | OutOfService) and model.world.slot is None)
        self.m.until(lambda model: isinstance(model.state, Idle | OutOfService), 20)

    def lose(self, operation: Operation) -> None:
        """Sometimes central has done it and its answer does not come."""
        if self.random.random() < 0.25:
            self.central.simulator.fault(FaultKind.RESET, operation)
            self.had["lost"] += 1

    def own(self) -> None:
        self.lose(Operation.OVERVIEW)
        self.m.slot.insert(chip(self.random.choice(RESIDENTS)))
        self.m.go(lambda model: isinstance(model.state, Record | CardPage | OutOfService), within=20)

    def clerk(self) -> None:
        self.m.slot.insert("staff-clerk")

        def in_or_not(model: Model) -> bool:
            return isinstance(model.state, Staff | CardPage | OutOfService)

        self.m.go(lambda model: in_or_not(model) and not _working(model), within=20)
        if not isinstance(self.m.models[-1].state, Staff):
            return
        self.m.screen(Screen.DESK)
        self.lose(Operation.LOOK_UP)
        self.m.press(OpenLookup())
        self.m.screen(Screen.GROUND)
        self.m.press(PickGround(Ground.PRESENT))
        self.m.screen(Screen.WHOSE)
        self.typed(number_of(self.random.choice(RESIDENTS)))
        model = self.m.until(lambda model: isinstance(_stage(model), Found | Refused | StaffFailed), 20)
        if not isinstance(_stage(model), Found):
            return
        if self.random.random() < 0.6:
            self.m.press(RevealRecord(RevealField.NUMBER))
            self.m.until(lambda model: not isinstance(stage := _stage(model), Found) or stage.shown is not None, 20)
        if isinstance(_stage(self.m.models[-1]), Found) and self.random.random() < 0.5:
            self.m.press(HandOver())
            self.m.until(lambda model: not isinstance(_stage(model), Found), 20)

    def query(self) -> None:
        if self.m.models[-1].world.slot is not None:
            return
        self.m.press(OpenQuery())
        model = self.m.until(lambda model: isinstance(model.state, Query))
        if isinstance(_stage(model), QueryFailed):
            return
        self.lose(Operation.OPEN_QUERY_SESSION)
        self.m.press(PickNumberKind(NumberKind.ID_NUMBER))
        self.typed(number_of("jinan-1-0"))
        self.m.screen(Screen.QUERY_PASSWORD)
        for sign in QUERY_PASSWORD if self.random.random() < 0.8 else "wrong-1":
            self.m.engine.secret.press_sign(sign)
        self.m.press(ConfirmTyped())

        def answered(model: Model) -> bool:
            stage = _stage(model)
            if isinstance(stage, QueryPassword):
                return stage.note is not EntryNote.NONE
            return isinstance(stage, QueryFailed | QueryLocked) or isinstance(model.state, Record)

        self.m.until(answered, 20)

    def typed(self, text: str) -> None:
        for key in text:
            self.m.press(TypeKey(key))
        self.m.press(ConfirmTyped())


def _stage(model: Model) -> object:
    return model.state.stage if isinstance(model.state, Staff | Query) else None


def _working(model: Model) -> bool:
    return isinstance(_stage(model), StaffWorking)


def number_of(card: str) -> str:
    holder = CARDS[card].holder
    assert holder is not None
    return holder.ssn


def missing(few: Sequence[Asked], many: Sequence[Asked]) -> Counter[Asked]:
    """What of `few` is not in `many`, each as often."""
    return Counter(few) - Counter(many)


@pytest.mark.long
@pytest.mark.fault(
    "central", "answers lost and outages in a day: central's record and the audit chain agree", level="real"
)
@pytest.mark.parametrize("seed", [3])
def test_after_a_day_with_outages_central_and_the_chain_agree(
    machine: Callable[..., Machine],
    central: CentralProcess,
    demo_pki: pki.DemoPki,
    line: Line,
    tmp_path: Path,
    fired: Callable[[object], None],
    seed: int,
) -> None:
    file = AuditFile(tmp_path / "audit", DEVICE, "kiosk-01")
    chain = Chain(lambda: file, lambda: load_signer(demo_pki.list_signer.public), 400)
    helping = Helping(
        Lockouts(
            lambda: Lockout(tmp_path, "lockout-staff", DEVICE),
            lambda: Lockout(tmp_path, "lockout-query", DEVICE, Limits(free=100)),
        ),
        lambda: Technicians(tmp_path, DEVICE),
        lambda: Diagnostics((), lambda: (), "1.2.3", lambda: datetime(2026, 11, 22)),
        lambda _report, _language: None,
    )
    m = machine(f"https://127.0.0.1:{line.port}", audit=chain, help=RULES, helping=helping)
    day = Day(m, central, line, seed)
    for hour in range(6):
        out = hour in (2, 4)
        line.set(Cut() if out else Through())
        for _ in range(2 if out else 6):
            day.visit()
        central.simulator.clear()
    line.set(Through())
    seen = all_of_it(m, central, file)
    assert day.had["lost"] >= 3, "answers were lost"
    fired(day.had["lost"])
    assert {"own", "clerk", "query"} <= set(day.had)

    lines = [json.loads(text) for text in seen.lines[1:]]
    assert [text for _, text, _ in file.after(0, 10_000)] == list(seen.lines)
    assert seen.alarms == () or {alarm.kind.value for alarm in seen.alarms} == {"another_chain"}
    head = Head(seen.chain, seen.length, bytes.fromhex(seen.head))
    assert seen.key is not None
    assert isinstance(file.verify(bytes.fromhex(seen.key), (head,)), Sound)

    person = file.person()
    simulator = central.simulator
    looked = [
        (whose(person, "staff", one.staff), whose(person, "id_number", one.person), one.ground.value)
        for one in simulator.lookups()
        if one.person is not None
    ]
    asked = [(x["by"], x["whose"], x["ground"]) for x in lines if (x["kind"], x["outcome"]) == ("look_up", "asked")]
    assert looked
    assert not missing(looked, asked), "central answered a look-up that no line asked for"
    shown = [x["ref"] for x in lines if (x["kind"], x["outcome"]) == ("look_up", "found")]
    assert len(shown) <= sum(one.outcome is LookupOutcome.FOUND for one in simulator.lookups())
    assert len(set(shown)) == len(shown)
    revealed = [field.value for one in simulator.lookups() for field in one.reveals]
    assert revealed
    assert not missing([(field,) for field in revealed], [(x["detail"],) for x in lines if x["kind"] == "reveal"])
    over = sum(x["kind"] == "hand_over" and x["outcome"] == "done" for x in lines)
    assert (
        over
        <= sum(one.handed_over for one in simulator.lookups())
        <= sum(x["kind"] == "hand_over" and x["outcome"] == "asked" for x in lines)
    )
    opened = sum(one.outcome is QueryOutcome.OPENED for one in simulator.queries())
    queries = Counter(x["outcome"] for x in lines if x["kind"] == "query")
    assert queries["done"] <= opened <= queries["asked"]
    given = sum(row.status == 200 for row in simulator.recording(Operation.OVERVIEW))
    overviews = Counter(x["outcome"] for x in lines if x["kind"] == "overview")
    assert overviews["asked"] - overviews["not_shown"] <= given <= overviews["asked"]


def all_of_it(m: Machine, central: CentralProcess, file: AuditFile) -> SeenChain:
    """The line is good again: what central has not got goes there."""
    trail = m.engine._trail
    assert isinstance(trail, AuditTrail)
    until = time.monotonic() + 30
    while True:
        trail.send(Cancel())
        head = file.head()
        seen = next((one for one in central.simulator.audits() if one.chain == head.chain), None)
        if seen is not None and seen.key is not None and len(seen.lines) == head.length:
            return seen
        assert time.monotonic() < until, "central has not got all lines"
        time.sleep(0.1)
