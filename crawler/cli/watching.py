"""A crawl as it goes: what it does, for how long, and one line for each site, on a terminal and nowhere else."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from crawler.cli import voice

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from crawler.engine.limits import Limits
    from crawler.engine.runner import Summary
    from crawler.workspace import Workspace

COLUMNS = ("site", "requests", "pages", "listings", "hits", "new_hits", "errors", "pictures")
TIMES_A_SECOND = 8
STILL_SECONDS = 1.0
"""A site whose pages rest for so long while pictures are under way is taking pictures."""
ROWS_SHOWN = 20


def visit(
    place: "Workspace",
    chosen: Sequence[str],
    max_requests: int | None = None,
    limits: "Limits | None" = None,
    told: Callable[[Mapping[str, Any]], None] = lambda facts: None,
) -> "Summary":
    """Crawl some sites, watched; what was drawn is gone when it returns. `told` hears of every change of a site's counts."""
    from crawler.cli.keys import ready

    # A passphrase is asked for before anything is drawn.
    ready(place)
    _look_back(place)
    summary = _watched(place, chosen, max_requests, limits, told)
    # Pages that were read while a title came onto the watchlist may have been matched without it.
    _look_back(place)
    return summary


def _look_back(place: "Workspace") -> None:
    from crawler.cli.command import opened
    from crawler.cli.looking_back import look_back

    look_back(opened(place), place)


def _watched(
    place: "Workspace",
    chosen: Sequence[str],
    max_requests: int | None,
    limits: "Limits | None",
    told: Callable[[Mapping[str, Any]], None],
) -> "Summary":
    with Watch() as watch:
        from crawler.engine.runner import crawl

        def progress(facts: Mapping[str, Any]) -> None:
            watch(facts)
            told(facts)

        return crawl(place, chosen, max_requests, progress, watch.interrupted, watch.indexing, limits)


class Watch:
    """Called with a site's counts as they change; draws them while the context lasts."""

    def __init__(self) -> None:
        self._live: Live | None = None
        self._sites: dict[str, Mapping[str, Any]] = {}
        self._page_at: dict[str, float] = {}
        self._began = time.monotonic()
        self._stopping = False
        self._indexed = 0, 0

    def __enter__(self) -> "Watch":
        if voice.on_terminal():
            from rich.console import Console
            from rich.live import Live
            from rich.spinner import Spinner

            self._spinner = Spinner("dots")
            self._live = Live(
                console=Console(stderr=True),
                transient=True,
                refresh_per_second=TIMES_A_SECOND,
                get_renderable=self._drawing,
            )
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, facts: Mapping[str, Any]) -> None:
        """Take in the counts of one site; they are drawn at the next beat."""
        site = facts["site"]
        before = self._sites.get(site)
        if before is None or before["pages"] != facts["pages"]:
            self._page_at[site] = time.monotonic()
        # The site heard of last stands last, so that a long list shows what is moving; the drawing
        # thread may be reading the old one.
        self._sites = {**{name: known for name, known in self._sites.items() if name != site}, site: facts}

    def indexing(self, done: int, total: int) -> None:
        """Take in how many of the watched titles are indexed."""
        self._indexed = done, total

    def interrupted(self) -> None:
        """Say at once that a person's wish to stop was heard."""
        self._stopping = True
        if self._live is None:
            voice.note("crawl.stopping")
        else:
            self._live.console.print(voice.sentence("crawl.stopping"), markup=False, highlight=False)

    def _drawing(self) -> "RenderableType":
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        sites, elapsed = self._sites, int(time.monotonic() - self._began)
        time_taken = f"{elapsed // 60}:{elapsed % 60:02}"
        done, total = (f"{number:,}" for number in self._indexed)
        now = voice.sentence(f"crawl.now.{self._now(sites)}", elapsed=time_taken, done=done, total=total)
        self._spinner.update(text=Text(now))
        if not sites:
            return self._spinner
        table = Table(box=None, pad_edge=False)
        for name in COLUMNS:
            table.add_column(voice.sentence(f"crawl.head.{name}"), justify="left" if name == "site" else "right")
        table.add_column("")
        for facts in list(sites.values())[-ROWS_SHOWN:]:
            cells = [Text(voice.shown(facts.get(name, ""))) for name in COLUMNS]
            table.add_row(*cells, Text(self._state(facts)))
        return Group(table, self._spinner)

    def _now(self, sites: Mapping[str, Mapping[str, Any]]) -> str:
        if self._stopping:
            return "stopping"
        if sites:
            return "visiting"
        return "indexing" if self._indexed[0] < self._indexed[1] else "starting"

    def _state(self, facts: Mapping[str, Any]) -> str:
        """What a site is at, where its counts alone would look stuck."""
        if facts["finished"]:
            return voice.sentence("crawl.at.done")
        still = time.monotonic() - self._page_at[facts["site"]] >= STILL_SECONDS
        return voice.sentence("crawl.at.pictures") if facts.get("picturing") and still else ""
