"""Long work shown on a terminal, and nowhere else."""

from types import TracebackType
from typing import TYPE_CHECKING

from crawler.cli.voice import on_terminal

if TYPE_CHECKING:
    from rich.status import Status


class Steps:
    """Called with what is being done; shows it while the context lasts."""

    def __init__(self) -> None:
        self._status: Status | None = None

    def __enter__(self) -> "Steps":
        if on_terminal():
            from rich.console import Console

            self._status = Console(stderr=True).status("...")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, step: str) -> None:
        """Show the step that has begun."""
        if self._status:
            self._status.update(f"{step} ...")
