"""Which rows a page of a list has lost, as far as its order can tell."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from crawler.engine.news import says_new
from crawler.store.lists import ListRow


def vanished(
    earlier: Mapping[int, ListRow], rows: Sequence[ListRow], before: Mapping[int, ListRow], moved: Collection[int] = ()
) -> list[ListRow]:
    """The rows that a page of a list showed and shows no longer, although what stood below them is still there.

    `earlier` holds the rows that the page showed, by page id; `before` these, and those that other pages of the list
    showed and that stand here now. Rows that changed, and those `moved`, move by themselves; without order among the
    others nothing can be said.
    """
    now = {row.page_id for row in rows}
    same = [before[row.page_id].position for row in rows if row.page_id not in moved and _is_same(row, before)]
    if not same or any(one > other for one, other in pairwise(same)):
        return []
    return [row for row in earlier.values() if row.page_id not in now and row.position < same[-1]]


def _is_same(row: ListRow, before: Mapping[int, ListRow]) -> bool:
    return row.page_id in before and not says_new(before[row.page_id].mark, row.mark)
