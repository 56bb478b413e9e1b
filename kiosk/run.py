"""Puts the kiosk together: settings, region, reader, central, engine, screen. The one place where the layers meet.

`compose` builds everything and starts nothing; `Kiosk.run` opens the window and returns the exit code.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from drivers.card.pcsc import PcscReader
from drivers.card.profiles import PROFILES, ReaderProfile
from drivers.card.ssc import PinProfile
from drivers.card.winscard import ShareMode
from kiosk import __version__, config, qr, region, slip
from kiosk.central.client import CentralClient
from kiosk.config import ConfigErrors, Settings, Share
from kiosk.devices import Devices
from kiosk.engine.engine import Engine, EngineSettings
from kiosk.engine.helping import Helping
from kiosk.help import QueryPart
from kiosk.kept import DeviceKeyFile, audit_of, journal_of, keeping_of, lockouts_of, technicians_there
from kiosk.ops import compiled, logs
from kiosk.region import RegionErrors, RegionProfile, Unproved
from kiosk.services import IdentityWay
from kiosk.ui.env import Place
from kiosk.ui.fonts import FontFileError, Fonts
from kiosk.ui.nodes import Face
from kiosk.ui.port import WindowSettings
from kiosk.ui.presenter import Look, ScreenPresenter
from kiosk.ui.text import Words, languages
from kiosk.visit.help import HelpRules
from kiosk.visit.states import Rules

if TYPE_CHECKING:
    from kiosk.engine.diagnostics import Diagnostician
    from kiosk.health import Report
    from kiosk.ops.forget import Forgetter
    from kiosk.ui.nodes import Page
    from kiosk.visit.effects import Sound

SWITCH_SECONDS = 0.001
FIRST_TOUCH_SECONDS = 0.3
"""After the first page, before what talks to central is loaded: that takes Python's lock, and a first touch should not wait."""
FIRST_TOUCH_LONGEST = 2.0

ASSETS = Path(__file__).parent.parent / "assets"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and region profile, and what is wrong with them: a kiosk with errors still shows a page."""

    path: Path
    settings: Settings
    region: RegionProfile
    errors: tuple[str, ...]


def load(path: Path, environ: Mapping[str, str] | None = None) -> Loaded:
    """Read kiosk.ini and the region profile it names. With errors the defaults stand in, so that the page with the code
    can be drawn."""
    settings = config.load(path, environ)
    errors: tuple[str, ...] = ()
    if isinstance(settings, ConfigErrors):
        errors = tuple(str(error) for error in settings.errors)
        settings = config.defaults()
    profile = region.load(ASSETS / "regions", settings.kiosk.region)
    if isinstance(profile, RegionErrors):
        errors += tuple(str(error) for error in profile.errors)
        profile = region.load(ASSETS / "regions", config.defaults().kiosk.region)
        if isinstance(profile, RegionErrors):
            raise SystemExit("\n".join(errors))  # the shipped profile itself is broken: there are no words to show
    missing, language = _missing(settings.kiosk.language)
    if missing:
        errors += missing
        if language is None:
            raise SystemExit("\n".join(errors))  # no page can be drawn
        settings = replace(settings, kiosk=replace(settings.kiosk, language=language))
    return Loaded(path, settings, profile, errors)


def _missing(language: str) -> tuple[tuple[str, ...], str | None]:
    """What the installation lacks to draw a page in `language`, and the language that one can be drawn in instead, if any."""
    faces, fonts = [], Fonts()
    for face in Face:
        try:
            fonts.path(face)
        except FontFileError as error:
            faces.append(f"assets/fonts: {error}")
    if faces:
        return tuple(faces), None
    there = [found.code for found in languages(ASSETS / "locale", language)]
    if language in there:
        return (), language
    return (f"assets/locale/{language}: no catalogue that can be read",), there[0] if there else None


def rules_of(settings: Settings, profile: RegionProfile, codes: Sequence[str]) -> Rules:
    """What the visit is played by."""
    t = settings.time
    return Rules(
        default_language=settings.kiosk.language,
        languages=tuple(codes),
        areas=profile.areas,
        pin_min=profile.pin.min,
        pin_max=profile.pin.max,
        page_idle=t.page_idle,
        page_idle_slow=t.page_idle_slow,
        question=t.question,
        question_slow=t.question_slow,
        pin_idle=t.pin_idle,
        failure_page=t.failure_page,
        reveal=t.reveal,
        take_card_louder=t.take_card_louder,
        take_card_notice=t.take_card_notice,
        reading_minimum=t.reading_minimum,
        pin_pad_wait=t.pin_pad_wait,
        name_the_wait=t.name_the_wait,
        answer_deadline=settings.central.total,
        recent_days=settings.cache.days if settings.cache.enabled else 0,
        personal_without_proof=profile.unproved_allows is Unproved.PERSONAL,
        identity_ways=ways_of(settings, profile),
        printer=settings.printer.enabled,
        help=help_rules_of(settings, profile),
    )


def help_rules_of(settings: Settings, profile: RegionProfile) -> HelpRules:
    """What the kiosk says of staff, and what the region says of look-ups with and without the person."""
    staff, query = settings.staff, profile.query
    return HelpRules(
        staff_idle=staff.idle,
        staff_question=staff.question,
        staff_screen_off=staff.screen_off,
        sign_in_without_card=staff.sign_in_without_card,
        staff_sign_in_when_broken=staff.sign_in_when_broken,
        query=query.allowed,
        query_password_min=query.password_min,
        query_password_max=query.password_max,
        query_letters=query.letters,
        query_loss=query.loss,
        query_entries=QueryPart.ENTRIES in query.shows,
        grounds=profile.grounds,
    )


def ways_of(settings: Settings, profile: RegionProfile) -> tuple[IdentityWay, ...]:
    """The region's ways to prove who one is, as far as this kiosk has the devices."""
    lacks = () if settings.document.enabled else (IdentityWay.DOCUMENT,)
    return tuple(way for way in profile.activation.identity if way not in lacks)


