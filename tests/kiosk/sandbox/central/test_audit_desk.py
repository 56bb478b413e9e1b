"""Central and the kiosks' audit chains: what a kiosk told cannot be taken back, what it wrote is checked and kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central.contract import AuditEnrolment, AuditLine, AuditStanding, AuditUpload, ProblemType
from kiosk.sandbox.central import audit_desk
from kiosk.sandbox.central.audit_desk import Contradiction
from kiosk.sandbox.central.audit_tables import AuditAlarmRow, AuditHeadRow
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.seen import AuditAlarm
from kiosk.store.audit import LATE_SECONDS, Head, Line, canonical, head_header, mac_of, seen_bytes, seen_of
from kiosk.store.auditfile import FILE, AuditFile
from kiosk.store.device_key import DeviceKey
from tests.kiosk.sandbox.central.hall import A, B, Hall

DEVICE = DeviceKey(bytes(range(32)))
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")


class Kiosk:
    """A kiosk's chain in its real file, and the real desk at central."""

    def __init__(self, hall: Hall, folder: Path, device: str = A) -> None:
        self.hall = hall
        self.folder = folder
        self.device = device
        self.file = AuditFile(folder, DEVICE, device)
        self.key = self.file.escrow()

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            self.file.append([{"kind": "overview", "who": "holder"}])

    def tell(self, head: Head | None = None, device: str | None = None) -> str | None:
        """One request with the chain's head -> the answer's header."""
        told = head_header(self.file.head() if head is None else head)
        with self.hall.db() as db:
            return audit_desk.saw(db, SIGNER, device or self.device, told, self.hall.now)

    def told(self) -> Head:
        """As `tell`, with the signature checked."""
        header = self.tell()
        assert header is not None
        seen = seen_of(header)
        assert seen is not None
        SIGNER.public_key().verify(seen.signature, seen_bytes(seen.head))
        return seen.head

    def enrol(self, key: bytes | None = None, device: str | None = None) -> AuditStanding:
        key = self.key if key is None else key
        assert key is not None
        asked = AuditEnrolment(self.file.head().chain, key.hex().upper())
        with self.hall.db() as db:
            return audit_desk.enrol(db, device or self.device, asked, self.hall.now)

    def upload(self, lines: list[Line], device: str | None = None) -> int:
        sent = tuple(AuditLine(number, text, mac.hex().upper()) for number, text, mac in lines)
        with self.hall.db() as db:
            asked = AuditUpload(self.file.head().chain, sent)
            return audit_desk.upload(db, device or self.device, asked, self.hall.now).held

    def restored(self, folder: Path) -> None:
        """The file as it was in `folder`: somebody rolled the disk back."""
        self.file.close_file()
        for one in self.folder.glob(f"{FILE}*"):
            one.unlink()
        for one in folder.glob(f"{FILE}*"):
            shutil.copy(one, self.folder)

    def copied(self, folder: Path) -> Path:
        self.file.close_file()
        shutil.copytree(self.folder, folder)
        return folder

    def alarms(self) -> dict[AuditAlarm, tuple[int, int]]:
        """Where in the chain, and how often."""
        with self.hall.db() as db:
            return {AuditAlarm(row.kind): (row.length, row.times) for row in db.query(AuditAlarmRow)}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


@pytest.fixture
def kiosk(hall: Hall, tmp_path: Path) -> Iterator[Kiosk]:
    folder = tmp_path / "audit"
    folder.mkdir()
    made = Kiosk(hall, folder)
    yield made
    made.file.close_file()


def test_the_highest_head_is_countersigned_and_stays_when_requests_overtake_each_other(kiosk: Kiosk) -> None:
    first = kiosk.file.head()
    assert kiosk.told() == first
    kiosk.write(2)
    last = kiosk.file.head()
    assert kiosk.told() == last
    kiosk.hall.later(seconds=LATE_SECONDS - 1)
    header = kiosk.tell(first)  # was on its way all the time
    assert header is not None
    late = seen_of(header)
    assert late is not None
    assert late.head == last
    assert kiosk.alarms() == {}


