"""The audit trail of a running kiosk: nothing is shown before its line is on the disk, and central gets lines, heads and key."""

import errno
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from kiosk.audit import Entry, Kind, Outcome, Subject, Who
from kiosk.central.answers import Cancel
from kiosk.central.client import CentralClient
from kiosk.engine import audit as engine_audit
from kiosk.engine.audit import AuditTrail, Chain
from kiosk.engine.clock import ServerClock
from kiosk.help import NumberKind
from kiosk.sandbox import pki
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.seen import AuditAlarm, SeenChain
from kiosk.store.audit import Head, Sound, whose
from kiosk.store.auditfile import FILE, AuditFile, AuditUnwritable
from kiosk.store.device_key import DeviceKey
from kiosk.store.losslist import load_signer
from kiosk.visit.failures import Failure
from kiosk.visit.help_deeds import AuditStands
from kiosk.visit.states import Idle, Opening, Record, Screen
from tests.kiosk.engine.kept import chip
from tests.kiosk.engine.machine import PIN, Machine

Make = Callable[..., Machine]
DEVICE = DeviceKey(bytes(range(32)))


class Slow(AuditFile):
    """A disk whose writes a test holds back, or makes fail."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DEVICE, "kiosk-01")
        self.free = threading.Event()
        self.free.set()
        self.reached = threading.Event()

    def append(self, lines: Sequence[Mapping[str, str | int]]) -> Head:
        self.reached.set()
        assert self.free.wait(20)
        return super().append(lines)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Slow]:
    made = Slow(tmp_path / "audit")
    yield made
    made.free.set()
    made.close_file()


@pytest.fixture
def chain(disk: Slow, demo_pki: pki.DemoPki) -> Chain:
    return Chain(lambda: disk, lambda: load_signer(demo_pki.list_signer.public), 400)


def texts(file: AuditFile) -> list[dict[str, str | int]]:
    return [json.loads(text) for _, text, _ in file.after(0, 1000)]


def kinds(file: AuditFile) -> list[str]:
    return [str(each["kind"]) for each in texts(file)]


def at_opening(m: Machine) -> None:
    m.slot.insert(chip())
    m.type_pin(PIN)


# --- nothing is shown before ------------------------------------------------------------------------------------------------


def test_a_record_is_shown_once_its_line_is_on_the_disk(machine: Make, chain: Chain, disk: Slow) -> None:
    m = machine(audit=chain)
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    disk.free.clear()
    m.type_pin(PIN)
    assert disk.reached.wait(5)
    until = time.monotonic() + 5
    while not isinstance(m.engine.model.state, Record):  # central has answered, the visit is there
        assert time.monotonic() < until
        time.sleep(0.01)
    assert not any(isinstance(model.state, Record) for model in m.models)
    assert isinstance(m.models[-1].state, Opening)
    disk.free.set()
    m.screen(Screen.HOME)
    line = texts(disk)[-1]
    number = chip().file.issuer
    assert number is not None
    assert (line["kind"], line["outcome"], line["who"]) == ("overview", "asked", "holder")
    assert line["whose"] == whose(disk.person(), "card_number", number.number)


def test_who_leaves_before_the_line_is_written_never_sees_anything(machine: Make, chain: Chain, disk: Slow) -> None:
    m = machine(audit=chain)
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    disk.free.clear()
    m.type_pin(PIN)
    assert disk.reached.wait(5)
    until = time.monotonic() + 5
    while not isinstance(m.engine.model.state, Record):
        assert time.monotonic() < until
        time.sleep(0.01)
    m.slot.pull()
    m.until(lambda model: isinstance(model.state, Idle) and model.world.slot is None)
    disk.free.set()
    m.next_person(chip("jinan-1-0"))
    assert sum(isinstance(model.state, Record) for model in m.models) == 1


def test_a_line_costs_no_wait_where_the_disk_is_as_quick_as_central(machine: Make, chain: Chain, disk: Slow) -> None:
    """The line is written while central answers: no page stands between."""
    m = machine(audit=chain)
    at_opening(m)
    m.screen(Screen.HOME)
    assert "overview" in kinds(disk)


@pytest.mark.fault("machine", "the audit chain cannot be written while a record is asked for", level="real")
def test_where_the_line_cannot_be_written_nothing_is_shown_and_the_kiosk_does_not_serve_until_it_can(
    machine: Make, chain: Chain, disk: Slow, monkeypatch: pytest.MonkeyPatch, fired: Callable[[object], None]
) -> None:
    monkeypatch.setattr(engine_audit, "RETRY_SECONDS", 0.2)
    m = machine(audit=chain)
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    disk.close_file()
    folder = disk._path.parent
    folder.rename(folder.with_name("gone"))
    folder.write_text("no folder")
    m.type_pin(PIN)
    m.failure(Failure.AUDIT_UNWRITABLE)
    assert not any(isinstance(model.state, Record) for model in m.models)
    m.slot.pull()
    m.failure(Failure.AUDIT_UNWRITABLE)
    folder.unlink()
    folder.with_name("gone").rename(folder)
    m.until(lambda model: isinstance(model.state, Idle))
    m.next_person(chip())
    told = [(line["kind"], line["outcome"]) for line in texts(disk)[1:]]
    assert told == [("overview", "asked"), ("overview", "not_shown"), ("overview", "asked")]
    fired(told)


def test_a_kiosk_whose_chain_is_damaged_does_not_serve(machine: Make, chain: Chain, disk: Slow) -> None:
    disk._path.parent.mkdir()
    disk._path.write_bytes(b"x" * 8192)
    machine(audit=chain).failure(Failure.AUDIT_UNWRITABLE)
    assert disk._path.read_bytes() == b"x" * 8192


def test_a_disk_that_hangs_is_one_that_cannot_be_written(
    machine: Make, chain: Chain, disk: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_audit, "STALL_SECONDS", 0.3)
    m = machine(audit=chain)
    m.slot.insert(chip())
    m.screen(Screen.PIN)
    disk.free.clear()
    m.type_pin(PIN)
    m.failure(Failure.AUDIT_UNWRITABLE)
    m.slot.pull()
    disk.free.set()
    m.until(lambda model: isinstance(model.state, Idle))


@pytest.mark.fault("machine", "no file handle is left when the audit chain is opened", level="real")
def test_a_chain_that_cannot_be_opened_for_want_of_a_handle_is_opened_when_there_is_one(
    machine: Make, disk: Slow, demo_pki: pki.DemoPki, monkeypatch: pytest.MonkeyPatch, fired: Callable[[object], None]
) -> None:
    monkeypatch.setattr(engine_audit, "RETRY_SECONDS", 0.05)
    handles = threading.Event()
    asked: list[int] = []

    def opened() -> AuditFile:
        asked.append(1)
        if not handles.is_set():
            raise OSError(errno.EMFILE, "Too many open files")
        return disk

    m = machine(audit=Chain(opened, lambda: load_signer(demo_pki.list_signer.public), 400))
    m.failure(Failure.AUDIT_UNWRITABLE)
    fired(asked)
    handles.set()
    m.until(lambda model: isinstance(model.state, Idle))
    m.next_person(chip())


# --- central ----------------------------------------------------------------------------------------------------------------


class Kiosk:
    """The trail alone, with a real client and file; when it sends is a test's word."""

    def __init__(
        self, central: CentralProcess, certificates: pki.DemoPki, folder: Path, device: str = "kiosk-01"
    ) -> None:
        mine = certificates.device(device)
        self.file = AuditFile(folder, DEVICE, device)
        self.client = CentralClient(central.base_url, certificates.authority, mine.certificate, mine.key)
        self.told: list[AuditStands] = []
        self.central = central
        written = self.written = threading.Semaphore(0)
        self.trail = AuditTrail(
            Chain(lambda: self.file, lambda: load_signer(certificates.list_signer.public), 400),
            self.client,
            lambda _answer: None,
            ServerClock(),
            lambda _visit: "A12345674",
            self.told.append,
            written.release,
        )
        self.client.audit = self.trail
        self.trail.start()

    def write(self, *entries: Entry) -> None:
        self.trail.write(entries)
        assert self.written.acquire(timeout=5)

    def send(self) -> None:
        self.trail.send(Cancel())

    def ask(self) -> None:
        """Any request: its answer brings central's countersigned head."""
        assert self.client.challenges(1).value is not None

    def seen(self) -> SeenChain:
        return next(each for each in self.central.simulator.audits() if each.chain == self.file.head().chain)

    def alarms(self) -> set[AuditAlarm]:
        """But that it is another chain: each test here begins one."""
        return {alarm.kind for alarm in self.seen().alarms} - {AuditAlarm.ANOTHER_CHAIN}

    def stop(self) -> None:
        self.trail.stop()
        self.client.close()


