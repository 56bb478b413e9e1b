"""A kiosk's audit chain and central over the wire: a head with every request, escrow, upload, and what an auditor finds."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.central import contract as c
from kiosk.central.client import CentralClient
from kiosk.central.contract import Heartbeat, ProblemType
from kiosk.model import CentralFailure
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.seen import AuditAlarm, SeenChain
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki
from kiosk.store.audit import Seen, Sound, head_header, seen_bytes, seen_of
from kiosk.store.auditfile import AuditFile
from kiosk.store.device_key import DeviceKey
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.plain import Plain

BEAT = Heartbeat("1.0", "ready", 5, False)


class Chain:
    """The port of the client, on the real file."""

    def __init__(self, folder: Path) -> None:
        self.file = AuditFile(folder, DeviceKey(bytes(range(32))), "kiosk-01")
        self.heard: list[Seen] = []

    def head(self) -> str:
        return head_header(self.file.head())

    def seen(self, header: str) -> None:
        seen = seen_of(header)
        assert seen is not None
        self.heard.append(seen)

    def write(self, count: int) -> None:
        self.file.append([{"kind": "overview", "who": "holder"}] * count)

    def at(self, simulator: Simulator) -> SeenChain:
        name = self.file.head().chain
        return next(one for one in simulator.audits("kiosk-01") if one.chain == name)

    def enrol(self, client: CentralClient) -> bytes:
        key = self.file.escrow()
        assert key is not None
        assert client.enrol_audit(self.file.head().chain, key).value == c.AuditStanding(0)
        self.file.escrowed()
        return key

    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text, _ in self.file.after(0, 10_000))


def contradictions(held: SeenChain) -> list[tuple[AuditAlarm, int, int]]:
    """Where in the chain, and how often. Each test's chain is another one of the same kiosk: that alarm is for another test."""
    return [(one.kind, one.length, one.times) for one in held.alarms if one.kind is not AuditAlarm.ANOTHER_CHAIN]


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    made = Chain(tmp_path)
    yield made
    made.file.close_file()


