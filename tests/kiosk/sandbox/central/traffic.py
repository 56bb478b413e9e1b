"""What a kiosk asks for a resident without a card, and for its audit chain: to be held against the contract's document."""

from pathlib import Path

from kiosk.central.client import CentralClient
from kiosk.central.contract import AuditStanding, Heartbeat, ProblemType
from kiosk.help import NumberKind, QueryOutcome
from kiosk.model import CardStatus
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.population.queries import SET
from kiosk.sandbox.central.query_desk import NUMBER_LIMIT
from kiosk.sandbox.central.simulator import Simulator
from kiosk.store.audit import head_header
from kiosk.store.auditfile import AuditFile
from kiosk.store.device_key import DeviceKey


def without_card(client: CentralClient, simulator: Simulator) -> None:
    """Refused, locked, opened, shown in part, a loss reported."""
    simulator.first_day()
    card = "jinan-long-name"
    holder = Cardholder.of(card)
    heard = [
        client.open_query_session(NumberKind.CARD_NUMBER, "A99999999", "wrong1").value
        for _ in range(NUMBER_LIMIT.tries)
    ]
    assert [one.outcome for one in heard if one is not None][-2:] == [QueryOutcome.REFUSED, QueryOutcome.LOCKED]
    opened = client.open_query_session(NumberKind.CARD_NUMBER, holder.card_number, SET[card]).value
    assert opened is not None
    assert opened.session is not None
    assert opened.token is not None
    at = (opened.session, opened.token)
    assert client.overview(*at, card_number=None).value is not None
    assert client.contributions(*at, "110", 2019).value is not None
    assert client.account_entries(*at, "310").problem == ProblemType.NOT_OFFERED
    assert client.report_loss(*at).value is not None
    client.end_session(*at)
    simulator.set_card(holder.card_number, CardStatus.NORMAL)
    simulator.first_day()


class _Told:
    """A chain's head with every request."""

    def __init__(self, file: AuditFile) -> None:
        self._file = file

    def head(self) -> str:
        return head_header(self._file.head())

    def seen(self, header: str) -> None:
        pass


def audited(client: CentralClient, folder: Path) -> None:
    """Enrolled, uploaded, and refused what is another line."""
    file = AuditFile(folder, DeviceKey(bytes(range(32))), "kiosk-01")
    key, name = file.escrow(), file.head().chain
    assert key is not None
    client.audit = _Told(file)
    assert client.upload_audit(name, ()).problem == ProblemType.NOT_OFFERED
    assert client.enrol_audit(name, key).value == AuditStanding(0)
    lines = file.after(0, 10)
    assert client.upload_audit(name, lines).value == AuditStanding(1)
    number, text, mac = lines[0]
    other = client.upload_audit(name, [(number, text.replace("genesis", "overview"), mac)])
    assert other.problem == ProblemType.AUDIT_CONFLICT
    client.heartbeat(Heartbeat("0.1.0", "ready", 11, False))
    client.audit = None
    file.close_file()
