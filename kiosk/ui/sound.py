"""The kiosk's three soft tones, played by whichever small player the machine has.

A player of its own process, because a sound server or driver that hangs must not hold up the visit: `play` starts it and
returns. Kivy's audio would load a second media library into the window's process, and only the painter and the window may
import Kivy. Without a player (`pw-play`, `paplay`, `aplay`: Debian packages pipewire-bin, pulseaudio-utils, alsa-utils) or
without an audio device there is no sound and no harm: everything a tone says stands on the screen as well.
"""

import logging
import shutil
import subprocess
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.visit.effects import Sound

SOUNDS: Final = Path(__file__).resolve().parents[2] / "assets" / "sounds"
PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""Asked for in this order; each takes a WAV file as its last argument."""

log = logging.getLogger("kiosk.sound")

_lock = threading.Lock()
_playing: subprocess.Popen[bytes] | None = None


def file_of(sound: Sound) -> Path:
    return SOUNDS / f"{sound.value}.wav"


@cache
def _player() -> tuple[str, ...] | None:
    for name, *options in PLAYERS:
        found = shutil.which(name)
        if found is not None:
            return (found, *options)
    log.info("no-sound", extra={"values": {"why": "no player"}})
    return None


def play(sound: Sound) -> None:
    """Start a tone and return at once; a tone that is still being played gives way. Never raises."""
    global _playing
    player = _player()
    if player is None:
        return
    with _lock:
        if _playing is not None and _playing.poll() is None:
            _playing.kill()
            with suppress(
                subprocess.TimeoutExpired
            ):  # one that hangs in its driver is reaped later, by `subprocess` itself
                _playing.wait(0.05)
        try:
            _playing = subprocess.Popen(  # noqa: S603 our own list of players and files
                [*player, str(file_of(sound))],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            _playing = None
            log.info("no-sound", extra={"values": {"why": type(error).__name__}})


def player() -> str | None:
    """The program that plays; None: this machine has none."""
    found = _player()
    return None if found is None else Path(found[0]).name


def heard(sound: Sound, limit: float) -> bool:
    """Play a tone and wait for its end, at most `limit` seconds: did the player say that it was played?"""
    play(sound)
    playing = _playing
    if playing is None:
        return False
    try:
        return playing.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return False
