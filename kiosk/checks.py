"""How each part of this kiosk is looked at and tested: what kiosk.ini says of it -> the checks of `kiosk.ops.diagnostics`.

The same for the service screen of a running kiosk and for `python -m kiosk doctor`: what only the one or the other can know comes
in as `Senses`.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drivers.card.states import ReaderState
from kiosk import config, kept, slip
from kiosk.config import Settings
from kiosk.devices import Devices
from kiosk.failures import DeviceFailure
from kiosk.health import Finding, Occasion, Setting
from kiosk.help import Level, Part
from kiosk.ops import parts
from kiosk.ops.diagnostics import Check
from kiosk.visit.effects import Sound
from kiosk.visit.failures import Failure
from kiosk.visit.states import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.central.answers import Answer
    from kiosk.central.client import CentralClient
    from kiosk.central.contract import Parts
    from kiosk.slip import Place
    from kiosk.store.device_key import DeviceKey

SOUND_SECONDS: Final = 5.0
CENTRAL_SECONDS: Final = 8.0
PAIRS_FEW: Final = 5
"""Pairs of a technician's card: so few, and new ones should have come."""

UPLOAD_SECONDS: Final = 3 * 86_400
"""Audit lines that central has not taken for so long are worth a notice."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What the asking program sees. `timed`: seconds of reading EF05 of the card of a visit and insertion; None: no card there.
    `offset`: seconds that central's clock is ahead, None: not heard. `link` None: no visit has found out, central is asked.
    `since`: when reader, central or clock came to be as they are, None: not known here.
    `audit`: can the chain be written; None: not known here. `language`: of a test page."""

    reader: Callable[[], ReaderState]
    timed: Callable[[int, int], float | None]
    offset: Callable[[], float | None]
    link: Callable[[], Link | None]
    since: Callable[[Part], datetime | None]
    saw: "Callable[[Answer[object]], None]"
    audit: Callable[[], bool | None]
    language: Callable[[], str]


def settings_of(path: Path) -> Callable[[], tuple[Setting, ...]]:
    """As they are now in the file and the environment."""
    return lambda: config.described(path)


