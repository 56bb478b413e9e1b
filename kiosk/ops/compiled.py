"""Dataclasses that are compiled once: what Python does for modules (`__pycache__`), for the methods that `dataclass` writes.

`dataclass` writes the methods of each class as text and compiles it at every start: a thousand little programs, more work than
all other imports before the first page. Between `begin` and `keep` the compiled form is taken from a file beside Python's own
compiled modules, by the whole text and the version of Python: a changed class has a changed text, so nothing in the file
can be out of date. No file, or one that cannot be read or written: the methods are compiled as always.
"""

import dataclasses
import marshal
import os
import threading
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType
from typing import Any

_MOST = 4096
"""Methods in the file. Classes that changed leave their old texts behind; past this the file begins anew."""


class Methods:
    """Compiled methods by their text. `file`: where they are kept."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._known = _read(file)
        self._new: dict[str, CodeType] = {}
        self.read = len(self._known)

    @property
    def new(self) -> int:
        """How many had to be compiled."""
        return len(self._new)

    def run(self, text: str, names: dict[str, Any], found: dict[str, Any]) -> None:
        """`exec` as `dataclass` calls it."""
        code = self._known.get(text)
        if code is None:
            code = self._known[text] = self._new[text] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(code, names, found)  # noqa: S102 the text of dataclass itself

    def keep(self) -> None:
        """Write the file if something was compiled. A folder that cannot be written to is left as it is."""
        if not self._new:
            return
        kept = self._known if len(self._known) <= _MOST else self._new
        beside = f"{self._file}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            with open(beside, "xb") as file:
                file.write(MAGIC_NUMBER + marshal.dumps(kept))
            os.replace(beside, self._file)
        except OSError:
            return
        self._new = {}


def _read(file: str) -> dict[str, CodeType]:
    try:
        with open(file, "rb") as opened:
            content = opened.read()
        if content[: len(MAGIC_NUMBER)] != MAGIC_NUMBER:
            return {}  # another version of Python
        found = marshal.loads(content[len(MAGIC_NUMBER) :])  # noqa: S302 trusted as __pycache__ is
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


_in_use: list[Methods] = []
_lock = threading.Lock()


def place() -> str:
    """The file; as Python's own it obeys PYTHONPYCACHEPREFIX."""
    return cache_from_source(__file__).removesuffix(".pyc") + ".methods"


def begin() -> None:
    """From now on dataclasses are made of compiled methods where there are any."""
    with _lock:
        if not _in_use:
            methods = Methods(place())
            _in_use.append(methods)
            # A name of the module goes before the builtin one: `dataclass` itself is untouched.
            setattr(dataclasses, "exec", methods.run)  # noqa: B010


def keep() -> int | None:
    """Back to compiling, and write what was new. Returns how many that were; None when it was not begun."""
    import sys

    with _lock:
        if not _in_use:
            return None
        methods = _in_use.pop()
        delattr(dataclasses, "exec")
    new = methods.new
    if not sys.dont_write_bytecode:
        methods.keep()
    return new
