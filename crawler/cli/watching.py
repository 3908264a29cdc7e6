"""A crawl as it goes, one line for each site, on a terminal and nowhere else."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from crawler.cli import voice

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

COLUMNS = ("site", "requests", "pages", "listings", "hits", "new_hits", "errors")
EVERY_SECONDS = 0.25
ROWS_SHOWN = 20


class Watch:
    """Called with a site's counts as they change; draws them while the context lasts."""

    def __init__(self) -> None:
        self._live: Live | None = None
        self._sites: dict[str, Mapping[str, Any]] = {}
        self._drawn = 0.0

    def __enter__(self) -> "Watch":
        if voice.on_terminal():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, facts: Mapping[str, Any]) -> None:
        """Take in the counts of one site."""
        if self._live is None:
            return
        # The site heard of last stands last, so that a long list shows what is moving.
        self._sites.pop(facts["site"], None)
        self._sites[facts["site"]] = facts
        now = time.monotonic()
        if now - self._drawn >= EVERY_SECONDS:
            self._drawn = now
            self._live.update(self._table(), refresh=True)

    def _table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False)
        for name in COLUMNS:
            table.add_column(voice.sentence(f"crawl.head.{name}"), justify="left" if name == "site" else "right")
        for facts in list(self._sites.values())[-ROWS_SHOWN:]:
            table.add_row(*(Text(voice.shown(facts.get(name, ""))) for name in COLUMNS))
        return table