class Checks:
    """One for each part. `errors`: of the settings; with any the defaults stand in, and what hangs on files is not looked at."""

    def __init__(
        self,
        settings: Settings,
        errors: Sequence[str],
        told: Callable[[], tuple[Setting, ...]],
        devices: Devices,
        place: "Callable[[str], Place]",
        client: "CentralClient | None",
        senses: Senses,
    ) -> None:
        self._settings = settings
        self._errors = tuple(errors)
        self._told = told
        self._devices = devices
        self._place = place
        self._client = client
        self._senses = senses
        self._asking = threading.Lock()
        self._untouched: int | None = None

    def all(self) -> tuple[Check, ...]:
        return tuple(self._with_since(self._check(part)) for part in Part)

    def _with_since(self, check: Check) -> Check:
        def told(finding: Finding) -> Finding:
            return replace(finding, since=self._senses.since(check.part))

        return Check(check.part, lambda: told(check.look()), lambda occasion: told(check.test(occasion)))

    def _check(self, part: Part) -> Check:
        look: Callable[[], Finding]
        test: Callable[[], Finding]
        match part:
            case Part.READER:
                senses = self._senses
                return Check(
                    part,
                    lambda: parts.reader(senses.reader()),
                    lambda of: parts.reader_timed(senses.reader(), senses.timed(of.visit, of.insertion)),
                )
            case Part.PRINTER:
                look, test = self._printer, self._print
            case Part.DOCUMENT:
                look = test = self._document
            case Part.SCREEN:
                return Check(part, lambda: self._screen(self._untouched), self._touched)
            case Part.SOUND:
                look, test = self._sound, self._play
            case Part.CLOCK:
                look, test = self._clock, self._ask_clock
            case Part.DISK:
                folders = self._folders()
                look, test = lambda: parts.disk(folders), lambda: parts.disk_tested(folders)
            case Part.STORE:
                look, test = lambda: self._store(thorough=False), lambda: self._store(thorough=True)
            case Part.CERTIFICATE:
                look = test = self._certificates
            case Part.CENTRAL:
                look, test = self._link, self._ask_central
            case Part.SETTINGS:
                look = test = self._set
        return Check(part, look, lambda _occasion: test())

    # ---- devices ----------------------------------------------------------------------------------------------------

    def _printer(self) -> Finding:
        printer = self._devices.printer
        return parts.unused(Part.PRINTER) if printer is None else parts.printer(printer.status())

    def _print(self) -> Finding:
        printer = self._devices.printer
        if printer is None:
            return parts.unused(Part.PRINTER)
        result = printer.put(slip.test_page(self._place(self._senses.language()), datetime.now()))
        return parts.printed(result, printer.status())

    def _document(self) -> Finding:
        document = self._devices.document
        return parts.unused(Part.DOCUMENT) if document is None else parts.document(document.status())

    def _screen(self, untouched: int | None) -> Finding:
        """`untouched`: targets that the last touch test missed; None: there was none."""
        window = self._settings.window
        return parts.screen(window.size, parts.display_size(), untouched, fullscreen=window.fullscreen)

    def _touched(self, occasion: Occasion) -> Finding:
        """Only a finger finds out, so what it found holds until it is tried again."""
        self._untouched = occasion.untouched or None
        return self._screen(occasion.untouched)

    def _sound(self) -> Finding:
        from kiosk.ui import sound

        return parts.sound(sound.player())

    def _play(self) -> Finding:
        from kiosk.ui import sound

        player = sound.player()
        return parts.sound_tested(player, player is not None and sound.heard(Sound.QUESTION, SOUND_SECONDS))

    # ---- clock and central ------------------------------------------------------------------------------------------

    def _clock(self) -> Finding:
        return parts.clock(self._senses.offset(), self._settings.clock.max_offset)

    def _ask_clock(self) -> Finding:
        answer = self._parts()
        heard = None if answer is None else answer.clock_offset
        if heard is None and self._client is not None:
            heard = self._client.clock_offset(within=CENTRAL_SECONDS)
        return parts.clock(heard, self._settings.clock.max_offset)

    def _link(self) -> Finding:
        link = self._senses.link()
        return self._ask_central() if link is None else parts.central(link)

    def _ask_central(self) -> Finding:
        answer = self._parts()
        if answer is None:
            return parts.wrong(Part.CENTRAL, Level.FAULT, Failure.CONFIG_INVALID)
        there = answer.value
        missing = () if there is None else tuple(part.name for part in there.parts if not part.there)
        return parts.central_asked(answer, missing)

    def _parts(self) -> "Answer[Parts] | None":
        """None: there is no client, for want of settings. Each answer is heard by who watches link and clock."""
        if self._client is None:
            return None
        with self._asking:
            answer = self._client.parts(within=CENTRAL_SECONDS)
        self._senses.saw(answer)
        return answer

    # ---- files ------------------------------------------------------------------------------------------------------

    def _folders(self) -> tuple[Path, ...]:
        settings = self._settings
        return (settings.cache.folder, settings.journal.folder, settings.audit.folder, settings.staff.folder)

    def _certificates(self) -> Finding:
        central = self._settings.central
        return parts.certificates(central.certificate, central.key, central.ca, datetime.now(UTC))

    def _set(self) -> Finding:
        return parts.settings(self._errors, config.changed(self._told()))

    def _store(self, *, thorough: bool) -> Finding:
        """The worst of what is kept. `thorough`: the files are opened and looked through."""
        from kiosk.store.device_key import NoKey, load

        key = load(self._settings.cache.key)
        if isinstance(key, NoKey):
            return parts.wrong(Part.STORE, Level.FAULT, DeviceFailure.DEVICE_KEY, file=key.path.name)
        found = tuple(self._stores(key, thorough=thorough))
        worst = max(found, key=lambda one: list(Level).index(one.level), default=None)
        return parts.well(Part.STORE, "ready") if worst is None else worst

    def _stores(self, key: "DeviceKey", *, thorough: bool) -> "Iterator[Finding]":
        """What is wrong, that which stops most first."""
        at = int(time.time() + (self._senses.offset() or 0.0))
        if self._senses.audit() is False:
            yield parts.wrong(Part.STORE, Level.FAULT, Failure.AUDIT_UNWRITABLE)
        if thorough:
            yield from self._audited(at)
        if thorough and kept.journal_fault(self._settings, key) is not None:
            yield parts.wrong(Part.STORE, Level.FAULT, DeviceFailure.JOURNAL_UNWRITABLE)
        if self._settings.cache.enabled:
            if thorough and kept.cache_fault(self._settings, key) is not None:
                yield parts.wrong(Part.STORE, Level.NOTICE, DeviceFailure.CACHE_BROKEN)
            until = kept.losses_good_until(self._settings, key)
            if until is None or until < at:
                yield parts.wrong(Part.STORE, Level.NOTICE, DeviceFailure.LOSS_LIST_OLD)
        pairs = kept.technicians_of(self._settings, key).status
        if pairs is None or pairs.expires <= at or (pairs.cards and pairs.pairs < PAIRS_FEW):
            yield parts.wrong(Part.STORE, Level.NOTICE, DeviceFailure.PAIRS_OLD)

    def _audited(self, at: int) -> "Iterator[Finding]":
        """The chain as it lies there, and whether central takes it. Its first key is at central: no MAC is checked here."""
        import json

        from kiosk.store.audit import Broken
        from kiosk.store.auditfile import AuditUnwritable

        chain = kept.look_into_audit(self._settings)
        if isinstance(chain, str):
            return  # nothing is written yet
        try:
            if isinstance(chain.verify(), Broken):
                yield parts.wrong(Part.STORE, Level.FAULT, DeviceFailure.AUDIT_BROKEN)
            waiting = [json.loads(text)["at"] // 1000 for _, text, _ in chain.after(chain.held(), 1)]
            if waiting and at - waiting[0] > UPLOAD_SECONDS:
                yield parts.wrong(Part.STORE, Level.NOTICE, DeviceFailure.AUDIT_BEHIND)
        except AuditUnwritable:
            yield parts.wrong(Part.STORE, Level.FAULT, Failure.AUDIT_UNWRITABLE)
        finally:
            chain.close_file()
