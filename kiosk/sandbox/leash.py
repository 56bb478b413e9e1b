"""Child processes that cannot outlive us: each ends when it is stopped, and also when this process dies in any way.

A small shell stands between: it reads from a pipe that we hold; when the pipe closes it ends the child. (PR_SET_PDEATHSIG is no
choice: it fires when the *thread* that started the child ends.)
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

_SHELL: Final = """
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
(read -r how <&3; [ "$how" = kill ] || { kill -TERM $child; sleep 4; }; kill -KILL $child) 2>/dev/null &
guard=$!
wait $child
code=$?
kill $guard 2>/dev/null
exit $code
"""


class Leashed:
    """One child in a process group of its own. Output goes to `log` (appended), or nowhere."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        """`keep`: file descriptors that the child has, too.

        Raises OSError when the shell cannot be started; a program that is missing ends with code 127.
        """
        self.argv = tuple(argv)
        sink: IO[bytes] | int = subprocess.DEVNULL if log is None else log.open("ab")
        try:
            self._process = subprocess.Popen(  # noqa: S603 our own arguments
                ["/bin/sh", "-c", _SHELL, "leash", *argv],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                env=None if env is None else dict(env),
                start_new_session=True,
                pass_fds=tuple(keep),
            )
        finally:
            if not isinstance(sink, int):
                sink.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """Exit code; None while it runs."""
        return self._process.poll()

    @property
    def group(self) -> int:
        """The process group of the child and its shell."""
        return self._process.pid

    def wait(self, timeout: float) -> int | None:
        """Exit code, or None when it still runs after `timeout` seconds."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, timeout: float = 5.0) -> int | None:
        """SIGTERM, and SIGKILL after `timeout` seconds. Safe to call twice. Returns the exit code."""
        self._let_go()
        if self.wait(timeout) is None:
            self.kill()
        self._kill_group()
        return self.code

    def kill(self) -> None:
        """SIGKILL, as a power cut: nothing is told to anybody. Whatever the child had started goes, too."""
        pipe = self._process.stdin
        if self.alive and pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.write(b"kill\n")  # the shell kills and reaps: a program looks for its last life by process number
                pipe.flush()
            self.wait(2.0)
        self._kill_group()
        self._process.wait()
        self._let_go()

    def _kill_group(self) -> None:
        """What is left of the group: what the child had started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _let_go(self) -> None:
        pipe = self._process.stdin
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
