"""A bare Kivy window with one label in the shipped face: `python tests/bench/start_bare.py <font file> <width> <height>`.

What Kivy's documentation starts with, in the environment that the kiosk gives to Kivy; a touch changes the label's text.
"""

import sys

FONT, WIDTH, HEIGHT = sys.argv[1:4]

from kivy.config import Config  # type: ignore[import-untyped]  # noqa: E402

Config.set("graphics", "width", WIDTH)
Config.set("graphics", "height", HEIGHT)
Config.set("graphics", "position", "custom")
Config.set("graphics", "left", "0")
Config.set("graphics", "top", "0")
Config.set("graphics", "borderless", "1")
Config.set("graphics", "multisamples", "0")

from kivy.base import runTouchApp  # type: ignore[import-untyped]  # noqa: E402
from kivy.uix.label import Label  # type: ignore[import-untyped]  # noqa: E402


def touched(label: Label, _touch: object) -> None:
    label.text = "已触摸"


label = Label(text="社会保障", font_name=FONT, font_size=96)
label.bind(on_touch_up=touched)
runTouchApp(label)