@pytest.fixture
def signer(pki: DemoPki) -> Ed25519PublicKey:
    key = load_pem_public_key(pki.list_signer.public.read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    return key


def test_every_answer_says_what_central_has_seen_also_a_no(
    client: CentralClient, chain: Chain, signer: Ed25519PublicKey
) -> None:
    client.audit = chain
    assert client.heartbeat(BEAT).value is not None
    chain.write(2)
    assert client.contributions("no-such-session", "t" * 20, "110", 2020).failure is CentralFailure.SESSION_ENDED
    assert client.end_session("no-such-session", "t" * 20).failure is CentralFailure.SESSION_ENDED
    chain.write(1)
    assert client.loss_list(0).value is not None
    assert [seen.head.length for seen in chain.heard] == [1, 3, 3, 4]
    assert chain.heard[-1].head == chain.file.head()
    for seen in chain.heard:
        signer.verify(seen.signature, seen_bytes(seen.head))


def test_a_kiosk_without_a_chain_is_told_of_none_and_what_is_no_head_is_passed_over(
    pki: DemoPki, central: CentralProcess
) -> None:
    plain = Plain(pki, central)
    for head in ({}, {c.AUDIT_HEAD: "1;2;3"}, {c.AUDIT_HEAD: f"{'0' * 32};1;{'0' * 63}"}):
        answer = plain.ask("GET", f"{c.LOSS_LIST}?after=0", head=head)
        assert (answer.status, answer.head.get(c.AUDIT_SEEN.lower())) == (200, None)


def test_an_auditor_finds_at_central_what_the_kiosk_wrote(
    client: CentralClient, chain: Chain, simulator: Simulator
) -> None:
    client.audit = chain
    key = chain.enrol(client)
    chain.write(450)
    name, lines = chain.file.head().chain, chain.file.after(0, 500)
    assert client.upload_audit(name, lines).value == c.AuditStanding(451)
    held = chain.at(simulator)
    assert (held.lines, held.length, contradictions(held)) == (chain.texts(), 451, [])
    assert held.head == chain.file.head().mac.hex()
    assert held.key == key.hex()
    assert chain.file.verify(bytes.fromhex(held.key)) == Sound(1, 451, chain.file.head().mac, macs=True)


@pytest.mark.parametrize("lost", [FaultKind.REQUEST_LOST, FaultKind.RESET, FaultKind.REPEATED])
def test_an_upload_goes_on_where_it_stopped(
    client: CentralClient, chain: Chain, simulator: Simulator, lost: FaultKind
) -> None:
    """What the kiosk does: the lines after those that central last said that it holds."""
    client.audit = chain
    chain.enrol(client)
    chain.write(24)
    simulator.fault(lost, Operation.UPLOAD_AUDIT, skip=1, times=2)
    name, held = chain.file.head().chain, 0
    for _ in range(10):
        answer = client.upload_audit(name, chain.file.after(held, 10)).value
        held = held if answer is None else answer.held
    assert held == 25
    assert chain.at(simulator).lines == chain.texts()
    assert contradictions(chain.at(simulator)) == []


def test_a_line_that_was_changed_on_the_way_is_refused_and_the_alarm_stays(
    client: CentralClient, chain: Chain, simulator: Simulator
) -> None:
    chain.enrol(client)
    chain.write(2)
    name, lines = chain.file.head().chain, chain.file.after(0, 10)
    number, text, mac = lines[1]
    answer = client.upload_audit(name, [lines[0], (number, text.replace("holder", "nobody"), mac)])
    assert (answer.status, answer.problem) == (409, ProblemType.AUDIT_CONFLICT)
    held = chain.at(simulator)
    assert held.lines == ()
    assert contradictions(held) == [(AuditAlarm.BROKEN_LINE, 2, 1)]
    assert client.enrol_audit(name, bytes(32)).problem == ProblemType.AUDIT_CONFLICT
    assert client.upload_audit(name, lines).value == c.AuditStanding(3)


def test_another_kiosks_certificate_is_refused_on_a_chain(
    client: CentralClient, chain: Chain, connect: Connect, central: CentralProcess, pki: DemoPki
) -> None:
    chain.enrol(client)
    other = connect(central.base_url, pki.device("kiosk-02"))
    name, lines = chain.file.head().chain, chain.file.after(0, 10)
    assert other.upload_audit(name, lines).problem == ProblemType.WRONG_DEVICE
    other.audit = chain
    assert other.heartbeat(BEAT).value is not None
    assert chain.heard == []
    alarms = chain.at(central.simulator).alarms
    assert [(one.device, one.times) for one in alarms if one.kind is AuditAlarm.FOREIGN_CHAIN] == [("kiosk-02", 2)]


@pytest.mark.long
def test_what_central_holds_is_there_after_a_restart_on_another_day(pki: DemoPki, tmp_path: Path, chain: Chain) -> None:
    """The population is built anew, and the register as on its first day: no line is taken back."""
    database = f"sqlite:///{tmp_path}/central.sqlite"
    identity = pki.device("kiosk-01")

    def ask(lines: int, today: date) -> SeenChain:
        with CentralProcess(pki, population=5, database=database, today=today) as central:
            client = CentralClient(central.base_url, pki.authority, identity.certificate, identity.key)
            client.audit = chain
            if chain.file.escrow() is not None:
                chain.enrol(client)
            chain.write(lines)
            name = chain.file.head().chain
            held = client.upload_audit(name, ()).value
            assert held is not None
            assert client.upload_audit(name, chain.file.after(held.held, 100)).value is not None
            central.simulator.first_day()
            client.close()
            return chain.at(central.simulator)

    ask(3, date(2026, 11, 20))
    held = ask(4, date(2026, 11, 21))
    assert held.lines == chain.texts()
    assert len(held.lines) == held.length == 8
    assert held.alarms == ()
    assert json.loads(held.lines[0])["chain"] == held.chain
