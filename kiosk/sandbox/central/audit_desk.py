"""The kiosks' audit chains at central: the highest head is kept and signed, k0 is in escrow, lines are checked.

A kiosk that is taken over can write what comes, and cut what it has not told yet. What it told cannot be taken back: each of
its requests names its head (`contract.AUDIT_HEAD`), and a head that does not go on from those before is an alarm here. The
chain's form is `kiosk.store.audit`.
"""

import json
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.central.contract import AuditEnrolment, AuditLine, AuditStanding, AuditUpload, ProblemType
from kiosk.sandbox.central.audit_tables import AuditAlarmRow, AuditChainRow, AuditHeadRow, AuditLineRow
from kiosk.sandbox.central.database import insert_of
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.seen import AuditAlarm
from kiosk.store.audit import (
    GENESIS,
    LATE_SECONDS,
    NO_HEAD,
    Head,
    Seen,
    head_of,
    mac_of,
    next_key,
    seen_bytes,
    seen_header,
)


class Contradiction(Exception):
    """Ends an enrolment or upload: an alarm, which is written after its transaction was taken back."""

    def __init__(self, chain: str, kind: AuditAlarm, length: int, problem: ProblemType) -> None:
        super().__init__(kind.value)
        self.chain, self.kind, self.length, self.problem = chain, kind, length, problem


def saw(db: Session, signer: Ed25519PrivateKey, device: str, header: str, now: float) -> str | None:
    """The head that came with a request -> the highest one of this chain, signed, for the answer. Nothing is refused; what is no
    head is passed over."""
    head = head_of(header)
    if head is None:
        return None
    chain = _chain(db, device, head.chain, now)
    if chain.device != device:
        alarm(db, device, head.chain, AuditAlarm.FOREIGN_CHAIN, head.length, now)
        return None
    highest = highest_of(db, chain)
    if head != highest:
        _compare(db, chain, head, now)
        highest = highest_of(db, chain)
    return seen_header(Seen(highest, signer.sign(seen_bytes(highest))))


def _compare(db: Session, chain: AuditChainRow, head: Head, now: float) -> None:
    """Does it go on from those before."""
    known = _mac_at(db, chain, head.length)
    settled = _settled(db, chain.chain, now)
    if known is not None and known != head.mac:
        alarm(db, chain.device, chain.chain, AuditAlarm.FORKED, head.length, now)
    elif head.length < settled:
        alarm(db, chain.device, chain.chain, AuditAlarm.ROLLED_BACK, head.length, now)
    elif known is None:
        told = {"chain": chain.chain, "length": head.length, "mac": head.mac, "at": now}
        db.execute(insert_of(db)(AuditHeadRow).values(**told).on_conflict_do_nothing())
        gone = AuditHeadRow.chain == chain.chain, AuditHeadRow.length < min(settled, chain.held + 1)
        db.execute(delete(AuditHeadRow).where(*gone))


def enrol(db: Session, device: str, request: AuditEnrolment, now: float) -> AuditStanding:
    """Raises Contradiction: the chain has another key, or another kiosk."""
    chain = _chain(db, device, request.chain, now)
    _own(chain, device)
    key = bytes.fromhex(request.key)
    if chain.key is None:
        chain.key = chain.next_key = key
    elif chain.key != key:
        raise Contradiction(chain.chain, AuditAlarm.ANOTHER_KEY, chain.held, ProblemType.AUDIT_CONFLICT)
    return AuditStanding(chain.held)


def upload(db: Session, device: str, request: AuditUpload, now: float) -> AuditStanding:
    """Lines after those that are held. Raises ProblemError (NOT_OFFERED: not enrolled; AUDIT_CONFLICT: a gap) and
    Contradiction: a line that does not fit its key, or is another one than is held."""
    chain = db.get(AuditChainRow, request.chain, with_for_update=True)
    if chain is None:
        raise ProblemError(ProblemType.NOT_OFFERED)
    _own(chain, device)
    key = chain.next_key
    if key is None:
        raise ProblemError(ProblemType.NOT_OFFERED)
    held, head = chain.held, chain.head
    _same_as_held(db, chain, [line for line in request.lines if line.number <= held])
    for line in request.lines:
        if line.number <= held:
            continue
        if line.number != held + 1:
            raise ProblemError(ProblemType.AUDIT_CONFLICT)
        mac = bytes.fromhex(line.mac)
        if mac_of(key, head, line.text) != mac or (line.number == 1 and not _begins(line.text, chain.chain)):
            raise Contradiction(chain.chain, AuditAlarm.BROKEN_LINE, line.number, ProblemType.AUDIT_CONFLICT)
        known = _mac_at(db, chain, line.number)
        if known is not None and known != mac:
            # It is the kiosk's own line by its key, and another one than the kiosk told of: kept, for who looks into it.
            alarm(db, device, chain.chain, AuditAlarm.FORKED, line.number, now)
        db.add(AuditLineRow(chain=chain.chain, number=line.number, text=line.text, mac=mac))
        held, head, key = line.number, mac, next_key(key)
    chain.held, chain.head, chain.next_key = held, head, key
    return AuditStanding(held)


