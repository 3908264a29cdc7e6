"""What every part of an export works on, and how far the export is."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.bundle.bag import Bag
from crawler.bundle.casefile import CaseFile
from crawler.bundle.log import CaseLog
from crawler.bundle.markings import one_line
from crawler.config import Configuration
from crawler.evidence.keys import Signer
from crawler.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Step, how many are done, of how many."""


class Steps:
    """Says how far the export is."""

    NAMES = ("gather", "ledger", "records", "exhibits", "reports", "sign", "done")

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0

    def next(self, name: str) -> None:
        """A new step begins."""
        self.say(name)
        self._done += 1

    def say(self, name: str) -> None:
        """What is being done within the present step."""
        if self._progress:
            self._progress(name, self._done, len(self.NAMES))


@dataclass(frozen=True, slots=True)
class Assembly:
    """One export under way."""

    bag: Bag
    name: str
    """The bundle's name, which nothing under ``data/`` may hold."""
    case: CaseFile
    log: CaseLog
    workspace: Workspace
    configuration: Configuration
    signer: Signer
    agency: str | None
    steps: Steps

    @property
    def software(self) -> str:
        """The software of the newest run that recorded something of the case."""
        runs = self.case.row.runs
        return str(runs[max(runs)]["software"])

    @property
    def collector(self) -> list[str]:
        """Lines that name the collector."""
        collector = self.configuration.collector
        lines = (collector.organisation, collector.name, collector.country, collector.contact)
        return [one_line(line) for line in lines if line.strip()]
