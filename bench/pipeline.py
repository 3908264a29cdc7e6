"""How fast the whole pipeline reads pages, as a ratio to a plain Scrapy CrawlSpider on the same pages.

    python bench/pipeline.py [TOPICS] [TITLES] [ROUNDS]

A practice forum on loopback, served by a process of its own: list pages and topics of 6 to 30 KB,
2% of the topics offering watched titles. Ours: wire recorder, ledger, page table, reading by
structure, matching against TITLES titles, everything committed; no pictures. Theirs: CrawlSpider
with LinkExtractor, one item a page, nothing kept. Rounds alternate; each run is a process of its
own; the time is that of the visit, without start-up. All offers must be found, or it says MISSED.
"""

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from words import Vocabulary, titles

from crawler.practice.bulk import BulkForum

CONCURRENCY = 16
PLAIN = """
import json, re, sys
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

class Plain(CrawlSpider):
    name = "plain"
    start_urls = [sys.argv[1]]
    rules = (Rule(LinkExtractor(allow=re.escape(sys.argv[1])), callback="parse_item", follow=True),)
    def parse_item(self, response):
        yield {"url": response.url, "title": response.css("title::text").get()}

process = CrawlerProcess({
    "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": int(sys.argv[2]), "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
    "DOWNLOAD_DELAY": 0, "COOKIES_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
})
crawler = process.create_crawler(Plain)
process.crawl(crawler)
process.start()
stats = crawler.stats.get_stats()
print(json.dumps({"pages": stats["downloader/response_status_count/200"], "seconds": stats["elapsed_time_seconds"]}))
"""


def main() -> None:
    """Run the rounds and print the table."""
    topics, count, rounds = (int(value) for value in [*sys.argv[1:4], "2000", "100000", "3"][:3])
    chance = random.Random(20)
    works = list(titles(chance, Vocabulary(chance), count))
    offered = [work for work in works if len(work.title) > 14 or (not work.title.isascii() and len(work.title) > 5)]
    offered = chance.sample(offered, min(len(offered), max(1, topics // 50)))
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "titles.txt").write_text("\n".join(work.title for work in offered), encoding="utf-8")
        (here / "works.csv").write_text(
            "id,title,kind,year\n" + "".join(f'{w.work_id},"{w.title}",{w.kind or ""},{w.year}\n' for w in works),
            encoding="utf-8",
        )
        forum = BulkForum(topics, 0.02, tuple(work.title for work in offered))
        command = [
            sys.executable,
            "-m",
            "crawler.practice.bulk",
            "--topics",
            str(topics),
            "--titles",
            folder + "/titles.txt",
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            url = server.stdout.readline().strip()
            ours, plain, missed = [], [], 0
            for number in range(rounds):
                plain.append(plain_round(url))
                result, found = our_round(here / f"w{number}", here / "works.csv", url)
                ours.append(result)
                expected = {(url.rstrip("/") + offer.path, offer.title) for offer in forum.offers}
                missed = max(missed, len(expected - found))
            server.stdin.close()
    print(
        f"{topics} topics, {forum.pages} pages, {count} titles, {CONCURRENCY} requests in flight, {os.cpu_count()} cores"
    )
    print(f"{'':12}{'pages':>8}{'pages/s (median of ' + str(rounds) + ')':>26}")
    rates = {name: statistics.median(p / s for p, s in runs) for name, runs in (("plain", plain), ("titlewatch", ours))}
    for name, runs in (("plain", plain), ("titlewatch", ours)):
        print(f"{name:12}{runs[0][0]:8}{rates[name]:26.1f}   rounds: {', '.join(f'{p / s:.0f}' for p, s in runs)}")
    print(
        f"ratio {rates['titlewatch'] / rates['plain']:.2f}; offers {len(forum.offers)}, {'MISSED ' + str(missed) if missed else 'all found'}"
    )


def plain_round(url: str) -> tuple[int, float]:
    """One plain crawl: pages and seconds."""
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, url, str(CONCURRENCY)], capture_output=True, text=True, check=True
    )
    facts = json.loads(done.stdout.splitlines()[-1])
    return facts["pages"], facts["seconds"]


def our_round(workspace: Path, works: Path, url: str) -> tuple[tuple[int, float], set[tuple[str, str]]]:
    """One visit of ours: pages and seconds, and what was found."""
    titlewatch = str(Path(sys.executable).with_name("titlewatch"))
    settings = [
        "network.allow_private=true",
        "crawl.delay=0",
        f"crawl.concurrency={CONCURRENCY}",
        "browser.capture=false",
    ]
    sets = [part for setting in settings for part in ("--set", setting)]
    for arguments in (
        ["init", str(workspace), *sets],
        ["--workspace", str(workspace), "works", "import", str(works)],
        ["--workspace", str(workspace), "sites", "add", url, "--id", "bulk"],
        ["--workspace", str(workspace), "crawl", "--json"],
    ):
        subprocess.run([titlewatch, *arguments], check=True, capture_output=True, text=True)
    database = sqlite3.connect(workspace / "titlewatch.db")
    started, finished, pages = database.execute("SELECT started_at, finished_at, pages FROM visits").fetchone()
    seconds = (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
    found = set(database.execute("SELECT h.url, w.title FROM hits h JOIN works w USING (work_id) WHERE h.score >= 0.5"))
    return (pages, seconds), found


if __name__ == "__main__":
    main()
