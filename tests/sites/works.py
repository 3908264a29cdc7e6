"""The invented works that the tests watch, what is offered of them, and the talk around it; and how found is held against offered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.crawl.commands import titlewatch

BEGAN = datetime(2026, 2, 3, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """A title on the watchlist."""

    work_id: str
    title: str
    kind: str
    year: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic, post or book: an offer when it names a work, else something that nobody may report."""

    title: str
    text: str
    posted_at: datetime
    work_id: str | None = None
    links: frozenset[tuple[str, str | None]] = frozenset()
    """Target and access code."""


WORKS = (
    Work("orrery", "The Brass Orrery of Kell", "film", 2024),
    Work("tidewater", "Tidewater Almanac", "series", 2025),
    Work("herons", "A Ledger of Small Herons", "book", 2023),
    Work("snowgate", "雪门以西的人", "film", 2022),
)


def offers() -> list[Entry]:
    """Three copies of each work, in English or Chinese, with their links."""
    made = []
    for number in range(3 * len(WORKS)):
        work = WORKS[number % len(WORKS)]
        made.append(offer(work, number))
    return made


def offer(work: Work, number: int) -> Entry:
    """The copy of a work that bears a number."""
    at = BEGAN + timedelta(hours=31 * number)
    if work.title.isascii():
        links = {(f"https://rapidgator.net/file/{2 * number + part:032x}/part{part}.rar", None) for part in (1, 2)}
        title = f"{work.title} ({work.year}) {'EPUB' if work.kind == 'book' else '1080p WEB-DL x264'} upload {number}"
        text = "Full version, free download:\n\n" + "\n\n".join(sorted(url for url, _ in links))
    else:
        code = f"k{number:03d}"
        links = {(f"https://pan.baidu.com/s/1FAKEsites{number:08d}", code)}
        title = f"{work.title} ({work.year}) 1080p 国语中字 第{number}版"
        text = f"完整版，免费下载。\n\n链接：{next(iter(links))[0]} 提取码：{code}"
    return Entry(title, text, at, work.work_id, frozenset(links))


def talk(count: int) -> list[Entry]:
    """Entries that offer nothing of what is watched; some speak of it, some offer something else."""
    made = []
    for number in range(count):
        at, work = BEGAN + timedelta(hours=5 * number, minutes=7), WORKS[number % len(WORKS)]
        if number % 10 == 3:
            title = f"Went to see {work.title} last night" if work.title.isascii() else f"昨晚去看了《{work.title}》"
            text = (
                "The second half is better than the first. The seats were not. Who else went, and what did you think?"
            )
        elif number % 10 == 7:
            title = f"Pebble Street {number} (2019) 720p WEB-DL"
            text = f"Full version, free download:\n\nhttps://rapidgator.net/file/{number + 4096:032x}/pebble.rar"
        else:
            title = f"How do you keep rope dry in month {number}"
            text = "Ours goes green by spring, however high it hangs. " + "The shed has a window and a stove. " * (
                number % 5
            )
        made.append(Entry(title, text, at))
    return made


def watch(workspace: tuple[str, Path]) -> None:
    """Put the works on a workspace's watchlist."""
    for work in WORKS:
        titlewatch(
            *workspace, "works", "add", work.title, "--id", work.work_id, "--kind", work.kind, "--year", work.year
        )


def links_of(hit: dict[str, Any]) -> frozenset[tuple[str, str | None]]:
    """Target and access code of each link of a hit."""
    return frozenset((str(link["url"]), link.get("access_code")) for link in hit["links"])


def hold(hits: list[dict[str, Any]], offered: dict[str, Entry], *, to_the: str = "second") -> None:
    """Fail unless the hits are the offers, each at its address, of its work, with its links and its time."""
    found = {str(hit["url"]): hit for hit in hits}
    assert set(found) == set(offered), {"missed": set(offered) - set(found), "wrong": set(found) - set(offered)}
    assert len(hits) == len(found)
    for url, entry in offered.items():
        told = (found[url]["work_id"], links_of(found[url]), found[url]["posted_at"])
        assert told == (entry.work_id, entry.links, stamped(entry.posted_at, to_the)), url


def stamped(moment: datetime, to_the: str = "second") -> str:
    """A moment as the product writes it, as exact as a site shows it."""
    cut = moment.replace(second=0, microsecond=0) if to_the == "minute" else moment
    return f"{cut.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
