"""What begins before Kivy is imported."""

import sys
from pathlib import Path

import pytest

from kiosk.ui import prelude


def test_a_stand_in_is_there_for_a_while_and_the_real_module_afterwards() -> None:
    real = sys.modules.pop("colorsys", None)
    try:
        with prelude.stand_ins({"colorsys": {"rgb_to_hsv": 5}}):
            import colorsys

            assert {name for name in vars(colorsys) if not name.startswith("__")} == {"rgb_to_hsv"}
        import colorsys

        assert callable(colorsys.rgb_to_hsv)
    finally:
        if real is not None:
            sys.modules["colorsys"] = real


def test_what_is_loaded_already_has_no_stand_in() -> None:
    with prelude.stand_ins({"sys": {"path": None}}):
        import sys as seen

        assert seen is sys


def test_stand_ins_leave_after_an_exception() -> None:
    with pytest.raises(KeyError), prelude.stand_ins({"not.a.module": {}}):
        raise KeyError
    assert "not.a.module" not in sys.modules


def test_the_library_is_that_of_the_wheel_or_none(tmp_path: Path) -> None:
    (tmp_path / "kivy").mkdir()
    assert prelude.sdl_library([str(tmp_path)]) is None
    (tmp_path / "Kivy.libs").mkdir()
    (tmp_path / "Kivy.libs" / "libSDL2_image-2-1.so.0").touch()
    ours = tmp_path / "Kivy.libs" / "libSDL2-2-d98.0.so.0.3000.7"
    ours.touch()
    assert prelude.sdl_library(["/nowhere", str(tmp_path)]) == ours
    (tmp_path / "Kivy.libs" / "libSDL2-2-other.so").touch()
    assert prelude.sdl_library([str(tmp_path)]) is None  # which of them Kivy uses is not known


def test_the_kivy_that_is_installed_here_has_its_library() -> None:
    assert prelude.sdl_library() is not None
