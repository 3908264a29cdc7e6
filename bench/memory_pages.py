"""Whether memory stays flat over one long crawl: one site of very many pages, memory sampled every two seconds.

    python bench/memory_pages.py [TOPICS] [TITLES] [PICTURE.svg]

A practice forum on loopback (`crawler/practice/bulk.py`, pages of 6 to 30 KB), served by a process of its own; one
topic in two hundred offers a watched title. One visit, 16 requests in flight, no delay, no pictures, everything
recorded. The table shows memory at each tenth of the pages; the slope is fitted over the second half, in MiB for
each 10,000 pages. BENCH_FOLDER says where the workspace is made.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from drawing import drawn
from sampling import Sample, watched
from words import Vocabulary, titles

from crawler.practice.bulk import BulkForum

TITLEWATCH = [sys.executable, "-c", "import sys; from crawler.cli.main import main; sys.exit(main())"]
SETTINGS = (
    "network.allow_private=true",
    "crawl.delay=0",
    "crawl.concurrency=16",
    "crawl.max_depth=100000",
    "browser.capture=false",
)


def crawled(folder: Path, topics: int, count: int) -> tuple[list[Sample], dict[str, object], int]:
    """One long visit: samples, the site's line, and how many offers there are to find."""
    chance = random.Random(20)
    works = list(titles(chance, Vocabulary(chance), count))
    offered = [work for work in works if len(work.title) > 14 or (not work.title.isascii() and len(work.title) > 5)]
    offered = chance.sample(offered, min(len(offered), max(1, topics // 200)))
    (folder / "titles.txt").write_text("\n".join(work.title for work in offered), encoding="utf-8")
    rows = "".join(f'{w.work_id},"{w.title}",{w.kind or ""},{w.year}\n' for w in works)
    (folder / "works.csv").write_text("id,title,kind,year\n" + rows, encoding="utf-8")
    forum = BulkForum(topics, 0.005, tuple(work.title for work in offered))
    workspace = folder / "w"
    served = [sys.executable, "-m", "crawler.practice.bulk", "--topics", str(topics), "--share", "0.005"]
    with subprocess.Popen(
        [*served, "--titles", str(folder / "titles.txt")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        url = server.stdout.readline().strip()
        sets = [part for setting in SETTINGS for part in ("--set", setting)]
        for words in (
            ["init", str(workspace), *sets],
            ["--workspace", str(workspace), "works", "import", str(folder / "works.csv")],
            ["--workspace", str(workspace), "sites", "add", url, "--id", "bulk"],
        ):
            subprocess.run([*TITLEWATCH, *words], check=True, stdout=subprocess.DEVNULL)
        crawler = subprocess.Popen(
            [*TITLEWATCH, "--workspace", str(workspace), "crawl", "--json"], stdout=subprocess.PIPE, text=True
        )
        with closing(sqlite3.connect(f"file:{workspace}/titlewatch.db?mode=ro", uri=True)) as database:

            def pages() -> float:
                try:
                    return float(database.execute("SELECT coalesce(sum(pages), 0) FROM visits").fetchone()[0])
                except sqlite3.OperationalError:
                    return 0.0

            samples, lines = watched(crawler, pages, 2.0)
        server.stdin.close()
    (line,) = [told for each in lines if each.startswith("{") and (told := json.loads(each)).get("site")]
    return samples, line, len(forum.offers)


def slope(samples: Sequence[Sample]) -> float:
    """MiB of anonymous memory for each 10,000 pages, by least squares."""
    middle = sum(sample.done for sample in samples) / len(samples)
    spread = sum((sample.done - middle) ** 2 for sample in samples)
    return 10_000 * sum((sample.done - middle) * sample.anonymous for sample in samples) / spread if spread else 0.0


def main() -> None:
    """Crawl, print the table, draw the picture."""
    topics, count = (int(value) for value in [*sys.argv[1:3], *("20000", "1000")[len(sys.argv[1:3]) :]])
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        samples, line, offers = crawled(Path(folder), topics, count)
    samples = [sample for sample in samples if sample.done > 0]
    last = samples[-1]
    print(
        f"{line['pages']} pages, {line['hits']} hits of {offers} offers, {line['errors']} errors, finished {line['finished']}"
    )
    print(f"{last.seconds:.0f} s, {last.processor:.0f} s processor, {line['pages'] / last.seconds:.0f} pages/s")
    print(f"{'pages':>9}{'anonymous MiB':>15}{'resident MiB':>14}{'threads':>9}{'open files':>12}")
    for tenth in range(1, 11):
        at = min(samples, key=lambda sample: abs(sample.done - last.done * tenth / 10))
        print(f"{at.done:9.0f}{at.anonymous:15.1f}{at.resident:14.1f}{at.threads:9}{at.files:12}")
    second = [sample for sample in samples if sample.done >= last.done / 2]
    print(f"second half: {slope(second):+.2f} MiB for each 10,000 pages")
    if len(sys.argv) > 3:
        kinds = {
            "resident": [(sample.done, sample.resident) for sample in samples],
            "anonymous": [(sample.done, sample.anonymous) for sample in samples],
        }
        Path(sys.argv[3]).write_text(drawn("Memory over one long visit", "pages read", "MiB", kinds), encoding="utf-8")


if __name__ == "__main__":
    main()
