"""What the reference service is started with."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from drivers.card.cardfile import CARDS, KEYS_FILE


@dataclass(frozen=True)
class CentralSettings:
    """`port` and `simulator_port` 0: any free one. `database` None: a new SQLite file that goes when the service ends.

    `list_key_file`: the Ed25519 private key that signs loss lists (PEM). `devices`: common names of the kiosks' certificates
    with the area of their hall. `today` None: the calendar's. `population`: synthetic residents besides the holders of the
    card files. `ready_file` (a FIFO will do): where to write one JSON line with the addresses when everything listens.
    """

    ca_file: Path
    cert_file: Path
    key_file: Path
    list_key_file: Path
    host: str = "127.0.0.1"
    port: int = 8443
    simulator_port: int | None = None
    database: str | None = None
    devices: tuple[tuple[str, str], ...] = (("kiosk-01", "370100"), ("kiosk-02", "370100"))
    cards: Path = CARDS
    keys: Path = CARDS / KEYS_FILE
    seed: int = 20_260_701
    population: int = 2000
    today: date | None = None
    session_seconds: float = 900.0
    ready_file: Path | None = None