def test_a_file_that_was_rolled_back_is_an_alarm_with_its_first_request(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.write(3)
    kiosk.tell()
    yesterday = kiosk.copied(tmp_path / "yesterday")
    kiosk.write(5)
    kiosk.tell()
    kiosk.restored(yesterday)
    kiosk.hall.later(seconds=LATE_SECONDS)
    assert kiosk.told().length == 9  # central keeps to what it saw
    assert kiosk.alarms() == {AuditAlarm.ROLLED_BACK: (4, 1)}


def test_a_chain_that_goes_on_after_a_cut_is_another_one_however_fast(kiosk: Kiosk, tmp_path: Path) -> None:
    yesterday = kiosk.copied(tmp_path / "yesterday")
    kiosk.write(2)
    kiosk.tell()
    kiosk.restored(yesterday)
    kiosk.file.append([{"kind": "overview", "who": "staff"}, {"kind": "overview", "who": "staff"}])
    assert kiosk.told().length == 3
    kiosk.tell()
    assert kiosk.alarms() == {AuditAlarm.FORKED: (3, 2)}


def test_lines_that_were_cut_before_central_heard_of_them_leave_no_trace_here(kiosk: Kiosk, tmp_path: Path) -> None:
    """The boundary, seen from central."""
    kiosk.write(2)
    kiosk.tell()
    told = kiosk.copied(tmp_path / "told")
    kiosk.write(4)
    kiosk.restored(told)
    kiosk.hall.later(days=1)
    kiosk.write(1)
    assert kiosk.told().length == 4
    assert kiosk.alarms() == {}


def test_another_chain_of_the_same_kiosk_is_taken_and_an_alarm(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.tell()
    (tmp_path / "new").mkdir()
    new = Kiosk(kiosk.hall, tmp_path / "new")
    assert new.told() == new.file.head()
    assert new.enrol() == AuditStanding(0)
    assert kiosk.alarms() == {AuditAlarm.ANOTHER_CHAIN: (0, 1)}
    new.file.close_file()


def test_another_kiosks_chain_is_refused_and_an_alarm_against_who_brings_it(kiosk: Kiosk) -> None:
    kiosk.enrol()
    assert kiosk.tell(device=B) is None
    for ask in (lambda: kiosk.enrol(device=B), lambda: kiosk.upload(kiosk.file.after(0, 10), device=B)):
        with pytest.raises(Contradiction) as refused:
            ask()
        assert (refused.value.kind, refused.value.problem) == (AuditAlarm.FOREIGN_CHAIN, ProblemType.WRONG_DEVICE)
    with kiosk.hall.db() as db:
        assert [row.device for row in db.query(AuditAlarmRow)] == [B]


def test_the_first_key_in_escrow_stays(kiosk: Kiosk) -> None:
    assert kiosk.enrol() == kiosk.enrol() == AuditStanding(0)
    with pytest.raises(Contradiction) as refused:
        kiosk.enrol(bytes(32))
    assert refused.value.kind is AuditAlarm.ANOTHER_KEY
    kiosk.write(2)
    assert kiosk.upload(kiosk.file.after(0, 500)) == 3  # by the first one


def test_lines_come_in_parts_and_again_and_are_each_held_once(kiosk: Kiosk) -> None:
    kiosk.enrol()
    kiosk.write(9)
    lines = kiosk.file.after(0, 500)
    assert kiosk.upload([]) == 0
    assert kiosk.upload(lines[:4]) == 4
    assert kiosk.upload(lines[:4]) == 4
    assert kiosk.upload(lines[2:7]) == 7
    assert kiosk.upload(lines[7:]) == kiosk.upload([]) == 10
    assert kiosk.alarms() == {}


def test_lines_of_a_chain_without_a_key_and_after_a_gap_are_not_taken(kiosk: Kiosk) -> None:
    kiosk.write(3)
    lines = kiosk.file.after(0, 500)
    for told in (False, True):
        if told:
            kiosk.tell()
        with pytest.raises(ProblemError) as refused:
            kiosk.upload(lines)
        assert refused.value.type is ProblemType.NOT_OFFERED
    kiosk.enrol()
    with pytest.raises(ProblemError) as refused:
        kiosk.upload(lines[1:])
    assert refused.value.type is ProblemType.AUDIT_CONFLICT
    assert kiosk.alarms() == {}


def altered(line: Line) -> Line:
    return (line[0], line[1].replace("holder", "nobody"), line[2])


def signed_with(key: bytes, lines: list[Line], at: int) -> list[Line]:
    """Line `at` (from 0) changed and MACed with a key that is not its own."""
    number, text, _ = altered(lines[at])
    return [*lines[:at], (number, text, mac_of(key, lines[at - 1][2], text)), *lines[at + 1 :]]


@pytest.mark.parametrize("what", ["changed", "changed and MACed anew", "exchanged", "left out", "no genesis line"])
def test_a_line_that_does_not_fit_is_refused_and_nothing_of_its_upload_is_held(kiosk: Kiosk, what: str) -> None:
    kiosk.enrol()
    kiosk.write(6)
    lines = kiosk.file.after(0, 500)
    kiosk.upload(lines[:2])
    sent = {
        "changed": [*lines[2:4], altered(lines[4]), *lines[5:]],
        "changed and MACed anew": signed_with(bytes(32), lines, 4)[2:],
        "exchanged": [lines[2], (4, *lines[4][1:]), (5, *lines[3][1:])],
        "left out": [lines[2], *((number - 1, text, mac) for number, text, mac in lines[4:])],
        "no genesis line": lines[2:4],
    }[what]
    if what == "no genesis line":
        kiosk, sent = _without_genesis(kiosk)
    held = kiosk.upload([])
    with pytest.raises(Contradiction) as refused:
        kiosk.upload(sent)
    assert (refused.value.kind, refused.value.problem) == (AuditAlarm.BROKEN_LINE, ProblemType.AUDIT_CONFLICT)
    assert kiosk.upload([]) == held


def _without_genesis(kiosk: Kiosk) -> tuple[Kiosk, list[Line]]:
    """A chain whose key is right from its first line on, which says nothing of a beginning."""
    folder = kiosk.folder.with_name("another")
    folder.mkdir()
    new = Kiosk(kiosk.hall, folder)
    new.enrol()
    assert new.key is not None
    text = canonical({"at": 1, "kind": "overview"})
    return new, [(1, text, mac_of(new.key, bytes(32), text))]


def test_another_line_than_the_one_held_is_refused(kiosk: Kiosk) -> None:
    kiosk.enrol()
    kiosk.write(4)
    lines = kiosk.file.after(0, 500)
    kiosk.upload(lines)
    with pytest.raises(Contradiction) as refused:
        kiosk.upload([lines[1], altered(lines[2])])
    assert (refused.value.kind, refused.value.length) == (AuditAlarm.OTHER_LINE, 3)


def test_a_held_line_is_what_heads_are_compared_with_when_the_heads_are_gone(kiosk: Kiosk) -> None:
    kiosk.enrol()
    for _ in range(20):
        kiosk.write()
        kiosk.tell()
        kiosk.hall.later(seconds=60)
        kiosk.upload(kiosk.file.after(kiosk.upload([]), 500))
    with kiosk.hall.db() as db:
        assert db.query(AuditHeadRow).count() <= 3
    kiosk.tell(Head(kiosk.file.head().chain, 5, bytes(32)))
    assert kiosk.alarms() == {AuditAlarm.FORKED: (5, 1)}


def test_uploaded_lines_that_are_not_those_it_told_of_are_an_alarm_and_kept(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.enrol()
    before = kiosk.copied(tmp_path / "before")
    kiosk.write(2)
    kiosk.tell()
    kiosk.restored(before)
    kiosk.file.append([{"kind": "overview", "who": "staff"}, {"kind": "overview", "who": "staff"}])
    assert kiosk.upload(kiosk.file.after(0, 500)) == 3
    assert kiosk.alarms() == {AuditAlarm.FORKED: (3, 1)}
