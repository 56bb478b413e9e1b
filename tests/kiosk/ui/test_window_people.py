"""The real window under hands that nobody planned for: many fingers, palms, bouncing glass, touches on a frozen screen, mice and
keyboards, and what is dropped on it. What no X server can send without the device goes into SDL's own queue."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.kiosk.ui.window import Window, ask_to_close, display, started, window

__all__ = ["display", "started", "window"]

Fired = Callable[[object], None]


def people(name: str, level: str = "boundary") -> pytest.MarkDecorator:
    return pytest.mark.fault("people", name, level=level)


def actions(window: Window) -> list[str]:
    return [line["action"] for line in window.events("pressed")]


def finger(window: Window, kind: str, number: int, target: str) -> dict[str, Any]:
    x, y = window.centre(target)
    return {"kind": kind, "finger": number, "x": x / 1080, "y": y / 1920}


def still_works(window: Window) -> None:
    """The next touch does what it should."""
    window.settled()
    before = len(window.events("pressed"))
    window.tap("stay")
    window.wait("pressed", action="stay")
    assert len(window.events("pressed")) == before + 1


@people("five fingers at once on five places")
def test_five_fingers_are_one_touch(window: Window, fired: Fired) -> None:
    places = ("stay", "go", "off", "go", "stay")
    down = [finger(window, "fingerdown", n, name) for n, name in enumerate(places, 1)]
    moved = [finger(window, "fingermotion", n, name) for n, name in enumerate(places, 1)]
    up = [finger(window, "fingerup", n, name) for n, name in enumerate(places, 1)]
    window.sdl(*down, *moved, *up[::-1])
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(sum(line["count"] for line in window.events("pushed")) == 15)


@people("a touch screen that reports each finger as a mouse, too")
def test_a_finger_that_is_a_mouse_too_acts_once(window: Window, fired: Fired) -> None:
    x, y = window.centre("stay")
    window.x("mousemove", x, y, "mousedown", 1)
    window.wait("touched")
    window.sdl(finger(window, "fingerdown", 1, "stay"), finger(window, "fingerup", 1, "stay"))
    window.x("mouseup", 1)
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(window.events("pushed"))


@people("two buttons at once")
def test_two_controls_touched_at_once_are_one_touch(window: Window, fired: Fired) -> None:
    both = [finger(window, "fingerdown", 1, "stay"), finger(window, "fingerdown", 2, "go")]
    window.sdl(*both, finger(window, "fingerup", 2, "go"), finger(window, "fingerup", 1, "stay"))
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(window.events("pushed"))


@people("a finger whose end is never told: the touch screen was unplugged under it")
def test_a_finger_that_never_ends_does_not_hold_the_screen(window: Window, fired: Fired) -> None:
    window.sdl(finger(window, "fingerdown", 1, "go"))
    window.wait("touched")
    window.sdl(finger(window, "fingerdown", 2, "stay"), finger(window, "fingerup", 2, "stay"))
    window.settled()
    assert actions(window) == []  # as long as it may be a second finger, it is one
    window.ask("cpu 3.2", "cpu")
    window.sdl(finger(window, "fingerdown", 3, "stay"), finger(window, "fingerup", 3, "stay"))
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(len(window.events("pushed")) == 3)


@people("a touch whose end was lost, and the same finger again")
def test_the_same_finger_down_twice_begins_anew(window: Window, fired: Fired) -> None:
    window.sdl(finger(window, "fingerdown", 1, "go"))
    window.wait("touched")
    window.sdl(finger(window, "fingerdown", 1, "stay"), finger(window, "fingerup", 1, "stay"))
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(len(window.events("touched")) >= 2)


@people("glass that bounces: a control touched twice within 50 ms", level="real")
def test_a_bounce_acts_once(window: Window, fired: Fired) -> None:
    x, y = window.centre("stay")
    window.x("mousemove", x, y, *(("mousedown", 1, "mouseup", 1) * 3))
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(len(window.events("touched")) == 4)


def test_touches_of_two_controls_in_one_breath_both_act(window: Window) -> None:
    """A busy machine takes two touches at once that a person made apart."""
    (x, y), (other_x, other_y) = window.centre("stay"), window.centre("go")
    window.x(
        "mousemove", x, y, "mousedown", 1, "mouseup", 1, "mousemove", other_x, other_y, "mousedown", 1, "mouseup", 1
    )
    window.wait("pressed")
    window.wait("pressed")
    assert actions(window) == ["stay", "go"]


@people("a control held long", level="real")
def test_a_held_control_does_not_repeat(window: Window, fired: Fired) -> None:
    x, y = window.centre("stay")
    window.x("mousemove", x, y, "mousedown", 1)
    window.wait("touched")
    window.ask("cpu 3.5", "cpu")
    assert actions(window) == []
    window.x("mouseup", 1)
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(window.events("cpu"))


@people("a drag from one control to another and back", level="real")
def test_a_drag_over_another_control_acts_where_it_began_or_not_at_all(window: Window, fired: Fired) -> None:
    (x, y), (other_x, other_y) = window.centre("stay"), window.centre("go")
    window.x("mousemove", x, y, "mousedown", 1, "mousemove", other_x, other_y, "mouseup", 1)
    window.x("mousemove", x, y, "mousedown", 1, "mousemove", other_x, other_y, "mousemove", x, y, "mouseup", 1)
    window.wait("pressed")
    still_works(window)
    assert actions(window) == ["stay", "stay"]
    fired(len(window.events("touched")) == 3)


@people("touches on the very edge of the screen", level="real")
def test_the_edge_of_the_screen_is_glass_like_any_other(window: Window, fired: Fired) -> None:
    corners = [(x, y) for x in (0, 540, 1079) for y in (0, 960, 1919) if (x, y) != (540, 960)]
    for x, y in corners:
        window.x("mousemove", x, y, "mousedown", 1, "mouseup", 1)
    drawn = window.drawn()
    assert not [
        t for t in drawn["targets"].values() if t[0] <= 0 or t[1] <= 0 or t[0] + t[2] >= 1080 or t[1] + t[3] >= 1920
    ]
    still_works(window)
    assert actions(window) == ["stay"]
    fired(len(window.events("touched")) == len(corners) + 1)


@people("the edge of a control: its last pixel acts, the next one does not", level="real")
def test_a_control_ends_where_it_is_drawn(window: Window, fired: Fired) -> None:
    x, y, w, h = window.drawn()["targets"]["stay"]
    for at in ((x - 1, y + 5), (x + w, y + 5), (x + 5, y - 1), (x + 5, y + h)):
        window.x("mousemove", *at, "mousedown", 1, "mouseup", 1)
    for at in ((x, y), (x + w - 1, y), (x, y + h - 1), (x + w - 1, y + h - 1)):
        window.x("mousemove", *at, "mousedown", 1, "mouseup", 1)
        window.wait("pressed")
        window.settled()
    assert actions(window) == ["stay"] * 4
    fired(len(window.events("touched")) == 8)


@people("touches on a screen that stands still for 3 s, and then shows another page", level="real")
@pytest.mark.parametrize("seconds", [3, pytest.param(10, marks=pytest.mark.long)])
def test_touches_on_a_frozen_screen_are_dropped(window: Window, fired: Fired, seconds: int) -> None:
    go, stay = window.centre("go"), window.centre("stay")
    window.tell(f"block {seconds}")
    window.wait("blocked")
    for x, y in (go, go, stay, go, stay):
        window.x("mousemove", x, y, "mousedown", 1, "mouseup", 1)
    window.x("mousemove", *go, "mousedown", 1)  # and one that is still held when it goes on
    window.wait("unblocked")
    window.settled()
    window.x("mouseup", 1)
    window.settled()
    assert actions(window) == []
    assert window.drawn()["page"] == "first"
    still_works(window)
    fired(window.events("unblocked")[0]["at"] - window.events("blocked")[0]["at"] >= seconds)


@people("a file, a text, a low-memory note and a request to quit from the desktop")
def test_what_is_dropped_on_the_window_is_ignored(window: Window, fired: Fired) -> None:
    window.sdl(
        {"kind": "dropbegin"},
        {"kind": "dropfile", "path": "/etc/passwd"},
        {"kind": "droptext", "path": "[b]text[/b]"},
        {"kind": "dropend"},
        {"kind": "lowmemory"},
        {"kind": "quit"},
    )
    still_works(window)
    assert actions(window) == ["stay"]
    assert window.process.poll() is None
    fired(window.events("pushed")[0]["count"] >= 5)  # the note goes to Kivy's own filter and ends there


KEYS = (
    *("Escape", "F1", "F2", "F10", "F11", "F12", "Print", "Super_L", "Menu", "Tab", "space", "Return", "BackSpace"),
    *("alt+F4", "alt+Tab", "alt+F2", "ctrl+c", "ctrl+v", "shift+Insert", "ctrl+q", "ctrl+w", "ctrl+z"),
    *("ctrl+alt+Delete", "ctrl+alt+BackSpace", "ctrl+shift+Escape", "1", "2", "3", "4", "5", "6", "KP_1", "KP_Enter"),
)


@people("every key of a keyboard that should not be there", level="real")
@pytest.mark.parametrize("page", ["first", "pin"])
def test_keys_do_nothing_and_type_nothing(window: Window, fired: Fired, page: str) -> None:
    if page == "pin":
        window.tell("page pin")
        window.wait("painted", page="pin")
        window.settled()
    before = window.drawn()
    asked = window.ask("keys", "keys")["count"]
    for key in KEYS:
        window.x("key", key)
    ask_to_close(window.display)
    window.settled()
    after = window.drawn()
    assert (after["page"], after["texts"], after["frame"]) == (before["page"], before["texts"], before["frame"])
    assert window.events("secret") == window.events("pressed") == window.events("touched") == []
    assert window.process.poll() is None
    fired(window.ask("keys", "keys")["count"] - asked >= len(KEYS))


@people("right click, middle click, wheel", level="real")
def test_other_buttons_act_on_no_control(window: Window, fired: Fired) -> None:
    for target in ("stay", "go", "off"):
        x, y = window.centre(target)
        for button in (2, 3, 4, 5, 8, 9):
            window.x("mousemove", x, y, "mousedown", button, "mouseup", button)
    still_works(window)
    assert actions(window) == ["stay"]
    assert len(window.events("touched")) == 1
    fired(window.ask("buttons", "buttons")["count"] >= 2 * 3 * 2)


@people("a double touch on a control that leads on", level="real")
def test_a_double_touch_leads_on_once(window: Window, fired: Fired) -> None:
    for pause in (0.0, 0.03, 0.1, 0.15):
        page = window.drawn()["page"]
        x, y = window.centre("go")
        once = ("mousedown", 1, "mouseup", 1)
        window.x("mousemove", x, y, *once, "sleep", pause, *once)
        window.settled()
        window.settled()
        assert window.drawn()["page"] != page
    fired(len(window.events("touched")) == 8)
