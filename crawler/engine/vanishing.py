"""Which rows a page of a list has lost, as far as its order can tell."""

from itertools import pairwise

from crawler.store.lists import ListRow


def vanished(earlier: dict[int, ListRow], rows: list[ListRow]) -> list[ListRow]:
    """The rows that a page of a list showed and shows no longer, although what stood below them has not moved.

    Rows that changed move by themselves; without order among the others nothing can be said.
    """
    now = {row.page_id for row in rows}
    same = [earlier[row.page_id].position for row in rows if _is_same(row, earlier)]
    if not same or any(one > other for one, other in pairwise(same)):
        return []
    return [row for row in earlier.values() if row.page_id not in now and row.position < same[-1]]


def _is_same(row: ListRow, earlier: dict[int, ListRow]) -> bool:
    return row.page_id in earlier and earlier[row.page_id].mark == row.mark
