"""Long work shown on a terminal, and nowhere else."""

from types import TracebackType
from typing import TYPE_CHECKING

from crawler.cli.voice import on_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Steps:
    """Called with what is being done, how far it is and of how much; draws a bar while the context lasts."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Steps":
        if on_terminal():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show that `done` of `total` of something is done."""
        if self._bar is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total or None)
        self._bar.update(self._tasks[what], completed=done, total=total or None)
