"""What a call with a person's record leaves on its thread's stack, overwritten.

A thread that ends does not take its stack with it: glibc keeps stacks for the next threads, and gives back to the system only
what lies deeper than PTHREAD_STACK_MIN (16 KiB; nptl/allocatestack.c, `advise_stack_range`). A name of a person stood there, in
a frame of the JSON decoder (tests/canary).

A structure passed by value is copied onto the stack by the caller (System V ABI for x86-64, 3.2.3, class MEMORY): a large one of
zeros covers what calls before it left there. Where it is passed by reference, as on AArch64, nothing happens.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

COVERED: Final = 64 * 1024
"""Bytes below the caller's frame: four times what glibc keeps, and no more than half of the smallest default stack (musl)."""


class _Cover(ctypes.Structure):
    _fields_ = (("zeros", ctypes.c_char * COVERED),)


def _function() -> Any:
    """Any that looks at no argument and always returns: the caller alone puts them onto the stack and takes them off."""
    function = ctypes.CDLL(None).getpid
    function.argtypes = (_Cover,)
    return function


_called_with: Final = _function()
_COVER: Final = _Cover()


def overwrite() -> None:
    """The calling thread's stack below this call. Microseconds."""
    _called_with(_COVER)


def leaving_nothing(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the call returns or raises; what it left on this thread's stack is overwritten."""
    try:
        return call(*args, **kwargs)
    finally:
        overwrite()
