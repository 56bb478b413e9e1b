"""A failure's code, typed and taken, and the remedy of every code, as the tests build and the pictures show them. All made up."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from kiosk.health import LastFailure, Report
from kiosk.help import Role
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.entry import EntryNote
from kiosk.visit.help import Remedy, TypeFailure
from kiosk.visit.states import Model
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.staff_cases import model

LONGEST: Final = max(CATALOGUE, key=len)
LAST: Final = tuple(
    LastFailure(code, samples.NOW - timedelta(minutes=minutes))
    for minutes, code in enumerate(
        (LONGEST, "CENTRAL-UNREACHABLE", "ACT-IDENTITY-LOCKED", "PRINTER-PAPER-OUT", "CARD-MUTE")
    )
)
REPORT: Final = Report(samples.NOW, "1.0", 60.0, (), LAST)

CASES: Final[dict[str, Callable[[], Model]]] = {
    "failure-code": lambda: model(TypeFailure()),
    "failure-code.last": lambda: model(TypeFailure(), Role.TECHNICIAN, report=REPORT),
    "failure-code.typed": lambda: model(TypeFailure("READ")),
    "failure-code.offered": lambda: model(TypeFailure("CERT")),
    "failure-code.offered-long": lambda: model(TypeFailure("ACT-P")),
    "failure-code.longest": lambda: model(TypeFailure(LONGEST), Role.SUPERVISOR, card=False),
    "failure-code.incomplete": lambda: model(TypeFailure(note=EntryNote.INCOMPLETE)),
    "failure-code.unknown": lambda: model(TypeFailure("READER-HELP", EntryNote.UNKNOWN)),
    "failure-code.unknown-last": lambda: model(TypeFailure(note=EntryNote.UNKNOWN), Role.TECHNICIAN, report=REPORT),
    "remedy": lambda: model(Remedy("READER-HELD")),
    "remedy.technician": lambda: model(Remedy("READER-HELD"), Role.TECHNICIAN),
    "remedy.later": lambda: model(Remedy("KIOSK-AUDIT", part=3), Role.TECHNICIAN),
}
ALL_REMEDIES: Final[dict[str, Callable[[], Model]]] = {
    f"remedy.{code}": partial(model, Remedy(code)) for code in CATALOGUE
}
