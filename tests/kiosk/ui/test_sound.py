"""The tones: the files are what their recipe makes, and a player never holds anything up."""

import importlib.util
import sys
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.ui import sound
from kiosk.visit.effects import Sound

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sounds", ROOT / ".ci" / "make_sounds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def peak(which: Sound) -> float:
    with wave.open(str(sound.file_of(which)), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getnframes() / file.getframerate() < 3.0
        values = array("h", file.readframes(file.getnframes()))
    assert abs(values[0]) < 400
    assert abs(values[-1]) < 400
    return max(abs(value) for value in values) / 32767


def test_every_tone_has_its_file_and_the_one_for_a_forgotten_card_is_the_loudest() -> None:
    peaks = [peak(which) for which in (Sound.QUESTION, Sound.TAKE_CARD, Sound.TAKE_CARD_LOUD)]
    assert {path.stem for path in sound.SOUNDS.glob("*.wav")} == {which.value for which in Sound}
    assert peaks == sorted(peaks)
    assert peaks[0] < 0.4 < 0.8 < peaks[-1]


@pytest.mark.parametrize("which", Sound)
def test_a_file_is_what_its_recipe_makes(recipe: ModuleType, which: Sound) -> None:
    made = recipe.file_of(recipe.TONES[which.value])
    shipped = sound.file_of(which).read_bytes()
    assert len(made) == len(shipped)
    # Another C library may round the last bit of a sample in another way.
    off = [abs(a - b) for a, b in zip(array("h", made[44:]), array("h", shipped[44:]), strict=True)]
    assert max(off) <= 1


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sound, "_playing", None)
    sound._player.cache_clear()
    yield tmp_path
    left = sound._playing
    if left is not None:
        left.kill()
        left.wait()
    sound._player.cache_clear()


def player(path: Path, name: str, text: str) -> None:
    program = path / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def finished() -> None:
    assert sound._playing is not None
    sound._playing.wait(5)


def test_the_first_player_there_gets_the_file(path: Path) -> None:
    player(path, "aplay", f'echo "$@" > {path}/said')
    sound.play(Sound.QUESTION)
    finished()
    assert (path / "said").read_text().split() == ["-q", str(sound.file_of(Sound.QUESTION))]


@pytest.mark.fault("machine", "the sound's player hangs", level="real")
def test_a_player_that_hangs_holds_nothing_up_and_gives_way_to_the_next_tone(
    path: Path, fired: Callable[[object], None]
) -> None:
    player(path, "pw-play", "exec /bin/sleep 60")
    begun = time.monotonic()
    sound.play(Sound.QUESTION)
    first = sound._playing
    assert first is not None
    assert first.poll() is None
    fired(True)  # it would play for a minute
    sound.play(Sound.TAKE_CARD)
    assert time.monotonic() - begun < 5
    assert first.wait(5) != 0
    assert sound._playing is not first


@pytest.mark.fault("machine", "no player of sounds, and one that is no program", level="real")
def test_without_a_player_or_with_a_broken_one_there_is_silence_and_no_harm(
    path: Path, fired: Callable[[object], None]
) -> None:
    sound.play(Sound.TAKE_CARD)
    assert sound._playing is None
    sound._player.cache_clear()
    (path / "aplay").write_bytes(b"\x00 no program")
    (path / "aplay").chmod(0o755)
    sound.play(Sound.TAKE_CARD_LOUD)
    assert sound._playing is None
    fired(sound._player() == (str(path / "aplay"), "-q"))


@pytest.mark.fault("machine", "no audio device", level="boundary")
def test_a_player_without_an_audio_device_ends_by_itself(path: Path, fired: Callable[[object], None]) -> None:
    player(path, "aplay", "echo 'no soundcards found' >&2; exit 1")
    sound.play(Sound.TAKE_CARD)
    finished()
    assert sound._playing is not None
    fired(sound._playing.returncode == 1)
    sound.play(Sound.TAKE_CARD)  # and the next one is tried again
    finished()
