"""The index of titles that a workspace keeps between runs, and how it keeps up with the watchlist.

Two files in the cache: a base over the whole list as it was once, and the changes since, a
small index of the works that are new or other than they were. A change of a few works makes
the small one anew; when that has grown large, a second process makes a new base.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

from crawler import clock
from crawler.errors import StorageError
from crawler.matching.changes import Difference, difference
from crawler.matching.index import Index
from crawler.matching.layer import Layer
from crawler.matching.recipe import recipe
from crawler.store import Store, works
from crawler.workspace import Workspace

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
"""Called with the number of works that are indexed and of how many."""

FEW = 5_000
"""Works that are indexed before a second process would have begun."""
MERGED = 20
"""Changes are worth a new base when they are more than a few and more than one in so many of its works."""
SLOW = 4
"""With more changes than one in so many every page would take longer than it need."""
_BASE, _CHANGES = ".titles", ".changes"
_STALE_SECONDS = 3600


class Titles:
    """The index as it lies in a workspace's cache."""

    def __init__(self, workspace: Workspace) -> None:
        self._cache = workspace.cache
        self._base: Layer | None = None

    def ready(self, store: Store) -> Index | None:
        """The index of the watchlist as it is now; None when more than a few works must be indexed first."""
        found = self._difference(store)
        if self._base is None or found is None:
            return self.brought_up(store) if works.state(store)[0] <= FEW else None
        kept = self._kept_changes()
        if not found.size or (kept is not None and found.is_in(kept)):
            return Index(self._base, kept if found.size else None)
        return Index(self._base, self._changed(self._base, store, found)) if found.size <= FEW else None

    def brought_up(self, store: Store, progress: Progress = lambda done, total: None, *, merge: bool = False) -> Index:
        """The index of the watchlist as it is now, whatever must be indexed; with `merge` many changes go into a new base."""
        found = self._difference(store)
        share = MERGED if merge else SLOW
        if self._base is None or found is None or found.size > max(FEW, len(self._base) // share):
            total = works.state(store)[0]
            self._base = self._kept(
                Layer.build(works.stream(store), recipe(), lambda done: progress(done, total)), _BASE
            )
            return Index(self._base)
        kept = self._kept_changes()
        if not found.size or (kept is not None and found.is_in(kept)):
            return Index(self._base, kept if found.size else None)
        return Index(self._base, self._changed(self._base, store, found, progress))

    def read(self) -> Index:
        """The index as it lies in the cache, where another process has brought it up. Raises StorageError."""
        self._open_base()
        if self._base is None:
            raise StorageError("the index of titles is not there", str(self._cache), "crawl again")
        return Index(self._base, self._kept_changes())

    @staticmethod
    def is_to_merge(index: Index) -> bool:
        """Whether the changes have grown so many that a new base is worth making."""
        changes = max(len(index.changes), len(index.gone)) if index.changes is not None else 0
        return changes > max(FEW, len(index.base) // MERGED)

    def _difference(self, store: Store) -> Difference | None:
        """What has changed since the base was made; None without a base."""
        self._open_base()
        return None if self._base is None else difference(self._base, works.marks(store))

    def _open_base(self) -> None:
        paths = sorted(self._cache.glob(f"*{_BASE}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in paths:
            if self._base is not None and path.stem == self._base.name:
                return
            with suppress(StorageError):
                layer = Layer.load(path)
                if layer.version == recipe():
                    self._base = layer
                    return

    def _kept_changes(self) -> Layer | None:
        """The changes of the base that the cache has, if they are whole."""
        if self._base is not None:
            with suppress(StorageError):
                layer = Layer.load(self._cache / f"{self._base.name}{_CHANGES}")
                if (layer.base, layer.version) == (self._base.name, recipe()):
                    return layer
        return None

    def _changed(
        self, base: Layer, store: Store, found: Difference, progress: Progress = lambda done, total: None
    ) -> Layer:
        wanted = works.stream(store, (work_id for work_id, _ in found.fresh))
        layer = Layer.build(
            wanted, recipe(), lambda done: progress(done, len(found.fresh)), base=base.name, gone=found.gone
        )
        return self._kept(layer, _CHANGES)

    def _kept(self, layer: Layer, ending: str) -> Layer:
        """The layer as it can be read from the cache; a cache that cannot be written costs the next run time, no more."""
        path = self._cache / f"{layer.base or layer.name}{ending}"
        try:
            self._cache.mkdir(exist_ok=True)
            layer.save(path)
            self._clear(layer.base or layer.name)
            # What is read from the file takes no memory until it is used.
            return Layer.load(path)
        except (OSError, StorageError) as error:
            # A disk that is full or read-only is told by whatever must be written there.
            log.info("the index of titles cannot be kept: %s", error)
            return layer

    def _clear(self, kept: str) -> None:
        """Remove what no process will open again, and what writers that were killed have left."""
        now = clock.now().timestamp()
        for path in self._cache.iterdir():
            old = path.suffix in (_BASE, _CHANGES, ".npz") and path.stem != kept
            left = path.name.endswith(".part") and now - path.stat().st_mtime > _STALE_SECONDS
            if old or left:
                path.unlink(missing_ok=True)