def own(visit: int) -> Entry:
    return Entry(Kind.OVERVIEW, visit, Who.HOLDER, Outcome.ASKED, Subject())


@pytest.fixture
def kiosk(central: CentralProcess, demo_pki: pki.DemoPki, tmp_path: Path) -> Iterator[Kiosk]:
    central.simulator.reset()
    made = Kiosk(central, demo_pki, tmp_path / "audit")
    yield made
    made.stop()


def test_a_line_that_could_not_be_written_is_not_durable_until_it_is(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_audit, "RETRY_SECONDS", 0.01)
    kiosk.write(own(1))
    tried = threading.Semaphore(0)
    append = kiosk.file.append

    def full(lines: Sequence[Mapping[str, str | int]]) -> Head:
        tried.release()
        raise AuditUnwritable("database or disk is full", damaged=False)

    monkeypatch.setattr(kiosk.file, "append", full)
    kiosk.trail.write([own(2)])
    for _ in range(3):
        assert tried.acquire(timeout=10)
        assert not kiosk.trail.durable
    monkeypatch.setattr(kiosk.file, "append", append)
    assert kiosk.written.acquire(timeout=10)
    assert kiosk.trail.durable
    assert [str(line["visit"]).rpartition("-")[2] for line in texts(kiosk.file)[1:]] == ["1", "2"]


