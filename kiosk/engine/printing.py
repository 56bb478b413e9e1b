"""A slip that the visit asks for: its text, the printer, and what became of it. Printing never decides an outcome."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from drivers.printer.protocol import PrinterStatus, PrintResult, ReceiptPrinter, Slip
from kiosk import slip
from kiosk.engine.appliances import Printable
from kiosk.failures import of_print
from kiosk.services import SlipKind
from kiosk.visit.effects import Print
from kiosk.visit.help_deeds import PrintAgain, PrintLookup, WriteReport
from kiosk.visit.services import Paper

log = logging.getLogger("kiosk.devices")


class SlipPrinter:
    """`kiosk.engine.appliances.Appliances.printed`. `place`: the words of a language, and where this is; `now`: local time."""

    def __init__(
        self,
        printer: ReceiptPrinter,
        place: Callable[[str], slip.Place],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._printer = printer
        self._place = place
        self._now = now

    def __call__(self, effect: Printable) -> Paper:
        """Blocks as long as the printer takes, at most its limit."""
        made, kind = self._made(effect)
        if made is None:
            log.error("slip-without-content", extra={"visit": effect.visit, "values": {"kind": kind}})
            return Paper.FAILED
        result = self._printer.print(made)
        values = {"kind": kind, "result": result.value}
        if failure := of_print(result):
            values["code"] = failure.code
        log.log(
            logging.INFO if result is PrintResult.PRINTED else logging.WARNING,
            "slip-printed" if result is PrintResult.PRINTED else "slip-not-printed",
            extra={"visit": effect.visit, "values": values},
        )
        return Paper.PRINTED if result is PrintResult.PRINTED else Paper.FAILED

    def status(self) -> PrinterStatus:
        return self._printer.status()

    def put(self, made: Slip) -> PrintResult:
        """A slip that is none of a visit's: a test page, a report."""
        return self._printer.print(made)

    def close(self) -> None:
        self._printer.close()

    def _made(self, effect: Printable) -> tuple[Slip | None, str]:
        """The slip, and what kind it is for the log."""
        place = self._place(effect.language)
        match effect:
            case Print(kind=kind):
                return self._slip(effect), kind.value
            case PrintLookup(ground=ground, staff=staff, record=record, lookup=lookup):
                return slip.lookup(place, self._now(), ground, staff, record, lookup), "lookup"
            case PrintAgain(facts=facts):
                return slip.again(place, self._now(), facts), f"{facts.kind}-again"
            case WriteReport(report=report):
                return slip.readiness(place, report), "readiness"
            case never:
                assert_never(never)

    def _slip(self, effect: Print) -> Slip | None:
        """None: what such a slip is about is missing."""
        place, at = self._place(effect.language), self._now()
        match effect.kind:
            case SlipKind.ACTIVATION:
                return slip.activation(
                    place,
                    at,
                    effect.reference,
                    name=effect.holder,
                    card=effect.card,
                    confirmed=effect.confirmed,
                    bank=effect.bank,
                )
            case SlipKind.LOSS:
                report = effect.report
                return None if report is None else slip.loss(place, at, report.reference, report.until)
            case SlipKind.TICKET:
                ticket = effect.ticket
                return None if ticket is None else slip.ticket(place, at, ticket.code, _local(ticket.until))
            case never:
                assert_never(never)


def _local(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None)
