"""New numbers for the pages of a run."""

from crawler.store import Store, pages


class PageIds:
    """Hands out page ids for one run; the run lock makes it the only one."""

    def __init__(self, store: Store) -> None:
        self._last = pages.last_id(store)

    def next(self) -> int:
        """A page id that no row has."""
        self._last += 1
        return self._last
