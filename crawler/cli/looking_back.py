"""Looking back on the command line: a bar while it lasts, and what came of it in sentences."""

from typing import TYPE_CHECKING, Any

from crawler.cli import voice
from crawler.cli.progress import Steps
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.looking_back import LookedBack
    from crawler.store import Store
    from crawler.workspace import Workspace

_WORKS_SHOWN = 5


def look_back(store: "Store", place: "Workspace") -> "LookedBack":
    """Search everything seen for the works that it was not searched for, and say what was found, if there was anything to search."""
    from crawler.desk import looking_back

    with Steps() as steps:
        done = looking_back.look_back(store, place, lambda step, *counts: steps(_said(step), *counts))
    tell(done)
    return done


def tell(done: "LookedBack") -> None:
    """Say what looking back came to; nothing where there was nothing to do."""
    if done.listings:
        voice.aside(_said("done", listings=f"{done.listings:,}", hits=f"{done.hits:,}", review=f"{done.review:,}"))
    if done.rescored:
        voice.aside(_said("rescored", count=done.rescored))
    due = done.hits + done.review - done.kept
    for key, count in (("kept", done.kept), ("due", due)):
        if count:
            voice.aside(_said(key, count=count))
    for key, named in (("shortened", done.shortened), ("looked_up", done.looked_up)):
        if named:
            shown = ", ".join(named[:_WORKS_SHOWN]) + (" ..." if len(named) > _WORKS_SHOWN else "")
            voice.aside(_said(key, count=len(named), works=shown))


def tell_changes(changes: "tuple[str, ...] | None") -> None:
    """Say what adding a work changed that was watched before; nothing for a new one."""
    if changes is not None:
        columns = ", ".join(changes)
        voice.aside(_said("changed", columns=columns) if changes else _said("unchanged"))


def of_hit(hit: "dict[str, Any]") -> None:
    """Say of a hit that looking back found it, and what it rests on until its page is fetched."""
    if told := hit["look_back"]:
        kept = _said("bytes_kept" if told["bytes_kept"] else "bytes_lost")
        entry = "-" if told["entry"] is None else told["entry"]
        voice.line(_said("hit", at=told["at"], kept=kept, entry=entry))


def _said(key: str, **facts: object) -> str:
    return say(f"looking_back.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})
