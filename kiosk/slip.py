"""What stands on the slips: of an activation, of a report of loss, for the counter. Pure; the words are catalogues' `paper.*`.

No number of a person, no PIN; name and card number are masked. Who finds a slip can do nothing with it: the reference is told to
staff, who look at the record behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from drivers.device import Who
from drivers.printer.protocol import Align, Code, Gap, Line, Pair, Rule, Slip, TextLine
from kiosk import qr
from kiosk.health import Finding, Report
from kiosk.help import FoundRecord, Ground, Level, SlipFacts


class Words(Protocol):
    """The catalogue of one language, as `kiosk.ui.text.Words`."""

    def t(self, key: str, **gaps: str | int) -> str: ...

    def has(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where and in which language. `gaps`: what texts may name of the region (`windows`, `hotline`)."""

    words: Words
    hall: str
    gaps: Mapping[str, str]

    def t(self, key: str, **gaps: str) -> str:
        return self.words.t(key, **{**self.gaps, **gaps})


def activation(
    place: Place,
    at: datetime,
    reference: str | None,
    *,
    name: str | None,
    card: str | None,
    confirmed: bool,
    bank: str | None,
) -> Slip:
    """`at`: local time. `name`, `card`: masked, None where not known. `confirmed` False: central has not said yes yet. `bank`:
    whose account is on the card."""
    facts = [Pair(place.t("paper.name"), name)] if name else []
    facts += [Pair(place.t("paper.card"), card)] if card else []
    if confirmed:
        state, what = place.t("paper.activation.done"), place.t("paper.activation.done_text")
    else:
        state, what = place.t("paper.activation.confirming"), place.t("paper.activation.confirming_text")
    at_bank = place.t("paper.bank", bank=bank) if bank else place.t("paper.bank_unnamed")
    return (
        *_head(place, "paper.activation", at, reference),
        *facts,
        Rule(),
        TextLine(state, strong=True),
        TextLine(what),
        Gap(),
        TextLine(at_bank, strong=True),
        TextLine(place.t("paper.pins")),
        *_foot(place, reference),
    )


def loss(place: Place, at: datetime, reference: str, until: date | None) -> Slip:
    """A temporary report. `until`: it ends by itself after this day; None: it stays until it is lifted."""
    holds = until.isoformat() if until is not None else place.t("paper.loss.open")
    return (
        *_head(place, "paper.loss", at, reference),
        Pair(place.t("paper.loss.until"), holds, strong=True),
        Rule(),
        TextLine(place.t("paper.loss.text" if until is not None else "paper.loss.text_open")),
        Gap(),
        TextLine(place.t("paper.loss.bank"), strong=True),
        TextLine(place.t("paper.loss.lift")),
        *_foot(place, reference),
    )


def ticket(place: Place, at: datetime, code: str, until: datetime) -> Slip:
    """For a clerk; `at`, `until`: local time."""
    return (
        *_head(place, "paper.ticket", at, None),
        Pair(place.t("paper.ticket.until"), _moment(until)),
        Rule(),
        TextLine(code, strong=True, large=True, align=Align.CENTER),
        Code(qr.modules(code)),
        TextLine(place.t("paper.ticket.text"), strong=True),
        TextLine(place.t("paper.ticket.nobody")),
        Gap(),
        TextLine(place.t("paper.ask"), align=Align.CENTER),
    )


def lookup(place: Place, at: datetime, ground: Ground, staff: str, record: FoundRecord, reference: str) -> Slip:
    """What staff found, masked as on the screen; on which ground, and who. `reference`: central's of this look-up. Local time."""
    facts = [Pair(place.t("paper.name"), record.name), Pair(place.t("paper.lookup.number"), record.number)]
    facts += [Pair(place.t("paper.lookup.phone"), record.phone)] if record.phone else []
    facts += [Pair(place.t("paper.lookup.employer"), record.employer)] if record.employer else []
    rows: list[Line] = []
    for registration in record.registrations:
        since = "" if registration.since is None else str(registration.since)
        rows.append(Pair(_insurance(place.words, registration.insurance), since))
    return (
        *_head(place, "paper.lookup", at, None),
        *facts,
        Rule(),
        *rows,
        Rule(),
        Pair(place.t("paper.lookup.ground"), place.t(f"ground.{ground.value}")),
        Pair(place.t("paper.lookup.staff"), staff),
        Pair(place.t("paper.lookup.reference"), reference),
        TextLine(place.t("paper.lookup.text")),
        *_foot(place, None),
    )


