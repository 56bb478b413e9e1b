"""Kivy stays in two files: everything else of the screen is pure and can be laid out and tested without a window."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.xvfb import xvfb

UI = Path(__file__).resolve().parents[3] / "kiosk" / "ui"


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_only_the_painter_and_the_window_import_kivy() -> None:
    users = {
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        if any(name.split(".")[0] == "kivy" for name in imported(path))
    }
    assert users == {"app.py", "painter.py"}


def test_the_window_module_can_be_imported_without_loading_kivy() -> None:
    # Kivy reads the command line and its environment while it is imported: that must come after `prepare`.
    done = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.ui.app, kiosk.ui.frame; print('kivy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


PROGRAM = """
import sys
from kiosk.ui.presenter import ScreenPresenter

def painted(self, page):
    print(*sorted(sys.modules), sep="\\n", flush=True)
    self.screen.close(0)

ScreenPresenter.painted = painted
from kiosk.cli import main
raise SystemExit(main(["run", "--config", sys.argv[1]]))
"""
LATER = {
    "central's libraries": ("requests", "urllib3", "pydantic", "ssl", "http.client", "email"),
    "what explains options": ("argparse", "shutil"),
    "widgets and Kivy's own loop": ("kivy.uix", "kivy.app", "kivy.lang", "kivy.input.providers", "kivy.input.postproc"),
    "pictures in files": ("filetype", "zipfile", "kivy.atlas", "PIL"),
    "asynchronous loops": ("asyncio", "selectors"),
    "other programs": ("subprocess", "tempfile"),
    "the store": ("sqlalchemy", "sqlite3"),
    "sound": ("kiosk.ui.sound",),
    "the other screens": ("kiosk.ui.screens.home", "kiosk.ui.screens.pin", "kiosk.ui.components.keypad"),
}


def test_what_the_first_page_does_not_need_is_not_loaded_before_it(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.ini"
    settings.write_text("[window]\nfullscreen = no\n", "utf-8")
    with xvfb() as display:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(settings)],
            env={**os.environ, "DISPLAY": display, "PCSCLITE_CSOCK_NAME": str(tmp_path / "none")},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    loaded = set(done.stdout.split())
    assert {"kivy.core.window", "kiosk.engine.engine", "drivers.card.pcsc"} <= loaded, done.stderr
    early = {why: sorted(loaded.intersection(names)) for why, names in LATER.items()}
    assert {why: names for why, names in early.items() if names} == {}
