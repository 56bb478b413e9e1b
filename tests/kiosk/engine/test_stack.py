"""What calls left on a thread's stack is overwritten."""

import ctypes
import platform
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.engine import stack

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or sys.platform != "linux", reason="elsewhere structures do not go by the stack"
)
_LEFT = b"\x6b\xd1\x93\x3e"
_SIZE = 20 * 1024
_LIBC = ctypes.CDLL(None)


class _Large(ctypes.Structure):
    _fields_ = (("content", ctypes.c_char * _SIZE),)


def _leave() -> None:
    """A call with an argument by value: the thread's stack holds it afterwards."""
    large = _Large()
    ctypes.memmove(ctypes.byref(large), _LEFT * (_SIZE // 4), _SIZE)
    call = ctypes.CDLL(None).getppid
    call.argtypes = (_Large,)
    call(large)


def _own_stack() -> tuple[int, int]:
    """Lowest address and bytes (pthread_getattr_np(3))."""
    attributes, address, size = ctypes.create_string_buffer(256), ctypes.c_void_p(), ctypes.c_size_t()
    _LIBC.pthread_self.restype = ctypes.c_void_p
    _LIBC.pthread_getattr_np(ctypes.c_void_p(_LIBC.pthread_self()), attributes)
    _LIBC.pthread_attr_getstack(attributes, ctypes.byref(address), ctypes.byref(size))
    assert address.value
    return address.value, size.value


def _left_after(call: Callable[[], object]) -> int:
    """How often the trace stands on the stack of a thread after it made the call."""
    counted: list[int] = []

    def run() -> None:
        call()
        start, size = _own_stack()
        with Path("/proc/self/mem").open("rb", buffering=0) as memory:
            memory.seek(start)
            counted.append(memory.read(size).count(_LEFT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return counted[0]


def test_a_trace_stands_on_the_stack_until_it_is_overwritten() -> None:
    assert _left_after(_leave) > 3000
    assert _left_after(lambda: stack.leaving_nothing(_leave)) == 0


def test_a_call_that_fails_leaves_nothing_either() -> None:
    def fail() -> None:
        _leave()
        raise ValueError("on purpose")

    def call() -> None:
        with pytest.raises(ValueError, match="on purpose"):
            stack.leaving_nothing(fail)

    assert _left_after(call) == 0


def test_what_is_in_use_stays_as_it_is() -> None:
    kept: list[tuple[int, str]] = []

    def deep(level: int) -> None:
        local = f"level {level}"
        list(map(deep, [level - 1] if level else ()))  # through C: a frame of its own on the stack
        if not level:
            stack.overwrite()
        kept.append((level, local))

    thread = threading.Thread(target=deep, args=(40,))
    thread.start()
    thread.join()
    assert kept == [(level, f"level {level}") for level in range(41)]


def test_the_answer_of_a_call_is_handed_on() -> None:
    assert stack.leaving_nothing(divmod, 7, 2) == (3, 1)