def again(place: Place, now: datetime, facts: SlipFacts) -> Slip:
    """A slip that was printed before: as it was, with a line that says so. `now`: local time."""
    at = facts.at.astimezone().replace(tzinfo=None)
    if facts.kind == "loss":
        printed = loss(place, at, facts.reference, facts.until)
    else:
        printed = activation(
            place, at, facts.reference, name=facts.holder, card=None, confirmed=facts.confirmed, bank=facts.bank
        )
    title, *rest = printed
    return (title, TextLine(place.t("paper.again", at=_moment(now)), align=Align.CENTER), *rest)


def _insurance(words: Words, code: str) -> str:
    key = f"insurance.{code}.name"
    return words.t(key) if words.has(key) else words.t("insurance.unknown", code=code)


def test_page(place: Place, at: datetime) -> Slip:
    """Everything that a slip can be made of. `at`: local time."""
    return (
        *_head(place, "paper.test", at, None),
        TextLine(place.t("paper.test.text")),
        TextLine("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789", align=Align.CENTER),
        TextLine("㐂㙍㛃 䶮𬱖 ·", strong=True, align=Align.CENTER),
        Code(qr.modules("TEST")),
        Rule(),
    )


def readiness(place: Place, report: Report) -> Slip:
    """How every part is, and the last failures; as on the service screen."""
    lines: list[Line] = []
    for finding in report.findings:
        wrong = finding.level in (Level.NOTICE, Level.FAULT)
        level = place.t(f"level.{finding.level.value}")
        lines.append(Pair(place.t(f"part.{finding.part.value}"), level, strong=wrong))
        if wrong:
            lines += [TextLine(line) for line in finding_lines(place.words, finding)]
    if report.failures:
        lines += [Rule(), TextLine(place.t("paper.readiness.failures"), strong=True)]
        lines += [Pair(f"{one.code} × {one.count}", _moment(one.at)) for one in report.failures[:MOST_FAILURES]]
    return (
        *_head(place, "paper.readiness", report.at, None),
        Pair(place.t("paper.readiness.version"), report.version),
        Pair(place.t("paper.readiness.uptime"), duration(report.uptime)),
        Rule(),
        *lines,
        Rule(),
        Pair(place.t("paper.readiness.level"), place.t(f"level.{report.level.value}"), strong=True),
    )


def finding_lines(words: Words, finding: Finding) -> tuple[str, ...]:
    """The sentence of a finding; under it since when, and who must act with the code, where something is wrong."""
    said = words.t(f"health.{finding.part.value}.{finding.key}", **dict(finding.values))
    since = () if finding.since is None else (words.t("health.since", at=_moment(finding.since)),)
    who = () if finding.who is Who.NOBODY else (words.t(f"who.{finding.who.value}"),)
    code = () if finding.code is None else (finding.code,)
    rest = " · ".join((*since, *who, *code))
    return (said, rest) if rest else (said,)


def duration(seconds: float) -> str:
    """Days, hours and minutes, as digits alone: 3 d 04:05."""
    minutes = int(seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{days} d {clock}" if days else clock


MOST_FAILURES: Final = 10


def _head(place: Place, title: str, at: datetime, reference: str | None) -> tuple[Line, ...]:
    number = (Pair(place.t("paper.reference"), reference, strong=True),) if reference is not None else ()
    return (
        TextLine(place.t(title), strong=True, large=True, align=Align.CENTER),
        Gap(),
        TextLine(place.hall, align=Align.CENTER),
        Rule(),
        Pair(place.t("paper.time"), _moment(at)),
        *number,
    )


def _foot(place: Place, reference: str | None) -> tuple[Line, ...]:
    code: tuple[Line, ...] = ()
    if reference is not None:
        code = (Code(qr.modules(reference)), TextLine(reference, align=Align.CENTER))
    return (Rule(), *code, TextLine(place.t("paper.ask"), align=Align.CENTER))


MOMENT: Final = "%Y-%m-%d %H:%M"
"""In every language: digits alone, as on other official slips."""


def _moment(at: datetime) -> str:
    return at.strftime(MOMENT)
