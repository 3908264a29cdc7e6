"""The texts of all listings, searchable: which of them may hold a spelling.

`listing_tokens` is a full-text index that keeps no text (FTS5, contentless, without
positions). A text is entered under a number that only grows; one that changed is entered
anew, and what the index still has under the old number names no listing any more.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from crawler.model import Listing
from crawler.store.database import Store
from crawler.store.recollection import AT_ONCE, Recalled, recalled
from crawler.store.tokens import Folded, Wanted

NAMED = ("magnet", "ed2k", "torrent", "file", "locker")
"""Kinds of targets whose addresses may name a work."""
Progress = Callable[[int, int], None]
"""Called with how many listings are done, and of how many."""
_ENTERED_AT_ONCE = 1000


def write(connection: sqlite3.Connection, listing_id: str, listing: Listing, at: str) -> None:
    """Enter what a listing says, or note that it was read again (`at` as `clock.stamp` writes it)."""
    text = said(listing)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    spans = {place: one.span for place, one in enumerate(listing.targets) if one.span is not None}
    references = [one.value for one in listing.passage.attributes if is_reference(one.value)]
    beside = (json.dumps(spans) if spans else None, json.dumps(references) if references else None)
    row = connection.execute("SELECT number, digest FROM listing_texts WHERE listing_id = ?", (listing_id,)).fetchone()
    if row is not None and row[1] == digest:
        connection.execute(
            "UPDATE listing_texts SET read_at = ?, spans = ?, refs = ? WHERE number = ?", (at, *beside, row[0])
        )
        return
    if row is not None:
        connection.execute("DELETE FROM listing_texts WHERE number = ?", (row[0],))
    number = connection.execute(
        "INSERT INTO listing_texts (listing_id, digest, read_at, spans, refs) VALUES (?, ?, ?, ?, ?)",
        (listing_id, digest, at, *beside),
    ).lastrowid
    connection.execute("INSERT INTO listing_tokens (rowid, tokens) VALUES (?, ?)", (number, Folded(text).tokens()))


def said(listing: Listing) -> str:
    """All of a listing in which a title or an identifier may stand."""
    named = [one.url for one in listing.targets if one.kind in NAMED and one.url not in listing.passage.text]
    references = [one.value for one in listing.passage.attributes if is_reference(one.value)]
    return "\n".join((listing.title, listing.passage.text, *named, *references))


def is_reference(address: str) -> bool:
    """Whether an address is that of a work's entry in a catalogue."""
    return any(host in address for host in _CATALOGUES)


_CATALOGUES = ("imdb.com/", "douban.com/", "steampowered.com/", "steamcommunity.com/", "doi.org/")


def unentered(store: Store) -> int:
    """How many listings are not entered: those that an earlier version has recorded."""
    row = store.row("SELECT (SELECT count(*) FROM listings) - (SELECT count(*) FROM listing_texts)")
    return int(row[0]) if row else 0


def enter_rest(store: Store, progress: Progress = lambda done, total: None) -> None:
    """Enter the listings that an earlier version has recorded, a thousand at once: what is entered stays."""
    total, done = unentered(store), 0
    while total:
        rows = store.rows(
            "SELECT listing_id FROM listings l WHERE NOT EXISTS "
            "(SELECT 1 FROM listing_texts t WHERE t.listing_id = l.listing_id) LIMIT ?",
            (_ENTERED_AT_ONCE,),
        )
        if not rows:
            return
        with store.transaction() as connection:
            for one in recalled(store, [row[0] for row in rows]).values():
                at = connection.execute(
                    "SELECT coalesce(max(last_seen), ?) FROM hosting_urls WHERE listing_id = ? AND found_where <> 'redirect'",
                    (
                        connection.execute(
                            "SELECT last_seen FROM listings WHERE listing_id = ?", (one.listing_id,)
                        ).fetchone()[0],
                        one.listing_id,
                    ),
                ).fetchone()[0]
                write(connection, one.listing_id, one.listing, at)
        done += len(rows)
        progress(done, max(total, done))


def last_number(store: Store) -> int:
    """The number of the text that was entered last; 0 before the first."""
    row = store.row("SELECT max(number) FROM listing_texts")
    return int(row[0] or 0) if row else 0


def count(store: Store, after: int = 0) -> int:
    """How many texts have a number above `after`."""
    row = store.row("SELECT count(*) FROM listing_texts WHERE number > ?", (after,))
    return int(row[0]) if row else 0


def candidates(store: Store, wanted: Iterable[Wanted], after: int = 0) -> list[int]:
    """The numbers above `after` of texts that may hold one of some spellings, in their order."""
    numbers: set[int] = set()
    cursor = store.connection.cursor()
    cursor.row_factory = None
    for one in _needed(wanted):
        found = cursor.execute(
            "SELECT rowid FROM listing_tokens WHERE listing_tokens MATCH ? AND rowid > ?", (one.expression(), after)
        )
        numbers.update(number for (number,) in found)
    return sorted(numbers)


def holding(store: Store, numbers: Iterable[int], wanted: Iterable[Wanted] = ()) -> Iterator[tuple[int, Recalled]]:
    """The listings of numbers, and of those the ones that really hold one of some spellings, if any are given."""
    spellings, listed = list(_needed(wanted)), list(numbers)
    for first in range(0, len(listed), AT_ONCE):
        batch = listed[first : first + AT_ONCE]
        rows = store.rows(
            f"SELECT number, listing_id FROM listing_texts WHERE number IN ({', '.join('?' * len(batch))}) ORDER BY number",
            batch,
        )
        known = recalled(store, [row[1] for row in rows])
        for number, listing_id in rows:
            one = known[listing_id]
            if spellings:
                text = Folded(said(one.listing))
                if not any(each.stands_in(text) for each in spellings):
                    continue
            yield number, one


def numbers(store: Store, after: int = 0) -> Iterator[int]:
    """The numbers of all texts above `after`, in their order."""
    cursor = store.connection.cursor()
    cursor.row_factory = None
    return (
        number
        for (number,) in cursor.execute("SELECT number FROM listing_texts WHERE number > ? ORDER BY number", (after,))
    )


def _needed(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Spellings without those that hold another one: whoever finds that finds them."""
    kept: list[Wanted] = []
    for one in sorted(set(wanted), key=lambda one: (len(one.squeezed), one.words)):
        if one.squeezed and not any(not other.whole and other.squeezed in one.squeezed for other in kept):
            kept.append(one)
    return kept
