"""Full screen is the screen's size, whatever kiosk.ini says, and without a window manager."""

import subprocess
import sys
from pathlib import Path

from tests.xvfb import xvfb

ROOT = Path(__file__).parents[3]
PROGRAM = """
from kiosk.ui.app import prepare
from kiosk.ui.port import WindowSettings
prepare(WindowSettings(1080, 1920, fullscreen=True))
from kivy.config import Config
print(Config.get("graphics", "width"), Config.get("graphics", "height"))
"""


def test_the_window_opens_in_the_size_of_the_screen() -> None:
    with xvfb(1600, 900) as display:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={"DISPLAY": display, "PATH": "/usr/bin:/bin", "HOME": "/tmp"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout.split() == ["1600", "900"]
