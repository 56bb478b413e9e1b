"""What every screen is built with, beside the model: tokens, words, region, hall, and what the clock says. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.region import RegionProfile
from kiosk.ui.layout import Kit
from kiosk.ui.text import Gap, Language, Run, Words


@dataclass(frozen=True, slots=True)
class Place:
    """The hall and machine this kiosk stands in, from kiosk.ini and the region profile, in each language."""

    number: str  # of the machine in its hall
    hall: dict[str, str]
    hall_short: dict[str, str]
    slot: str  # where the card slot is, seen from the screen: below, above, left, right


@dataclass(frozen=True, slots=True)
class Env:
    """One look at the world outside the model. `now` is local time; `monotonic` the same moment on the model's clock."""

    kit: Kit
    words: Words
    languages: tuple[Language, ...]
    region: RegionProfile
    place: Place
    now: datetime
    monotonic: float
    shift: bool = False  # a keyboard's capitals are on

    def t(self, key: str, **gaps: Gap) -> str:
        """A text; what it may name of the region is filled in."""
        return self.words.t(key, **{**self.region.gaps(self.words.language), **gaps})

    def n(self, key: str, count: int, **gaps: Gap) -> str:
        return self.words.n(key, count, **{**self.region.gaps(self.words.language), **gaps})

    def runs(self, key: str, **gaps: Gap) -> tuple[Run, ...]:
        """A text in stretches of one weight."""
        return self.words.runs(key, **{**self.region.gaps(self.words.language), **gaps})

    def wall(self, at: float) -> datetime:
        """Local time of a moment of the model."""
        return self.now - timedelta(seconds=self.monotonic - at)
