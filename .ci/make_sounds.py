#!/usr/bin/env python3
"""Makes the files of assets/sounds. Run by hand, never by set-up: the results are in git.

    python3 .ci/make_sounds.py

Three tones of bells that are struck softly: a few partials of one note, each dying away, 16 bit mono at 16 kHz. Nothing
in them is random or taken from elsewhere. The loud one is for a card left in the slot: it must be heard across a hall.
"""

from __future__ import annotations

import math
import struct
import sys
import wave
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RATE = 16_000
ATTACK = 0.012  # seconds in which a note swells: without a click
PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.35, 0.6), (3.0, 0.12, 0.4))
"""Multiple of the note's frequency, its share, and how long it lasts beside the first."""

C5, E5, G5, A5, C6 = 523.25, 659.26, 783.99, 880.00, 1046.50


@dataclass(frozen=True, slots=True)
class Note:
    """`at`: seconds from the beginning; `decay`: seconds until it is at 1/e."""

    at: float
    pitch: float
    decay: float = 0.22


@dataclass(frozen=True, slots=True)
class Tone:
    """`peak`: the loudest sample, 0 to 1."""

    seconds: float
    peak: float
    notes: tuple[Note, ...]


TONES = {
    "question": Tone(0.9, 0.30, (Note(0.0, A5), Note(0.18, E5))),
    "take_card": Tone(1.2, 0.45, (Note(0.0, C5), Note(0.16, E5), Note(0.32, G5, 0.3))),
    "take_card_loud": Tone(
        2.4,
        0.90,
        tuple(
            Note(round(start + step, 2), pitch) for start in (0.0, 0.7, 1.4) for step, pitch in ((0.0, C6), (0.2, G5))
        ),
    ),
}
"""By `kiosk.visit.effects.Sound`."""


def samples(tone: Tone) -> list[int]:
    """-32768..32767."""
    values = []
    for number in range(int(tone.seconds * RATE)):
        now = number / RATE
        value = 0.0
        for note in tone.notes:
            since = now - note.at
            if since < 0:
                continue
            swell = min(1.0, since / ATTACK)
            for multiple, share, lasting in PARTIALS:
                fade = math.exp(-since / (note.decay * lasting))
                value += swell * share * fade * math.sin(2 * math.pi * note.pitch * multiple * since)
        # The end is silent, whatever still rings.
        values.append(value * min(1.0, (tone.seconds - now) / 0.05))
    loudest = max(abs(value) for value in values)
    return [round(value / loudest * tone.peak * 32767) for value in values]


def file_of(tone: Tone) -> bytes:
    """A WAV file."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        values = samples(tone)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))
    return out.getvalue()


def main() -> int:
    folder = ROOT / "assets" / "sounds"
    folder.mkdir(exist_ok=True)
    for name, tone in TONES.items():
        (folder / f"{name}.wav").write_bytes(file_of(tone))
    return 0


if __name__ == "__main__":
    sys.exit(main())