def test_key_and_lines_go_to_central_and_the_key_is_gone_here(kiosk: Kiosk) -> None:
    kiosk.write(own(1), own(2))
    key = kiosk.file.escrow()
    assert key is not None
    kiosk.send()
    seen = kiosk.seen()
    assert seen.key is not None
    assert bytes.fromhex(seen.key) == key
    assert kiosk.file.escrow() is None
    assert list(seen.lines) == [text for _, text, _ in kiosk.file.after(0, 100)]
    assert kiosk.alarms() == set()
    assert kiosk.file.held() == 3
    assert kiosk.file.verify(bytes.fromhex(seen.key)) == Sound(1, 3, kiosk.file.head().mac, macs=True)


def test_every_request_tells_the_head_and_central_s_word_is_kept(kiosk: Kiosk) -> None:
    kiosk.write(own(1))
    kiosk.ask()
    seen = kiosk.seen()
    assert (seen.length, seen.head) == (2, kiosk.file.head().mac.hex())
    kiosk.send()
    kept = kiosk.file.seen()
    assert kept is not None
    assert kept.head == kiosk.file.head()
    status = kiosk.trail.status()
    assert (status.writable, status.length, status.held, status.seen) == (True, 2, 2, 2)
    assert (status.escrowed, status.contradicted) == (True, False)


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.REQUEST_LOST])
def test_an_upload_goes_on_where_it_stopped(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, kind: FaultKind) -> None:
    monkeypatch.setattr(engine_audit, "LINES_AT_ONCE", 4)
    kiosk.write(*(own(visit) for visit in range(10)))
    kiosk.send()
    kiosk.write(*(own(visit) for visit in range(10)))
    more = {"status": 503} if kind is FaultKind.STATUS else {}
    kiosk.central.simulator.fault(kind, Operation.UPLOAD_AUDIT, times=2, **more)
    kiosk.send()
    kiosk.send()
    kiosk.send()
    assert len(kiosk.seen().lines) == 21
    assert kiosk.alarms() == set()


def test_what_central_has_lost_is_sent_again(kiosk: Kiosk) -> None:
    """The kiosk believes more lines to be there than central holds."""
    kiosk.send()
    kiosk.write(own(1), own(2), own(3))
    kiosk.file.uploaded(3)
    kiosk.send()
    assert len(kiosk.seen().lines) == 4


def test_a_file_that_was_put_back_is_an_alarm_at_central_and_known_here(
    kiosk: Kiosk, central: CentralProcess, demo_pki: pki.DemoPki, tmp_path: Path
) -> None:
    kiosk.send()
    kiosk.file.close_file()
    older = (tmp_path / "audit" / FILE).read_bytes()
    kiosk.write(own(1), own(2))
    kiosk.ask()
    kiosk.stop()
    (tmp_path / "audit" / FILE).write_bytes(older)
    again = Kiosk(central, demo_pki, tmp_path / "audit")
    again.write(own(9))
    again.ask()
    again.send()
    assert again.trail.status().contradicted
    again.write(own(10))
    again.ask()
    assert AuditAlarm.FORKED in again.alarms()
    again.stop()


def test_central_s_word_without_its_signature_is_not_taken(kiosk: Kiosk) -> None:
    head = kiosk.file.head()
    kiosk.write(own(1))
    header = f"{head.chain};{2};{kiosk.file.head().mac.hex()};{'0' * 128}"
    kiosk.trail.seen(header)
    kiosk.trail.seen("nonsense")
    kiosk.send()
    kept = kiosk.file.seen()
    assert kept is None or kept.signature != bytes(64)


def test_a_person_asked_for_by_number_is_a_hash_and_the_lines_after_it_in_the_visit_say_the_same(kiosk: Kiosk) -> None:
    number = "37010019900101123X"
    asked = Entry(Kind.QUERY, 5, Who.QUERY, Outcome.ASKED, Subject(NumberKind.ID_NUMBER, number))
    opened = Entry(Kind.OVERVIEW, 5, Who.QUERY, Outcome.ASKED)
    other = Entry(Kind.OVERVIEW, 6, Who.QUERY, Outcome.ASKED)
    kiosk.write(asked, opened)
    kiosk.write(other)
    first, second, third = texts(kiosk.file)[1:]
    named = whose(kiosk.file.person(), "id_number", number)
    assert (first["whose"], second["whose"], "whose" in third) == (named, named, False)
    assert number not in str(texts(kiosk.file))


def test_lines_given_before_the_file_is_open_are_written_as_they_are_after(
    central: CentralProcess, demo_pki: pki.DemoPki, tmp_path: Path
) -> None:
    central.simulator.reset()
    kiosk = Kiosk(central, demo_pki, tmp_path / "audit")
    kiosk.write(own(1))
    kiosk.stop()
    (line,) = texts(kiosk.file)[1:]
    assert line["whose"] == whose(kiosk.file.person(), "card_number", "A12345674")
