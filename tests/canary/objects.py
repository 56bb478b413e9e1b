"""Everything that Python can reach in this process, as text: runs inside the kiosk, knows nothing of what is searched for.

All that is asked is told: whoever searches compares outside, so that the search itself plants nothing.
"""

from __future__ import annotations

import array
import ctypes
import functools
import gc
import io
import re
import sys
import threading
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import Any, Final

SMALLEST_INT: Final = 100_000


class Objects:
    """A walk over all objects. `texts` is one walk; `holders` answers about its last one."""

    def __init__(self) -> None:
        self._last: list[Any] = []
        self._from: dict[int, Any] = {}

    def texts(self) -> Iterator[tuple[str, str]]:
        """(type, content) of every string, buffer and larger integer; bytes as Latin-1. After collecting the garbage."""
        self.forget()
        gc.unfreeze()  # what is frozen is in no list
        gc.collect()
        for one in self._all():
            for kind, content in _content(one):
                self._last.append(one)
                yield kind, content

    def holders(self, index: int, depth: int = 8) -> list[str]:
        """Who holds the `index`-th of the last walk: types and names, from the nearest on."""
        chain: list[str] = []
        one = self._last[index]
        mine = {id(self._last), id(self._from), id(chain)} | {id(frame) for frame in _frames()}
        for _ in range(depth):
            inner, one = one, self._from.get(id(one))
            if one is None:  # a root of the walk: an object that the collector knows
                referrers = [r for r in gc.get_referrers(inner) if id(r) not in mine]
                if not referrers:
                    break
                one = referrers[0]
            mine.add(id(one))
            chain.append(_described(one, inner))
        return chain

    def forget(self) -> None:
        """The next search does not find this one."""
        self._last = []
        self._from = {}

    def _all(self) -> Iterator[Any]:
        """Every object that the collector knows, every thread's frames, and all that they refer to."""
        seen: set[int] = set()
        todo: list[Any] = []
        frames = [frame for thread, frame in sys._current_frames().items() if thread != threading.get_ident()]
        mine = {id(self), id(self.__dict__), id(self._last), id(self._from), id(seen), id(todo), id(frames)}
        mine |= {id(frame) for frame in _frames()}
        todo += [*gc.get_objects(), *frames, sys.modules]
        while todo:
            one = todo.pop()
            if id(one) in seen or id(one) in mine:
                continue
            seen.add(id(one))
            yield one
            referents = gc.get_referents(one)
            if isinstance(one, dict):
                referents += list(dict.keys(one))  # CPython does not visit keys while all of them are strings
            for inner in referents:
                if id(inner) not in seen:
                    self._from.setdefault(id(inner), one)
                    todo.append(inner)


def _frames() -> Iterator[FrameType]:
    """Frames of this thread."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def _content(one: Any) -> Iterator[tuple[str, str]]:
    kind = type(one)
    name = kind.__name__
    if issubclass(kind, str):
        yield name, str.__str__(one)
    elif issubclass(kind, bytes | bytearray):
        yield name, bytes(one).decode("latin-1")
    elif issubclass(kind, int):
        if int(one) >= SMALLEST_INT:
            yield name, str(int(one))
    elif kind is memoryview:
        try:
            yield name, one.tobytes().decode("latin-1")
        except ValueError:
            return  # released
    elif kind is io.StringIO or kind is io.BytesIO:
        value = "" if one.closed else one.getvalue()
        yield name, value if isinstance(value, str) else value.decode("latin-1")
    elif kind is re.Pattern:
        yield name, one.pattern if isinstance(one.pattern, str) else one.pattern.decode("latin-1")
    elif kind is array.array:
        yield name, one.tobytes().decode("latin-1")
    elif isinstance(one, ctypes.Array):
        yield name, bytes(one).decode("latin-1")


def _described(one: Any, inner: Any) -> str:
    """The type of a holder, and under which name it holds; never a content."""
    match one:
        case ModuleType():
            return f"module {one.__name__}"
        case FrameType():
            return f"frame {one.f_code.co_qualname} line {one.f_lineno}"
        case functools.partial():
            return f"partial of {getattr(one.func, '__qualname__', '?')}"
        case dict():
            keys = [key for key, value in one.items() if value is inner and isinstance(key, str) and key.isidentifier()]
            return f"dict[{keys[0] if keys else '?'}] of {len(one)}"
        case _ if callable(one) and hasattr(one, "__qualname__"):
            return f"{type(one).__name__} {one.__qualname__}"
        case _:
            return f"{type(one).__module__}.{type(one).__qualname__}"
