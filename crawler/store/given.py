"""Ids as people give them: whole, or by a beginning that only one has."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from crawler.errors import RefusedError, UnknownObjectError, UsageError
from crawler.store import sealed
from crawler.store.database import Store

SHORTEST = {"hit": 6, "case": 6, "work": 3}
"""Characters of the shortest beginning; what is shorter may be a slip."""
_TABLES = {"hit": ("hits", "hit_id"), "case": ("cases", "case_id"), "work": ("works", "work_id")}
_SEE = {"hit": "titlewatch hits", "case": "titlewatch cases list", "work": "titlewatch works list"}
_SHOWN = 4


def whole(
    store: Store, kind: str, given: Iterable[str], nothing_done: str = "", *, also_sealed: bool = False
) -> list[str]:
    """The ids (of a ``hit``, a ``case`` or a ``work``) that are meant, in their order, each once.

    Raises UnknownObjectError naming every one that means nothing, with the id that is nearest,
    UsageError for a beginning that several have, RefusedError for a hit that was sealed away, unless `also_sealed`;
    `nothing_done` says what has not happened.
    """
    found: list[str] = []
    missing: list[str] = []
    for one in dict.fromkeys(given):
        ids = _beginning(store, kind, one)
        if len(ids) > 1:
            shown = ", ".join(ids[:_SHOWN]) + (" ..." if len(ids) > _SHOWN else "")
            raise UsageError(f"several {kind}s begin so{nothing_done}", f"{one}: {shown}", "give more of the id")
        found += ids
        missing += [] if ids else [one]
    if missing:
        shown = ", ".join(f"{one}{_guess(store, kind, one)}" for one in missing)
        raise UnknownObjectError(f"no such {kind}{nothing_done}", shown, f"see: {_SEE[kind]}")
    away = [] if also_sealed or kind != "hit" else [one for one in found if sealed.is_away(store, one)]
    if away:
        raise RefusedError(f"sealed away, and shown to nobody{nothing_done}", ", ".join(away), "leave it where it is")
    return list(dict.fromkeys(found))


def _beginning(store: Store, kind: str, given: str) -> Sequence[str]:
    table, column = _TABLES[kind]
    ids: list[str] = []
    for word in dict.fromkeys((given, _written(kind, given))):
        if store.row(f"SELECT 1 FROM {table} WHERE {column} = ?", (word,)):
            return [word]
        if len(word) >= SHORTEST[kind] and not ids:
            rows = store.rows(
                f"SELECT {column} FROM {table} WHERE {column} >= ? AND substr({column}, 1, ?) = ? "
                f"ORDER BY {column} LIMIT {_SHOWN + 1}",
                (word, len(word), word),
            )
            ids = [row[0] for row in rows]
    return ids


def _written(kind: str, given: str) -> str:
    """The case in which ids of a kind are made: ULIDs in capitals, those of works in small letters."""
    return given.lower() if kind == "work" else given.upper()


def _guess(store: Store, kind: str, given: str) -> str:
    """The nearest id, or the id of the work whose title was given in its place."""
    table, column = _TABLES[kind]
    near: list[str] = []
    if kind == "work":
        near = [r[0] for r in store.rows("SELECT work_id FROM works WHERE title = ? COLLATE NOCASE LIMIT 1", (given,))]
    if not near:
        ids = [row[0] for row in store.rows(f"SELECT {column} FROM {table}")]
        near = get_close_matches(_written(kind, given), ids, 1, 0.6)
    return f" (did you mean {near[0]}?)" if near else ""
