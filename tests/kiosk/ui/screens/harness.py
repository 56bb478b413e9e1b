"""What a screen is built with in tests: the shipped words, the region of Jinan, a clock that stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from kiosk.region import RegionProfile, load
from kiosk.ui import pages
from kiosk.ui.env import Env, Place
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.text import Language, Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.states import Link, Model, Prefs, Record, RecordPage, Reveal, Rules, State, World
from tests.kiosk.ui.screens.samples import NOW, Person

ROOT: Final = Path(__file__).resolve().parents[4]
LANGUAGES: Final = (Language("zh_CN", "中文"), Language("en", "English"))
MONOTONIC: Final = 1000.0


def jinan() -> RegionProfile:
    profile = load(ROOT / "assets" / "regions", "370100")
    assert isinstance(profile, RegionProfile)
    return profile


REGION: Final = jinan()
PLACE: Final = Place("3", dict(REGION.hall.languages), dict(REGION.hall_short.languages), "below")


@dataclass(frozen=True, slots=True)
class Look:
    """One combination of what a page can look like."""

    language: str
    text: TextSize
    contrast: Contrast
    orientation: Orientation

    def __str__(self) -> str:
        return "-".join((self.language, self.text, self.contrast, self.orientation))


LOOKS: Final = tuple(
    Look(language.code, text, contrast, orientation)
    for language, text, contrast, orientation in product(LANGUAGES, TextSize, Contrast, Orientation)
)


def model_of(state: State, look: Look) -> Model:
    prefs = Prefs(look.language, look.text is TextSize.LARGE, look.contrast is Contrast.HIGH)
    away = isinstance(state, Record) and state.offline is not None and not state.offline.asking
    world = World(link=Link.OFFLINE if away else Link.ONLINE)
    return Model(Rules(recent_days=7), world, prefs, state, visits=1, now=MONOTONIC)


def record(person: Person, page: RecordPage, reveal: Reveal | None = None) -> Record:
    return Record(visit=1, insertion=1, overview=person.overview, page=page, touched=MONOTONIC, reveal=reveal)


def draw(state: State, look: Look, kit: Callable[[Look], Kit], words: Callable[[str], Words]) -> Page:
    """The page of a state, through the dispatch that the kiosk uses."""
    env = Env(kit(look), words(look.language), LANGUAGES, REGION, PLACE, NOW, MONOTONIC)
    return pages.build(model_of(state, look), env)
