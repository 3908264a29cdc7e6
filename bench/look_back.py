"""What looking back costs: works added one by one to a workspace that has seen many listings.

    python bench/look_back.py [LISTINGS] [FOLDER]

Listings of `words.py`: half of them Chinese, a title, one to five sentences and a share link each, about 0.6 KB of
UTF-8; one in a hundred thousand offers the title that is added next. Without FOLDER they are made in a folder that is
thrown away; one that exists already is used again. Beside each search stands a plain scan in the same run: LIKE over
titles and texts as they are, which finds one spelling and no disguise. Prints the time to enter the texts, the size of
the database with and without them, and for each work the candidates, the hits and the time.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from words import Vocabulary, titles

from crawler import clock
from crawler.desk import founding, looking_back, watching
from crawler.desk.looking_back import keys
from crawler.model import Listing, Passage, Site, Target, Work
from crawler.store import Store, sites, texts, works
from crawler.store.listings import write_listing
from crawler.store.tokens import Wanted
from crawler.workspace import Workspace

SEED = 20261122
AT_ONCE = 5_000
WATCHED = 2_000


def listing(chance: random.Random, vocabulary: Vocabulary, number: int, title: str) -> Listing:
    """One listing, of the language of its title."""
    latin = title.isascii()
    lines = [vocabulary.line(chance, latin) for _ in range(chance.randint(1, 5))]
    url = f"https://pan.quark.cn/s/{chance.getrandbits(48):012x}"
    said = f"Download: {url}" if latin else f"网盘下载：{url}"
    where = f"https://forum.example/thread/{number}"
    target = Target("cloud_drive", url, f"share:quark/{number}", url, span=None)
    return Listing(where, where, title, Passage("\n".join([*lines, said])), (target,))


def fill(place: Workspace, count: int, planted: list[Work]) -> None:
    """Record listings as a crawl does, many in one transaction."""
    chance = random.Random(SEED)
    vocabulary = Vocabulary(chance)
    store = Store.open(place.database)
    sites.add(store, Site("forum", "https://forum.example/", ("forum.example:443",)), "bench")
    at = clock.now()
    began, spent, entered = time.perf_counter(), 0.0, 0.0
    every = max(1, count // (5 * len(planted)))
    write = texts.write

    def measured(*given: Any) -> None:
        nonlocal entered
        start = time.perf_counter()
        write(*given)
        entered += time.perf_counter() - start

    texts.write = measured
    for first in range(0, count, AT_ONCE):
        made = []
        for number in range(first, min(first + AT_ONCE, count)):
            latin = chance.random() < 0.5
            plant = planted[number // every % len(planted)] if number % every == 0 else None
            title = plant.title if plant else vocabulary.title(chance, latin)
            made.append(listing(chance, vocabulary, number, title))
        start = time.perf_counter()
        with store.transaction() as connection:
            for one in made:
                write_listing(connection, "forum", one, one.title, at, "0")
        spent += time.perf_counter() - start
    texts.write = write
    print(f"{count:,} listings made in {time.perf_counter() - began:.0f} s, of that recorded in {spent:.0f} s, "
          f"of that entering texts {entered:.0f} s: {entered / count * 1e3:.2f} ms each")  # fmt: skip
    store.close()


def sizes(store: Store) -> None:
    """Print how large the database is, and how much of it the search of texts takes."""
    parts = store.rows(
        "SELECT CASE WHEN name LIKE 'listing_tokens%' THEN 'index' WHEN name LIKE '%listing_texts%' THEN 'numbers' "
        "ELSE 'listings and all else' END AS part, sum(pgsize) AS size FROM dbstat GROUP BY 1 ORDER BY 1"
    )
    raw = store.row("SELECT sum(length(CAST(title AS BLOB)) + length(CAST(text AS BLOB))) FROM listings")
    assert raw is not None
    said = ", ".join(f"{row['part']} {row['size'] / 2**20:.0f} MiB" for row in parts)
    print(f"database: {said}; titles and texts alone {raw[0] / 2**20:.0f} MiB")


def main(count: int, folder: Path) -> None:
    """Make the workspace, if it is not there, and measure."""
    chance = random.Random(SEED + 1)
    vocabulary = Vocabulary(random.Random(SEED))
    known = list(titles(chance, vocabulary, WATCHED + 12))
    planted = [*known[-12:-2], Work("two", "渡灯", "film", 2024), Work("it", "It", "film", 1990)]
    if folder.exists():
        place = Workspace(folder)
    else:
        place = founding.found(folder, {}, "bench").workspace
        fill(place, count, planted)
    store = Store.open(place.database)
    if not works.state(store)[0]:
        watching.watch(store, place, known[:-12])
    with store.transaction() as connection:
        connection.execute("DELETE FROM looks_owed")
        connection.execute("DELETE FROM hits")
        connection.execute("DELETE FROM exhibits_due")
    sizes(store)
    looking_back._matcher(store, place, lambda step, done, total: None)
    print(f"load {os.getloadavg()[0]:.1f}; {texts.count(store):,} listings, {works.state(store)[0]:,} works watched")
    print("| added | spellings | candidates | hits, for review | asking the index | in all | LIKE | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    ratios, times = [], []
    for number, work in enumerate(planted):
        fresh = Work(f"added{number}-{clock.new_id()}", work.title, work.kind, work.year, aliases=work.aliases)
        start = time.perf_counter()
        store.row("SELECT count(*) FROM listings WHERE title LIKE ? OR text LIKE ?", (f"%{work.title}%",) * 2)
        plain = time.perf_counter() - start
        wanted = [Wanted(*key) for key in keys(fresh)]
        watching.watch(store, place, [fresh])
        start = time.perf_counter()
        candidates = texts.candidates(store, wanted)
        asked = time.perf_counter() - start
        start = time.perf_counter()
        done = looking_back.look_back(store, place)
        spent = time.perf_counter() - start
        times.append(spent)
        ratios.append(spent / plain)
        print(f"| {work.title} | {len(wanted)} | {len(candidates):,} | {done.hits}, {done.review} | {asked:.2f} s | "
              f"{spent:.2f} s | {plain:.2f} s | {spent / plain:.2f} |", flush=True)  # fmt: skip
    print(f"median {statistics.median(times):.2f} s, {statistics.median(ratios):.2f} times a LIKE scan")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(wanted, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(wanted, Path(made) / "workspace")
