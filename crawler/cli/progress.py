"""Long work shown on a terminal, and nowhere else."""

from types import TracebackType
from typing import TYPE_CHECKING

from crawler.cli.voice import on_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Steps:
    """Called with what has begun, how many steps are done and of how many; draws a bar while the context lasts."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "Steps":
        if on_terminal():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("...", total=None)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show the step that has begun."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=step, completed=done, total=total)