def alarm(db: Session, device: str, chain: str, kind: AuditAlarm, length: int, now: float) -> None:
    """One row a kind: a kiosk that goes on does not fill the table."""
    told = {"chain": chain, "kind": kind.value, "device": device, "length": length, "at": now, "times": 1}
    db.execute(
        insert_of(db)(AuditAlarmRow)
        .values(**told)
        .on_conflict_do_update(
            index_elements=[AuditAlarmRow.chain, AuditAlarmRow.kind, AuditAlarmRow.device],
            set_={"times": AuditAlarmRow.times + 1},
        )
    )


def highest_of(db: Session, chain: AuditChainRow) -> Head:
    """By heads and lines."""
    row = db.scalars(
        select(AuditHeadRow).where(AuditHeadRow.chain == chain.chain).order_by(AuditHeadRow.length.desc()).limit(1)
    ).first()
    if row is None or row.length < chain.held:
        return Head(chain.chain, chain.held, chain.head)
    return Head(chain.chain, row.length, row.mac)


def _chain(db: Session, device: str, name: str, now: float) -> AuditChainRow:
    """Known from its first word on. A kiosk that has had another one: its disk was renewed, or somebody removed it."""
    found = db.get(AuditChainRow, name)
    if found is not None:
        return found
    before = db.scalars(select(AuditChainRow.chain).where(AuditChainRow.device == device).limit(1)).first()
    if before is not None:
        alarm(db, device, name, AuditAlarm.ANOTHER_CHAIN, 0, now)
    told = {"chain": name, "device": device, "at": now, "held": 0, "head": NO_HEAD}
    db.execute(insert_of(db)(AuditChainRow).values(**told).on_conflict_do_nothing())
    return db.get_one(AuditChainRow, name)


def _own(chain: AuditChainRow, device: str) -> None:
    if chain.device != device:
        raise Contradiction(chain.chain, AuditAlarm.FOREIGN_CHAIN, chain.held, ProblemType.WRONG_DEVICE)


def _mac_at(db: Session, chain: AuditChainRow, length: int) -> bytes | None:
    """What the chain's MAC is at this length, as far as it was told."""
    if length == 0:
        return NO_HEAD
    if length <= chain.held:
        line = db.get(AuditLineRow, (chain.chain, length))
        return None if line is None else line.mac
    head = db.get(AuditHeadRow, (chain.chain, length))
    return None if head is None else head.mac


def _settled(db: Session, chain: str, now: float) -> int:
    """No request under way can name a shorter one."""
    old = AuditHeadRow.chain == chain, AuditHeadRow.at <= now - LATE_SECONDS
    return db.scalar(select(func.max(AuditHeadRow.length)).where(*old)) or 0


def _same_as_held(db: Session, chain: AuditChainRow, lines: Sequence[AuditLine]) -> None:
    if not lines:
        return
    numbers = [line.number for line in lines]
    rows = db.scalars(
        select(AuditLineRow).where(
            AuditLineRow.chain == chain.chain, AuditLineRow.number.between(min(numbers), max(numbers))
        )
    )
    held = {row.number: (row.text, row.mac) for row in rows}
    for line in lines:
        if held.get(line.number) != (line.text, bytes.fromhex(line.mac)):
            raise Contradiction(chain.chain, AuditAlarm.OTHER_LINE, line.number, ProblemType.AUDIT_CONFLICT)


def _begins(text: str, chain: str) -> bool:
    try:
        told = json.loads(text)
    except ValueError:
        return False
    return isinstance(told, dict) and (told.get("kind"), told.get("chain")) == (GENESIS, chain)
