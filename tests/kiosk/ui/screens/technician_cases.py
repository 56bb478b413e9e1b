"""The service screen with its tests, lists and report, as the tests build and the pictures show them. All made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from drivers.device import Who
from kiosk.health import Finding, LastFailure, Report, Setting
from kiosk.help import Level, Part, Role
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.help import (
    TOUCH_TARGETS,
    FailureList,
    ReadinessReport,
    ServiceScreen,
    SettingList,
    Staff,
    StaffStage,
    TouchTest,
)
from kiosk.visit.services import Paper
from kiosk.visit.states import Link, Model
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.staff_cases import model

NOW: Final = samples.NOW
WELL: Final = (
    Finding(Part.READER, Level.OK, "timed", (("ms", "1812"),)),
    Finding(Part.PRINTER, Level.OK, "ready"),
    Finding(Part.DOCUMENT, Level.OK, "ready"),
    Finding(Part.SCREEN, Level.OK, "ready", (("width", "1080"), ("height", "1920"))),
    Finding(Part.SOUND, Level.OK, "ready", (("player", "aplay"),)),
    Finding(Part.CLOCK, Level.OK, "right", (("seconds", "0.4"),)),
    Finding(Part.DISK, Level.OK, "written", (("free", "41.6"), ("ms", "12"))),
    Finding(Part.STORE, Level.OK, "ready"),
    Finding(Part.CERTIFICATE, Level.OK, "valid", (("until", "2027-06-30"), ("days", "222"))),
    Finding(Part.CENTRAL, Level.OK, "answered", (("ms", "86"),)),
    Finding(Part.SETTINGS, Level.OK, "read", (("own", "14"),)),
)
LOW: Final = Finding(
    Part.PRINTER,
    Level.NOTICE,
    "paper_low",
    since=NOW - timedelta(minutes=42),
    who=Who.CLERK,
    code="PRINTER-PAPER-LOW",
)
ENDS: Final = Finding(
    Part.CERTIFICATE,
    Level.NOTICE,
    "ends",
    (("file", "client.crt"), ("until", "2026-12-12"), ("days", "22")),
    NOW - timedelta(days=3),
    Who.TECHNICIAN,
    "CERT-ENDS",
)
AWAY: Final = Finding(
    Part.CENTRAL,
    Level.FAULT,
    "unreachable",
    since=NOW - timedelta(minutes=7),
    who=Who.CENTRE,
    code="CENTRAL-UNREACHABLE",
)
AUDIT: Final = Finding(
    Part.STORE,
    Level.FAULT,
    "audit_unwritable",
    since=NOW - timedelta(days=400),
    who=Who.TECHNICIAN,
    code="KIOSK-AUDIT",
)
UNUSED: Final = (
    Finding(Part.PRINTER, Level.UNUSED, "unused"),
    Finding(Part.DOCUMENT, Level.UNUSED, "unused"),
)
LONGEST: Final = max(CATALOGUE, key=len)
LAST: Final = tuple(
    LastFailure(code, NOW - timedelta(minutes=17 * n), n * n + 1)
    for n, code in enumerate(
        (LONGEST, "CENTRAL-UNREACHABLE", "PRINTER-PAPER-OUT", "CARD-MUTE", *sorted(CATALOGUE)[:26])
    )
)
SETTINGS: Final = (
    Setting("kiosk", "id", "370102-0003", "/etc/kiosk/kiosk.ini:4"),
    Setting("kiosk", "number", "3", "default"),
    Setting("kiosk", "region", "370100", "/etc/kiosk/kiosk.ini:6"),
    Setting("screen", "height", "1920", "default"),
    Setting("central", "url", "https://central.example.test/shebao/kiosk/v1", "KIOSK_CENTRAL_URL"),
    Setting(
        "central",
        "client_certificate",
        "/etc/kiosk/keys/of-this-machine/client-certificate-2026.crt",
        "/etc/kiosk/kiosk.d/20-central.ini:12",
    ),
    *(Setting("time", f"deadline_{n}", str(n), "default") for n in range(30)),
    Setting("staff", "sign_in_without_card", "", "default"),
)
FILE: Final = "/var/lib/kiosk/reports/readiness-20261120-103200.txt"


def report(*findings: Finding, last: tuple[LastFailure, ...] = LAST) -> Report:
    """All is well, but for these."""
    instead = {finding.part: finding for finding in findings}
    return Report(
        NOW, "1.4.0", 9000.0, tuple(instead.get(each.part, each) for each in WELL), failures=last, settings=SETTINGS
    )


def technician(stage: StaffStage, told: Report | None = None, *, card: bool = True) -> Model:
    return model(stage, Role.TECHNICIAN, card=card, report=told)


def printing(paper: Paper, **more: object) -> Model:
    return technician(replace(ReadinessReport(paper), **more), report(LOW, ENDS))  # type: ignore[arg-type]


def every(level: Level) -> Report:
    """Each part, as bad as that, with a code of it."""
    codes = {part: next(code for code in CATALOGUE) for part in Part}
    return report(
        *(replace(each, level=level, since=NOW, who=Who.VENDOR, code=codes[each.part]) for each in WELL), last=()
    )


CASES: Final[dict[str, Callable[[], Model]]] = {
    "service": lambda: technician(ServiceScreen(), report(LOW, ENDS)),
    "service.later": lambda: technician(ServiceScreen(part=10), report(LOW, ENDS)),
    "service.well": lambda: technician(ServiceScreen(), report(*UNUSED), card=False),
    "service.fault": lambda: technician(ServiceScreen(), report(AWAY, LOW, AUDIT)),
    "service.offline": lambda: _offline(technician(ServiceScreen(), report(AWAY))),
    "service.looking": lambda: technician(ServiceScreen()),
    "service.testing": lambda: technician(ServiceScreen(frozenset({Part.PRINTER, Part.CENTRAL})), report(LOW, AWAY)),
    "service.testing-all": lambda: technician(ServiceScreen(frozenset(Part) - {Part.SCREEN}), report()),
    **{f"service.all-{level.value}": partial(technician, ServiceScreen(), every(level)) for level in Level},
    "touch-test": lambda: technician(TouchTest()),
    "touch-test.some": lambda: technician(TouchTest(frozenset({0, 4, 3})), card=False),
    "touch-test.one-left": lambda: technician(TouchTest(frozenset(range(TOUCH_TARGETS - 1)))),
    "failures": lambda: technician(FailureList(), report()),
    "failures.later": lambda: technician(FailureList(25), report()),
    "failures.unknown": lambda: technician(FailureList(), report(last=(LastFailure("OLD-CODE", NOW), *LAST[:2]))),
    "failures.none": lambda: technician(FailureList(), report(last=())),
    "failures.looking": lambda: technician(FailureList()),
    "settings": lambda: technician(SettingList(), report()),
    "settings.later": lambda: technician(SettingList(len(SETTINGS) - 1), report()),
    "settings.looking": lambda: technician(SettingList()),
    "report": lambda: printing(Paper.OFFERED),
    "report.later": lambda: printing(Paper.OFFERED, part=40),
    "report.looking": lambda: technician(ReadinessReport(Paper.OFFERED)),
    "report.saving": lambda: printing(Paper.NO_PRINTER, saving=True),
    "report.saved": lambda: printing(Paper.PRINTED, saved=True, file=FILE),
    "report.not-saved": lambda: printing(Paper.FAILED, saved=True),
    **{f"report.{paper.value}": partial(printing, paper) for paper in Paper if paper is not Paper.OFFERED},
}


def _offline(case: Model) -> Model:
    assert isinstance(case.state, Staff)
    state = replace(case.state, diagnostics_only=True)
    return replace(case, state=state, world=replace(case.world, link=Link.OFFLINE))
