"""Kivy stays in two files: everything else of the screen is pure and can be laid out and tested without a window."""

import ast
import subprocess
import sys
from pathlib import Path

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