def profiles_of(settings: Settings) -> tuple[ReaderProfile, ...]:
    """The readers' profiles; what kiosk.ini says goes before them."""
    reader = settings.reader
    if reader.share is Share.AUTO and reader.settle_ms is None:
        return PROFILES
    modes = {
        Share.AUTO: (ShareMode.EXCLUSIVE, ShareMode.SHARED),
        Share.EXCLUSIVE: (ShareMode.EXCLUSIVE,),
        Share.SHARED: (ShareMode.SHARED,),
    }[reader.share]
    own = (ReaderProfile(name, share_modes=modes, settle_ms=reader.settle_ms or 0) for name in reader.names)
    return (*own, *PROFILES)


class Kiosk:
    """Everything, put together."""

    def __init__(
        self,
        loaded: Loaded,
        painted: "Sequence[Callable[[Page], None]]" = (),
    ) -> None:
        settings, profile = loaded.settings, loaded.region
        self._loaded = loaded
        found = languages(ASSETS / "locale", settings.kiosk.language)
        rules = rules_of(settings, profile, [language.code for language in found])
        names = [language.code for language in found]
        hall = settings.kiosk.hall
        place = Place(
            number=str(settings.kiosk.number),
            hall={code: hall or profile.hall.of(code) for code in names},
            hall_short={code: hall or profile.hall_short.of(code) for code in names},
            slot=settings.slot.card.value,
        )
        look = Look(profile, place, found, lambda code: Words.load(ASSETS / "locale", code))
        self._place = place_of(loaded, look.words)
        devices = self._devices = Devices(settings, self._place)
        broken = bool(loaded.errors)
        self.settings = settings
        self._client = None if broken else client_of(settings)
        reader = None
        key = DeviceKeyFile(settings)
        if not broken:
            reader = reader_of(settings)
        self.engine = Engine(
            rules,
            EngineSettings(
                PinProfile(profile.pin.min, profile.pin.max),
                settings.clock.max_offset,
                settings.central.total,
                profile.pin.initial,
            ),
            reader,
            self._client,
            lambda model: self.presenter.publish(model),
            self._play,
            lambda: self.close(1),
            config_invalid=broken,
            keeping=None if broken else keeping_of(settings, key),
            journal=lambda: journal_of(settings, key),
            appliances=None if broken else devices.appliances,
            audit=None if broken else audit_of(settings, key),
            helping=Helping(
                lockouts_of(settings, key), lambda: technicians_there(settings, key), self._doctor, self._written
            ),
        )
        self.presenter = ScreenPresenter(
            look, self.engine.model, painted=(self._page_painted, *painted), ended=self._visit_ended
        )
        self.presenter.connect(self.engine)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._first: str | None = None
        self._connected = False
        self._forgetter: Forgetter | None = None

    def run(self) -> int:
        """Open the window and stay until `close`, SIGTERM or SIGINT. Returns the exit code."""
        from kiosk.ui.app import NoDisplay, load, run_app

        # While a page is built, the card's and central's threads wait for their turn: not 5 ms for each command.
        sys.setswitchinterval(SWITCH_SECONDS)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)
        width, height = self.settings.window.size
        window = WindowSettings(width, height, fullscreen=self.settings.window.fullscreen)
        try:
            load(window)  # before the engine: no other thread may import meanwhile
            self.engine.start()
            threading.Thread(target=self._minutes, name="minutes", daemon=True).start()
            return run_app(window, self.presenter)
        except NoDisplay as missing:
            logs.fault("window", missing)
            return 3
        finally:
            self._stopping.set()
            self.engine.stop()
            if self._forgetter is not None:
                self._forgetter.stop()

    def _doctor(self) -> "Diagnostician":
        """Who knows how every part is; put together when the service screen first asks."""
        from kiosk.checks import Checks, Senses, settings_of
        from kiosk.ops.diagnostics import Diagnostics

        engine, loaded, told = self.engine, self._loaded, settings_of(self._loaded.path)
        senses = Senses(
            reader=lambda: engine.model.world.reader,
            timed=engine.timed_card,
            offset=lambda: engine.clock.offset,
            link=lambda: engine.model.world.link,
            since=engine.since.of,
            saw=engine.heard,
            audit=lambda: not engine.model.world.audit_broken,
            language=lambda: engine.model.prefs.language,
        )
        checks = Checks(loaded.settings, loaded.errors, told, self._devices, self._place, self._client, senses)
        return Diagnostics(checks.all(), told, __version__)

    def _written(self, report: "Report", language: str) -> str | None:
        from kiosk.ops.report import Reports

        return Reports(self.settings.staff.folder).write(self._place(language).words, report)

    def close(self, code: int = 0) -> None:
        """End `run`, from any thread."""
        screen = self.presenter.screen
        if screen is not None:
            screen.close(code)

    def _begin_to_forget(self) -> None:
        """Once the first screen stands, which holds nothing of anybody: what a start frees need not be overwritten."""
        from kiosk.ops.forget import Forgetter, overwrite_what_is_freed

        overwrite_what_is_freed()
        forgetter = Forgetter()
        forgetter.start()
        self._forgetter = forgetter

    def _visit_ended(self) -> None:
        if self._forgetter is not None:
            self._forgetter.visit_ended()

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self.close(0)

    def _page_painted(self, page: "Page") -> None:
        """The first screen stands: now there is time to load what talks to central; none to lose once a visit begins.

        Raises RuntimeError where no thread can be started for want of memory: the next page tries again."""
        if self._forgetter is None:
            self._begin_to_forget()
        if self._first is None:
            self._first = page.name
            later = threading.Timer(FIRST_TOUCH_SECONDS, self._settled)
            later.daemon = True
            later.start()
        elif page.name != self._first:
            self._connect()

    def _settled(self) -> None:
        """Once nobody has touched anything for a moment."""
        until = time.monotonic() + FIRST_TOUCH_LONGEST
        while (now := time.monotonic()) < until and now - self.engine.model.now < FIRST_TOUCH_SECONDS:
            if self._stopping.wait(FIRST_TOUCH_SECONDS / 3):
                return
        compiled.keep()
        self._connect()
        qr.prepare()

    def _connect(self) -> None:
        with self._lock:
            connected, self._connected = self._connected, True
        if connected:
            return
        try:
            self.engine.connect()
        except BaseException:
            self._connected = False  # no thread could be started: again with the next page
            raise

    def _minutes(self) -> None:
        """The header's clock, once a minute and right after the wall clock was set."""
        shown = datetime.now().minute
        while not self._stopping.wait(min(60 - time.time() % 60, 5.0)):
            minute = datetime.now().minute
            if minute != shown:
                shown = minute
                self.presenter.minute()

    def _play(self, sound: "Sound") -> None:
        from kiosk.ui import sound as player

        player.play(sound)


def place_of(loaded: Loaded, words: Callable[[str], Words] | None = None) -> Callable[[str], slip.Place]:
    """Where a slip or a report is of, by language. `words`: the catalogues, where they are loaded already."""
    hall, profile = loaded.settings.kiosk.hall, loaded.region
    known = lru_cache(maxsize=None)(words or (lambda code: Words.load(ASSETS / "locale", code)))
    return lambda code: slip.Place(known(code), hall or profile.hall.of(code), profile.gaps(code))


def reader_of(settings: Settings) -> PcscReader:
    return PcscReader(settings.reader.names, settings.reader.allow_virtual, profiles_of(settings))


def client_of(settings: Settings) -> CentralClient:
    c = settings.central
    return CentralClient(c.url, c.ca, c.certificate, c.key, c.connect, c.total)
