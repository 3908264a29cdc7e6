"""Work done beside the rest, by a second process where the system can fork one; elsewhere it is done when it is asked for."""

import os
import pickle
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

from crawler.errors import EnvironmentProblem

T = TypeVar("T")


class Beside(Generic[T]):
    """A piece of work that has begun; it must not need what its beginner changes meanwhile.

    The second process has a copy of everything as it was, writes no terminal and touches no database;
    it ends with its piece, and without it when the block is left before `result` was asked. Files that
    it writes are there when `result` has returned.
    """

    __slots__ = ("_pipe", "_process", "_work", "what")

    def __init__(self, what: str, work: Callable[[], T]) -> None:
        self.what = what
        self._work = work
        self._pipe, self._process = _forked(work)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                os.close(self._pipe)
            # Where ended processes are not kept for their beginner, this one may be gone already.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)

    def result(self) -> T:
        """What the work returned; raises what it raised, and EnvironmentProblem when its process was ended.

        To be asked once.
        """
        if self._process is None:
            return self._work()
        with os.fdopen(self._pipe, "rb") as pipe:
            answer = pipe.read()
        try:
            ended = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        except ChildProcessError:
            ended = 0
        # Until here, whoever leaves the block ends the process.
        self._process = None
        try:
            worked, value = pickle.loads(answer)
        except (EOFError, pickle.UnpicklingError):
            worked = None
        if worked is None or ended:
            why = f"a second process was ended (status {ended})"
            raise EnvironmentProblem(why, self.what, "free memory and try again")
        if not worked:
            raise value
        result: T = value
        return result


def _forked(work: Callable[[], Any]) -> tuple[int, int | None]:
    """The reading end of a pipe and the process that writes the outcome to it; no process on one core or without fork."""
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return -1, None
    try:
        reading, writing = os.pipe()
    except OSError:
        return -1, None
    try:
        with warnings.catch_warnings():
            # The other threads of this process hash and draw; the second one does neither with their objects.
            warnings.simplefilter("ignore", DeprecationWarning)
            process = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return -1, None
    if process == 0:
        _work_and_end(work, writing)
    os.close(writing)
    return reading, process


def _work_and_end(work: Callable[[], Any], writing: int) -> NoReturn:
    try:
        try:
            outcome = True, work()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the work was asked for
            outcome = False, error
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(_portable(*outcome))
    except BaseException:  # noqa: BLE001 - no second process may go on as if it were the first
        # Interrupted, or its beginner is gone: nobody waits for an answer.
        os._exit(1)
    os._exit(0)


def _portable(worked: bool, value: Any) -> bytes:
    """The outcome as bytes; an error that does not survive the way is told in words."""
    try:
        answer = pickle.dumps((worked, value), pickle.HIGHEST_PROTOCOL)
        if not worked:
            pickle.loads(answer)
        return answer
    except Exception:  # noqa: BLE001 - whatever its own way of being written raises
        return pickle.dumps((False, RuntimeError(repr(value)[:1000])), pickle.HIGHEST_PROTOCOL)
