"""Starts a browser, shows a page that never ends, and says which processes and which folder are its own."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from crawler.engine.browser import BrowserCapture, Document, Fetched, Limits, Refused


def descendants(process: int) -> list[int]:
    """Every process below one, from /proc."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found, due = [], [process]
    while due:
        children = parents.get(due.pop(), [])
        found += children
        due += children
    return found


async def no_fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
    return Refused("nothing is fetched")


async def main() -> None:
    browser = await BrowserCapture.start()
    document = Document("http://forum.example/", 200, (("Content-Type", "text/html"),), b"<script>for (;;) {}</script>")
    showing = asyncio.ensure_future(browser.capture(document, no_fetch, Limits(seconds=300, load_seconds=200)))
    await asyncio.sleep(1)
    print(browser._profile.path, *descendants(os.getpid()), flush=True)
    await showing


if __name__ == "__main__":
    asyncio.run(main())
