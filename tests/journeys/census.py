"""Counts what a running kiosk's process holds, from inside: objects, widgets, textures, caches, threads, lines to outside.

Only `entry.py` beside it puts it into a kiosk. Counts and names of threads, never contents.
"""

from __future__ import annotations

import gc
import os
import re
import socket
import stat
import sys
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

from kiosk.run import Kiosk
from kiosk.ui import raster, text


def census(kiosk: Kiosk) -> dict[str, Any]:
    """`pid`, counts by name, and `threads_named`: {name without its number: how many}.

    Garbage is collected first: what is counted is held by somebody. `objects` are those that the collector knows, without
    the ones of the start-up, which are frozen.
    """
    gc.collect()
    kinds: Counter[type] = Counter(type(thing) for thing in gc.get_objects())
    return {
        "pid": os.getpid(),
        "objects": sum(kinds.values()),
        "widgets": _of_kind(kinds, "kivy.uix.widget", "Widget"),
        "dispatchers": _of_kind(kinds, "kivy.event", "EventDispatcher"),
        "textures": _of_kind(kinds, "kivy.graphics.texture", "Texture") - _kept(kiosk),
        "instructions": _of_kind(kinds, "kivy.graphics.instructions", "Instruction"),
        **_lines(),
        **_caches(kiosk),
        "threads_named": dict(
            Counter(re.sub(r"[-_ ]*\(?\d.*", "", thread.name) or "thread" for thread in threading.enumerate())
        ),
    }


def _of_kind(kinds: Counter[type], module: str, name: str) -> int:
    """Instances of a class and its subclasses; none where its module was never imported."""
    found = getattr(sys.modules.get(module), name, None)
    return sum(count for kind, count in kinds.items() if issubclass(kind, found)) if isinstance(found, type) else 0


def _kept(kiosk: Kiosk) -> int:
    """Textures of shapes and icons that are kept for the next page: `shape_textures` counts them."""
    window: Any = kiosk.presenter.screen
    if window is None:
        return 0
    known = {id(thing) for thing in gc.get_objects()}  # without the frozen ones, which are not counted either
    kept = (made[-1] if isinstance(made, tuple) else made for made in window._painter._shapes.values())
    return sum(id(texture) in known for texture in kept)


def _lines() -> dict[str, int]:
    """Open sockets by whom they lead to. pcsc-lite has one socket for each context (SCardEstablishContext)."""
    found: Counter[str] = Counter()
    for handle in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(int(handle)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(handle))) as line:
                found[_leads_to(line)] += 1
    return {"contexts": found["pcscd"], "connections": found["central"]}


def _leads_to(line: socket.socket) -> str:
    peer = line.getpeername()
    if line.family == socket.AF_UNIX:
        return "pcscd" if isinstance(peer, str) and peer.endswith("pcscd.comm") else "other"
    return "central" if line.family == socket.AF_INET else "other"


def _caches(kiosk: Kiosk) -> dict[str, int]:
    """Sizes of what is kept between pages. The window's own parts are looked up by name: it has no port for this."""
    window: Any = kiosk.presenter.screen
    if window is None:
        return {}
    painter = window._painter
    return {
        "text_textures": painter.remembered(),
        "shape_textures": len(painter._shapes),
        "faces": sum(painter.text.open()),
        "widths": len(window._measurer),
        "plain_characters": sum(len(characters) for characters in window._fonts._plain.values()),
        "memoised": sum(
            kept.cache_info().currsize
            for part in (raster, text)
            for kept in vars(part).values()
            if hasattr(kept, "cache_info")
        ),
    }
