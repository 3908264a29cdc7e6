"""What a page did while it was shown: bounded lists, and word when it does so much that it must be stopped."""

import asyncio
from typing import Any

KEPT = {
    "requests": 1000,
    "console": 100,
    "errors": 100,
    "dialogs": 50,
    "downloads": 50,
    "popups": 50,
    "navigations": 50,
    "permissions": 50,
}
"""The lists of a capture and how many of each are kept; the rest is counted."""
STORM = {"requests": 1000, "errors": 500, "dialogs": 100, "downloads": 100, "popups": 40, "navigations": 100}
"""From how many a page is stopped: nobody needs them, and they hold up the browser."""
QUIET_FROM = 500
"""From how many console messages on nobody listens any longer."""
_NOTES = 100
_CHARACTERS = 500


class Happenings:
    """The lists of one attempt to show a page."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Any]] = {name: [] for name in KEPT}
        self.left_out: dict[str, int] = {}
        self.notes: list[str] = []
        self.storm = asyncio.Event()
        """Set when the page must be stopped."""

    def add(self, name: str, item: Any) -> int:
        """Keep an item of a list, or count it; returns how many there were so far."""
        kept = self.lists[name]
        if len(kept) < KEPT[name]:
            kept.append(item[:_CHARACTERS] if isinstance(item, str) else item)
        else:
            self.left_out[name] = self.left_out.get(name, 0) + 1
        count = len(kept) + self.left_out.get(name, 0)
        if count >= STORM.get(name, count + 1) and not self.storm.is_set():
            self.note(f"stopped after {count} {name}")
            self.storm.set()
        return count

    def note(self, words: str) -> None:
        """Keep a plain fact for the record, once."""
        if words not in self.notes and len(self.notes) < _NOTES:
            self.notes.append(words)

    def absorb(self, other: "Happenings") -> None:
        """Add what happened in another attempt."""
        for name, items in other.lists.items():
            room = KEPT[name] - len(self.lists[name])
            self.lists[name] += items[:room]
            left = other.left_out.get(name, 0) + len(items[room:])
            if left:
                self.left_out[name] = self.left_out.get(name, 0) + left
        for words in other.notes:
            self.note(words)
