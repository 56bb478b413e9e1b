"""A report as text: of `python -m kiosk doctor`, and of the file that the service screen writes. And as JSON, for programs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kiosk.health import Finding, Report
from kiosk.help import Level
from kiosk.slip import MOMENT, Words, duration, finding_lines
from kiosk.store.folder import make_folder, sync_folder

FOLDER: Final = "reports"
KEPT: Final = 50
"""Files; the oldest make room."""
_SIGNS: Final = {Level.OK: "[ ok ]", Level.UNUSED: "[ -- ]", Level.NOTICE: "[ !  ]", Level.FAULT: "[ !! ]"}


def text(words: Words, report: Report, *, settings: bool = False) -> str:
    """A line for each part and those under it that say what is wrong; ends with a line feed. `settings`: with their sources."""
    return "\n".join(_lines(words, report, settings=settings)) + "\n"


def _lines(words: Words, report: Report, *, settings: bool) -> Iterator[str]:
    yield f"{words.t('paper.readiness')}  {report.at.strftime(MOMENT)}"
    yield f"{words.t('paper.readiness.version')} {report.version}  {words.t('paper.readiness.uptime')} {duration(report.uptime)}"
    yield ""
    for finding in report.findings:
        said, *rest = finding_lines(words, finding)
        level, part = words.t(f"level.{finding.level.value}"), words.t(f"part.{finding.part.value}")
        yield f"{_SIGNS[finding.level]} {part}: {level}. {said}"
        yield from (f"       {line}" for line in rest)
    if report.failures:
        yield ""
        yield words.t("paper.readiness.failures")
        yield from (f"       {one.code} × {one.count}  {one.at.strftime(MOMENT)}" for one in report.failures)
    if settings:
        yield ""
        yield words.t("paper.readiness.settings")
        yield from (f"       [{one.section}] {one.key} = {one.value}  ({one.source})" for one in report.settings)
    yield ""
    yield f"{words.t('paper.readiness.level')}: {words.t(f'level.{report.level.value}')}"


def as_json(report: Report) -> dict[str, Any]:
    """For `doctor --json`. Times are local, ISO 8601; `uptime` in seconds."""
    return {
        "at": report.at.isoformat(timespec="seconds"),
        "version": report.version,
        "uptime": round(report.uptime),
        "level": report.level.value,
        "exit_code": report.exit_code,
        "findings": [_finding(finding) for finding in report.findings],
        "failures": [
            {"code": one.code, "count": one.count, "at": one.at.isoformat(timespec="seconds")}
            for one in report.failures
        ],
        "settings": [
            {"section": one.section, "key": one.key, "value": one.value, "source": one.source}
            for one in report.settings
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "part": finding.part.value,
        "level": finding.level.value,
        "key": finding.key,
        "values": dict(finding.values),
        "since": None if finding.since is None else finding.since.isoformat(timespec="seconds"),
        "who": finding.who.value,
        "code": finding.code,
    }


class Reports:
    """Readiness reports as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def write(self, words: Words, report: Report) -> str | None:
        """The file's path once it is on the disk; None: it could not be written."""
        path = self._folder / f"readiness-{report.at:%Y%m%d-%H%M%S}.txt"
        try:
            make_folder(self._folder)
            for old in sorted(self._folder.glob("readiness-*.txt"))[: -(KEPT - 1)]:
                old.unlink(missing_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
            with os.fdopen(handle, "wb") as file:
                file.write(text(words, report, settings=True).encode())
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._folder)
        except OSError:
            return None
        return str(path)
