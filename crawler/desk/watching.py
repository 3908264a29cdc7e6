"""Works put on the watchlist, from a file or one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import UsageError, WatchlistError
from crawler.model import Work
from crawler.store import Store, works
from crawler.watchlist import importing
from crawler.watchlist.cell import COLUMNS
from crawler.watchlist.naming import name_all
from crawler.watchlist.risk import is_risky
from crawler.watchlist.row import Faults, read_row


@dataclass(frozen=True, slots=True)
class Watched:
    """What putting works on the watchlist did."""

    works: tuple[Work, ...]
    added: int
    changed: int
    unchanged: int
    risky: tuple[Work, ...]
    """Those whose short titles will match by chance."""
    encoding: str | None = None


def import_file(store: Store, path: Path, encoding: str | None = None) -> Watched:
    """Add and change works as a file says; works and columns that it does not name stay.

    Raises WatchlistError, and changes nothing.
    """
    read = importing.read(path, encoding)
    return _save(store, read.works, read.named, read.encoding)


def add(store: Store, values: dict[str, object]) -> Work:
    """Add one work, its members named like the columns of a file.

    Raises WatchlistError for a value that cannot be taken, UsageError when the id is taken.
    """
    faults = Faults()
    work = read_row(1, values, faults)
    if work is None:
        said = "; ".join(fault.removeprefix("row 1, column ") for fault in faults.found)
        raise WatchlistError("not a work that can be watched", said, "see: titlewatch works add --help")
    if work.work_id and any(known.work_id == work.work_id for known in works.every(store)):
        raise UsageError(
            "the id is taken", work.work_id, "choose another, or change the work with: titlewatch works import"
        )
    return _save(store, (work,), (frozenset(COLUMNS),)).works[0]


def _save(
    store: Store, given: Sequence[Work], columns: Sequence[frozenset[str]], encoding: str | None = None
) -> Watched:
    known = {work.work_id: work for work in works.every(store)}
    named = [
        _kept(work, known.get(work.work_id), present)
        for work, present in zip(name_all(given, known.values()), columns, strict=True)
    ]
    added, changed = works.save(store, named)
    risky = tuple(work for work in named if is_risky(work))
    return Watched(tuple(named), added, changed, len(named) - added - changed, risky, encoding)


def _kept(work: Work, known: Work | None, present: frozenset[str]) -> Work:
    """The work with what is known of it in columns that were not given."""
    if known is None:
        return work
    return replace(work, **{name: getattr(known, name) for name in COLUMNS if name not in present and name != "id"})
