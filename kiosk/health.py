"""How the kiosk is: one report for the service screen, for paper, for a file and for `python -m kiosk doctor`.

A finding says what, how bad, since when, who must act and what is to be done; never anything of a person.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from drivers.device import Who
from kiosk.help import Level, Part

Values = tuple[tuple[str, str], ...]
"""Placeholders and their values for a text of the catalogues."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`key`: of the sentence in the catalogues (`health.<part>.<key>`), with `values`. `code`: of the failure catalogue, where
    something is wrong. `since`: on the kiosk's clock; None: since the start, or not known."""

    part: Part
    level: Level
    key: str
    values: Values = ()
    since: datetime | None = None
    who: Who = Who.NOBODY
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """In what a part is tested: visit and insertion, 0 where there is none; `untouched`: targets of the picture on the screen
    that were not touched before it was left."""

    visit: int = 0
    insertion: int = 0
    untouched: int = 0


@dataclass(frozen=True, slots=True)
class LastFailure:
    """One code of the failure catalogue, how often since the start, when last."""

    code: str
    at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is; `source`: file and line, environment, or default. Secrets say only whether they are set."""

    section: str
    key: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Report:
    at: datetime
    version: str
    uptime: float  # seconds
    findings: tuple[Finding, ...]
    failures: tuple[LastFailure, ...] = ()
    settings: tuple[Setting, ...] = field(default=(), repr=False)

    @property
    def level(self) -> Level:
        """The worst; what is not fitted is not wrong."""
        order = list(Level)
        fitted = (finding.level for finding in self.findings if finding.level is not Level.UNUSED)
        return max(fitted, key=order.index, default=Level.OK)

    @property
    def exit_code(self) -> int:
        """Of `python -m kiosk doctor`: 0 all is well, 1 somebody should act, 2 something does not serve (as monitoring plugins
        of Nagios and Icinga say it)."""
        match self.level:
            case Level.OK | Level.UNUSED:
                return 0
            case Level.NOTICE:
                return 1
            case Level.FAULT:
                return 2
            case never:
                assert_never(never)
